/** A dry run over open cases or placements: how many would be decided otherwise, in what, and which. */
import { Alert, Anchor, Button, Group, SegmentedControl, Stack, Table, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { PagePending, useProblemWords } from '../parts/page-states.tsx';
import { useReasonWords } from '../parts/status.tsx';
import type { Draft, PolicyKind } from './document.ts';
import { dryRunQuery, type DryRun } from './queries.ts';
import { useMemberWords, useValueWords } from './say.ts';

const ENDED_DAYS = 7;
const SHOWN = 50;

type Item = DryRun['items'][number];

export function Tried({ kind, content }: { kind: PolicyKind; content: Draft }) {
  const { t } = useTranslation();
  const words = useProblemWords();
  const [days, setDays] = useState(0);
  const found = useQuery(dryRunQuery(kind, { content }, days));
  return (
    <Stack gap="xs">
      <Group justify="space-between">
        <Title order={3} size="h6">
          {t('policies.tried')}
        </Title>
        <SegmentedControl
          size="xs"
          aria-label={t('policies.triedOver')}
          value={String(days)}
          onChange={(value) => setDays(Number(value))}
          data={[
            { value: '0', label: t('policies.openOnly') },
            { value: String(ENDED_DAYS), label: t('policies.andEnded') },
          ]}
        />
      </Group>
      {found.isPending && <PagePending />}
      {found.isError && (
        <Alert color="red" role="alert">
          <Group>
            {words(found.error)}
            <Button size="xs" variant="default" onClick={() => void found.refetch()}>
              {t('page.again')}
            </Button>
          </Group>
        </Alert>
      )}
      {found.data !== undefined && <Found kind={kind} found={found.data} />}
    </Stack>
  );
}

function Found({ kind, found: { examined, otherwise, more, items } }: { kind: PolicyKind; found: DryRun }) {
  const { t } = useTranslation();
  const [shown, setShown] = useState(SHOWN);
  if (examined === 0) return <Text size="sm">{t('policies.nothingToTry')}</Text>;
  const all: Item[] = items;
  return (
    <Stack gap="xs">
      <Text fw={600} role="status">
        {t(otherwise === 0 ? 'policies.wouldBeNone' : 'policies.wouldBe', { otherwise, examined })}
        {more && ` ${t('policies.onlyNewest', { count: examined })}`}
      </Text>
      <Text size="sm" c="dimmed">
        {t('policies.stay')}
      </Text>
      {otherwise > 0 && (
        <>
          <Counts items={all} />
          <Table.ScrollContainer minWidth={340} mah={340}>
            <Table fz="sm" stickyHeader>
              <Table.Thead>
                <Table.Tr>
                  <Table.Th>{t('policies.order')}</Table.Th>
                  <Table.Th>{t('policies.whatOtherwise')}</Table.Th>
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {all.slice(0, shown).map((item) => (
                  <Row key={'caseId' in item ? item.caseId : item.placementId} kind={kind} item={item} />
                ))}
              </Table.Tbody>
            </Table>
          </Table.ScrollContainer>
          {all.length > shown && (
            <Button variant="default" size="xs" onClick={() => setShown(shown + SHOWN)}>
              {t('policies.moreItems', { count: all.length - shown })}
            </Button>
          )}
        </>
      )}
    </Stack>
  );
}

/** In how many each thing would be otherwise, the most frequent first. */
function Counts({ items }: { items: Item[] }) {
  const name = useOutcomeWords();
  const counts = new Map<string, number>();
  for (const { differences } of items) for (const { what } of differences) counts.set(what, (counts.get(what) ?? 0) + 1);
  return (
    <Text size="sm">
      {[...counts]
        .toSorted(([, one], [, other]) => other - one)
        .map(([what, count]) => `${name(what)}: ${count}`)
        .join(' · ')}
    </Text>
  );
}

function Row({ kind, item }: { kind: PolicyKind; item: Item }) {
  const { t } = useTranslation();
  const name = useOutcomeWords();
  const value = useOutcomeValue();
  const reason = useReasonWords();
  return (
    <Table.Tr>
      <Table.Td style={{ verticalAlign: 'top' }}>
        {kind === 'review' ? (
          <Anchor component={Link} to="/cases/$orderId" params={{ orderId: item.orderId } as never} size="sm">
            {item.orderId}
          </Anchor>
        ) : (
          item.orderId
        )}
        <Text size="xs" c="dimmed">
          {'reasonType' in item.inputs ? reason(item.inputs.reasonType) : item.inputs.vendorId}
        </Text>
      </Table.Td>
      <Table.Td>
        {item.matchedRule.from !== item.matchedRule.to && (
          <Text size="xs">
            {[item.matchedRule.from, item.matchedRule.to]
              .map((rule) => (rule === null ? t('policies.base') : t('policies.rule', { name: rule })))
              .join(' → ')}
          </Text>
        )}
        {item.differences.map(({ what, from, to }) => (
          <Text key={what} size="xs">
            {name(what)}: {value(what, from)} → <b>{value(what, to)}</b>
          </Text>
        ))}
      </Table.Td>
    </Table.Tr>
  );
}

export function useOutcomeWords(): (what: string) => string {
  const { t, i18n } = useTranslation();
  const member = useMemberWords();
  return (what) => (i18n.exists(`policies.outcome.${what}`) ? t(`policies.outcome.${what}`) : member(what));
}

/** Long lists are cut: the first say enough. */
export function useOutcomeValue(): (what: string, value: unknown) => string {
  const { t } = useTranslation();
  const said = useValueWords();
  return (what, value) => {
    if (value === null) return '–';
    if (value === 'held' || value === 'rejected') return t(`policies.outcome.${value}`);
    if (!Array.isArray(value)) return said(what, value);
    const shown = value.slice(0, 3).map((one: unknown) => said(what, one));
    return `${shown.join(', ')}${value.length > 3 ? ' …' : ''}`;
  };
}
