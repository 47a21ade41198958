/** Sends messages again: first what would be done and what not, and why; then it is done, once. */
import { Alert, Button, Checkbox, Group, List, Progress, Stack, Text, Textarea } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useRef, useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { Dialog } from '../parts/dialog.tsx';
import { answer, api, type Schemas } from '../app/api.ts';
import { useSession } from '../app/session.ts';
import { useProblemWords } from '../parts/page-states.tsx';
import { Loaded } from './loaded.tsx';
import { useObstacle } from './names.ts';
import type { MessageFilter } from './queries.ts';

/** Some of them, or all under a filter. */
export type Resending = { keys: string[] } | { filter: Omit<MessageFilter, 'state' | 'caseId' | 'key'> & { state: string } };

interface Preview {
  queued: number;
  /** Reason → how many are left as they are. */
  left: Map<string, number>;
}

type Report = Schemas['ResendReport'];

interface Asked {
  by: string;
  note: string;
  alsoUnknown: boolean;
  preview: boolean;
}

/** A preview writes nothing down, but asks for a note too. */
const LOOKING = '-';

/** Page by page. @param keyOf an idempotency key of each page; kept, so that what was done is not done twice */
async function resendAll(what: Resending, asked: Asked, keyOf: (page: string) => string, heard: (report: Report) => void): Promise<void> {
  let cursor: string | null = null;
  do {
    const report: Report = await answer(
      api.POST('/v1/messages/resend', {
        params: { header: { 'Idempotency-Key': keyOf(cursor ?? '') } },
        body: { ...what, ...asked, ...(cursor === null ? {} : { cursor }) } as never,
      }),
    );
    heard(report);
    cursor = report.nextCursor;
  } while (cursor !== null);
}

export function ResendDialog({ resending, onClose }: { resending: Resending; onClose: (isDone: boolean) => void }) {
  const { t } = useTranslation();
  return (
    <Dialog opened onClose={() => onClose(false)} title={t('operations.resend.title')} size="lg">
      <ResendForm resending={resending} onClose={onClose} />
    </Dialog>
  );
}

function usePreview(resending: Resending, alsoUnknown: boolean) {
  const { person } = useSession();
  return useQuery({
    queryKey: ['operations-preview', resending, alsoUnknown],
    queryFn: async (): Promise<Preview> => {
      const found: Preview = { queued: 0, left: new Map() };
      const asked = { by: person.name, note: LOOKING, alsoUnknown, preview: true };
      await resendAll(
        resending,
        asked,
        () => crypto.randomUUID(),
        ({ queued, items }) => {
          found.queued += queued;
          for (const { result, reason } of items) {
            if (result === 'would_be_queued') continue;
            const why = reason ?? 'NOT_FOUND';
            found.left.set(why, (found.left.get(why) ?? 0) + 1);
          }
        },
      );
      return found;
    },
    gcTime: 0,
  });
}

function ResendForm({ resending, onClose }: { resending: Resending; onClose: (isDone: boolean) => void }) {
  const { t } = useTranslation();
  const { person } = useSession();
  const words = useProblemWords();
  const queries = useQueryClient();
  const [note, setNote] = useState('');
  const [alsoUnknown, setAlsoUnknown] = useState(false);
  const [wrong, setWrong] = useState<string | null>(null);
  const [done, setDone] = useState<number | null>(null);
  const keys = useRef(new Map<string, string>());
  const preview = usePreview(resending, alsoUnknown);
  const count = preview.data?.queued ?? 0;
  const isRunning = done !== null;

  const keyOf = (page: string): string => {
    // Another wish has other keys.
    const of = `${page} ${alsoUnknown} ${note.trim()}`;
    const key = keys.current.get(of) ?? crypto.randomUUID();
    keys.current.set(of, key);
    return key;
  };
  const run = async (): Promise<void> => {
    let queued = 0;
    setDone(0);
    try {
      await resendAll(resending, { by: person.name, note: note.trim(), alsoUnknown, preview: false }, keyOf, (report) => {
        queued += report.queued;
        setDone(queued);
      });
      notifications.show({ message: t('operations.resend.done', { count: queued }), color: 'teal' });
      onClose(true);
    } catch (error) {
      setWrong(words(error));
    } finally {
      setDone(null);
      void queries.invalidateQueries({ queryKey: ['operations'] });
      void queries.invalidateQueries({ queryKey: ['order'] });
    }
  };
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    setWrong(note.trim() === '' ? t('dialog.noteNeeded') : null);
    if (note.trim() !== '') void run();
  };
  return (
    <form onSubmit={submit} noValidate>
      <Stack>
        <Text size="sm">{t('operations.resend.about')}</Text>
        <Loaded reading={preview}>{(found) => <PreviewWords preview={found} />}</Loaded>
        <Checkbox
          label={t('operations.resend.alsoUnknown')}
          description={t('operations.resend.alsoUnknownAbout')}
          checked={alsoUnknown}
          onChange={(event) => setAlsoUnknown(event.currentTarget.checked)}
        />
        <Textarea
          label={t('dialog.note')}
          description={t('dialog.noteHint')}
          value={note}
          onChange={(event) => setNote(event.currentTarget.value)}
          required
          maxLength={2000}
          autosize
          minRows={2}
          data-autofocus
        />
        {wrong !== null && (
          <Alert color="red" role="alert">
            {wrong}
          </Alert>
        )}
        {isRunning && count > 0 && <Progress value={(100 * (done ?? 0)) / count} aria-label={t('operations.resend.running')} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={() => onClose(false)}>
            {t('dialog.close')}
          </Button>
          <Button type="submit" loading={isRunning} disabled={preview.data === undefined || count === 0}>
            {t('operations.resend.do', { count })}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

function PreviewWords({ preview: { queued, left } }: { preview: Preview }) {
  const { t } = useTranslation();
  const obstacle = useObstacle();
  const rest = [...left.values()].reduce((sum, one) => sum + one, 0);
  return (
    <div aria-live="polite">
      <Text size="sm" fw={600}>
        {t('operations.resend.would', { count: queued })}
      </Text>
      {rest > 0 && (
        <>
          <Text size="sm" mt={4}>
            {t('operations.resend.left', { count: rest })}
          </Text>
          <List size="sm">
            {[...left].map(([reason, count]) => (
              <List.Item key={reason}>
                {count}: {obstacle(reason)}
              </List.Item>
            ))}
          </List>
        </>
      )}
    </div>
  );
}
