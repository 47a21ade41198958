/** When people work: hours of the week, public holidays, exceptions. */
import { Group, Select, SimpleGrid, Stack, Switch, TagsInput, Text, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ZONE } from '../parts/instants.tsx';
import type { PartProps } from './base-form.tsx';
import { isMembers, mistakesAt, valueAt, withValue, type Members } from './document.ts';
import { useMistakesInWords } from './field-input.tsx';

const DAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun', 'makeUp'] as const;
const HOURS: [string, string][] = [['09:00', '18:00']];
const NEW: Members = { timeZone: ZONE, hours: { mon: HOURS, tue: HOURS, wed: HOURS, thu: HOURS, fri: HOURS } };
const ZONES = Intl.supportedValuesOf('timeZone');

export function CalendarForm({ base, mistakes, onChange }: PartProps) {
  const { t } = useTranslation();
  const words = useMistakesInWords();
  const calendar = isMembers(base['calendar']) ? base['calendar'] : null;
  const switchTo = (on: boolean): void => {
    const { calendar: _before, ...others } = base;
    onChange(on ? { ...others, calendar: NEW } : others);
  };
  const set = (path: string, value: unknown): void => onChange({ ...base, calendar: withValue(calendar ?? {}, path, value) });
  const wrong = words(mistakesAt(mistakes, null, 'calendar'));
  return (
    <Stack gap="xs">
      <Switch label={t('policies.calendarOn')} checked={calendar !== null} onChange={(event) => switchTo(event.currentTarget.checked)} />
      {calendar !== null && (
        <>
          <Select
            searchable
            label={t('policies.field.calendar.timeZone')}
            data={[...new Set([String(calendar['timeZone']), ZONE, ...ZONES])]}
            value={String(calendar['timeZone'])}
            onChange={(zone) => set('timeZone', zone ?? ZONE)}
            limit={50}
            allowDeselect={false}
          />
          <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="xs">
            {DAYS.map((day) => (
              <HoursInput key={day} day={day} value={valueAt(calendar, `hours.${day}`)} onChange={(hours) => set(`hours.${day}`, hours)} />
            ))}
          </SimpleGrid>
          <Text size="xs" c="dimmed">
            {t('policies.hoursHint')}
          </Text>
          <Holidays calendar={calendar} onChange={set} />
          {(['extraHolidays', 'extraWorkdays'] as const).map((name) => (
            <TagsInput
              key={name}
              label={t(`policies.field.calendar.${name}`)}
              description={t('policies.datesHint')}
              value={Array.isArray(calendar[name]) ? (calendar[name] as string[]) : []}
              onChange={(dates) => set(name, dates.length === 0 ? undefined : dates.toSorted())}
              splitChars={[',', ' ', '\n']}
            />
          ))}
        </>
      )}
      {wrong !== null && (
        <Text size="sm" c="red.8" role="alert">
          {wrong}
        </Text>
      )}
    </Stack>
  );
}

const HOURS_FORM = /^(\d\d:\d\d)\s*[-–]\s*(\d\d:\d\d)$/;

/** What is typed stays as it is until it can be read. */
function HoursInput({ day, value, onChange }: { day: string; value: unknown; onChange: (hours: [string, string][] | undefined) => void }) {
  const { t } = useTranslation();
  const periods = Array.isArray(value) ? (value as [string, string][]) : [];
  const [typed, setTyped] = useState<string | null>(null);
  const [isWrong, setWrong] = useState(false);
  const read = (text: string): void => {
    setTyped(text);
    const parts = text.split(/[,，;；]/).flatMap((part) => (part.trim() === '' ? [] : [HOURS_FORM.exec(part.trim())]));
    const found = parts.flatMap((part): [string, string][] => (part === null ? [] : [[part[1] ?? '', part[2] ?? '']]));
    setWrong(found.length < parts.length);
    if (found.length === parts.length) onChange(found.length === 0 ? undefined : found);
  };
  return (
    <TextInput
      label={t(`policies.field.calendar.hours.${day}`)}
      placeholder={t('policies.closed')}
      value={typed ?? periods.map(([from, to]) => `${from}-${to}`).join(', ')}
      onChange={(event) => read(event.currentTarget.value)}
      onBlur={() => {
        if (!isWrong) setTyped(null);
      }}
      error={isWrong ? t('policies.hoursWrong') : null}
    />
  );
}

function Holidays({ calendar, onChange }: { calendar: Members; onChange: (path: string, value: unknown) => void }) {
  const { t } = useTranslation();
  const text = (path: string): string => {
    const value = valueAt(calendar, path);
    return typeof value === 'string' ? value : '';
  };
  const country = text('holidays.country');
  return (
    <Group grow align="flex-start">
      <TextInput
        label={t('policies.field.calendar.holidays.country')}
        description={t('policies.countryHint')}
        value={country}
        maxLength={2}
        onChange={(event) => {
          const value = event.currentTarget.value.toUpperCase();
          onChange('holidays', value === '' ? undefined : { country: value });
        }}
      />
      {country !== '' && (
        <TextInput
          label={t('policies.field.calendar.holidays.region')}
          description={' '}
          value={text('holidays.region')}
          onChange={(event) => onChange('holidays.region', event.currentTarget.value || undefined)}
        />
      )}
    </Group>
  );
}
