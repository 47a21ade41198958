/** What the customer and the platform were told about a placement, in the text as it was sent. */
import { Accordion, Badge, Code, Group, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { Schemas } from '../app/api.ts';
import { messagesQuery } from '../cases/queries.ts';
import { Instant } from '../parts/instants.tsx';
import { PagePending, useProblemWords } from '../parts/page-states.tsx';
import { useKindWords } from './event-words.ts';

type Message = Schemas['Message'];
const COLORS: Record<string, string> = { sent: 'teal', dead: 'red', unknown: 'orange' };

/** Those of its review case stand at the case. */
export function isOfPlacement({ caseId }: Pick<Message, 'caseId'>, orderId: string): boolean {
  return caseId === `${orderId}/placement` || caseId.startsWith(`${orderId}/placement/`);
}

export function Messages({ orderId }: { orderId: string }) {
  const { t } = useTranslation();
  const words = useProblemWords();
  const kindWords = useKindWords();
  const found = useQuery(messagesQuery(orderId));
  if (found.isPending) return <PagePending />;
  if (found.data === undefined) return <Text>{words(found.error)}</Text>;
  const messages = found.data.filter((message) => isOfPlacement(message, orderId));
  if (messages.length === 0) return <Text>{t('case.noMessages')}</Text>;
  return (
    <Accordion chevronPosition="left" variant="contained">
      {messages.map((message) => (
        <Accordion.Item key={message.id} value={message.id}>
          <Accordion.Control>
            <Group gap="xs">
              <Text size="sm" fw={600}>
                {kindWords(message)}
              </Text>
              <Badge size="sm" variant="light" tt="none" color={COLORS[message.state] ?? 'gray'}>
                {t(`case.toldState.${message.state}`, { defaultValue: message.state })}
              </Badge>
              <Instant at={message.caseAt} size="xs" c="dimmed" />
            </Group>
          </Accordion.Control>
          <Accordion.Panel>
            <Sent message={message} />
          </Accordion.Panel>
        </Accordion.Item>
      ))}
    </Accordion>
  );
}

function Sent({ message: { body, attempts, detail } }: { message: Message }) {
  const { t } = useTranslation();
  const mail = mailOf(body);
  return (
    <>
      <Text size="sm">
        {mail !== null && `${mail.to} · `}
        {t('case.tries', { count: attempts.length })}
        {detail !== null && ` · ${detail}`}
      </Text>
      <Text size="xs" c="dimmed" mt="xs">
        {t('case.text')}
      </Text>
      {mail !== null && (
        <Text size="sm" fw={600}>
          {mail.subject}
        </Text>
      )}
      <Code block tabIndex={0} style={{ maxHeight: 320, overflow: 'auto', whiteSpace: 'pre-wrap' }}>
        {mail?.text ?? laidOut(body)}
      </Code>
    </>
  );
}

interface Mail {
  to: string;
  subject: string;
  text: string;
}

function mailOf(body: string): Mail | null {
  const { to, subject, text } = (jsonOf(body) ?? {}) as { to?: { address?: string }; subject?: unknown; text?: unknown };
  return typeof subject === 'string' && typeof text === 'string' ? { to: to?.address ?? '', subject, text } : null;
}

function laidOut(body: string): string {
  const value = jsonOf(body);
  return value === undefined ? body : JSON.stringify(value, null, 2);
}

function jsonOf(body: string): unknown {
  try {
    return JSON.parse(body) as unknown;
  } catch {
    return undefined;
  }
}
