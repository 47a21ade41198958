/** Asks for what an action on a placement needs, says what it does, does it, and says what came of it. */
import { Alert, Button, Checkbox, Group, Radio, Stack, Text, Textarea, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useQueryClient } from '@tanstack/react-query';
import { useRef, useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { Dialog } from '../parts/dialog.tsx';
import { CallFailed } from '../app/api.ts';
import { useSession } from '../app/session.ts';
import { useProblemWords } from '../parts/page-states.tsx';
import { actOnPlacement, EVENTS, FINAL_ACTIONS, NOTE_NEEDED, type PlacementAction, type PlacementRequest } from './actions.ts';
import type { Placement } from './queries.ts';

export interface PlacementWish {
  action: PlacementAction;
  one: Placement;
}

type Wanted = Omit<PlacementRequest, 'action' | 'orderId' | 'by' | 'placementNumber'>;
type Change = (part: Partial<Wanted>) => void;

const NOTHING: Wanted = {
  note: '',
  outcome: null,
  reason: '',
  absenceConfirmed: false,
  word: '',
  description: '',
  vendorOrderId: '',
  reference: '',
};
const REASON = /^[A-Z][A-Z0-9_]{0,63}$/;

/** @param wish null: closed */
export function PlacementDialog({ wish, onClose }: { wish: PlacementWish | null; onClose: () => void }) {
  const { t } = useTranslation();
  const [isBusy, setBusy] = useState(false);
  const title = wish === null ? '' : t('dialog.done', { order: wish.one.orderId, action: t(`placements.action.${wish.action}`) });
  return (
    <Dialog opened={wish !== null} onClose={onClose} title={title} isBusy={isBusy}>
      {wish !== null && <WishForm key={`${wish.action} ${wish.one.placementId}`} wish={wish} onClose={onClose} onBusy={setBusy} />}
    </Dialog>
  );
}

interface WishFormProps {
  wish: PlacementWish;
  onClose: () => void;
  onBusy: (isBusy: boolean) => void;
}

function WishForm({ wish: { action, one }, onClose, onBusy }: WishFormProps) {
  const { t } = useTranslation();
  const { person } = useSession();
  const words = useProblemWords();
  const queries = useQueryClient();
  const [wanted, setWanted] = useState(NOTHING);
  const [wrong, setWrong] = useState<string | null>(null);
  const [failure, setFailure] = useState<string | null>(null);
  const [isRunning, setRunning] = useState(false);
  // Kept while the dialog is open: pressed again, what was done is not done twice.
  const key = useRef(crypto.randomUUID());
  const { orderId, placementNumber } = one;
  const name = t(`placements.action.${action}`);
  const change: Change = (part) => setWanted({ ...wanted, ...part });

  const run = async (): Promise<void> => {
    setRunning(true);
    onBusy(true);
    setFailure(null);
    try {
      await actOnPlacement({ ...wanted, note: wanted.note.trim(), action, orderId, by: person.name, placementNumber }, key.current);
      notifications.show({ title: t('dialog.done', { order: orderId, action: name }), message: t('dialog.taken'), color: 'teal' });
      onClose();
    } catch (error) {
      setFailure(words(error));
      // Refused, so not done: what is sent next is another wish.
      if (error instanceof CallFailed && error.status >= 400 && error.status < 500) key.current = crypto.randomUUID();
    }
    setRunning(false);
    onBusy(false);
    void queries.invalidateQueries({ queryKey: ['order', orderId] });
    void queries.invalidateQueries({ queryKey: ['placements'] });
  };
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    const missing = missingOf(action, wanted);
    setWrong(missing === null ? null : t(missing));
    if (missing === null) void run();
  };
  return (
    <form onSubmit={submit} noValidate>
      <Stack>
        <Text size="sm">{t(`placements.actionAbout.${action}`)}</Text>
        <Needed action={action} wanted={wanted} onChange={change} />
        {!EVENTS.has(action) && (
          <Textarea
            label={t('dialog.note')}
            description={t('dialog.noteHint')}
            value={wanted.note}
            onChange={(event) => change({ note: event.currentTarget.value })}
            required={NOTE_NEEDED.has(action)}
            maxLength={2000}
            autosize
            minRows={2}
            {...(action === 'resolve' ? {} : { 'data-autofocus': true })}
          />
        )}
        {(action === 'cancel' || action === 'resolve') && <Text size="sm">{t('placements.form.refund')}</Text>}
        {wrong !== null && (
          <Alert color="orange" role="alert">
            {wrong}
          </Alert>
        )}
        {failure !== null && (
          <Alert color="red" role="alert">
            {failure}
          </Alert>
        )}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose} disabled={isRunning}>
            {t('dialog.close')}
          </Button>
          <Button type="submit" loading={isRunning} {...(FINAL_ACTIONS.has(action) ? { color: 'red' } : {})}>
            {name}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

function missingOf(action: PlacementAction, { note, outcome, reason, word }: Wanted): string | null {
  if (action === 'resolve' && outcome === null) return 'placements.form.outcomeNeeded';
  if (action === 'resolve' && outcome === 'failed' && !REASON.test(reason.trim())) return 'placements.form.reasonWrong';
  if (action === 'result' && word.trim() === '') return 'placements.form.wordNeeded';
  return NOTE_NEEDED.has(action) && note.trim() === '' ? 'dialog.noteNeeded' : null;
}

function Needed({ action, wanted, onChange }: { action: PlacementAction; wanted: Wanted; onChange: Change }) {
  const { t } = useTranslation();
  if (action === 'resolve') return <Outcome wanted={wanted} onChange={onChange} />;
  if (action === 'retry') {
    return (
      <Checkbox
        label={t('placements.form.absence')}
        description={t('placements.form.absenceHint')}
        checked={wanted.absenceConfirmed}
        onChange={(event) => onChange({ absenceConfirmed: event.currentTarget.checked })}
      />
    );
  }
  if (action === 'payment') {
    return (
      <TextInput
        label={t('placements.form.reference')}
        maxLength={200}
        value={wanted.reference}
        onChange={(event) => onChange({ reference: event.currentTarget.value })}
        data-autofocus
      />
    );
  }
  if (action !== 'result') return null;
  return (
    <>
      <TextInput
        required
        label={t('placements.form.word')}
        maxLength={100}
        value={wanted.word}
        onChange={(event) => onChange({ word: event.currentTarget.value })}
        data-autofocus
      />
      <Textarea
        label={t('placements.form.description')}
        maxLength={2000}
        autosize
        value={wanted.description}
        onChange={(event) => onChange({ description: event.currentTarget.value })}
      />
      <TextInput
        label={t('placements.form.vendorOrderId')}
        maxLength={200}
        value={wanted.vendorOrderId}
        onChange={(event) => onChange({ vendorOrderId: event.currentTarget.value })}
      />
    </>
  );
}

function Outcome({ wanted: { outcome, reason }, onChange }: { wanted: Wanted; onChange: Change }) {
  const { t } = useTranslation();
  return (
    <>
      <Radio.Group
        required
        label={t('placements.form.outcome')}
        value={outcome}
        onChange={(value) => onChange({ outcome: value === 'failed' ? 'failed' : 'succeeded' })}
      >
        <Group mt="xs">
          <Radio value="succeeded" label={t('placements.form.succeeded')} data-autofocus />
          <Radio value="failed" label={t('placements.form.failed')} />
        </Group>
      </Radio.Group>
      {outcome === 'failed' && (
        <TextInput
          required
          label={t('placements.form.reason')}
          description={t('placements.form.reasonHint')}
          maxLength={64}
          value={reason}
          onChange={(event) => onChange({ reason: event.currentTarget.value.toUpperCase().replaceAll(/[\s-]/g, '_') })}
        />
      )}
    </>
  );
}
