/** Says what a vendor's word means; not over what somebody else has said meanwhile. */
import { Alert, Button, Group, Radio, Stack, Text, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { Dialog } from '../parts/dialog.tsx';
import { answer, api, CallFailed } from '../app/api.ts';
import { useProblemWords } from '../parts/page-states.tsx';
import { Meaning } from './badges.tsx';
import { Loaded } from './loaded.tsx';
import { vendorQuery, type Vendor, type WordMeaning } from './queries.ts';

interface WordDialogProps {
  vendorId: string;
  word: string;
  onClose: () => void;
}

const MEANINGS = ['in_progress', 'succeeded', 'failed'] as const;
const REASON = /^[A-Z][A-Z0-9_]{0,63}$/;

export function WordDialog({ vendorId, word, onClose }: WordDialogProps) {
  const { t } = useTranslation();
  const vendor = useQuery(vendorQuery(vendorId));
  return (
    <Dialog opened onClose={onClose} title={t('operations.words.dialog', { word })}>
      <Loaded reading={vendor}>
        {({ value, etag }) => <WordForm vendor={value} etag={etag} word={word} onAgain={() => void vendor.refetch()} onClose={onClose} />}
      </Loaded>
    </Dialog>
  );
}

interface WordFormProps {
  vendor: Vendor;
  etag: string | null;
  word: string;
  onAgain: () => void;
  onClose: () => void;
}

function WordForm({ vendor, etag, word, onAgain, onClose }: WordFormProps) {
  const { t } = useTranslation();
  const words = useProblemWords();
  const queries = useQueryClient();
  const now = vendor.statuses[word] ?? null;
  const [means, setMeans] = useState<WordMeaning['means'] | null>(now?.means ?? null);
  const [reason, setReason] = useState(now?.means === 'failed' ? now.reason : '');
  const [wrong, setWrong] = useState<string | null>(null);
  const { mutate, isPending, error } = useMutation({
    mutationFn: (body: WordMeaning) => {
      const header = etag === null ? {} : { 'If-Match': etag };
      return answer<unknown>(api.PUT('/v1/vendors/{id}/statuses/{word}', { params: { path: { id: vendor.id, word }, header }, body }));
    },
    onSuccess: () => {
      notifications.show({ message: t('operations.words.done', { word, vendor: vendor.name }), color: 'teal' });
      onClose();
    },
    onError: (failure) => {
      if (failure instanceof CallFailed && failure.status === 412) onAgain();
    },
    onSettled: () => void queries.invalidateQueries({ queryKey: ['operations', 'vendors'] }),
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (means === null) return setWrong(t('operations.words.meaningNeeded'));
    if (means === 'failed' && !REASON.test(reason)) return setWrong(t('operations.words.reasonNeeded'));
    setWrong(null);
    mutate(means === 'failed' ? { means, reason } : { means });
  };
  const hasMoved = error instanceof CallFailed && error.status === 412;
  return (
    <form onSubmit={submit} noValidate>
      <Stack>
        <Group gap="xs">
          <Text size="sm">
            {vendor.name}: {t('operations.words.now')}
          </Text>
          <Meaning meaning={now} />
        </Group>
        <Radio.Group label={t('operations.words.means')} value={means} onChange={(to) => setMeans(to)}>
          <Stack gap="xs" mt="xs">
            {MEANINGS.map((value) => (
              <Radio key={value} value={value} label={t(`operations.words.${value}`)} description={t(`operations.words.${value}About`)} />
            ))}
          </Stack>
        </Radio.Group>
        {means === 'failed' && (
          <TextInput
            label={t('operations.words.reason')}
            description={t('operations.words.reasonAbout')}
            value={reason}
            maxLength={64}
            required
            onChange={(event) => setReason(event.currentTarget.value.toUpperCase())}
          />
        )}
        <Text size="sm">{t('operations.words.effect')}</Text>
        {(wrong !== null || error !== null) && (
          <Alert color={hasMoved ? 'orange' : 'red'} role="alert">
            {wrong ?? (hasMoved ? t('operations.moved') : words(error))}
          </Alert>
        )}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {t('dialog.close')}
          </Button>
          <Button type="submit" loading={isPending}>
            {t('operations.words.save')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
