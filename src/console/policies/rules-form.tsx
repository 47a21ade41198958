/** Rules on top of the base: when each applies, and what is otherwise then. */
import { ActionIcon, Button, Code, Group, Paper, Select, SimpleGrid, Stack, TagsInput, Text, TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import {
  isMembers,
  mistakesAt,
  valueAt,
  withValue,
  type Draft,
  type Members,
  type Mistake,
  type PolicyKind,
  type Rule,
} from './document.ts';
import { FieldInput, useMistakesInWords } from './field-input.tsx';
import { fieldsOf } from './fields.ts';
import { useMemberWords } from './say.ts';

export interface RulesFormProps {
  kind: PolicyKind;
  draft: Draft;
  mistakes: readonly Mistake[];
  onChange: (rules: Rule[]) => void;
}

export function RulesForm({ kind, draft: { base, rules }, mistakes, onChange }: RulesFormProps) {
  const { t } = useTranslation();
  const set = (index: number, rule: Rule): void => onChange(rules.map((one, at) => (at === index ? rule : one)));
  const move = (index: number, by: number): void => {
    const moved = [...rules];
    const [rule] = moved.splice(index, 1);
    if (rule !== undefined) moved.splice(index + by, 0, rule);
    onChange(moved);
  };
  const names = new Set(rules.map(({ name }) => name));
  const nameFor = (number: number): string => {
    const name = `${t('policies.newRule')} ${number}`;
    return names.has(name) ? nameFor(number + 1) : name;
  };
  return (
    <Stack gap="sm">
      <Text size="sm" c="dimmed">
        {t(rules.length === 0 ? 'policies.noRules' : 'policies.rulesAbout')}
      </Text>
      {rules.map((rule, index) => (
        <Paper key={index} withBorder p="sm" role="group" aria-label={t('policies.rule', { name: rule.name })}>
          <Stack gap="xs">
            <Group gap={4} align="flex-end" wrap="nowrap">
              <TextInput
                style={{ flex: 1 }}
                label={`${index + 1}. ${t('policies.field.name')}`}
                value={rule.name}
                maxLength={100}
                onChange={(event) => set(index, { ...rule, name: event.currentTarget.value })}
              />
              <ActionIcon
                variant="default"
                size="lg"
                disabled={index === 0}
                aria-label={t('policies.up', { name: rule.name })}
                onClick={() => move(index, -1)}
              >
                ↑
              </ActionIcon>
              <ActionIcon
                variant="default"
                size="lg"
                disabled={index === rules.length - 1}
                aria-label={t('policies.down', { name: rule.name })}
                onClick={() => move(index, 1)}
              >
                ↓
              </ActionIcon>
              <ActionIcon
                variant="default"
                size="lg"
                aria-label={t('policies.remove', { what: rule.name })}
                onClick={() => onChange(rules.filter((_one, at) => at !== index))}
              >
                ×
              </ActionIcon>
            </Group>
            <When kind={kind} rule={rule} base={base} onChange={(when) => set(index, { ...rule, when })} />
            <Then
              kind={kind}
              rule={rule}
              base={base}
              index={index}
              mistakes={mistakes}
              onChange={(then) => set(index, { ...rule, then })}
            />
            <RuleMistakes kind={kind} index={index} rule={rule} mistakes={mistakes} />
          </Stack>
        </Paper>
      ))}
      <Button
        variant="default"
        size="xs"
        style={{ alignSelf: 'flex-start' }}
        onClick={() => onChange([...rules, { name: nameFor(rules.length + 1), when: {}, then: {} }])}
      >
        {t('policies.addRule')}
      </Button>
    </Stack>
  );
}

interface PartOfRule {
  kind: PolicyKind;
  rule: Rule;
  base: Members;
  onChange: (members: Members) => void;
}

function When({ kind, rule: { when }, base, onChange }: PartOfRule) {
  const { t } = useTranslation();
  const list = (name: string): string[] => (Array.isArray(when[name]) ? (when[name] as string[]) : []);
  const types = isMembers(base['reasonTypes']) ? Object.keys(base['reasonTypes']) : [];
  const lists = kind === 'review' ? (['reasonTypes', 'buyerIds'] as const) : (['vendorIds', 'campaigns'] as const);
  const text = (name: string): string => {
    const value = valueAt(when, `amount.${name}`);
    return typeof value === 'string' ? value : '';
  };
  const amount = (name: string, label: string) => (
    <TextInput
      label={label}
      value={text(name)}
      inputMode={name === 'currency' ? 'text' : 'decimal'}
      onChange={(event) => onChange(withValue(when, `amount.${name}`, event.currentTarget.value.trim().toUpperCase() || undefined))}
    />
  );
  return (
    <Stack gap="xs">
      <Text size="sm" fw={600}>
        {t('policies.onlyIf')}
      </Text>
      <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="xs">
        {lists.map((name) => (
          <TagsInput
            key={name}
            label={t(`policies.field.${name}`)}
            placeholder={list(name).length === 0 ? t('policies.anyOf') : ''}
            data={name === 'reasonTypes' ? types : []}
            value={list(name)}
            onChange={(values) => onChange(withValue(when, name, values.length === 0 ? undefined : values))}
            splitChars={[',', ' ', '\n']}
          />
        ))}
      </SimpleGrid>
      {kind === 'review' && (
        <SimpleGrid cols={3} spacing="xs">
          {amount('from', t('policies.amountFrom'))}
          {amount('below', t('policies.amountBelow'))}
          {amount('currency', t('policies.currency'))}
        </SimpleGrid>
      )}
    </Stack>
  );
}

function Then({ kind, rule: { then }, base, index, mistakes, onChange }: PartOfRule & { index: number; mistakes: readonly Mistake[] }) {
  const { t } = useTranslation();
  const member = useMemberWords();
  const fields = fieldsOf(kind);
  const said = fields.filter(({ path }) => ![undefined, null].includes(valueAt(then, path) as null));
  const further = said.reduce<Members>((rest, { path }) => withValue(rest, path, undefined), then);
  return (
    <Stack gap="xs">
      <Text size="sm" fw={600}>
        {t('policies.otherwise')}
      </Text>
      {said.map((field) => (
        <Group key={field.path} gap={4} align="flex-end" wrap="nowrap">
          <div style={{ flex: 1 }}>
            <FieldInput
              field={field}
              isBare
              value={valueAt(then, field.path)}
              mistakes={mistakesAt(mistakes, index, field.path)}
              onChange={(value) => onChange(withValue(then, field.path, value ?? 0))}
            />
          </div>
          <ActionIcon
            variant="default"
            size="lg"
            aria-label={t('policies.remove', { what: member(field.path) })}
            onClick={() => onChange(withValue(then, field.path, undefined))}
          >
            ×
          </ActionIcon>
        </Group>
      ))}
      <Select
        searchable
        label={t('policies.addField')}
        value={null}
        data={fields.filter((field) => !said.includes(field)).map(({ path }) => ({ value: path, label: labelOf(path, member) }))}
        onChange={(path) => {
          if (path !== null) onChange(withValue(then, path, valueAt(base, path) ?? 0));
        }}
      />
      {Object.keys(further).length > 0 && (
        <>
          <Text size="sm">{t('policies.further')}</Text>
          <Code block>{JSON.stringify(further, null, 2)}</Code>
        </>
      )}
    </Stack>
  );
}

/** Fields of several parts may have one name: the part stands before it. */
function labelOf(path: string, member: (path: string) => string): string {
  const [part, name] = path.split('.');
  return name === undefined || part === 'poll' || part === 'earlySuccess' ? member(path) : `${member(path)} (${part})`;
}

/** What is wrong with a rule and stands at none of its fields. */
function RuleMistakes({ kind, index, rule, mistakes }: { kind: PolicyKind; index: number; rule: Rule; mistakes: readonly Mistake[] }) {
  const words = useMistakesInWords();
  const member = useMemberWords();
  const shown = fieldsOf(kind).filter(({ path }) => valueAt(rule.then, path) !== undefined);
  const rest = mistakes.filter((one) => one.rule === index && !shown.some(({ path }) => mistakesAt([one], index, path).length > 0));
  if (rest.length === 0) return null;
  return (
    <Text size="sm" c="red.8" role="alert">
      {rest.map((one) => (one.path === '' ? words([one]) : `${member(one.path)}: ${words([one])}`)).join(' ')}
    </Text>
  );
}
