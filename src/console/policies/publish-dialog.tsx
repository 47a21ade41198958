/** Before a version is published: what differs, what it would change for open cases, from when on, and why. Also what rolls back. */
import { Alert, Button, Group, SegmentedControl, Stack, Text, Textarea, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useQueryClient } from '@tanstack/react-query';
import { useRef, useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { Dialog } from '../parts/dialog.tsx';
import { CallFailed } from '../app/api.ts';
import { useSession } from '../app/session.ts';
import { ZONE } from '../parts/instants.tsx';
import { useProblemWords } from '../parts/page-states.tsx';
import { comparedLines, mistakesOf, type Draft, type PolicyKind } from './document.ts';
import { Theirs } from './draft-bar.tsx';
import { knownOf, useVersions } from './known-versions.tsx';
import { LinesTable } from './lines-table.tsx';
import { errorsOf, publish, type Version } from './queries.ts';
import { useMistakeWords } from './say.ts';
import { Tried } from './tried.tsx';

export interface PublishWish {
  content: Draft;
  /** The newest version that was seen, and what the one in force says. */
  basedOn: number;
  inForce: { version: number; content: Draft };
  /** The version that is published anew. */
  rollsBackTo?: number;
}

export interface PublishDialogProps {
  kind: PolicyKind;
  /** Null: closed. */
  wish: PublishWish | null;
  onClose: (published: Version | null) => void;
}

export function PublishDialog({ kind, wish, onClose }: PublishDialogProps) {
  const { t } = useTranslation();
  const title = wish?.rollsBackTo === undefined ? t('policies.publishTitle') : t('policies.rollBackTitle', { version: wish.rollsBackTo });
  return (
    <Dialog opened={wish !== null} onClose={() => onClose(null)} title={title} size="xl">
      {wish !== null && <PublishForm kind={kind} wish={wish} onClose={onClose} />}
    </Dialog>
  );
}

/** What came of it stands where one looks, however long the list above it is. */
const intoView = (element: HTMLElement | null): void => element?.scrollIntoView({ block: 'center' });

function PublishForm({ kind, wish, onClose }: { kind: PolicyKind; wish: PublishWish; onClose: PublishDialogProps['onClose'] }) {
  const { t } = useTranslation();
  const { rollsBackTo, content, inForce, basedOn } = wish;
  const known = knownOf(useVersions(kind).data?.pages ?? []);
  const isBehind = known.newest > basedOn;
  const [why, setWhy] = useState(rollsBackTo === undefined ? '' : t('policies.rollBackWhy', { version: rollsBackTo }));
  const [isLater, setLater] = useState(false);
  const [at, setAt] = useState('');
  const { send, isSending, wrong, setWrong } = usePublishing(kind, wish, onClose);
  const lines = comparedLines(inForce.content, content).filter(({ differs }) => differs);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (why.trim() === '') return setWrong([t('policies.whyNeeded')]);
    if (isLater && !(Date.parse(at) > Date.now())) return setWrong([t('policies.laterNeeded')]);
    void send(why.trim(), isLater ? new Date(at).toISOString() : null);
  };
  return (
    <form onSubmit={submit} noValidate>
      <Stack>
        {rollsBackTo !== undefined && <Text size="sm">{t('policies.rollBackAbout', { version: rollsBackTo })}</Text>}
        {lines.length === 0 ? (
          <Text size="sm">{t('policies.same')}</Text>
        ) : (
          <LinesTable
            lines={lines}
            left={t('policies.now', { version: inForce.version })}
            right={rollsBackTo === undefined ? t('policies.draft') : t('policies.version', { version: rollsBackTo })}
          />
        )}
        <Tried kind={kind} content={content} />
        <Textarea
          label={t('policies.why')}
          description={t('policies.whyHint')}
          value={why}
          onChange={(event) => setWhy(event.currentTarget.value)}
          required
          maxLength={2000}
          autosize
          minRows={2}
          data-autofocus
        />
        <Group align="flex-end">
          <SegmentedControl
            aria-label={t('policies.when')}
            value={isLater ? 'later' : 'now'}
            onChange={(value) => setLater(value === 'later')}
            data={[
              { value: 'now', label: t('policies.atOnce') },
              { value: 'later', label: t('policies.later') },
            ]}
          />
          {isLater && (
            <TextInput
              type="datetime-local"
              aria-label={`${t('policies.later')} (${ZONE})`}
              value={at}
              onChange={(event) => setAt(event.currentTarget.value)}
            />
          )}
        </Group>
        {isBehind && (
          <Alert color="orange" role="alert" ref={intoView}>
            <Theirs known={known} basedOn={basedOn} />
            <Text size="sm">{t('policies.notPublished')}</Text>
          </Alert>
        )}
        {wrong.length > 0 && !isBehind && (
          <Alert color="red" role="alert" ref={intoView}>
            {wrong.map((one) => (
              <Text key={one} size="sm">
                {one}
              </Text>
            ))}
          </Alert>
        )}
        <Group justify="flex-end">
          <Button variant="default" onClick={() => onClose(null)}>
            {t('policies.cancel')}
          </Button>
          <Button type="submit" loading={isSending} disabled={isBehind}>
            {t('policies.doPublish')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

function usePublishing(kind: PolicyKind, { content, basedOn }: PublishWish, onClose: PublishDialogProps['onClose']) {
  const { t } = useTranslation();
  const { person } = useSession();
  const queries = useQueryClient();
  const words = useProblemWords();
  const mistake = useMistakeWords();
  const [isSending, setSending] = useState(false);
  const [wrong, setWrong] = useState<string[]>([]);
  // The same wish sent again is not done twice.
  const key = useRef({ of: '', value: '' });
  const send = async (why: string, effectiveFrom: string | null): Promise<void> => {
    const of = JSON.stringify([why, effectiveFrom]);
    if (key.current.of !== of) key.current = { of, value: crypto.randomUUID() };
    setSending(true);
    setWrong([]);
    try {
      const from = effectiveFrom === null ? {} : { effectiveFrom };
      const version = await publish(kind, { content, basedOn, by: person.name, why, ...from }, key.current.value);
      notifications.show({
        title: t('policies.published', { version: version.version }),
        message: t('policies.publishedAbout'),
        color: 'teal',
      });
      await queries.invalidateQueries({ queryKey: ['policies', kind, 'versions'] });
      onClose(version);
    } catch (error) {
      // Somebody else was first: who, and why, is read.
      if (error instanceof CallFailed && error.problem.code === 'POLICY_MOVED_ON') {
        await queries.invalidateQueries({ queryKey: ['policies', kind, 'versions'] });
      }
      const mistakes = mistakesOf(errorsOf(error));
      setWrong(mistakes.length > 0 ? mistakes.map(mistake) : [words(error)]);
    } finally {
      setSending(false);
    }
  };
  return { send, isSending, wrong, setWrong };
}
