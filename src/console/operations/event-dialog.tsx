/** Settles the problem of something that came in, with a note, or has it tried again. */
import { Alert, Button, Group, Stack, Text, Textarea } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useRef, useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { Dialog } from '../parts/dialog.tsx';
import { answer, api } from '../app/api.ts';
import { useSession } from '../app/session.ts';
import { useProblemWords } from '../parts/page-states.tsx';
import { useProblemName } from './names.ts';
import type { InboundEvent } from './queries.ts';

export interface EventWish {
  action: InboundEvent['actions'][number];
  event: InboundEvent;
}

export function EventDialog({ wish: { action, event }, onClose }: { wish: EventWish; onClose: () => void }) {
  const { t } = useTranslation();
  const { person } = useSession();
  const words = useProblemWords();
  const problemName = useProblemName();
  const queries = useQueryClient();
  const key = useRef(crypto.randomUUID());
  const [note, setNote] = useState('');
  const [isNoteMissing, setNoteMissing] = useState(false);
  const { mutate, isPending, error } = useMutation({
    mutationFn: () => {
      const params = { path: { id: event.id }, header: { 'Idempotency-Key': key.current } };
      if (action === 'retry') return answer<unknown>(api.POST('/v1/inbound-events/{id}/retry', { params }));
      return answer<unknown>(api.POST('/v1/inbound-events/{id}/settle', { params, body: { by: person.name, note: note.trim() } }));
    },
    onSuccess: () => {
      notifications.show({ message: t(`operations.events.${action}Done`, { order: event.orderId }), color: 'teal' });
      onClose();
    },
    onSettled: () => {
      void queries.invalidateQueries({ queryKey: ['operations'] });
      void queries.invalidateQueries({ queryKey: ['order', event.orderId] });
    },
  });
  const submit = (form: FormEvent): void => {
    form.preventDefault();
    const isMissing = action === 'settle' && note.trim() === '';
    setNoteMissing(isMissing);
    if (!isMissing) mutate();
  };
  return (
    <Dialog opened onClose={onClose} title={`${t(`operations.events.${action}`)}: ${event.orderId}`}>
      <form onSubmit={submit} noValidate>
        <Stack>
          {event.problem !== null && <Text fw={600}>{problemName(event.problem)}</Text>}
          <Text size="sm">{t(`operations.events.${action}About`)}</Text>
          {action === 'settle' && (
            <Textarea
              label={t('operations.events.how')}
              description={t('dialog.noteHint')}
              value={note}
              onChange={(change) => setNote(change.currentTarget.value)}
              required
              error={isNoteMissing ? t('dialog.noteNeeded') : undefined}
              maxLength={2000}
              autosize
              minRows={2}
              data-autofocus
            />
          )}
          {error !== null && (
            <Alert color="red" role="alert">
              {words(error)}
            </Alert>
          )}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {t('dialog.close')}
            </Button>
            <Button type="submit" loading={isPending}>
              {t(`operations.events.${action}`)}
            </Button>
          </Group>
        </Stack>
      </form>
    </Dialog>
  );
}
