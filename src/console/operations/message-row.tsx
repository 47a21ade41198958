/** A message of the ledger; opened, with its text as sent and every attempt. */
import { Anchor, Box, Button, Checkbox, Code, Collapse, Group, Stack, Table, Text, UnstyledButton } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { Instant } from '../parts/instants.tsx';
import { MessageState } from './badges.tsx';
import { Loaded } from './loaded.tsx';
import { useMessageKind } from '../parts/message-kind.ts';
import { useObstacle } from './names.ts';
import classes from './operations.module.css';
import { messageQuery, type Message } from './queries.ts';
import { Wide } from './wide.tsx';

export interface MessageRowProps {
  message: Message;
  isSelected?: boolean;
  onToggle?: (message: Message) => void;
  onResend: ((message: Message) => void) | undefined;
}

export function MessageRow({ message, isSelected, onToggle, onResend }: MessageRowProps) {
  const { t } = useTranslation();
  const kindName = useMessageKind();
  const [isOpen, { toggle }] = useDisclosure(false);
  const { counterpart, recipient, counterpartId, kind, state, orderId, attempts, detail, wallAt, settledAt, resends } = message;
  const words = t(isOpen ? 'operations.less' : 'operations.messages.more');
  const what = `${kindName(kind)} → ${t(`counterpart.${counterpart}`)}`;
  return (
    <Box component="li" className={classes['row'] ?? ''}>
      <Group gap="sm" wrap="nowrap" align="flex-start">
        {onToggle === undefined ? (
          <Box w={20} flex="none" />
        ) : (
          <Checkbox
            checked={isSelected ?? false}
            onChange={() => onToggle(message)}
            aria-label={t('operations.messages.select', { what, order: orderId })}
          />
        )}
        <Box flex={1} miw={0}>
          <Group gap="xs">
            <OrderLink message={message} />
            <MessageState state={state} />
            <Text size="sm">{what}</Text>
            <Text size="sm" c="dimmed" truncate maw={260}>
              {counterpartId ?? recipient}
            </Text>
            <Instant at={settledAt ?? wallAt} size="xs" c="dimmed" />
          </Group>
          <Group gap="xs">
            <Text size="sm" className={classes['lines'] ?? ''}>
              {t('case.tries', { count: attempts.length })}
              {resends > 0 && ` · ${t('operations.messages.resent', { count: resends, by: message.resentBy })}`}
              {detail !== null && detail !== '' && ` · ${detail}`}
            </Text>
            <UnstyledButton
              onClick={toggle}
              aria-expanded={isOpen}
              aria-label={`${words}: ${orderId}, ${what}`}
              fz="sm"
              c="var(--mantine-color-anchor)"
            >
              {words}
            </UnstyledButton>
          </Group>
          <Collapse expanded={isOpen}>{isOpen && <InFull message={message} onResend={onResend} />}</Collapse>
        </Box>
      </Group>
    </Box>
  );
}

/** What it is about: a case, a placement, or neither. */
function OrderLink({ message: { orderId, reviewRound, counterpart } }: { message: Message }) {
  if (reviewRound > 0) {
    return (
      <Anchor component={Link} to="/cases/$orderId" params={{ orderId } as never} search={{ round: reviewRound } as never} fw={650}>
        {orderId}
      </Anchor>
    );
  }
  if (counterpart === 'operations') return <Text fw={650}>{orderId}</Text>;
  return (
    <Anchor component={Link} to={`/placements/${encodeURIComponent(orderId)}`} fw={650}>
      {orderId}
    </Anchor>
  );
}

function InFull({ message, onResend }: Pick<MessageRowProps, 'message' | 'onResend'>) {
  const { t } = useTranslation();
  const obstacle = useObstacle();
  const judged = useQuery(messageQuery(message.id));
  const { attempts, body, key, recipient, result } = message;
  return (
    <Stack gap="xs" mt="xs">
      <Text size="xs" c="dimmed" className={classes['lines'] ?? ''}>
        {t('operations.messages.recipient')}: {recipient} · {t('operations.messages.key')}: {key}
      </Text>
      <Attempts attempts={attempts} />
      <Text size="sm" fw={600}>
        {t('case.text')}
      </Text>
      <Code block tabIndex={0} style={{ maxHeight: 320, overflow: 'auto' }} aria-label={t('case.text')}>
        {laidOut(body)}
      </Code>
      {result !== null && (
        <>
          <Text size="sm" fw={600}>
            {t('operations.messages.answer')}
          </Text>
          <Code block tabIndex={0} style={{ maxHeight: 160, overflow: 'auto' }} aria-label={t('operations.messages.answer')}>
            {JSON.stringify(result, null, 2)}
          </Code>
        </>
      )}
      <Loaded reading={judged}>
        {({ resend }) =>
          resend.possible || resend.reason === 'MAY_HAVE_ARRIVED' ? (
            <Group gap="sm">
              {onResend !== undefined && (
                <Button size="xs" variant="light" onClick={() => onResend(message)}>
                  {t('operations.messages.resend')}
                </Button>
              )}
              {!resend.possible && <Text size="sm">{obstacle(resend.reason)}</Text>}
            </Group>
          ) : (
            <Text size="sm">
              {t('operations.messages.notAgain')} {obstacle(resend.reason)}
            </Text>
          )
        }
      </Loaded>
    </Stack>
  );
}

function Attempts({ attempts }: Pick<Message, 'attempts'>) {
  const { t } = useTranslation();
  if (attempts.length === 0) return null;
  return (
    <Wide minWidth={420} label={t('operations.messages.attempt')}>
      <Table verticalSpacing={4}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t('operations.messages.attempt')}</Table.Th>
            <Table.Th>{t('operations.messages.started')}</Table.Th>
            <Table.Th>{t('operations.messages.outcome')}</Table.Th>
            <Table.Th>HTTP</Table.Th>
            <Table.Th>{t('operations.messages.error')}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {attempts.map(({ number, startedAt, outcome, httpStatus, error }) => (
            <Table.Tr key={number}>
              <Table.Td className="hp-number">{number}</Table.Td>
              <Table.Td>
                <Instant at={startedAt} size="sm" />
              </Table.Td>
              <Table.Td>{t(`operations.attempt.${outcome ?? 'none'}`)}</Table.Td>
              <Table.Td className="hp-number">{httpStatus ?? '–'}</Table.Td>
              <Table.Td className={classes['lines'] ?? ''}>{error ?? '–'}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Wide>
  );
}

/** JSON laid out; else as it is. */
function laidOut(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}
