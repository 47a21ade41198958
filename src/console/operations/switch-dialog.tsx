/** Turns a switch: what will happen is said first, and a note is asked for. */
import { Alert, Button, Group, SegmentedControl, Stack, Text, Textarea, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { Dialog } from '../parts/dialog.tsx';
import { answer, api, CallFailed } from '../app/api.ts';
import { useSession } from '../app/session.ts';
import { useProblemWords } from '../parts/page-states.tsx';
import { OnBadge, Who } from './switch-state.tsx';
import { switchQuery, type Switch } from './queries.ts';

export interface SwitchWish {
  name: Switch['name'];
  /** Null: for all; empty: of a buyer who is still to be named. */
  buyerId: string | null;
  on: boolean;
  /** Of the switch as it was seen. */
  etag: string | null;
}

export function SwitchDialog({ wish: { name, buyerId: given, on: first, etag }, onClose }: { wish: SwitchWish; onClose: () => void }) {
  const { t } = useTranslation();
  const { person } = useSession();
  const words = useProblemWords();
  const queries = useQueryClient();
  const [buyerId, setBuyerId] = useState(given);
  const [on, setOn] = useState(first);
  const [note, setNote] = useState('');
  const [wrong, setWrong] = useState<string | null>(null);
  const isNamed = given !== '';
  const { mutate, isPending, error } = useMutation({
    mutationFn: () => {
      const params = { path: { name }, header: etag === null ? {} : { 'If-Match': etag } };
      const body = { on, buyerId: buyerId === null ? null : buyerId.trim(), by: person.name, note: note.trim() };
      return answer<unknown>(api.PUT('/v1/switches/{name}', { params, body }));
    },
    onSuccess: () => {
      notifications.show({
        message: t(`operations.switches.done${on ? 'On' : 'Off'}`, { name: t(`operations.switches.${name}`) }),
        color: 'teal',
      });
      onClose();
    },
    onSettled: () => void queries.invalidateQueries({ queryKey: switchQuery(name).queryKey }),
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    const missing =
      buyerId !== null && buyerId.trim() === '' ? 'operations.switches.buyerNeeded' : note.trim() === '' ? 'dialog.noteNeeded' : null;
    setWrong(missing === null ? null : t(missing));
    if (missing === null) mutate();
  };
  const hasMoved = error instanceof CallFailed && error.status === 412;
  return (
    <Dialog opened onClose={onClose} title={t(`operations.switches.${name}`)}>
      <form onSubmit={submit} noValidate>
        <Stack>
          {buyerId === null ? (
            <Text fw={600}>{t(on ? 'operations.switches.turnOnAll' : 'operations.switches.turnOffAll')}</Text>
          ) : (
            <>
              <TextInput
                label={t('operations.switches.buyer')}
                description={t('operations.switches.buyerAbout')}
                value={buyerId}
                readOnly={isNamed}
                required
                maxLength={200}
                onChange={(event) => setBuyerId(event.currentTarget.value)}
                {...(isNamed ? {} : { 'data-autofocus': true })}
              />
              <SegmentedControl
                aria-label={t('desk.state')}
                data={[
                  { value: 'on', label: t('operations.switches.turnOn') },
                  { value: 'off', label: t('operations.switches.turnOff') },
                ]}
                value={on ? 'on' : 'off'}
                onChange={(to) => setOn(to === 'on')}
              />
            </>
          )}
          <Alert color="orange" title={t('operations.switches.willHappen')}>
            {t(`operations.switches.${name}${on ? 'On' : 'Off'}`)}
          </Alert>
          <Textarea
            label={t('dialog.note')}
            description={t('operations.switches.noteHint')}
            value={note}
            onChange={(event) => setNote(event.currentTarget.value)}
            required
            maxLength={2000}
            autosize
            minRows={2}
            {...(isNamed ? { 'data-autofocus': true } : {})}
          />
          {(wrong !== null || error !== null) && (
            <Alert color={hasMoved ? 'orange' : 'red'} role="alert">
              {wrong ?? (hasMoved ? <Theirs name={name} /> : words(error))}
            </Alert>
          )}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {t('dialog.close')}
            </Button>
            <Button type="submit" loading={isPending} color="orange" disabled={hasMoved}>
              {t(on ? 'operations.switches.turnOn' : 'operations.switches.turnOff')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Dialog>
  );
}

/** The latest turn, which was somebody else's. */
function Theirs({ name }: Pick<SwitchWish, 'name'>) {
  const { t } = useTranslation();
  const { data } = useQuery(switchQuery(name));
  const [latest] = (data?.value.items ?? []).toSorted((one, other) => Date.parse(other.at) - Date.parse(one.at));
  return (
    <Stack gap="xs">
      {t('operations.movedSwitch')}
      {latest !== undefined && (
        <Group gap="xs">
          <OnBadge on={latest.on} />
          <Text size="sm">{latest.buyerId ?? t('operations.switches.forAll')}</Text>
          <Who change={latest} />
        </Group>
      )}
      {t('operations.movedSwitchAfter')}
    </Stack>
  );
}
