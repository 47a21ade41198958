/** All open cases of a person to another one: first what would be done, then it is done. */
import { Alert, Button, Group, Select, Stack, Text, Textarea } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useQueryClient } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { answer, api, type Schemas } from '../app/api.ts';
import { useSession } from '../app/session.ts';
import { useDoing, Wrong } from './doing.tsx';
import type { Person } from './person-form.tsx';

type Handover = Schemas['Handover'];

export function HandoverForm({ person, people, onClose }: { person: Person; people: Person[]; onClose: () => void }) {
  const { t } = useTranslation();
  const session = useSession();
  const queries = useQueryClient();
  const { isBusy, wrong, setWrong, run, keyOf } = useDoing();
  const [to, setTo] = useState<string | null>(null);
  const [note, setNote] = useState('');
  const [found, setFound] = useState<Handover | null>(null);
  const call = (preview: boolean): Promise<Handover> => {
    const body = { to: to ?? '', by: session.person.name, note: note.trim(), preview };
    const header = { 'Idempotency-Key': preview ? crypto.randomUUID() : keyOf([body, found?.left]) };
    return answer(api.POST('/v1/liaisons/{id}/handover', { params: { path: { id: person.id }, header }, body }));
  };
  const look = (event: FormEvent): void => {
    event.preventDefault();
    if (to === null) return setWrong(t('dialog.liaisonNeeded'));
    if (note.trim() === '') return setWrong(t('administration.whyNeeded'));
    void run(async () => setFound(await call(true)));
  };
  const name = people.find(({ id }) => id === to)?.name ?? '';
  const handOver = (): void =>
    void run(async () => {
      const done = await call(false);
      await queries.invalidateQueries({ queryKey: ['cases'] });
      const count = done.counts.reassigned ?? 0;
      notifications.show({ message: t('administration.handoverDone', { count, name }), color: 'teal' });
      if (done.left === 0 && count === done.items.length) onClose();
      else setFound(done);
    });
  const can = found?.items.filter(({ outcome }) => outcome === 'would_be_reassigned') ?? [];
  return (
    <form onSubmit={look} noValidate>
      <Stack>
        <Select
          required
          searchable
          label={t('administration.handoverTo')}
          data={people
            .filter(({ id, active, role }) => id !== person.id && active && role === 'liaison')
            .map((one) => ({ value: one.id, label: one.name }))}
          value={to}
          onChange={(value) => {
            setTo(value);
            setFound(null);
          }}
        />
        <Textarea
          required
          label={t('administration.why')}
          value={note}
          maxLength={2000}
          onChange={(event) => {
            setNote(event.currentTarget.value);
            setFound(null);
          }}
        />
        <Wrong words={wrong} />
        {found !== null && <Found found={found} person={person} count={can.length} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {t('administration.cancel')}
          </Button>
          <Button type="submit" variant={can.length > 0 ? 'default' : 'filled'} loading={isBusy}>
            {t('administration.preview')}
          </Button>
          {can.length > 0 && (
            <Button disabled={isBusy} onClick={handOver}>
              {t('administration.handoverDo')} ({can.length})
            </Button>
          )}
        </Group>
      </Stack>
    </form>
  );
}

function Found({ found: { items, left }, person: { name }, count }: { found: Handover; person: Person; count: number }) {
  const { t } = useTranslation();
  const not = items.filter(({ outcome }) => outcome === 'refused' || outcome === 'unknown');
  if (items.length === 0) return <Alert role="status">{t('administration.handoverNone', { name })}</Alert>;
  return (
    <Alert color={not.length > 0 ? 'orange' : 'blue'} role="status">
      {count > 0 && (
        <Text size="sm" fw={600}>
          {t('administration.handoverCan', { count })}
        </Text>
      )}
      <Text size="sm" lineClamp={6}>
        {items.map(({ orderId }) => orderId).join(', ')}
      </Text>
      {not.length > 0 && (
        <>
          <Text size="sm" fw={600}>
            {t('administration.handoverRefused', { count: not.length })}
          </Text>
          {not.map(({ caseId, orderId, why }) => (
            <Text key={caseId} size="sm">
              {orderId}: {why}
            </Text>
          ))}
        </>
      )}
      {left > 0 && <Text size="sm">{t('administration.handoverLeft', { count: left })}</Text>}
    </Alert>
  );
}
