/** Asks for what an action needs, says what it does, does it, and says what came of it. For one case or for several. */
import { Alert, Button, Group, List, Modal, NumberInput, Progress, Select, Stack, Text, Textarea, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useRef, useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { useSession } from '../app/session.ts';
import { ZONE } from '../parts/instants.tsx';
import { useProblemWords } from '../parts/page-states.tsx';
import { act, actionsOf, FINAL_ACTIONS, NOTE_NEEDED, type ActionRequest } from './actions.ts';
import { peopleQuery, type Case, type CaseAction } from './queries.ts';

export interface Wish {
  action: CaseAction;
  cases: Case[];
}

interface Failure {
  orderId: string;
  words: string;
}

/** @param wish null: closed */
export function ActionDialog({ wish, onClose }: { wish: Wish | null; onClose: (done: boolean) => void }) {
  const { t } = useTranslation();
  const title = wish === null ? '' : titleOf(t, wish);
  return (
    <Modal
      opened={wish !== null}
      onClose={() => onClose(false)}
      title={title}
      closeButtonProps={{ 'aria-label': t('dialog.close') }}
      centered
    >
      {wish !== null && (
        <ActionForm key={`${wish.action} ${wish.cases.map(({ caseId }) => caseId).join()}`} wish={wish} onClose={onClose} />
      )}
    </Modal>
  );
}

function titleOf(t: ReturnType<typeof useTranslation>['t'], { action, cases }: Wish): string {
  const name = t(`action.${action}`);
  return cases.length === 1
    ? t('dialog.done', { order: cases[0]?.orderId, action: name })
    : t('bulk.preview', { action: name, count: cases.length });
}

function ActionForm({ wish: { action, cases }, onClose }: { wish: Wish; onClose: (done: boolean) => void }) {
  const { t } = useTranslation();
  const session = useSession();
  const words = useProblemWords();
  const queries = useQueryClient();
  const [note, setNote] = useState('');
  const [needed, setNeeded] = useState<Pick<ActionRequest, 'liaisonId' | 'at' | 'version'>>({});
  const [wrong, setWrong] = useState<string | null>(null);
  const [done, setDone] = useState<number | null>(null);
  const [failures, setFailures] = useState<Failure[]>([]);
  // One key for each case, kept while the dialog is open: pressed again, what was done is not done twice.
  const keys = useRef(new Map<string, string>());
  const possible = cases.filter((one) => actionsOf(one, session).includes(action));
  const name = t(`action.${action}`);

  const run = async (): Promise<void> => {
    const failed: Failure[] = [];
    setFailures([]);
    for (const [index, { orderId }] of possible.entries()) {
      setDone(index);
      const key = keys.current.get(orderId) ?? crypto.randomUUID();
      keys.current.set(orderId, key);
      try {
        await act({ action, orderId, by: session.person.name, note: note.trim(), ...needed }, key);
      } catch (error) {
        failed.push({ orderId, words: words(error) });
      }
      void queries.invalidateQueries({ queryKey: ['order', orderId] });
    }
    void queries.invalidateQueries({ queryKey: ['cases'] });
    setDone(null);
    setFailures(failed);
    const count = possible.length - failed.length;
    if (count > 0) {
      const order = possible.length === 1 ? (possible[0]?.orderId ?? '') : String(count);
      notifications.show({
        title: t('dialog.done', { order, action: name }),
        message: t('dialog.taken'),
        color: 'teal',
        closeButtonProps: { 'aria-label': t('dialog.dismiss') },
      });
    }
    if (failed.length === 0) onClose(true);
  };
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    const missing = missingOf(action, note, needed);
    setWrong(missing === null ? null : t(missing));
    if (missing === null) void run();
  };
  return (
    <form onSubmit={submit} noValidate>
      <Stack>
        <Text size="sm">{t(`actionAbout.${action}`)}</Text>
        {cases.length > 1 && <Preview cases={cases} possible={possible} />}
        <Needed action={action} needed={needed} onChange={setNeeded} />
        <Textarea
          label={t('dialog.note')}
          description={t('dialog.noteHint')}
          value={note}
          onChange={(event) => setNote(event.currentTarget.value)}
          required={NOTE_NEEDED.has(action)}
          maxLength={2000}
          autosize
          minRows={2}
          data-autofocus
        />
        {wrong !== null && (
          <Alert color="orange" role="alert">
            {wrong}
          </Alert>
        )}
        {failures.length > 0 && (
          <Alert color="red" role="alert">
            <List size="sm">
              {failures.map(({ orderId, words: why }) => (
                <List.Item key={orderId}>
                  {cases.length > 1 && <b>{orderId}: </b>}
                  {why}
                </List.Item>
              ))}
            </List>
          </Alert>
        )}
        {done !== null && possible.length > 1 && (
          <>
            <Progress value={(100 * done) / possible.length} aria-label={t('bulk.running', { done, count: possible.length })} />
            <Text size="sm">{t('bulk.running', { done, count: possible.length })}</Text>
          </>
        )}
        <Group justify="flex-end">
          <Button variant="default" onClick={() => onClose(false)}>
            {t('dialog.close')}
          </Button>
          <Button
            type="submit"
            loading={done !== null}
            disabled={possible.length === 0}
            {...(FINAL_ACTIONS.has(action) ? { color: 'red' } : {})}
          >
            {cases.length > 1 ? t('bulk.do', { action: name, count: possible.length }) : name}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

function Preview({ cases, possible }: { cases: Case[]; possible: Case[] }) {
  const { t } = useTranslation();
  const not = cases.filter((one) => !possible.includes(one));
  const list = (of: Case[]): string => of.map(({ orderId }) => orderId).join(', ');
  return (
    <Stack gap={4}>
      <Text size="sm" fw={600}>
        {t('bulk.can', { count: possible.length })}
      </Text>
      <Text size="sm" lineClamp={4}>
        {list(possible)}
      </Text>
      {not.length > 0 && (
        <>
          <Text size="sm" fw={600}>
            {t('bulk.cannot', { count: not.length })}
          </Text>
          <Text size="sm" lineClamp={4}>
            {list(not)}
          </Text>
        </>
      )}
    </Stack>
  );
}

type NeededOf = Pick<ActionRequest, 'liaisonId' | 'at' | 'version'>;

function missingOf(action: CaseAction, note: string, { liaisonId, at, version }: NeededOf) {
  if (action === 'reassign' && !liaisonId) return 'dialog.liaisonNeeded';
  if (action === 'reschedule' && !at) return 'dialog.atNeeded';
  if (action === 'change-policy' && !version) return 'dialog.versionNeeded';
  return NOTE_NEEDED.has(action) && note.trim() === '' ? 'dialog.noteNeeded' : null;
}

function Needed({ action, needed, onChange }: { action: CaseAction; needed: NeededOf; onChange: (needed: NeededOf) => void }) {
  const { t } = useTranslation();
  if (action === 'reassign') return <LiaisonChoice value={needed.liaisonId} onChange={(liaisonId) => onChange({ ...needed, liaisonId })} />;
  if (action === 'reschedule') {
    const change = (value: string): void => onChange({ ...needed, at: value === '' ? undefined : new Date(value).toISOString() });
    return (
      <TextInput
        type="datetime-local"
        required
        label={t('dialog.at', { zone: ZONE })}
        onChange={(event) => change(event.currentTarget.value)}
      />
    );
  }
  if (action !== 'change-policy') return null;
  const change = (value: string | number): void => onChange({ ...needed, version: Number(value) || undefined });
  return <NumberInput required min={1} allowDecimal={false} label={t('dialog.version')} onChange={change} />;
}

function LiaisonChoice({ value, onChange }: { value: string | undefined; onChange: (id: string | undefined) => void }) {
  const { t } = useTranslation();
  const people = useQuery(peopleQuery);
  const data = (people.data ?? [])
    .filter(({ active, role }) => active && role === 'liaison')
    .map(({ id, name }) => ({ value: id, label: name }));
  return (
    <Select
      required
      searchable
      label={t('dialog.liaison')}
      data={data}
      value={value ?? null}
      onChange={(id) => onChange(id ?? undefined)}
    />
  );
}
