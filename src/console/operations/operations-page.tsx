/** Operations: how things stand, and the lists that one works from. */
import { Badge, Group, Stack, Tabs, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { lazy, Suspense } from 'react';
import { useTranslation } from 'react-i18next';
import { useSession } from '../app/session.ts';
import { PageMissing, PagePending } from '../parts/page-states.tsx';
import { healthQuery, type Health } from './queries.ts';
import { TABS, type Tab } from './search.ts';
import './words.ts';

// Charts come with the overview alone.
const PANELS = {
  overview: lazy(async () => ({ default: (await import('./overview.tsx')).Overview })),
  messages: lazy(async () => ({ default: (await import('./messages-panel.tsx')).MessagesPanel })),
  events: lazy(async () => ({ default: (await import('./events-panel.tsx')).EventsPanel })),
  servers: lazy(async () => ({ default: (await import('./servers-panel.tsx')).ServersPanel })),
  words: lazy(async () => ({ default: (await import('./words-panel.tsx')).WordsPanel })),
  switches: lazy(async () => ({ default: (await import('./switches-panel.tsx')).SwitchesPanel })),
  cases: lazy(async () => ({ default: (await import('./cases-panel.tsx')).CasesPanel })),
};

const PERMISSIONS: Record<Tab, string> = {
  overview: 'cases.read',
  messages: 'messages.read',
  events: 'inbound-events.read',
  servers: 'counterparts.read',
  words: 'counterparts.read',
  switches: 'switches.read',
  cases: 'cases.read',
};

const route = getRouteApi('/signed-in/operations/{-$tab}');

export function OperationsPage() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { extents } = useSession();
  const { tab: given = 'overview' } = route.useParams();
  const mayRead = (permission: string): boolean => (extents[permission] ?? 'none') !== 'none';
  const health = useQuery({ ...healthQuery, enabled: mayRead('messages.read') });
  const tab = [...TABS, 'cases' as const].find((one) => one === given && mayRead(PERMISSIONS[one]));
  if (tab === undefined) return <PageMissing />;
  const Panel = PANELS[tab];
  return (
    <Stack maw={1200} mx="auto" gap="md">
      <Title order={1} size="h3">
        {t(extents['cases.read'] === 'own' ? 'operations.titleOwn' : 'operations.title')}
      </Title>
      <Tabs
        value={tab}
        keepMounted={false}
        onChange={(to) => void navigate({ to: '/operations/{-$tab}', params: { tab: to === 'overview' || to === null ? undefined : to } })}
      >
        <Tabs.List aria-label={t('operations.title')}>
          {TABS.filter((one) => mayRead(PERMISSIONS[one])).map((one) => (
            <Tabs.Tab key={one} value={one}>
              <Group gap={6} wrap="nowrap">
                {t(`operations.tab.${one}`)}
                <Waiting count={waitingIn(one, health.data)} />
              </Group>
            </Tabs.Tab>
          ))}
          {tab === 'cases' && <Tabs.Tab value="cases">{t('operations.tab.cases')}</Tabs.Tab>}
        </Tabs.List>
        <Tabs.Panel value={tab} pt="md">
          <Suspense fallback={<PagePending />}>
            <Panel />
          </Suspense>
        </Tabs.Panel>
      </Tabs>
    </Stack>
  );
}

function Waiting({ count }: { count: number }) {
  const { t } = useTranslation();
  if (count === 0) return null;
  return (
    <Badge size="sm" color="red" variant="light" aria-label={t('operations.waiting', { count })}>
      {count}
    </Badge>
  );
}

/** @returns how much of it somebody has to look at */
function waitingIn(tab: Tab, health: Health | undefined): number {
  if (health === undefined) return 0;
  const sum = (figures: readonly { count: number }[]): number => figures.reduce((total, { count }) => total + count, 0);
  const counts: Partial<Record<Tab, number>> = {
    messages: sum(health.messages.filter(({ state }) => state === 'dead' || state === 'unknown' || state === 'refused')),
    events: sum(health.inboundEvents?.problems ?? []),
    servers: (health.breakers ?? []).filter(({ state }) => state === 'open').length,
    words: (health.unknownWords ?? []).length,
  };
  return counts[tab] ?? 0;
}
