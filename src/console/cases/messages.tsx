/** All that was sent about an order, to whom, and the text as it was sent. */
import { Accordion, Badge, Code, Group, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Instant } from '../parts/instants.tsx';
import { PagePending, useProblemWords } from '../parts/page-states.tsx';
import { useMessageKind } from '../parts/message-kind.ts';
import { messagesQuery } from './queries.ts';

const COLORS: Record<string, string> = { sent: 'teal', dead: 'red', unknown: 'orange' };

export function Messages({ orderId }: { orderId: string }) {
  const { t } = useTranslation();
  const words = useProblemWords();
  const kindWords = useMessageKind();
  const found = useQuery(messagesQuery(orderId));
  if (found.isPending) return <PagePending />;
  if (found.data === undefined) return <Text c="red">{words(found.error)}</Text>;
  if (found.data.length === 0) return <Text>{t('case.noMessages')}</Text>;
  return (
    <Accordion chevronPosition="left" variant="contained">
      {found.data.map((message) => (
        <Accordion.Item key={message.id} value={message.id}>
          <Accordion.Control>
            <Group gap="xs">
              <Text size="sm" fw={600}>
                {t(`counterpart.${message.counterpart}` as 'counterpart.buyer', { defaultValue: message.counterpart })}
              </Text>
              <Text size="sm">{kindWords(message.kind)}</Text>
              <Badge size="sm" variant="light" tt="none" color={COLORS[message.state] ?? 'gray'}>
                {t(`case.toldState.${message.state}` as 'case.toldState.sent', { defaultValue: message.state })}
              </Badge>
              <Instant at={message.settledAt ?? message.wallAt} size="xs" c="dimmed" />
            </Group>
          </Accordion.Control>
          <Accordion.Panel>
            <Text size="sm">
              {message.recipient} · {t('case.tries', { count: message.attempts.length })}
              {message.detail !== null && ` · ${message.detail}`}
            </Text>
            <Text size="xs" c="dimmed" mt="xs">
              {t('case.text')}
            </Text>
            <Code block tabIndex={0} style={{ maxHeight: 320, overflow: 'auto' }}>
              {textOf(message.body)}
            </Code>
          </Accordion.Panel>
        </Accordion.Item>
      ))}
    </Accordion>
  );
}

/** JSON laid out; of a mail its text. */
function textOf(body: unknown): string {
  if (typeof body !== 'string') return JSON.stringify(body, null, 2);
  try {
    return JSON.stringify(JSON.parse(body), null, 2);
  } catch {
    return body;
  }
}
