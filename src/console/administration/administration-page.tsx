/** People, the servers of other sides, the keys with which servers call, what notices say, who changed it: each tab for those who may read it. */
import { Stack, Tabs, Title } from '@mantine/core';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useSession } from '../app/session.ts';
import { Audit } from './audit.tsx';
import { Counterparts } from './counterparts.tsx';
import { Keys } from './keys.tsx';
import { People } from './people.tsx';
import { Routing } from './routing.tsx';
import { ADMINISTRATION_TABS, type AdministrationTab } from './search.ts';
import { Templates } from './templates.tsx';
import './words.ts';

const PERMISSIONS = {
  people: 'people.read',
  routing: 'people.read',
  counterparts: 'counterparts.read',
  keys: 'keys.read',
  templates: 'templates.read',
  audit: 'audit.read',
} as const;

export function AdministrationPage() {
  const { t } = useTranslation();
  const { tab = 'people' } = useSearch({ from: '/signed-in/administration' });
  const navigate = useNavigate({ from: '/administration' });
  const { extents } = useSession();
  const tabs = ADMINISTRATION_TABS.filter((name) => (extents[PERMISSIONS[name]] ?? 'none') !== 'none');
  const shown = tabs.includes(tab) ? tab : (tabs[0] ?? 'people');
  return (
    <Stack gap="sm" maw={1200} mx="auto">
      <Title order={1} size="h3">
        {t('administration.title')}
      </Title>
      <Tabs value={shown} onChange={(to) => void navigate({ search: { tab: (to ?? 'people') as AdministrationTab } })} keepMounted={false}>
        <Tabs.List mb="md">
          {tabs.map((name) => (
            <Tabs.Tab key={name} value={name}>
              {t(`administration.tab.${name}`)}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <Tabs.Panel value="people">
          <People />
        </Tabs.Panel>
        <Tabs.Panel value="routing">
          <Routing />
        </Tabs.Panel>
        <Tabs.Panel value="counterparts">
          <Counterparts />
        </Tabs.Panel>
        <Tabs.Panel value="keys">
          <Keys />
        </Tabs.Panel>
        <Tabs.Panel value="templates">
          <Templates />
        </Tabs.Panel>
        <Tabs.Panel value="audit">
          <Audit />
        </Tabs.Panel>
      </Tabs>
    </Stack>
  );
}
