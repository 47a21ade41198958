/** The ladder: who is told again while nobody has acknowledged a case, and when. */
import { Button, CloseButton, Group, Select, Stack, Switch, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { PartProps } from './base-form.tsx';
import { isMembers, mistakesAt } from './document.ts';
import { LengthInput, useMistakesInWords } from './field-input.tsx';

const TO = ['liaison', 'supervisor', 'operations'] as const;
const HOUR_MS = 3_600_000;

interface Step {
  afterMs: number | null;
  to: string;
}

export function EscalationForm({ base, mistakes, onChange }: PartProps) {
  const { t } = useTranslation();
  const words = useMistakesInWords();
  const ladder = isMembers(base['escalation']) ? base['escalation'] : {};
  const steps = Array.isArray(ladder['steps']) ? (ladder['steps'] as Step[]) : [];
  const workingTime = ladder['workingTime'] === true;
  const set = (to: Step[], counts = workingTime): void => onChange({ ...base, escalation: { steps: to, workingTime: counts } });
  const setStep = (index: number, step: Step): void => set(steps.map((one, at) => (at === index ? step : one)));
  const add = (): void => set([...steps, { afterMs: (steps.at(-1)?.afterMs ?? 0) + 4 * HOUR_MS, to: 'supervisor' }]);
  return (
    <Stack gap="xs">
      {steps.length === 0 && <Text size="sm">{t('policies.noSteps')}</Text>}
      {steps.map((step, index) => (
        <Group key={index} gap="xs" align="flex-start" wrap="wrap" role="group" aria-label={t('policies.step', { number: index + 1 })}>
          <div style={{ flex: '1 1 220px' }}>
            <LengthInput
              label={t('policies.afterTime')}
              value={step.afterMs ?? ''}
              error={words(mistakesAt(mistakes, null, `escalation.steps[${index}]`))}
              onChange={(afterMs) => setStep(index, { ...step, afterMs })}
            />
          </div>
          <Select
            style={{ flex: '1 1 160px' }}
            label={t('policies.tells')}
            data={TO.map((value) => ({ value, label: t(`group.${value}`) }))}
            value={step.to}
            onChange={(to) => setStep(index, { ...step, to: to ?? step.to })}
            allowDeselect={false}
          />
          <CloseButton
            mt={26}
            aria-label={t('policies.remove', { what: t('policies.step', { number: index + 1 }) })}
            onClick={() => set(steps.filter((_one, at) => at !== index))}
          />
        </Group>
      ))}
      <Group justify="space-between">
        <Switch
          label={t('policies.field.escalation.workingTime')}
          checked={workingTime}
          onChange={(event) => set(steps, event.currentTarget.checked)}
          error={words(mistakes.filter(({ rule, path }) => rule === null && path === 'escalation.workingTime'))}
        />
        <Button variant="default" size="xs" onClick={add}>
          {t('policies.addStep')}
        </Button>
      </Group>
    </Stack>
  );
}
