/** The base of a policy as a form. */
import { Accordion, Badge, Fieldset, Select, SimpleGrid, Stack, Switch, TagsInput, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { isMembers, mistakesAt, valueAt, withValue, type Draft, type Members, type Mistake, type PolicyKind } from './document.ts';
import { CalendarForm } from './calendar-form.tsx';
import { EscalationForm } from './escalation-form.tsx';
import { FieldInput, useMistakesInWords } from './field-input.tsx';
import { CHOICES, GROUPS } from './fields.ts';
import { PairsForm, WordAdder } from './pairs-form.tsx';
import { RulesForm } from './rules-form.tsx';
import { useReasonWords } from '../parts/status.tsx';

export interface PartProps {
  base: Members;
  mistakes: readonly Mistake[];
  onChange: (base: Members) => void;
}

export interface DraftFormProps {
  kind: PolicyKind;
  draft: Draft;
  mistakes: readonly Mistake[];
  onChange: (draft: Draft) => void;
}

/** What people change most stands open; the rest is a click away, and says whether something in it is wrong. */
export function DraftForm({ kind, draft, mistakes, onChange }: DraftFormProps) {
  const { t } = useTranslation();
  const { base, rules } = draft;
  const part = { base, mistakes, onChange: (changed: Members) => onChange({ base: changed, rules }) };
  const [first, ...groups] = GROUPS[kind].map(({ name, fields }) => ({
    name: name as string,
    paths: fields.map(({ path }) => path),
    body: (
      <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="md">
        {fields.map((field) => (
          <FieldInput
            key={field.path}
            field={field}
            value={valueAt(base, field.path)}
            mistakes={mistakesAt(mistakes, null, field.path)}
            onChange={(value) => part.onChange(withValue(base, field.path, value))}
          />
        ))}
      </SimpleGrid>
    ),
  }));
  const own =
    kind === 'review' ? reviewParts(part) : [{ name: 'reviewReasons', paths: ['reviewReasons'], body: <ReviewReasons {...part} /> }];
  const isWrong = (paths: string[]): boolean => paths.some((path) => mistakesAt(mistakes, null, path).length > 0);
  const rulesPart = {
    name: 'rules',
    paths: [],
    body: <RulesForm kind={kind} draft={draft} mistakes={mistakes} onChange={(changed) => onChange({ base, rules: changed })} />,
  };
  const parts = [...groups, ...own, rulesPart];
  return (
    <Stack>
      <Fieldset legend={t(`policies.group.${first?.name}`)}>{first?.body}</Fieldset>
      <Accordion multiple variant="contained" defaultValue={rules.length > 0 ? ['end', 'rules'] : ['end']} order={2}>
        {parts.map(({ name, paths, body }) => (
          <Accordion.Item key={name} value={name}>
            <Accordion.Control>
              <Text span fw={600} size="sm">
                {t(`policies.group.${name}`)}
              </Text>{' '}
              {(isWrong(paths) || (name === 'rules' && mistakes.some(({ rule }) => rule !== null))) && (
                <Badge color="red" variant="light" tt="none">
                  {t('policies.mistakes')}
                </Badge>
              )}
              {name === 'rules' && rules.length > 0 && (
                <Text span size="sm" c="dimmed" ml="xs">
                  {t('policies.rules', { count: rules.length })}
                </Text>
              )}
            </Accordion.Control>
            <Accordion.Panel>{body}</Accordion.Panel>
          </Accordion.Item>
        ))}
      </Accordion>
    </Stack>
  );
}

function reviewParts(part: PartProps) {
  return [
    { name: 'reasons', paths: ['reasonTypes', 'unknownReasonType'], body: <ReasonsForm {...part} /> },
    { name: 'buyer', paths: ['earlySuccess'], body: <EarlyForm {...part} /> },
    { name: 'escalation', paths: ['escalation'], body: <EscalationForm {...part} /> },
    { name: 'calendar', paths: ['calendar'], body: <CalendarForm {...part} /> },
  ];
}

const REASON_TYPE = /^[A-Z][A-Z0-9_]{0,63}$/;

function ReasonsForm({ base, mistakes, onChange }: PartProps) {
  const { t } = useTranslation();
  const reason = useReasonWords();
  const wrong = useMistakesInWords()(mistakesAt(mistakes, null, 'reasonTypes'));
  const types = isMembers(base['reasonTypes']) ? base['reasonTypes'] : {};
  const set = (name: string, value: unknown): void => {
    const { [name]: _before, ...others } = types;
    onChange({ ...base, reasonTypes: value === undefined ? others : { ...types, [name]: value } });
  };
  const choices = (CHOICES.meaning ?? []).map((choice) => ({ value: choice, label: t(`policies.choice.${choice}`) }));
  return (
    <Stack gap="xs">
      <PairsForm
        names={Object.keys(types)}
        label={(name) => `${reason(name)} (${name})`}
        onRemove={(name) => set(name, undefined)}
        input={(name, label) => (
          <Select
            aria-label={label}
            data={choices}
            value={String(types[name])}
            onChange={(value) => set(name, value ?? 'not_preset')}
            allowDeselect={false}
          />
        )}
      />
      <WordAdder
        label={t('policies.addReason')}
        hint={t('policies.reasonType')}
        pattern={REASON_TYPE}
        onAdd={(name) => set(name, 'preset')}
      />
      {wrong !== null && (
        <Text size="sm" c="red.8" role="alert">
          {wrong}
        </Text>
      )}
      <FieldInput
        field={{ path: 'unknownReasonType', form: 'meaning' }}
        value={base['unknownReasonType']}
        mistakes={mistakesAt(mistakes, null, 'unknownReasonType')}
        onChange={(value) => onChange({ ...base, unknownReasonType: value })}
      />
    </Stack>
  );
}

/** Buyers are listed for whom it is otherwise than for all others. */
function EarlyForm({ base, mistakes, onChange }: PartProps) {
  const { t } = useTranslation();
  const early = isMembers(base['earlySuccess']) ? base['earlySuccess'] : { default: true, buyers: {} };
  const buyers = isMembers(early['buyers']) ? early['buyers'] : {};
  const byDefault = early['default'] === true;
  const otherwise = Object.keys(buyers).filter((buyer) => buyers[buyer] !== byDefault);
  const set = (isDefault: boolean, names: string[]): void =>
    onChange({ ...base, earlySuccess: { default: isDefault, buyers: Object.fromEntries(names.map((name) => [name, !isDefault])) } });
  return (
    <Stack gap="xs">
      <Switch
        label={t('policies.field.earlySuccess.default')}
        checked={byDefault}
        onChange={(event) => set(event.currentTarget.checked, [])}
        error={useMistakesInWords()(mistakesAt(mistakes, null, 'earlySuccess'))}
      />
      <TagsInput
        label={t('policies.buyersOtherwise')}
        description={t('policies.buyersOtherwiseAbout')}
        value={otherwise}
        onChange={(names) => set(byDefault, names)}
        splitChars={[',', ' ', '\n']}
      />
    </Stack>
  );
}

function ReviewReasons({ base, mistakes, onChange }: PartProps) {
  const { t } = useTranslation();
  const wrong = useMistakesInWords()(mistakesAt(mistakes, null, 'reviewReasons'));
  const reasons = isMembers(base['reviewReasons']) ? base['reviewReasons'] : {};
  const set = (name: string, value: string | undefined): void => {
    const { [name]: _before, ...others } = reasons;
    onChange({ ...base, reviewReasons: value === undefined ? others : { ...reasons, [name]: value } });
  };
  return (
    <Stack gap="xs">
      <PairsForm
        names={Object.keys(reasons)}
        label={(name) => name}
        onRemove={(name) => set(name, undefined)}
        input={(name) => (
          <TagsInput
            aria-label={`${t('policies.reviewReason')} ${name}`}
            maxTags={1}
            value={[String(reasons[name])]}
            onChange={([value]) => set(name, value ?? name)}
          />
        )}
      />
      <WordAdder
        label={t('policies.vendorReason')}
        hint={t('policies.reasonType')}
        pattern={REASON_TYPE}
        onAdd={(name) => set(name, name)}
      />
      {wrong !== null && (
        <Text size="sm" c="red.8" role="alert">
          {wrong}
        </Text>
      )}
    </Stack>
  );
}
