/** A change to a policy: a form or its JSON beside the schedule drawn as one types; tried on open cases, then published with why. */
import { Alert, Button, Grid, Group, JsonInput, Paper, SegmentedControl, Select, Stack, Text, TextInput, Title } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useMay } from '../app/session.ts';
import { ZONE } from '../parts/instants.tsx';
import { PagePending } from '../parts/page-states.tsx';
import { DraftForm } from './base-form.tsx';
import { comparedLines, mistakesOf, type Draft, type Mistake, type PolicyKind } from './document.ts';
import { isDraft, sampleFor, type KeptDraft } from './draft.ts';
import { DraftBar } from './draft-bar.tsx';
import { ContentFailed, type KnownVersions } from './known-versions.tsx';
import { PublishDialog, type PublishWish } from './publish-dialog.tsx';
import { contentQuery, errorsOf, previewQuery, type Preview, type Version } from './queries.ts';
import { Schedule } from './schedule.tsx';
import { useMemberWords, useMistakeWords } from './say.ts';
import { Tried } from './tried.tsx';

export interface EditorProps {
  kind: PolicyKind;
  known: KnownVersions;
  kept: KeptDraft | null;
  onKeep: (draft: KeptDraft | null) => void;
  onPublished: (version: Version) => void;
  /** Shows what was published since. */
  onCompare: (left: number, right: number) => void;
}

export function Editor(props: EditorProps) {
  const { kind, known, kept } = props;
  const basedOn = kept?.basedOn ?? known.inForce;
  const base = useQuery(contentQuery(kind, basedOn));
  // Another version that comes into force meanwhile takes nothing away that is being written.
  const inForce = useQuery({ ...contentQuery(kind, known.inForce), placeholderData: keepPreviousData });
  if (base.data === undefined || inForce.data === undefined) {
    const error = base.error ?? inForce.error;
    const again = (): void => {
      void base.refetch();
      void inForce.refetch();
    };
    return error === null ? <PagePending /> : <ContentFailed error={error} onAgain={again} />;
  }
  return <Editing {...props} basedOn={basedOn} base={base.data} inForce={inForce.data} />;
}

const TYPING_MS = 300;

function Editing({ kind, known, kept, onKeep, onPublished, onCompare, basedOn, base, inForce }: EditorProps & EditingProps) {
  const { t } = useTranslation();
  const mayWrite = useMay('policies.write');
  const [form, setForm] = useState<'form' | 'json'>('form');
  const [tried, setTried] = useState<Draft | null>(null);
  const [wish, setWish] = useState<PublishWish | null>(null);
  const draft = kept?.content ?? base;
  const changes = comparedLines(base, draft).filter(({ differs }) => differs).length;
  const change = (content: Draft): void => onKeep({ basedOn, content });
  const drawn = useDrawn(kind, draft, known.inForce);
  const isSound = drawn.mistakes.length === 0 && !drawn.isBehind;
  return (
    <Stack>
      <DraftBar
        known={known}
        basedOn={basedOn}
        changes={changes}
        onDiscard={() => onKeep(null)}
        onCompare={onCompare}
        onRebase={() => onKeep({ basedOn: known.newest, content: draft })}
      />
      <Grid gap="lg">
        <Grid.Col span={{ base: 12, lg: 6 }} order={{ base: 2, lg: 1 }}>
          <Stack>
            <SegmentedControl
              style={{ alignSelf: 'flex-start' }}
              size="xs"
              value={form}
              onChange={(value) => setForm(value)}
              data={[
                { value: 'form', label: t('policies.form') },
                { value: 'json', label: t('policies.json') },
              ]}
            />
            {form === 'form' ? (
              <DraftForm key={basedOn} kind={kind} draft={draft} mistakes={drawn.mistakes} onChange={change} />
            ) : (
              <RawForm draft={draft} onChange={change} />
            )}
          </Stack>
        </Grid.Col>
        <Grid.Col span={{ base: 12, lg: 6 }} order={{ base: 1, lg: 2 }}>
          <Stack style={{ position: 'sticky', top: 72 }}>
            <Drawing drawn={drawn} draft={draft} inForce={known.inForce} isChanged={changes > 0} />
            <AllMistakes mistakes={drawn.mistakes} draft={draft} />
            <Group>
              <Button variant="default" disabled={!isSound || changes === 0} onClick={() => setTried(draft)}>
                {t(`policies.tryIt.${kind}`)}
              </Button>
              {mayWrite ? (
                <Button
                  disabled={!isSound || changes === 0 || known.newest > basedOn}
                  onClick={() => setWish({ content: draft, basedOn, inForce: { version: known.inForce, content: inForce } })}
                >
                  {t('policies.publish')}
                </Button>
              ) : (
                <Text size="sm" c="dimmed">
                  {t('policies.mayNot')}
                </Text>
              )}
            </Group>
            {tried !== null && tried === draft && (
              <Paper withBorder p="md">
                <Tried kind={kind} content={tried} />
              </Paper>
            )}
          </Stack>
        </Grid.Col>
      </Grid>
      <PublishDialog
        kind={kind}
        wish={wish}
        onClose={(published) => {
          setWish(null);
          if (published !== null) onPublished(published);
        }}
      />
    </Stack>
  );
}

interface EditingProps {
  basedOn: number;
  base: Draft;
  inForce: Draft;
}

