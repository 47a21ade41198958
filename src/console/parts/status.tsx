import { Badge, Tooltip } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Schemas } from '../app/api.ts';

export type CaseStatus = Schemas['Case']['status'];

export const OPEN: readonly CaseStatus[] = ['deciding', 'held', 'in_review', 'awaiting_liaison'];

const COLORS: Record<CaseStatus, string> = {
  deciding: 'gray',
  held: 'blue',
  in_review: 'cyan',
  awaiting_liaison: 'orange',
  order_unknown: 'red',
  rejected: 'red',
  approved: 'teal',
  declined: 'red',
  expired: 'red',
  cancelled: 'gray',
};

/** Said by its word; the colour only helps. */
export function StatusBadge({ status, paused = false }: { status: CaseStatus; paused?: boolean }) {
  const { t } = useTranslation();
  return (
    <Tooltip label={t(paused ? 'next.paused' : `statusAbout.${status}`)} multiline maw={300}>
      <Badge variant="light" color={paused ? 'gray' : COLORS[status]} tt="none" radius="sm">
        {t(`status.${status}`)}
        {paused && ' ⏸'}
      </Badge>
    </Tooltip>
  );
}

/** A reason's type in plain words; what has none yet is shown as it came. */
export function useReasonWords(): (type: string) => string {
  const { t } = useTranslation();
  return (type) => t(`reason.${type}`, { defaultValue: type.replaceAll('_', ' ').toLowerCase() });
}
