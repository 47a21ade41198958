/** Moves open cases to another version: a preview of what each becomes, then some at a time, with what came of each. */
import { Alert, Button, Group, MultiSelect, Progress, Select, SimpleGrid, Stack, Text, Textarea, TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { answer, api } from '../app/api.ts';
import { useSession } from '../app/session.ts';
import { useProblemWords } from '../parts/page-states.tsx';
import type { KnownVersions } from './known-versions.tsx';
import { MovedCases, type Moved } from './moved-cases.tsx';
import type { Migration } from './queries.ts';

const STATES = ['held', 'in_review', 'awaiting_liaison'] as const;
/** So many at a time: what happens is seen, and can be stopped. */
const AT_ONCE = 10;

interface Wish {
  version: number;
  fromVersion?: number;
  status?: (typeof STATES)[number][];
  buyerId?: string;
}

export function Move({ known }: { known: KnownVersions }) {
  const { t } = useTranslation();
  const [wish, setWish] = useState<Wish>({ version: known.inForce });
  const [why, setWhy] = useState('');
  const moving = useMoving();
  const { preview, results, progress, wrong } = moving;
  const [leftOut, setLeftOut] = useState<readonly string[]>([]);
  const possible = preview?.items.filter(({ result }) => result === 'would_migrate') ?? [];
  const chosen = possible.filter(({ orderId }) => !leftOut.includes(orderId));
  const change = (to: Wish): void => {
    setWish(to);
    setLeftOut([]);
    moving.forget();
  };
  return (
    <Stack maw={900}>
      <Text size="sm">{t('policies.moveAbout')}</Text>
      <WishForm known={known} wish={wish} onChange={change} />
      <Textarea
        label={t('policies.why')}
        description={t('policies.moveWhyHint')}
        required
        value={why}
        maxLength={2000}
        autosize
        onChange={(event) => setWhy(event.currentTarget.value)}
      />
      <Group>
        <Button
          variant="default"
          loading={progress?.what === 'preview'}
          disabled={why.trim() === '' || progress !== null}
          onClick={() => {
            setLeftOut([]);
            void moving.look(wish, why.trim());
          }}
        >
          {t('policies.preview')}
        </Button>
        {possible.length > 0 && results === null && (
          <Button
            disabled={progress !== null || chosen.length === 0 || why.trim() === ''}
            onClick={() => void moving.move(wish.version, why.trim(), chosen)}
          >
            {t('policies.doMove', { count: chosen.length })}
          </Button>
        )}
        {progress?.what === 'move' && (
          <Button variant="default" onClick={moving.stop}>
            {t('policies.stop')}
          </Button>
        )}
      </Group>
      {why.trim() === '' && (
        <Text size="xs" c="dimmed">
          {t('policies.whyNeeded')}
        </Text>
      )}
      {progress?.what === 'move' && (
        <>
          <Progress
            value={(100 * progress.done) / Math.max(progress.count, 1)}
            aria-label={t('policies.moving', { done: progress.done, count: progress.count })}
          />
          <Text size="sm" role="status">
            {t('policies.moving', { done: progress.done, count: progress.count })}
          </Text>
        </>
      )}
      {wrong !== null && (
        <Alert color="red" role="alert">
          {wrong}
        </Alert>
      )}
      {preview !== null && results === null && (
        <>
          <Text fw={600} role="status">
            {preview.items.length === 0 ? t('policies.moveNone') : t('policies.movePreview', { count: possible.length })}
          </Text>
          {preview.more && <Text size="sm">{t('policies.moveMore')}</Text>}
          {preview.items.length > 0 && <MovedCases items={preview.items} leftOut={leftOut} onLeaveOut={setLeftOut} />}
        </>
      )}
      {results !== null && (
        <>
          <Text fw={600} role="status">
            {t('policies.moved', { count: results.filter(({ result }) => result === 'migrated').length })}
            {moving.isStopped && ` ${t('policies.stopped')}`}
          </Text>
          {preview?.more === true && progress === null && <Text size="sm">{t('policies.moveMore')}</Text>}
          <MovedCases items={results} />
        </>
      )}
    </Stack>
  );
}

function WishForm({ known: { items, inForce }, wish, onChange }: { known: KnownVersions; wish: Wish; onChange: (wish: Wish) => void }) {
  const { t } = useTranslation();
  const { fromVersion, status, buyerId, ...rest } = wish;
  const data = items.map(({ version }) => ({
    value: String(version),
    label: version === inForce ? `${t('policies.version', { version })} (${t('policies.inForce')})` : t('policies.version', { version }),
  }));
  return (
    <SimpleGrid cols={{ base: 1, xs: 2 }}>
      <Select
        label={t('policies.moveTo')}
        data={data}
        value={String(wish.version)}
        allowDeselect={false}
        onChange={(value) => onChange({ ...wish, version: Number(value ?? inForce) })}
      />
      <Select
        label={t('policies.moveFrom')}
        placeholder={t('policies.anyVersion')}
        clearable
        data={data}
        value={fromVersion === undefined ? null : String(fromVersion)}
        onChange={(value) => {
          const { fromVersion: _before, ...others } = wish;
          onChange(value === null ? others : { ...others, fromVersion: Number(value) });
        }}
      />
      <MultiSelect
        label={t('policies.state')}
        placeholder={status === undefined ? t('policies.anyState') : ''}
        data={STATES.map((value) => ({ value, label: t(`status.${value}`) }))}
        value={status ?? []}
        onChange={(values) => {
          const others = { ...rest, ...(fromVersion === undefined ? {} : { fromVersion }), ...(buyerId === undefined ? {} : { buyerId }) };
          onChange(values.length === 0 ? others : { ...others, status: values });
        }}
      />
      <TextInput
        label={t('policies.onlyBuyer')}
        placeholder={t('policies.anyBuyer')}
        value={buyerId ?? ''}
        onChange={(event) => {
          const { buyerId: _before, ...others } = wish;
          const value = event.currentTarget.value.trim();
          onChange(value === '' ? others : { ...others, buyerId: value });
        }}
      />
    </SimpleGrid>
  );
}

type Progressing = { what: 'preview' | 'move'; done: number; count: number };

function useMoving() {
  const { person } = useSession();
  const queries = useQueryClient();
  const words = useProblemWords();
  const [preview, setPreview] = useState<Migration | null>(null);
  const [results, setResults] = useState<Moved[] | null>(null);
  const [progress, setProgress] = useState<Progressing | null>(null);
  const [wrong, setWrong] = useState<string | null>(null);
  const [isStopped, setStopped] = useState(false);
  const stopping = useRef(false);
  const call = (version: number, cases: { orderIds: string[] } | { filter: Omit<Wish, 'version'> }, why: string, dryRun: boolean) =>
    answer(api.POST('/v1/policies/review/migrate', { body: { version, cases, dryRun, by: person.name, why } }));
  const forget = (): void => {
    setPreview(null);
    setResults(null);
    setWrong(null);
    setStopped(false);
  };
  const look = async ({ version, ...filter }: Wish, why: string): Promise<void> => {
    forget();
    setProgress({ what: 'preview', done: 0, count: 0 });
    try {
      setPreview(await call(version, { filter }, why, true));
    } catch (error) {
      setWrong(words(error));
    } finally {
      setProgress(null);
    }
  };
  const move = async (version: number, why: string, items: Moved[]): Promise<void> => {
    const found: Moved[] = [];
    stopping.current = false;
    setWrong(null);
    try {
      for (let done = 0; done < items.length; done += AT_ONCE) {
        setProgress({ what: 'move', done, count: items.length });
        const orderIds = items.slice(done, done + AT_ONCE).map(({ orderId }) => orderId);
        found.push(...(await call(version, { orderIds }, why, false)).items);
        setResults([...found]);
        if (stopping.current) break;
      }
    } catch (error) {
      setWrong(words(error));
    } finally {
      setStopped(stopping.current);
      setProgress(null);
      void queries.invalidateQueries({ queryKey: ['cases'] });
      for (const { orderId } of found) void queries.invalidateQueries({ queryKey: ['order', orderId] });
    }
  };
  const stop = (): void => {
    stopping.current = true;
  };
  return { preview, results, progress, wrong, isStopped, forget, look, move, stop };
}
