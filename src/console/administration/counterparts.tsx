/** The servers of the other sides: whether each answers and understands us, and the secrets that are shared with it. */
import { Alert, Badge, Button, Group, Paper, SimpleGrid, Stack, Table, Text, Title } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Dialog } from '../parts/dialog.tsx';
import { answer, api, type Schemas } from '../app/api.ts';
import { useMay } from '../app/session.ts';
import { Instant, useInstant } from '../parts/instants.tsx';
import { Empty, PagePending, useProblemWords } from '../parts/page-states.tsx';
import { ListFailed, ShownOnce, useDoing, Wrong } from './doing.tsx';

type Counterpart = Schemas['Counterpart'];
type Secret = Schemas['CounterpartSecret'];
/** What can be made here; the others are made by the other side. */
const MADE = ['signing', 'verification', 'bearer'] as const;

export function Counterparts() {
  const { t } = useTranslation();
  const [shown, setShown] = useState<Counterpart | null>(null);
  const found = useQuery({
    queryKey: ['counterparts'],
    queryFn: async ({ signal }) => (await answer(api.GET('/v1/counterparts', { signal }))).items,
  });
  if (found.isPending) return <PagePending />;
  if (found.data === undefined) return <ListFailed error={found.error} onAgain={() => void found.refetch()} />;
  if (found.data.length === 0) {
    return <Empty title={t('administration.noCounterparts')} about={t('administration.noCounterpartsAbout')} />;
  }
  return (
    <>
      <SimpleGrid cols={{ base: 1, md: 2 }} style={{ alignItems: 'start' }}>
        {found.data.map((one) => (
          <CounterpartCard key={one.id} one={one} onSecrets={() => setShown(one)} />
        ))}
      </SimpleGrid>
      <Dialog
        opened={shown !== null}
        onClose={() => setShown(null)}
        title={shown === null ? '' : t('administration.secretsOf', { name: shown.name })}
        size="lg"
        closeOnClickOutside={false}
      >
        {shown !== null && <Secrets id={shown.id} />}
      </Dialog>
    </>
  );
}

const VERDICTS = { works: 'teal', uncertain: 'yellow', fails: 'red' } as const;

function CounterpartCard({ one, onSecrets }: { one: Counterpart; onSecrets: () => void }) {
  const { t } = useTranslation();
  const words = useProblemWords();
  const mayWrite = useMay('counterparts.write');
  const check = useMutation({
    mutationFn: () => answer(api.POST('/v1/counterparts/{id}/check', { params: { path: { id: one.id } } })),
  });
  return (
    <Paper withBorder p="md" component="section" aria-label={one.name}>
      <Stack gap="xs">
        <Group justify="space-between">
          <Title order={2} size="h5">
            {one.name}
          </Title>
          <Badge variant="light" tt="none">
            {t(`administration.kind.${one.kind}`)}
          </Badge>
        </Group>
        <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
          {one.baseUrl ?? '–'}
        </Text>
        <Text size="xs">
          {t('administration.way')}: {one.auth.type} ·{' '}
          {t('administration.limits', { seconds: one.timeoutMs / 1000, perSecond: one.maxPerSecond, concurrent: one.maxConcurrent })}
        </Text>
        {one.buyerIds.length > 0 && (
          <Text size="xs">
            {t('administration.buyers')}: {one.buyerIds.join(', ')}
          </Text>
        )}
        <Group gap="xs">
          {mayWrite && (
            <Button
              size="xs"
              variant="default"
              loading={check.isPending}
              aria-label={`${t('administration.check')} ${one.name}`}
              onClick={() => check.mutate()}
            >
              {t('administration.check')}
            </Button>
          )}
          <Button size="xs" variant="default" aria-label={t('administration.secretsOf', { name: one.name })} onClick={onSecrets}>
            {t('administration.secrets')}
          </Button>
        </Group>
        {check.isError && <Wrong words={words(check.error)} />}
        {check.data !== undefined && <Report report={check.data} />}
      </Stack>
    </Paper>
  );
}

