/** A draft as its readers will see it, while it is typed: as a mail, or as plain text; of an invented order, or of a real one. */
import { Alert, Group, Paper, SegmentedControl, Stack, Text, TextInput, Title } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Schemas } from '../app/api.ts';
import { PagePending, useProblemWords } from '../parts/page-states.tsx';
import { MailFrame } from './mail-frame.tsx';
import { mistakesOf, previewQuery, type Mistake, type PreviewWish } from './template-queries.ts';

const TYPING_MS = 350;

export interface Previewed {
  /** The newest that could be made. */
  mail: Schemas['ComposedNotice'] | null;
  /** What is typed now is something else. */
  isOld: boolean;
  mistakes: Mistake[];
  /** Why it could not be made, but for mistakes in the text. */
  error: unknown;
}

export function usePreviewed(wish: PreviewWish): Previewed {
  const [asked] = useDebouncedValue(wish, TYPING_MS);
  const { data, error, isPlaceholderData } = useQuery({ ...previewQuery(asked), placeholderData: (before) => before });
  const last = useRef<Previewed['mail']>(null);
  if (data !== undefined) last.current = data;
  const mistakes = mistakesOf(error);
  return {
    mail: last.current,
    isOld: data === undefined || isPlaceholderData,
    mistakes,
    error: mistakes.length > 0 ? null : error,
  };
}

export interface PreviewPanelProps {
  previewed: Previewed;
  orderId: string;
  hasOrders: boolean;
  onOrder: (orderId: string) => void;
}

export function PreviewPanel({ previewed: { mail, isOld, mistakes, error }, orderId, hasOrders, onOrder }: PreviewPanelProps) {
  const { t } = useTranslation();
  const words = useProblemWords();
  const [form, setForm] = useState<'mail' | 'text'>('mail');
  return (
    <Paper withBorder p="md" component="section" aria-label={t('templates.preview')}>
      <Stack gap="sm">
        <Group justify="space-between">
          <Title order={3} size="h5">
            {t('templates.preview')}
          </Title>
          <SegmentedControl
            size="xs"
            aria-label={t('templates.form')}
            value={form}
            onChange={(value) => setForm(value)}
            data={(['mail', 'text'] as const).map((value) => ({ value, label: t(`templates.formOf.${value}`) }))}
          />
        </Group>
        {hasOrders && (
          <TextInput
            label={t('templates.order')}
            placeholder={t('templates.invented')}
            value={orderId}
            maxLength={100}
            onChange={(event) => onOrder(event.currentTarget.value.trim())}
          />
        )}
        {mistakes.length > 0 && <Alert color="orange">{t('templates.beforeMistake')}</Alert>}
        {error !== null && (
          <Alert color="red" role="alert">
            {words(error)}
          </Alert>
        )}
        {mail === null && error === null && mistakes.length === 0 && <PagePending />}
        {mail !== null && (
          <>
            <Text size="sm" fw={600} style={{ overflowWrap: 'anywhere' }}>
              {t('templates.subjectIs', { subject: mail.subject })}
            </Text>
            {form === 'mail' ? (
              <MailFrame html={mail.html} title={t('templates.asMail')} isOld={isOld} />
            ) : (
              <Text
                component="pre"
                size="sm"
                m={0}
                ff="monospace"
                style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere', opacity: isOld ? 0.6 : 1 }}
              >
                {mail.text}
              </Text>
            )}
          </>
        )}
      </Stack>
    </Paper>
  );
}
