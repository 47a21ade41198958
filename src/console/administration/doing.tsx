/** What the dialogs of administration share: something is done once, and its failure is said in the dialog. */
import { Alert, Button, Code, CopyButton, Group, Stack, Text } from '@mantine/core';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useProblemWords } from '../parts/page-states.tsx';
import './words.ts';

export function useDoing() {
  const words = useProblemWords();
  const [isBusy, setBusy] = useState(false);
  const [wrong, setWrong] = useState<string | null>(null);
  const kept = useRef({ of: '', key: '' });
  /** One key for each wish: sent again after a lost answer, it is not done twice. */
  const keyOf = (wish: unknown): string => {
    const of = JSON.stringify(wish);
    if (kept.current.of !== of) kept.current = { of, key: crypto.randomUUID() };
    return kept.current.key;
  };
  const run = async (what: () => Promise<void>): Promise<void> => {
    setBusy(true);
    setWrong(null);
    try {
      await what();
    } catch (error) {
      setWrong(words(error));
    } finally {
      setBusy(false);
    }
  };
  return { isBusy, wrong, setWrong, run, keyOf };
}

export function Wrong({ words }: { words: string | null }) {
  if (words === null) return null;
  return (
    <Alert color="red" role="alert">
      {words}
    </Alert>
  );
}

export interface DialogButtonsProps {
  label: string;
  isBusy: boolean;
  isFinal?: boolean;
  onCancel: () => void;
}

export function DialogButtons({ label, isBusy, isFinal = false, onCancel }: DialogButtonsProps) {
  const { t } = useTranslation();
  return (
    <Group justify="flex-end">
      <Button variant="default" onClick={onCancel}>
        {t('administration.cancel')}
      </Button>
      <Button type="submit" loading={isBusy} {...(isFinal ? { color: 'red' } : {})}>
        {label}
      </Button>
    </Group>
  );
}

/** A secret that is told once; it is kept nowhere here. */
export function ShownOnce({ secret, onDone }: { secret: string; onDone: () => void }) {
  const { t } = useTranslation();
  return (
    <Stack>
      <Alert color="orange">{t('administration.once')}</Alert>
      <Code block style={{ overflowWrap: 'anywhere', whiteSpace: 'pre-wrap' }}>
        {secret}
      </Code>
      <Group justify="space-between">
        <CopyButton value={secret}>
          {({ copied, copy }) => <Button onClick={copy}>{t(copied ? 'administration.copied' : 'administration.copy')}</Button>}
        </CopyButton>
        <Button variant="default" onClick={onDone}>
          {t('administration.done')}
        </Button>
      </Group>
    </Stack>
  );
}

export function ListFailed({ error, onAgain }: { error: unknown; onAgain: () => void }) {
  const { t } = useTranslation();
  const words = useProblemWords();
  return (
    <Alert color="red" role="alert" title={t('page.failed')}>
      <Group>
        <Text size="sm">{words(error)}</Text>
        <Button size="xs" variant="default" onClick={onAgain}>
          {t('page.again')}
        </Button>
      </Group>
    </Alert>
  );
}
