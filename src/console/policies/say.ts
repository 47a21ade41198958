/** Members, values and mistakes of policies in people's words. */
import { useTranslation } from 'react-i18next';
import { lengthInWords, useInstant } from '../parts/instants.tsx';
import { useReasonWords } from '../parts/status.tsx';
import { isMembers, type LinePair, type Mistake } from './document.ts';

const CHOICES = new Set(['preset', 'not_preset', 'accepted', 'confirmed', 'final', 'each_change']);
const INSTANT = /^\d{4}-\d\d-\d\dT[\d:.]+Z$/;

/** @returns the name of a member by its path, like "Interval" */
export function useMemberWords(): (path: string) => string {
  const { t, i18n } = useTranslation();
  const reason = useReasonWords();
  return (path) => {
    const [, of, name] = /^(reasonTypes|earlySuccess\.buyers|reviewReasons)\.(.+)$/.exec(path) ?? [];
    if (of === 'reasonTypes' && name !== undefined) return reason(name);
    if (of !== undefined) return `${t(`policies.field.${of}`)} ${name}`;
    return i18n.exists(`policies.field.${path}`) ? t(`policies.field.${path}`) : path;
  };
}

/** @returns a value as people say it: lengths with their units, shares in percent */
export function useValueWords(): (path: string, value: unknown) => string {
  const { t, i18n } = useTranslation();
  const instant = useInstant();
  const said = (path: string, value: unknown): string => {
    if (value === undefined) return t('policies.notSaid');
    if (value === null) return t('policies.removed');
    if (typeof value === 'boolean') return t(value ? 'policies.yes' : 'policies.no');
    if (typeof value === 'number') return numberInWords(path, value, i18n.language);
    if (typeof value === 'string') {
      if (INSTANT.test(value)) return instant(value);
      return CHOICES.has(value) ? t(`policies.choice.${value}`) : value;
    }
    if (Array.isArray(value)) return value.map((one: unknown) => inList(path, one)).join(path.startsWith('calendar') ? ', ' : '; ');
    return isMembers(value) ? bandInWords(value) : JSON.stringify(value);
  };
  const inList = (path: string, one: unknown): string => {
    if (Array.isArray(one)) return one.join('–');
    if (!isMembers(one)) return said(path, one);
    const time = lengthInWords(Number(one['afterMs']), i18n.language);
    return `${t('policies.after', { time })} ${t(`group.${String(one['to'])}`)}`;
  };
  return said;
}

function numberInWords(path: string, value: number, language: string): string {
  if (path.endsWith('Ms')) return value === 0 ? '0' : lengthInWords(value, language);
  if (path.endsWith('jitter')) return `± ${new Intl.NumberFormat(language, { style: 'percent' }).format(value)}`;
  return path.endsWith('oefficient') ? `× ${value}` : String(value);
}

function bandInWords({ currency, from, below }: Record<string, unknown>): string {
  const text = (value: unknown): string => (typeof value === 'string' ? value : '');
  return [from === undefined ? '' : `≥ ${text(from)}`, below === undefined ? '' : `< ${text(below)}`, text(currency)]
    .filter((part) => part !== '')
    .join(' ');
}

export function useLineWords(): (line: Pick<LinePair, 'part' | 'path'>) => string {
  const { t } = useTranslation();
  const member = useMemberWords();
  return ({ part, path }) => {
    if (part === 'position') return t('policies.position');
    return part === 'when' ? t('policies.whenPart', { what: member(path) }) : member(path);
  };
}

type Words = (
  found: RegExpExecArray,
  say: { t: ReturnType<typeof useTranslation>['t']; member: (path: string) => string; language: string },
) => string;

/** The API's messages, as they begin; one that is not here is shown as it came. */
const SAID: readonly [RegExp, Words][] = [
  [
    /^(\S+) must not be shorter than (\S+)$/,
    ([, , other = ''], { t, member }) => t('policies.mistake.notShorter', { other: member(other) }),
  ],
  [/must be between (\S+) and (\S+)$/, ([, from, to], { t }) => t('policies.mistake.between', { from, to })],
  [/must be a whole number, (\d+) to (\d+)$/, ([, from, to], { t }) => t('policies.mistake.whole', { from, to })],
  [/must be a whole number of ms, (at least 1000|1000 or more)$/, (_found, { t }) => t('policies.mistake.atLeastSecond')],
  [/must be a whole number of ms, 0 or more$/, (_found, { t }) => t('policies.mistake.notNegative')],
  [/must be at most (\d+) days$/, ([, days], { t }) => t('policies.mistake.days', { days })],
  [/must be more than that of the step before it$/, (_found, { t }) => t('policies.mistake.stepBefore')],
  [/must be less than resolutionDeadlineMs/, (_found, { t }) => t('policies.mistake.stepDeadline')],
  [/^the delays make over (\d+)/, ([, count], { t }) => t('policies.mistake.tooMany', { count })],
  [
    /^the polls span (\d+) ms: promisedMs/,
    ([, ms], { t, language }) => t('policies.mistake.spanShort', { span: lengthInWords(Number(ms), language) }),
  ],
  [
    /^the polls span (\d+) ms: deadlineMs/,
    ([, ms], { t, language }) => t('policies.mistake.spanLong', { span: lengthInWords(Number(ms), language) }),
  ],
  [/expected number/, (_found, { t }) => t('policies.mistake.number')],
  [/^when is empty/, (_found, { t }) => t('policies.mistake.whenEmpty')],
  [/^another rule before has the same name$/, (_found, { t }) => t('policies.mistake.sameName')],
];

export function useMistakeWords(): (mistake: Mistake) => string {
  const { t, i18n } = useTranslation();
  const member = useMemberWords();
  return ({ message }) => {
    for (const [pattern, words] of SAID) {
      const found = pattern.exec(message);
      if (found !== null) return words(found, { t, member, language: i18n.language });
    }
    return message;
  };
}
