/** Instants in the reader's language and time zone: as they are, and how far away. */
import { Text, type TextProps } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { formatLanguage } from '../words/words.ts';
import { useNow } from './clock.ts';

export const ZONE = Intl.DateTimeFormat().resolvedOptions().timeZone;

const DAY_MS = 86_400_000;
const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(language: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `${language}${JSON.stringify(options)}`;
  const format = formats.get(key) ?? new Intl.DateTimeFormat(language, options);
  formats.set(key, format);
  return format;
}

/** The day only where it is not today. */
export function useInstant(): (at: string | number) => string {
  const { i18n } = useTranslation();
  return (at) => {
    const date = new Date(at);
    const isToday = date.toDateString() === new Date().toDateString();
    const isThisYear = date.getFullYear() === new Date().getFullYear();
    const day: Intl.DateTimeFormatOptions = isToday
      ? {}
      : { weekday: 'short', day: 'numeric', month: 'short', ...(isThisYear ? {} : { year: 'numeric' }) };
    return formatOf(formatLanguage(i18n.language), { ...day, hour: '2-digit', minute: '2-digit' }).format(date);
  };
}

/** A text of the API with its instants in it, which are ISO 8601, as the reader says them. */
export function useLocalInstants(): (text: string) => string {
  const instant = useInstant();
  return (text) => text.replaceAll(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z/g, (at) => instant(at));
}

export function Instant({ at, ...props }: { at: string } & TextProps) {
  const instant = useInstant();
  return (
    <Text component="time" span dateTime={at} title={new Date(at).toISOString()} className="hp-number" {...props}>
      {instant(at)}
    </Text>
  );
}

/** Like 2 d 4 h, 3 h 12 min, 4 min 10 s: two units, the second one left out where it is nothing. */
export function lengthInWords(ms: number, language: string): string {
  const seconds = Math.round(Math.abs(ms) / 1000);
  const units: [Intl.NumberFormatOptions['unit'], number][] = [
    ['day', Math.floor(seconds / 86_400)],
    ['hour', Math.floor((seconds % 86_400) / 3600)],
    ['minute', Math.floor((seconds % 3600) / 60)],
    ['second', seconds % 60],
  ];
  const first = units.findIndex(([, count]) => count > 0);
  const shown = first === -1 ? units.slice(-1) : units.slice(first, first + 2).filter(([, count], index) => index === 0 || count > 0);
  return shown
    .map(([unit, count]) => new Intl.NumberFormat(language, { style: 'unit', unit, unitDisplay: 'short' }).format(count))
    .join(' ');
}

export interface UntilProps extends TextProps {
  at: string;
  /** How far the thing's own clock is ahead, in ms. */
  ahead?: number;
  /** Nearer than this it is shown as urgent, in ms. */
  urgentMs?: number;
}

/** A live countdown; once it is over, how long ago. */
export function Until({ at, ahead = 0, urgentMs = 0, ...props }: UntilProps) {
  const { i18n, t } = useTranslation();
  const instant = useInstant();
  const left = Date.parse(at) - ahead - useNow();
  const time = lengthInWords(left, i18n.language);
  const words = Math.abs(left) < 1000 ? t('next.due') : t(left > 0 ? 'next.in' : 'next.ago', { time });
  const isUrgent = urgentMs > 0 && left < urgentMs;
  return (
    <Text
      component="time"
      span
      dateTime={at}
      title={instant(at)}
      className="hp-number"
      {...(isUrgent ? { c: left < urgentMs / 4 ? 'red.8' : 'orange.9', fw: 600 } : {})}
      {...props}
    >
      {Math.abs(left) > 30 * DAY_MS ? instant(at) : words}
    </Text>
  );
}
