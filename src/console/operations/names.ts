/** Words of the API in the reader's language; what has none yet is shown as it came. */
import { useTranslation } from 'react-i18next';

const plain = (word: string): string => word.replaceAll('_', ' ').toLowerCase();

export function useProblemName(): (problem: string) => string {
  const { t } = useTranslation();
  return (problem) => t(`operations.problem.${problem}` as 'operations.problem.ORDER_UNKNOWN', { defaultValue: plain(problem) });
}

/** What a problem means, and what can be done. */
export function useProblemAbout(): (problem: string) => string {
  const { t } = useTranslation();
  return (problem) => t(`operations.problemAbout.${problem}` as 'operations.problemAbout.ORDER_UNKNOWN', { defaultValue: '' });
}

/** Why a message is not sent again. */
export function useObstacle(): (reason: string | null) => string {
  const { t } = useTranslation();
  return (reason) => t(`operations.obstacle.${reason}` as 'operations.obstacle.DELIVERED', { defaultValue: plain(reason ?? '') });
}
