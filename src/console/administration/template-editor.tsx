/** One notice template: its texts in each language beside what their readers will see, what is wrong as it is typed, and its versions. */
import { Alert, Anchor, Badge, Button, Group, SegmentedControl, SimpleGrid, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useMay } from '../app/session.ts';
import { PagePending } from '../parts/page-states.tsx';
import { useReasonWords } from '../parts/status.tsx';
import { ListFailed } from './doing.tsx';
import { useKeptTemplate, wholeTexts } from './template-draft.ts';
import { TemplateFields } from './template-fields.tsx';
import { PreviewPanel, usePreviewed } from './template-preview.tsx';
import { LOCALES, stageQuery, type Locale, type Mistake, type Stage, type StageTemplates } from './template-queries.ts';
import { TemplateSave, type TemplateWish } from './template-save.tsx';
import { TemplateVersions } from './template-versions.tsx';

interface Which {
  stage: Stage;
  reasonType: string | null;
}

export function TemplateEditor({ stage, reasonType }: Which) {
  const { t } = useTranslation();
  const reason = useReasonWords();
  const found = useQuery(stageQuery(stage, reasonType));
  return (
    <Stack>
      <Anchor component={Link} to="/administration" search={{ tab: 'templates' } as never} size="sm">
        ← {t('templates.all')}
      </Anchor>
      <div>
        <Title order={2} size="h4">
          {t(`templates.stage.${stage}`)} ·{' '}
          {reasonType === null ? t(stage === 'outage' ? 'templates.anyServer' : 'templates.anyReason') : reason(reasonType)}
        </Title>
        <Text size="sm">{t(`templates.stageAbout.${stage}`)}</Text>
      </div>
      {found.isPending ? (
        <PagePending />
      ) : found.data === undefined ? (
        <ListFailed error={found.error} onAgain={() => void found.refetch()} />
      ) : (
        <Editor key={`${stage}-${reasonType}`} stage={stage} reasonType={reasonType} now={found.data.value} etag={found.data.etag} />
      )}
    </Stack>
  );
}

function Editor({ stage, reasonType, now, etag }: Which & { now: StageTemplates; etag: string | null }) {
  const { t, i18n } = useTranslation();
  const mayWrite = useMay('templates.write');
  const mayOrders = useMay('cases.read');
  const [locale, setLocale] = useState<Locale>(LOCALES.find((one) => one === i18n.language) ?? 'en');
  const [orderId, setOrder] = useState('');
  const [kept, keep] = useKeptTemplate(stage, reasonType);
  const [wish, setWish] = useState<TemplateWish | null>(null);
  const [refused, setRefused] = useState<Mistake[]>([]);
  const given = wholeTexts(now.inForce.texts);
  const draft = mayWrite && kept !== null ? kept : { etag, texts: given };
  const isChanged = JSON.stringify(draft.texts) !== JSON.stringify(given);
  const previewed = usePreviewed({ stage, reasonType, locale, texts: draft.texts[locale], orderId });
  const set = (texts: typeof given): void => {
    setRefused([]);
    keep(JSON.stringify(texts) === JSON.stringify(given) ? null : { etag: draft.etag, texts });
  };
  const mistakes = [...previewed.mistakes, ...refused.filter(({ path }) => !path.startsWith(`texts.${locale}`))];
  const wrongIn = (one: Locale): number => mistakes.filter(({ path }) => path.startsWith(`texts.${one}`)).length;
  const { inForce } = now;
  const isOwn = !inForce.builtIn && inForce.reasonType === reasonType;
  return (
    <>
      <SimpleGrid cols={{ base: 1, lg: 2 }} style={{ alignItems: 'start' }}>
        <Stack component="section" aria-label={t('templates.texts')}>
          <Group gap="sm">
            <Badge variant="light" tt="none" size="lg">
              {inForce.builtIn ? t('templates.builtIn') : t('templates.version', { version: inForce.version })}
            </Badge>
            {!isOwn && <Text size="sm">{t(inForce.builtIn ? 'templates.saysBuiltIn' : 'templates.saysGeneral')}</Text>}
            {!mayWrite && <Text size="sm">{t('templates.mayNot')}</Text>}
          </Group>
          {isChanged && draft.etag !== etag && (
            <Moved now={now} onTheirs={() => keep(null)} onMine={() => keep({ etag, texts: draft.texts })} />
          )}
          <SegmentedControl
            aria-label={t('templates.language')}
            value={locale}
            onChange={(value) => setLocale(value)}
            data={LOCALES.map((value) => {
              const count = wrongIn(value);
              return {
                value,
                label: `${value === 'en' ? 'English' : '中文'}${count === 0 ? '' : ` – ${t('templates.mistakes', { count })}`}`,
              };
            })}
          />
          <TemplateFields
            locale={locale}
            texts={draft.texts[locale]}
            mistakes={mistakes}
            variables={now.variables}
            mayWrite={mayWrite}
            onChange={(texts) => set({ ...draft.texts, [locale]: texts })}
          />
          {mayWrite && (
            <Group>
              <Button disabled={!isChanged || draft.etag !== etag} onClick={() => setWish({ texts: draft.texts, etag: draft.etag })}>
                {t('templates.save')}
              </Button>
              {isChanged && (
                <Button variant="default" onClick={() => set(given)}>
                  {t('templates.discard')}
                </Button>
              )}
              {isOwn && (
                <Button variant="subtle" color="red" onClick={() => setWish({ texts: null, etag })}>
                  {t('templates.takeBack')}
                </Button>
              )}
              <Text size="xs" role="status">
                {isChanged ? t('templates.kept') : ''}
              </Text>
            </Group>
          )}
        </Stack>
        <PreviewPanel previewed={previewed} orderId={orderId} hasOrders={stage !== 'outage' && mayOrders} onOrder={setOrder} />
      </SimpleGrid>
      <TemplateVersions stage={stage} reasonType={reasonType} onTake={mayWrite ? ({ texts }) => set(wholeTexts(texts)) : undefined} />
      <TemplateSave
        stage={stage}
        reasonType={reasonType}
        wish={wish}
        onDone={() => {
          keep(null);
          setWish(null);
        }}
        onRefused={setRefused}
        onClose={() => setWish(null)}
      />
    </>
  );
}

/** Somebody else has saved since the draft was begun. */
function Moved({ now: { versions, inForce }, onTheirs, onMine }: { now: StageTemplates; onTheirs: () => void; onMine: () => void }) {
  const { t, i18n } = useTranslation();
  const [theirs] = versions;
  const subject = (inForce.texts[i18n.language as Locale] ?? inForce.texts.en)?.subject;
  return (
    <Alert color="orange" role="alert" title={t('templates.moved')}>
      <Stack gap="xs" align="flex-start">
        {theirs !== undefined && (
          <Text size="sm">
            {t('templates.version', { version: theirs.version })} · {theirs.by}: “{theirs.why}”
          </Text>
        )}
        {subject !== undefined && <Text size="sm">{t('templates.subjectIs', { subject })}</Text>}
        <Group>
          <Button size="xs" variant="default" onClick={onTheirs}>
            {t('templates.theirs')}
          </Button>
          <Button size="xs" onClick={onMine}>
            {t('templates.mine')}
          </Button>
        </Group>
      </Stack>
    </Alert>
  );
}