function Report({ report: { verdict, words, steps, httpStatus, latencyMs } }: { report: Schemas['CheckReport'] }) {
  const { t } = useTranslation();
  return (
    <Alert variant="outline" color={VERDICTS[verdict]} role="status" title={t(`administration.verdict.${verdict}`)}>
      <Text size="sm">{words}</Text>
      {httpStatus !== null && latencyMs !== null && (
        <Text size="xs">{t('administration.latency', { status: httpStatus, ms: Math.round(latencyMs) })}</Text>
      )}
      <Table fz="xs">
        <Table.Tbody>
          {(Object.keys(steps) as (keyof typeof steps)[]).map((name) => {
            const { ok, words: about } = steps[name];
            return (
              <Table.Tr key={name}>
                <Table.Th scope="row">{t(`administration.step.${name}`)}</Table.Th>
                <Table.Td>{t(`administration.ok.${ok === null ? 'unknown' : ok ? 'yes' : 'no'}`)}</Table.Td>
                <Table.Td>{about}</Table.Td>
              </Table.Tr>
            );
          })}
        </Table.Tbody>
      </Table>
    </Alert>
  );
}

function Secrets({ id }: { id: string }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const mayWrite = useMay('counterparts.write');
  const queryKey = ['counterparts', id, 'secrets'];
  const params = { path: { id } };
  const { isBusy, wrong, run } = useDoing();
  const [made, setMade] = useState<string | null>(null);
  const [ending, setEnding] = useState<Secret | null>(null);
  const found = useQuery({
    queryKey,
    queryFn: async ({ signal }) => (await answer(api.GET('/v1/counterparts/{id}/secrets', { params, signal }))).items,
  });
  if (made !== null) return <ShownOnce secret={made} onDone={() => setMade(null)} />;
  if (found.isPending) return <PagePending />;
  if (found.data === undefined) return <ListFailed error={found.error} onAgain={() => void found.refetch()} />;
  const make = (purpose: (typeof MADE)[number]): void =>
    void run(async () => {
      const { secret } = await answer(api.POST('/v1/counterparts/{id}/secrets', { params, body: { purpose, generate: true } }));
      if (secret !== undefined) setMade(secret);
      await queries.invalidateQueries({ queryKey });
    });
  const end = ({ id: secretId }: Secret): void =>
    void run(async () => {
      await answer(api.DELETE('/v1/counterparts/{id}/secrets/{secretId}', { params: { path: { id, secretId } } }));
      setEnding(null);
      await queries.invalidateQueries({ queryKey });
    });
  return (
    <Stack>
      {found.data.length === 0 && <Text size="sm">{t('administration.noSecrets')}</Text>}
      {found.data.map((secret) => (
        <SecretLine key={secret.id} secret={secret} mayEnd={mayWrite} onEnd={() => setEnding(secret)} />
      ))}
      {ending !== null && (
        <Alert color="red" role="alert">
          <Stack gap="xs" align="flex-start">
            <Text size="sm">{t('administration.endSecretAbout', { fingerprint: ending.fingerprint })}</Text>
            <Group>
              <Button size="xs" variant="default" onClick={() => setEnding(null)}>
                {t('administration.cancel')}
              </Button>
              <Button size="xs" color="red" loading={isBusy} onClick={() => end(ending)}>
                {t('administration.endSecret')}
              </Button>
            </Group>
          </Stack>
        </Alert>
      )}
      <Wrong words={wrong} />
      {mayWrite && (
        <>
          <Text size="sm">
            <b>{t('administration.newSecret')}.</b> {t('administration.newSecretAbout')}
          </Text>
          <Group>
            {MADE.map((purpose) => (
              <Button key={purpose} size="xs" variant="default" disabled={isBusy} onClick={() => make(purpose)}>
                {t(`administration.purpose.${purpose}`)}
              </Button>
            ))}
          </Group>
        </>
      )}
    </Stack>
  );
}

function SecretLine({ secret, mayEnd, onEnd }: { secret: Secret; mayEnd: boolean; onEnd: () => void }) {
  const { t } = useTranslation();
  const instant = useInstant();
  const { purpose, fingerprint, createdAt, createdBy, expiresAt } = secret;
  const isOver = expiresAt !== null && Date.parse(expiresAt) < Date.now();
  return (
    <Group justify="space-between" wrap="nowrap" opacity={isOver ? 0.7 : 1}>
      <div>
        <Text size="sm">
          {t(`administration.purpose.${purpose}`)} <code>{fingerprint}</code>
        </Text>
        <Text size="xs">
          {t('administration.created')} <Instant at={createdAt} size="xs" /> · {createdBy.replace(/^person:/, '')}
          {expiresAt !== null && ` · ${t('administration.ends', { time: instant(expiresAt) })}`}
        </Text>
      </div>
      {mayEnd && !isOver && (
        <Button size="compact-xs" variant="default" aria-label={`${t('administration.endSecret')} ${fingerprint}`} onClick={onEnd}>
          {t('administration.endSecret')}
        </Button>
      )}
    </Group>
  );
}