/** What is typed, drawn as soon as typing rests; the last sound drawing stays while it is not sound. */
function useDrawn(kind: PolicyKind, draft: Draft, inForce: number) {
  const [from, setFrom] = useState(() => new Date().toISOString());
  const [rule, setRule] = useState<number | null>(null);
  const [settled] = useDebouncedValue(draft, TYPING_MS);
  const forRule = rule !== null && rule < draft.rules.length ? rule : null;
  const preview = useQuery(previewQuery(kind, { content: settled }, sampleFor(kind, settled, forRule), from));
  const now = useQuery(previewQuery(kind, { version: inForce }, sampleFor(kind, settled, forRule), from));
  const [last, setLast] = useState<Preview | null>(null);
  if (preview.data !== undefined && preview.data !== last) setLast(preview.data);
  const mistakes = preview.isError ? mistakesOf(errorsOf(preview.error)) : [];
  return {
    from,
    setFrom,
    rule: forRule,
    setRule,
    preview: last,
    now: now.data ?? null,
    mistakes,
    /** What is drawn is not what stands in the form. */
    isBehind: preview.data === undefined || settled !== draft,
    failure: preview.isError && mistakes.length === 0 ? preview.error : null,
    again: () => void preview.refetch(),
  };
}

type Drawn = ReturnType<typeof useDrawn>;

function Drawing({ drawn, draft, inForce, isChanged }: { drawn: Drawn; draft: Draft; inForce: number; isChanged: boolean }) {
  const { t } = useTranslation();
  const { preview, now, rule, from, mistakes, failure } = drawn;
  const lanes = [
    ...(preview === null ? [] : [{ name: isChanged ? t('policies.draft') : `v${inForce}`, tone: 'draft' as const, preview }]),
    ...(now === null || !isChanged ? [] : [{ name: t('policies.now', { version: inForce }), tone: 'now' as const, preview: now }]),
  ];
  const name = rule === null ? null : draft.rules[rule]?.name;
  return (
    <Paper withBorder p="md">
      <Stack gap="xs">
        <Title order={2} size="h5">
          {t('policies.schedule')}
        </Title>
        <Group align="flex-end" grow>
          <Select
            size="xs"
            label={t('policies.drawnFor')}
            data={[
              { value: '', label: t('policies.baseAlone') },
              ...draft.rules.map((one, index) => ({ value: String(index), label: t('policies.rule', { name: one.name }) })),
            ]}
            value={rule === null ? '' : String(rule)}
            allowDeselect={false}
            onChange={(value) => drawn.setRule(value === null || value === '' ? null : Number(value))}
          />
          <TextInput
            size="xs"
            type="datetime-local"
            label={t('policies.startsAt', { zone: ZONE })}
            defaultValue={localTime(from)}
            onChange={(event) => {
              const at = Date.parse(event.currentTarget.value);
              if (!Number.isNaN(at)) drawn.setFrom(new Date(at).toISOString());
            }}
          />
        </Group>
        {failure !== null && <ContentFailed error={failure} onAgain={drawn.again} />}
        {lanes.length === 0 && failure === null && mistakes.length === 0 && <PagePending />}
        <Schedule lanes={lanes} isOutdated={mistakes.length > 0} />
        {mistakes.length > 0 && preview !== null && (
          <Text size="sm" role="status">
            {t('policies.outdated')}
          </Text>
        )}
        {preview !== null && name !== null && preview.matchedRule !== name && (
          <Text size="sm">{t('policies.ruleDoesNotApply', { rule: preview.matchedRule ?? t('policies.base') })}</Text>
        )}
      </Stack>
    </Paper>
  );
}

function localTime(at: string): string {
  const date = new Date(at);
  return new Date(date.getTime() - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

/** All of them at one place too, for what stands at no field. */
function AllMistakes({ mistakes, draft }: { mistakes: Mistake[]; draft: Draft }) {
  const { t } = useTranslation();
  const words = useMistakeWords();
  const member = useMemberWords();
  if (mistakes.length === 0) return null;
  return (
    <Alert color="red" role="alert" title={t('policies.mistakes')}>
      {mistakes.map((one, index) => (
        <Text key={index} size="sm">
          {one.rule !== null && `${t('policies.rule', { name: draft.rules[one.rule]?.name ?? '' })}: `}
          {one.path !== '' && <b>{member(one.path)}: </b>}
          {words(one)}
        </Text>
      ))}
    </Alert>
  );
}

/** For those who want it: what is typed counts as soon as it can be read. */
function RawForm({ draft, onChange }: { draft: Draft; onChange: (draft: Draft) => void }) {
  const { t } = useTranslation();
  const [text, setText] = useState(() => JSON.stringify(draft, null, 2));
  const [wrong, setWrong] = useState<string | null>(null);
  const read = (given: string): void => {
    setText(given);
    try {
      const value: unknown = JSON.parse(given);
      if (!isDraft(value)) return setWrong(t('policies.jsonShape'));
      setWrong(null);
      onChange(value);
    } catch (error) {
      setWrong(t('policies.jsonWrong', { message: error instanceof Error ? error.message : '' }));
    }
  };
  return (
    <JsonInput
      label={t('policies.jsonLabel')}
      value={text}
      onChange={read}
      error={wrong}
      autosize
      minRows={24}
      maxRows={44}
      spellCheck={false}
      styles={{ input: { fontFamily: 'var(--hp-mono)', fontSize: 12 } }}
    />
  );
}
