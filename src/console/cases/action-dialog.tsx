/** Asks for what an action needs, says what it does, does it, and says what came of it. For one case or for several. */
import { Alert, Button, Group, List, NumberInput, Progress, Select, Stack, Text, Textarea, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useRef, useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { useSession } from '../app/session.ts';
import { Dialog } from '../parts/dialog.tsx';
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
  const [isBusy, setBusy] = useState(false);
  return (
    <Dialog opened={wish !== null} onClose={() => onClose(false)} title={title} isBusy={isBusy}>
      {wish !== null && (
        <ActionForm
          key={`${wish.action} ${wish.cases.map(({ caseId }) => caseId).join()}`}
          wish={wish}
          onClose={onClose}
          onBusy={setBusy}
        />
      )}
    </Dialog>
  );
}

function titleOf(t: ReturnType<typeof useTranslation>['t'], { action, cases }: Wish): string {
  const name = t(`action.${action}`);
  return cases.length === 1
    ? t('dialog.done', { order: cases[0]?.orderId, action: name })
    : t('bulk.preview', { action: name, count: cases.length });
}

/** What was done to each case; kept while the dialog is open. */
interface Doing {
  /** How many are done; null: not running. */
  done: number | null;
  failures: Failure[];
  run: (possible: Case[], request: Omit<ActionRequest, 'orderId' | 'by'>) => Promise<Failure[]>;
}

function useDoing(): Doing {
  const { person } = useSession();
  const words = useProblemWords();
  const queries = useQueryClient();
  const [done, setDone] = useState<number | null>(null);
  const [failures, setFailures] = useState<Failure[]>([]);
  // One key for each wish: pressed again, what was done is not done twice; another note is another wish.
  const keys = useRef(new Map<string, string>());
  const run: Doing['run'] = async (possible, request) => {
    const failed: Failure[] = [];
    setFailures([]);
    for (const [index, { orderId }] of possible.entries()) {
      setDone(index);
      const wish = JSON.stringify([orderId, request]);
      const key = keys.current.get(wish) ?? crypto.randomUUID();
      keys.current.set(wish, key);
      await act({ ...request, orderId, by: person.name }, key).catch((error: unknown) => failed.push({ orderId, words: words(error) }));
      void queries.invalidateQueries({ queryKey: ['order', orderId] });
    }
    void queries.invalidateQueries({ queryKey: ['cases'] });
    setDone(null);
    setFailures(failed);
    return failed;
  };
  return { done, failures, run };
}

interface ActionFormProps {
  wish: Wish;
  onClose: (done: boolean) => void;
  onBusy: (isBusy: boolean) => void;
}

function ActionForm({ wish: { action, cases }, onClose, onBusy }: ActionFormProps) {
  const { t } = useTranslation();
  const session = useSession();
  const [note, setNote] = useState('');
  const [needed, setNeeded] = useState<NeededOf>({});
  const [wrong, setWrong] = useState<string | null>(null);
  const { done, failures, run } = useDoing();
  const possible = cases.filter((one) => actionsOf(one, session).includes(action));
  const name = t(`action.${action}`);

  const doIt = async (): Promise<void> => {
    onBusy(true);
    const failed = await run(possible, { action, note: note.trim(), ...needed });
    onBusy(false);
    const count = possible.length - failed.length;
    if (count > 0) {
      const title = t('dialog.done', { order: possible.length === 1 ? possible[0]?.orderId : String(count), action: name });
      notifications.show({ title, message: t('dialog.taken'), color: 'teal' });
    }
    if (failed.length === 0) onClose(true);
  };
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    const missing = missingOf(action, note, needed);
    setWrong(missing === null ? null : t(missing));
    if (missing === null) void doIt();
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
        <Outcome failures={failures} done={done} count={possible.length} />
        <Group justify="flex-end">
          <Button variant="default" onClick={() => onClose(false)} disabled={done !== null}>
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

/** What failed, and how far it is. */
function Outcome({ failures, done, count }: { failures: Failure[]; done: number | null; count: number }) {
  const { t } = useTranslation();
  return (
    <>
      {failures.length > 0 && (
        <Alert color="red" role="alert">
          <List size="sm">
            {failures.map(({ orderId, words }) => (
              <List.Item key={orderId}>
                {count > 1 && <b>{orderId}: </b>}
                {words}
              </List.Item>
            ))}
          </List>
        </Alert>
      )}
      {done !== null && count > 1 && (
        <>
          <Progress value={(100 * done) / count} aria-label={t('bulk.running', { done, count })} />
          <Text size="sm">{t('bulk.running', { done, count })}</Text>
        </>
      )}
    </>
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
  const words = useProblemWords();
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
      error={people.isError ? words(people.error) : undefined}
    />
  );
}
