/** What notices say: a text for each occasion, and for reason types that have one of their own. */
import { Anchor, Badge, Button, Group, Select, Stack, Table, Text, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import type { Schemas } from '../app/api.ts';
import { useMay } from '../app/session.ts';
import { Dialog } from '../parts/dialog.tsx';
import { Instant } from '../parts/instants.tsx';
import { PagePending } from '../parts/page-states.tsx';
import { useReasonWords } from '../parts/status.tsx';
import { DialogButtons, ListFailed, Wrong } from './doing.tsx';
import { TemplateEditor } from './template-editor.tsx';
import { listQuery, type Locale, type Stage, type Version } from './template-queries.ts';

type Listed = Schemas['NoticeTemplates']['items'][number];
const KNOWN_TYPES = ['STOCK_SHORT', 'DEDUCTION_ERROR', 'INTERFACE_TIMEOUT', 'PRICE_SYNC', 'NO_ANSWER', 'REVIEW_REQUEST_REFUSED'];
const TYPE = /^[A-Z][A-Z0-9_]{0,63}$/;

export function Templates() {
  const { t } = useTranslation();
  const { stage, reasonType } = useSearch({ from: '/signed-in/administration' });
  const found = useQuery(listQuery);
  if (found.isPending) return <PagePending />;
  if (found.data === undefined) return <ListFailed error={found.error} onAgain={() => void found.refetch()} />;
  const { items } = found.data;
  const shown = items.find((one) => one.stage === stage)?.stage;
  if (shown !== undefined) return <TemplateEditor key={`${shown}-${reasonType}`} stage={shown} reasonType={reasonType ?? null} />;
  return (
    <Stack>
      <Text size="sm" maw={860}>
        {t('templates.about')}
      </Text>
      <TemplateTable items={items} />
    </Stack>
  );
}

function TemplateTable({ items }: { items: Listed[] }) {
  const { t } = useTranslation();
  const mayWrite = useMay('templates.write');
  const [adding, setAdding] = useState<Stage | null>(null);
  return (
    <>
      <Table.ScrollContainer minWidth={640}>
        <Table verticalSpacing="xs" layout="fixed" aria-label={t('administration.tab.templates')}>
          <Table.Thead>
            <Table.Tr>
              {(
                [
                  ['when', '40%'],
                  ['reason', '18%'],
                  ['says', '22%'],
                  ['since', '20%'],
                ] as const
              ).map(([name, width]) => (
                <Table.Th key={name} w={width}>
                  {t(`templates.${name}`)}
                </Table.Th>
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {items.map(({ stage, saved }) => (
              <StageRows key={stage} stage={stage} saved={saved} onAdd={mayWrite ? () => setAdding(stage) : undefined} />
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
      <Dialog opened={adding !== null} onClose={() => setAdding(null)} title={t('templates.add').replace('…', '')}>
        {adding !== null && <AddForm stage={adding} onClose={() => setAdding(null)} />}
      </Dialog>
    </>
  );
}

function StageRows({ stage, saved, onAdd }: { stage: Stage; saved: Version[]; onAdd: (() => void) | undefined }) {
  const { t } = useTranslation();
  const general = saved.find(({ reasonType }) => reasonType === null);
  const own = saved.filter(({ reasonType, texts }) => reasonType !== null && texts !== null);
  return (
    <>
      <Table.Tr>
        <Table.Th scope="rowgroup" rowSpan={own.length + 1} style={{ verticalAlign: 'top' }}>
          <Text size="sm" fw={600}>
            {t(`templates.stage.${stage}`)}
          </Text>
          <Text size="xs" fw={400}>
            {t(`templates.stageAbout.${stage}`)}
          </Text>
          {onAdd !== undefined && stage !== 'outage' && (
            <Button
              mt={4}
              size="compact-xs"
              variant="default"
              aria-label={`${t('templates.add')} ${t(`templates.stage.${stage}`)}`}
              onClick={onAdd}
            >
              {t('templates.add')}
            </Button>
          )}
        </Table.Th>
        <TemplateCells stage={stage} reasonType={null} saved={general} />
      </Table.Tr>
      {own.map((one) => (
        <Table.Tr key={one.reasonType}>
          <TemplateCells stage={stage} reasonType={one.reasonType} saved={one} />
        </Table.Tr>
      ))}
    </>
  );
}

function TemplateCells({ stage, reasonType, saved }: { stage: Stage; reasonType: string | null; saved: Version | undefined }) {
  const { t, i18n } = useTranslation();
  const reason = useReasonWords();
  const isBuiltIn = saved === undefined || saved.texts === null;
  const search = { tab: 'templates', stage, ...(reasonType === null ? {} : { reasonType }) } as const;
  const name = reasonType === null ? t(stage === 'outage' ? 'templates.anyServer' : 'templates.anyReason') : reason(reasonType);
  const texts = saved?.texts?.[i18n.language as Locale] ?? saved?.texts?.en;
  return (
    <>
      <Table.Td>
        <Anchor
          component={Link}
          to="/administration"
          search={search as never}
          size="sm"
          aria-label={`${t(`templates.stage.${stage}`)}: ${name}`}
        >
          {name}
        </Anchor>
      </Table.Td>
      <Table.Td maw={360}>
        {isBuiltIn ? (
          <Badge variant="light" color="gray" tt="none">
            {t('templates.builtIn')}
          </Badge>
        ) : (
          <Text size="sm" truncate title={texts?.subject}>
            {texts?.subject}
          </Text>
        )}
      </Table.Td>
      <Table.Td>
        {saved !== undefined && (
          <Group gap={4}>
            <Text size="xs">
              {t('templates.version', { version: saved.version })} · {saved.by} · <Instant at={saved.at} size="xs" />
            </Text>
          </Group>
        )}
      </Table.Td>
    </>
  );
}

function AddForm({ stage, onClose }: { stage: Stage; onClose: () => void }) {
  const { t } = useTranslation();
  const reason = useReasonWords();
  const navigate = useNavigate({ from: '/administration' });
  const [type, setType] = useState<string | null>(null);
  const [other, setOther] = useState('');
  const [wrong, setWrong] = useState<string | null>(null);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    const reasonType = type === '' ? other.trim().toUpperCase() : (type ?? '');
    if (!TYPE.test(reasonType)) return setWrong(t('templates.typeWrong'));
    onClose();
    void navigate({ search: { tab: 'templates', stage, reasonType } });
  };
  return (
    <form onSubmit={submit} noValidate>
      <Stack>
        <Text size="sm">{t('templates.addAbout', { stage: t(`templates.stage.${stage}`) })}</Text>
        <Select
          required
          label={t('templates.reason')}
          data={[...KNOWN_TYPES.map((value) => ({ value, label: reason(value) })), { value: '', label: t('templates.otherType') }]}
          value={type}
          onChange={setType}
        />
        {type === '' && (
          <TextInput required label={t('templates.typeName')} value={other} onChange={(event) => setOther(event.currentTarget.value)} />
        )}
        <Wrong words={wrong} />
        <DialogButtons label={t('templates.write')} isBusy={false} onCancel={onClose} />
      </Stack>
    </form>
  );
}
