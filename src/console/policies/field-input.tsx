/** One member of a policy as people write it: a length with its unit, a share in percent, a choice. Its mistakes stand at it. */
import { Group, Input, NativeSelect, NumberInput, Select, Switch } from '@mantine/core';
import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Mistake } from './document.ts';
import { CHOICES, msOf, unitFor, UNIT_NAMES, type Field, type Unit } from './fields.ts';
import { useMemberWords, useMistakeWords } from './say.ts';

export interface FieldInputProps {
  field: Field;
  value: unknown;
  mistakes: readonly Mistake[];
  onChange: (value: unknown) => void;
  /** Without what it is for. */
  isBare?: boolean;
}

const FACTOR_STEP = 0.5;

export function FieldInput({ field: { path, form }, value, mistakes, onChange, isBare = false }: FieldInputProps) {
  const { t, i18n } = useTranslation();
  const label = useMemberWords()(path);
  const error = useMistakesInWords()(mistakes);
  const about = `policies.about.${path}`;
  const description = !isBare && i18n.exists(about) ? t(about) : undefined;
  const shared = { label, error, ...(description === undefined ? {} : { description }) };
  const number = typeof value === 'number' ? value : '';
  if (form === 'length') return <LengthInput {...shared} value={number} onChange={onChange} />;
  if (form === 'switch') {
    return <Switch {...shared} checked={value === true} onChange={(event) => onChange(event.currentTarget.checked)} />;
  }
  const choices = CHOICES[form];
  if (choices !== undefined) {
    const data = choices.map((choice) => ({ value: choice, label: t(`policies.choice.${choice}`) }));
    const shown = typeof value === 'string' ? value : (choices[0] ?? null);
    return <Select {...shared} data={data} value={shown} onChange={(choice) => onChange(choice ?? undefined)} allowDeselect={false} />;
  }
  const numberChange = (given: string | number): void => onChange(given === '' ? null : Number(given));
  if (form === 'share') {
    const percent = number === '' ? '' : Math.round(number * 1000) / 10;
    const change = (given: string | number): void => onChange(given === '' ? null : Number(given) / 100);
    return <NumberInput {...shared} prefix="± " suffix=" %" value={percent} onChange={change} min={0} max={50} clampBehavior="none" />;
  }
  const step = form === 'factor' ? { step: FACTOR_STEP, prefix: '× ' } : { allowDecimal: false };
  return <NumberInput {...shared} {...step} value={number} onChange={numberChange} min={0} clampBehavior="none" />;
}

export function useMistakesInWords(): (mistakes: readonly Mistake[]) => string | null {
  const words = useMistakeWords();
  return (mistakes) => (mistakes.length === 0 ? null : [...new Set(mistakes.map(words))].join(' '));
}

export interface LengthInputProps {
  label: string;
  description?: string;
  error?: string | null;
  /** Ms; empty: not given. */
  value: number | '';
  onChange: (ms: number | null) => void;
}

/** A number and its unit. The unit that was chosen stays while it is typed. */
export function LengthInput({ label, description, error = null, value, onChange }: LengthInputProps) {
  const { t } = useTranslation();
  const id = useId();
  const [chosen, setChosen] = useState<Unit>(() => unitFor(value === '' ? 0 : value));
  const unit = value === '' || value % (msOf(chosen) / 100) === 0 ? chosen : unitFor(value);
  const shown = value === '' ? '' : value / msOf(unit);
  const change = (given: string | number): void => onChange(given === '' ? null : Math.round(Number(given) * msOf(unit)));
  const changeUnit = (to: Unit): void => {
    setChosen(to);
    if (shown !== '') onChange(Math.round(shown * msOf(to)));
  };
  return (
    <Input.Wrapper id={id} label={label} {...(description === undefined ? {} : { description })} error={error}>
      <Group gap={4} wrap="nowrap" mt={4} mb={error === null ? 0 : 4}>
        <NumberInput
          id={id}
          style={{ flex: 1 }}
          value={shown}
          onChange={change}
          min={0}
          decimalScale={2}
          clampBehavior="none"
          error={error !== null}
          {...(error === null ? {} : { 'aria-describedby': `${id}-error` })}
        />
        <NativeSelect
          w={110}
          aria-label={t('policies.unitOf', { field: label })}
          data={UNIT_NAMES.map((name) => ({ value: name, label: t(`policies.unit.${name}`) }))}
          value={unit}
          onChange={(event) => changeUnit(event.currentTarget.value as Unit)}
        />
      </Group>
    </Input.Wrapper>
  );
}
