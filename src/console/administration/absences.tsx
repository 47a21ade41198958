/** When somebody is away, and who stands in. */
import { Button, CloseButton, Group, Select, SimpleGrid, Stack, Text, TextInput } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { answer, api, taggedAnswer, type Schemas } from '../app/api.ts';
import { useMay, useSession } from '../app/session.ts';
import { Instant, ZONE } from '../parts/instants.tsx';
import { PagePending } from '../parts/page-states.tsx';
import { ListFailed, useDoing, Wrong } from './doing.tsx';
import type { Person } from './person-form.tsx';

type Absence = Schemas['Absence'];

export function Absences({ person: { id }, people }: { person: Person; people: Person[] }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const mayWrite = useMay('people.write');
  const queryKey = ['people', id, 'absences'];
  const { wrong, run } = useDoing();
  const found = useQuery({
    queryKey,
    queryFn: async ({ signal }) => (await answer(api.GET('/v1/liaisons/{id}/absences', { params: { path: { id } }, signal }))).items,
  });
  if (found.isPending) return <PagePending />;
  if (found.data === undefined) return <ListFailed error={found.error} onAgain={() => void found.refetch()} />;
  const names = new Map(people.map((one) => [one.id, one.name]));
  const remove = ({ id: absenceId }: Absence): void =>
    void run(async () => {
      const path = { id, absenceId };
      const { etag } = await taggedAnswer(api.GET('/v1/liaisons/{id}/absences/{absenceId}', { params: { path } }));
      const header = etag === null ? {} : { 'If-Match': etag };
      await answer(api.DELETE('/v1/liaisons/{id}/absences/{absenceId}', { params: { path, header } }));
      await queries.invalidateQueries({ queryKey });
    });
  return (
    <Stack>
      {found.data.length === 0 && <Text size="sm">{t('administration.noAbsences')}</Text>}
      {found.data.map((one) => (
        <Group key={one.id} justify="space-between" wrap="nowrap">
          <div>
            <Text size="sm">
              <Instant at={one.from} /> – <Instant at={one.to} />
            </Text>
            <Text size="xs">
              {t('administration.standsIn', { name: names.get(one.delegateId) ?? one.delegateId })}
              {one.note !== null && ` · “${one.note}”`}
            </Text>
          </div>
          {mayWrite && <CloseButton aria-label={`${t('administration.remove')} ${one.from.slice(0, 10)}`} onClick={() => remove(one)} />}
        </Group>
      ))}
      <Wrong words={wrong} />
      {mayWrite && <AddForm id={id} people={people} onAdded={() => void queries.invalidateQueries({ queryKey })} />}
    </Stack>
  );
}

function AddForm({ id, people, onAdded }: { id: string; people: Person[]; onAdded: () => void }) {
  const { t } = useTranslation();
  const { person } = useSession();
  const { isBusy, wrong, setWrong, run, keyOf } = useDoing();
  const [from, setFrom] = useState('');
  const [to, setTo] = useState('');
  const [delegateId, setDelegate] = useState<string | null>(null);
  const [note, setNote] = useState('');
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (!(Date.parse(from) < Date.parse(to))) return setWrong(t('administration.rangeWrong'));
    if (delegateId === null) return setWrong(t('administration.delegateNeeded'));
    const range = { from: new Date(from).toISOString(), to: new Date(to).toISOString() };
    const body = { ...range, delegateId, by: person.name, ...(note.trim() === '' ? {} : { note: note.trim() }) };
    void run(async () => {
      const params = { path: { id }, header: { 'Idempotency-Key': keyOf(body) } };
      await answer(api.POST('/v1/liaisons/{id}/absences', { params, body }));
      setNote('');
      onAdded();
    });
  };
  const others = people.filter((one) => one.id !== id && one.active);
  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="xs">
        <SimpleGrid cols={{ base: 1, xs: 2 }}>
          <TextInput
            required
            type="datetime-local"
            label={t('administration.from', { zone: ZONE })}
            value={from}
            onChange={(event) => setFrom(event.currentTarget.value)}
          />
          <TextInput
            required
            type="datetime-local"
            label={t('administration.to', { zone: ZONE })}
            value={to}
            onChange={(event) => setTo(event.currentTarget.value)}
          />
          <Select
            required
            searchable
            label={t('administration.delegate')}
            data={others.map((one) => ({ value: one.id, label: one.name }))}
            value={delegateId}
            onChange={setDelegate}
          />
          <TextInput
            label={t('administration.why')}
            value={note}
            maxLength={2000}
            onChange={(event) => setNote(event.currentTarget.value)}
          />
        </SimpleGrid>
        <Wrong words={wrong} />
        <Button type="submit" loading={isBusy} style={{ alignSelf: 'flex-end' }}>
          {t('administration.addAbsence')}
        </Button>
      </Stack>
    </form>
  );
}
