/** Questions to a vendor and what they brought, in words. */
import { useTranslation } from 'react-i18next';
import type { PlannedQuestion, Question } from './schedule.ts';

export function useQuestionWords(): (question: Question | PlannedQuestion) => string {
  const { t } = useTranslation();
  return (question) => {
    const what = 'what' in question ? question.what : question.purpose;
    if (what === 'by_hand') return t('placements.line.byHand', { name: 'by' in question ? question.by : '' });
    if (what === 'verify') return t('placements.line.verify');
    const isLast = what === 'lastLook' || what === 'last_look';
    const last = isLast ? t('placements.line.lastLook') : null;
    if (question.number === null) return last ?? t('placements.event.vendor_asked');
    const number = t('placements.line.poll', { number: question.number });
    return last === null ? number : `${number} · ${last}`;
  };
}

export function useAnswerWords(): (question: Question) => string {
  const { t } = useTranslation();
  return ({ answer, word }) => t(`placements.line.result.${answer}`, { word: word ?? '' });
}
