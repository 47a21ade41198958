/** A person is read with its tag, and changed only if nobody else has changed it meanwhile. */
import { Select, SimpleGrid, Stack, Switch, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { answer, api, CallFailed, taggedAnswer, type Schemas } from '../app/api.ts';
import { peopleQuery } from '../cases/queries.ts';
import { ZONE } from '../parts/instants.tsx';
import { PagePending } from '../parts/page-states.tsx';
import { DialogButtons, ListFailed, useDoing, Wrong } from './doing.tsx';

export type Person = Schemas['Person'];
type Given = Omit<Person, 'links'>;

const ZONES = Intl.supportedValuesOf('timeZone');
const NEW: Given = {
  id: '',
  name: '',
  email: '',
  locale: 'en',
  timeZone: ZONE,
  role: 'liaison',
  supervisorId: null,
  channels: [{ type: 'email' }],
  active: true,
};

export interface PersonFormProps {
  /** Null: a new one. */
  id: string | null;
  people: Person[];
  onClose: () => void;
}

export function PersonForm({ id, people, onClose }: PersonFormProps) {
  const found = useQuery({
    queryKey: ['people', id, 'tagged'],
    queryFn: ({ signal }) => taggedAnswer(api.GET('/v1/liaisons/{id}', { params: { path: { id: id ?? '' } }, signal })),
    enabled: id !== null,
    refetchOnWindowFocus: false,
    gcTime: 0,
  });
  if (id === null) return <Form given={NEW} etag={null} people={people} onClose={onClose} onMoved={() => {}} />;
  if (found.isPending) return <PagePending />;
  if (found.data === undefined) return <ListFailed error={found.error} onAgain={() => void found.refetch()} />;
  const { links: _links, ...given } = found.data.value;
  const { etag } = found.data;
  return <Form key={etag} given={given} etag={etag} people={people} onClose={onClose} onMoved={() => void found.refetch()} />;
}

interface FormProps {
  given: Given;
  etag: string | null;
  people: Person[];
  onClose: () => void;
  onMoved: () => void;
}

function Form({ given, etag, people, onClose, onMoved }: FormProps) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const { isBusy, wrong, run } = useDoing();
  const [person, setPerson] = useState(given);
  const set = (part: Partial<Given>): void => setPerson({ ...person, ...part });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    const { id, ...body } = person;
    const header = etag === null ? { 'If-None-Match': '*' } : { 'If-Match': etag };
    void run(async () => {
      try {
        await answer(api.PUT('/v1/liaisons/{id}', { params: { path: { id }, header }, body }));
      } catch (error) {
        if (etag !== null && error instanceof CallFailed && error.status === 412) {
          notifications.show({ message: t('administration.moved'), color: 'orange', autoClose: 10_000 });
          return onMoved();
        }
        throw error;
      }
      await queries.invalidateQueries({ queryKey: peopleQuery.queryKey });
      notifications.show({ message: `${t('administration.saved')}: ${body.name}`, color: 'teal' });
      onClose();
    });
  };
  return (
    <form onSubmit={submit}>
      <Stack>
        <PersonFields person={person} isNew={etag === null} people={people} onChange={set} />
        <Switch
          label={t('administration.active')}
          checked={person.active}
          onChange={(event) => set({ active: event.currentTarget.checked })}
        />
        <Wrong words={wrong} />
        <DialogButtons label={t('administration.save')} isBusy={isBusy} onCancel={onClose} />
      </Stack>
    </form>
  );
}

interface PersonFieldsProps {
  person: Given;
  isNew: boolean;
  people: Person[];
  onChange: (part: Partial<Given>) => void;
}

function PersonFields({ person, isNew, people, onChange }: PersonFieldsProps) {
  const { t } = useTranslation();
  const supervisors = people.filter(({ role, id }) => role === 'supervisor' && id !== person.id);
  return (
    <SimpleGrid cols={{ base: 1, xs: 2 }}>
      {isNew && (
        <TextInput
          required
          label={t('administration.personId')}
          pattern="[A-Za-z0-9._~\-]{1,64}"
          value={person.id}
          onChange={(event) => onChange({ id: event.currentTarget.value })}
        />
      )}
      <TextInput
        required
        maxLength={200}
        label={t('administration.name')}
        value={person.name}
        onChange={(event) => onChange({ name: event.currentTarget.value })}
      />
      <TextInput
        required
        type="email"
        label={t('administration.email')}
        value={person.email}
        onChange={(event) => onChange({ email: event.currentTarget.value })}
      />
      <Select
        label={t('administration.role')}
        data={(['liaison', 'supervisor', 'operations'] as const).map((value) => ({ value, label: t(`roles.${value}`) }))}
        value={person.role}
        onChange={(role) => onChange({ role: role ?? 'liaison' })}
        allowDeselect={false}
      />
      <Select
        label={t('administration.locale')}
        data={[
          { value: 'en' as const, label: 'English' },
          { value: 'zh-CN' as const, label: '中文' },
        ]}
        value={person.locale}
        onChange={(locale) => onChange({ locale: locale ?? 'en' })}
        allowDeselect={false}
      />
      <Select
        searchable
        limit={50}
        label={t('administration.zone')}
        data={[...new Set([person.timeZone, 'UTC', ...ZONES])]}
        value={person.timeZone}
        onChange={(timeZone) => onChange({ timeZone: timeZone ?? 'UTC' })}
        allowDeselect={false}
      />
      {person.role === 'liaison' && (
        <Select
          clearable
          label={t('administration.supervisor')}
          placeholder={t('administration.everySupervisor')}
          data={supervisors.map(({ id, name }) => ({ value: id, label: name }))}
          value={person.supervisorId}
          onChange={(supervisorId) => onChange({ supervisorId })}
        />
      )}
    </SimpleGrid>
  );
}
