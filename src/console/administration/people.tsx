/** Who is told of cases: their address and language, when they are away and who stands in, and handing over what they have. */
import { Badge, Button, Group, Menu, Stack, Table, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Dialog } from '../parts/dialog.tsx';
import { useMay } from '../app/session.ts';
import { peopleQuery } from '../cases/queries.ts';
import { Empty, PagePending } from '../parts/page-states.tsx';
import { Absences } from './absences.tsx';
import { ListFailed } from './doing.tsx';
import { HandoverForm } from './handover.tsx';
import { PersonForm, type Person } from './person-form.tsx';

type Wish = { what: 'add' } | { what: 'edit' | 'absences' | 'handover'; person: Person };

export function People() {
  const { t } = useTranslation();
  const mayWrite = useMay('people.write');
  const [wish, setWish] = useState<Wish | null>(null);
  const people = useQuery(peopleQuery);
  if (people.isPending) return <PagePending />;
  if (people.data === undefined) return <ListFailed error={people.error} onAgain={() => void people.refetch()} />;
  const all = people.data;
  const close = (): void => setWish(null);
  return (
    <Stack>
      {mayWrite && (
        <Button style={{ alignSelf: 'flex-start' }} onClick={() => setWish({ what: 'add' })}>
          {t('administration.addPerson')}
        </Button>
      )}
      {all.length === 0 ? (
        <Empty title={t('administration.noPeople')} about={t('administration.noPeopleAbout')} />
      ) : (
        <PeopleTable people={all} onWish={setWish} />
      )}
      <Dialog opened={wish !== null} onClose={close} title={titleOf(t, wish)} size="lg">
        {wish?.what === 'add' && <PersonForm id={null} people={all} onClose={close} />}
        {wish?.what === 'edit' && <PersonForm id={wish.person.id} people={all} onClose={close} />}
        {wish?.what === 'absences' && <Absences person={wish.person} people={all} />}
        {wish?.what === 'handover' && <HandoverForm person={wish.person} people={all} onClose={close} />}
      </Dialog>
    </Stack>
  );
}

function titleOf(t: ReturnType<typeof useTranslation>['t'], wish: Wish | null): string {
  if (wish === null) return '';
  if (wish.what === 'add') return t('administration.addPerson');
  const { name } = wish.person;
  return wish.what === 'edit' ? name : t(wish.what === 'absences' ? 'administration.absenceOf' : 'administration.handoverOf', { name });
}

/** What a phone shows below the name, or in the form. */
const WIDE = new Set(['email', 'zone', 'supervisor']);

function PeopleTable({ people, onWish }: { people: Person[]; onWish: (wish: Wish) => void }) {
  const { t } = useTranslation();
  const names = new Map(people.map(({ id, name }) => [id, name]));
  return (
    <Table.ScrollContainer minWidth={280}>
      <Table verticalSpacing="sm">
        <Table.Thead>
          <Table.Tr>
            {(['name', 'role', 'email', 'zone', 'supervisor', 'act'] as const).map((name) => (
              <Table.Th key={name} {...(WIDE.has(name) ? { visibleFrom: 'sm' } : {})}>
                {t(`administration.${name}`)}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {people.map((person) => (
            <PersonRow key={person.id} person={person} supervisor={names.get(person.supervisorId ?? '') ?? null} onWish={onWish} />
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

function PersonRow({ person, supervisor, onWish }: { person: Person; supervisor: string | null; onWish: (wish: Wish) => void }) {
  const { t } = useTranslation();
  const mayWrite = useMay('people.write');
  const mayHandOver = useMay('cases.supervise') && person.role === 'liaison';
  const { id, name, role, email, timeZone, locale, active } = person;
  return (
    <Table.Tr>
      <Table.Td>
        <Group gap="xs">
          <Text size="sm" fw={600}>
            {name}
          </Text>
          {!active && (
            <Badge variant="light" color="gray" tt="none">
              {t('administration.inactive')}
            </Badge>
          )}
        </Group>
        <Text size="xs">{id}</Text>
        <Text size="xs" hiddenFrom="sm" style={{ overflowWrap: 'anywhere' }}>
          {email}
        </Text>
      </Table.Td>
      <Table.Td>
        <Text size="sm">{t(`roles.${role}`)}</Text>
      </Table.Td>
      <Table.Td visibleFrom="sm">
        <Text size="sm">{email}</Text>
      </Table.Td>
      <Table.Td visibleFrom="sm">
        <Text size="sm">{timeZone}</Text>
        <Text size="xs">{locale === 'en' ? 'English' : '中文'}</Text>
      </Table.Td>
      <Table.Td visibleFrom="sm">
        <Text size="sm">{role === 'liaison' ? (supervisor ?? t('administration.everySupervisor')) : ''}</Text>
      </Table.Td>
      <Table.Td>
        <Menu position="bottom-end">
          <Menu.Target>
            <Button variant="default" size="compact-sm" aria-label={t('administration.actions', { name })}>
              ⋯
            </Button>
          </Menu.Target>
          <Menu.Dropdown>
            {mayWrite && <Menu.Item onClick={() => onWish({ what: 'edit', person })}>{t('administration.edit')}</Menu.Item>}
            <Menu.Item onClick={() => onWish({ what: 'absences', person })}>{t('administration.absences')}</Menu.Item>
            {mayHandOver && <Menu.Item onClick={() => onWish({ what: 'handover', person })}>{t('administration.handover')}</Menu.Item>}
          </Menu.Dropdown>
        </Menu>
      </Table.Td>
    </Table.Tr>
  );
}
