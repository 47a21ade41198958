/** Lines of a placement's history, and its messages, in words. */
import { useTranslation } from 'react-i18next';
import type { Schemas } from '../app/api.ts';
import { useInstant } from '../parts/instants.tsx';
import type { Event, Placement } from './queries.ts';
import { usePlacementReason } from './status.tsx';

export function useEventWords(): (event: Pick<Event, 'type'>) => string {
  const { t } = useTranslation();
  return ({ type }) => t(`placements.event.${type}`, { defaultValue: type.replaceAll('_', ' ') });
}

/** What of an event's data is worth a line: the rest is in its details. */
export function useEventFacts(): (event: Event) => string {
  const { t } = useTranslation();
  const instant = useInstant();
  const reasonWords = usePlacementReason();
  return ({ type, data }) => {
    const text = (name: string): string | undefined => (typeof data[name] === 'string' ? data[name] : undefined);
    const result = text('result');
    const at = text('at') ?? text('until') ?? text('to');
    const facts = [
      typeof data['poll'] === 'number' ? t('placements.line.poll', { number: data['poll'] }) : undefined,
      text('vendorStatus') ?? text('placementNumber') ?? text('channel'),
      result === undefined ? undefined : t(`placements.line.result.${result}`, { defaultValue: result.replaceAll('_', ' '), word: '' }),
      at === undefined || Number.isNaN(Date.parse(at)) ? undefined : instant(at),
      text('description'),
      type === 'succeeded' || type === 'failed' || type === 'cancelled'
        ? reasonWords({ statusReason: text('reason') ?? null })
        : text('why')?.replaceAll('_', ' ').toLowerCase(),
      text('error')?.slice(0, 120),
    ];
    return facts.filter((fact) => fact !== undefined && fact !== '').join(' · ');
  };
}

/** Who was told what, by which way. */
export function useKindWords(): (message: Schemas['Message']) => string {
  const { t } = useTranslation();
  return ({ counterpart, kind, recipient, stage }) => {
    const who = t(`counterpart.${counterpart}`, { defaultValue: counterpart });
    const status = kind.replace(/^placement_/, '') as Placement['status'];
    const what = t(`placements.status.${status}`, { defaultValue: kind.replaceAll('_', ' ') });
    if (kind === 'placement') return t('placements.toldOrder', { who });
    const way = stage.endsWith('/email') || stage.endsWith('/webhook') ? ` (${recipient})` : '';
    return `${who}${way}: ${kind.startsWith('refund') ? t('placements.refundDue') : what}`;
  };
}
