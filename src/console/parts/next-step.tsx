/** What the system does next with a case, and when: in words, live. */
import { Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Schemas } from '../app/api.ts';
import { aheadOf } from './clock.ts';
import { Until } from './instants.tsx';

type Shown = Pick<Schemas['Case'], 'nextAction' | 'paused' | 'ending' | 'caseAt' | 'asOf'>;

export function NextStep({ one }: { one: Shown }) {
  const { t } = useTranslation();
  const words = useStepWords();
  const { nextAction, paused, ending } = one;
  if (ending !== null) return <Text size="sm">{t('next.ending')}</Text>;
  if (nextAction === null) return <Text size="sm">{t(paused ? 'next.paused' : 'next.nothing')}</Text>;
  return (
    <Text size="sm" truncate>
      {words(nextAction.what)} <Until at={nextAction.at} ahead={aheadOf(one)} />
    </Text>
  );
}

/** The API's words for planned steps, each with the key of ours. */
const STEPS: readonly [RegExp, string][] = [
  [/^review request (\d+)$/, 'next.request'],
  [/^answer to request (\d+) due$/, 'next.answer'],
  [/^ask for the result of request (\d+)$/, 'next.query'],
  [/^end of the retry window$/, 'next.window'],
  [/^resolution deadline$/, 'next.deadline'],
  [/^reminder$/, 'next.reminder'],
  [/^escalation_(\w+)$/, 'next.escalation'],
  [/^payment due$/, 'next.payment'],
  [/^poll (\d+)$/, 'next.poll'],
  [/^last look, at the deadline$/, 'next.lastLook'],
  [/^ask whether the vendor has the order, question (\d+)$/, 'next.verify'],
  [/^place the order, when the vendor can be called again$/, 'next.place'],
];

/** A planned step in the reader's language; what has no words yet is shown as it came. */
export function useStepWords(): (what: string) => string {
  const { t } = useTranslation();
  return (what) => {
    for (const [form, word] of STEPS) {
      const found = form.exec(what);
      if (found !== null)
        return t(word as 'next.request', {
          number: found[1],
          to: t(`group.${found[1]}` as 'group.liaison', { defaultValue: found[1] ?? '' }),
        });
    }
    return what;
  };
}
