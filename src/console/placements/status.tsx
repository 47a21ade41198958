/** What a placement is now, in words; colours only help. */
import { Badge, Tooltip } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Placement } from './queries.ts';
import { isUncertain } from './search.ts';
import { REASONS } from './words.ts';

const COLORS: Record<Placement['status'], string> = {
  created: 'gray',
  sent: 'blue',
  placed: 'cyan',
  succeeded: 'teal',
  failed: 'red',
  cancelled: 'gray',
};

export function PlacementBadge({ one }: { one: Placement }) {
  const { t } = useTranslation();
  const reasonWords = usePlacementReason();
  const uncertain = isUncertain(one);
  return (
    <Tooltip label={uncertain ? t('placements.uncertainAbout') : reasonWords(one)} multiline maw={300}>
      <Badge variant="light" color={uncertain ? 'orange' : COLORS[one.status]} tt="none" radius="sm">
        {t(uncertain ? 'placements.uncertain' : `placements.status.${one.status}`)}
      </Badge>
    </Tooltip>
  );
}

/** The vendor's latest word; what nobody has mapped stands out. */
export function VendorWord({ one: { vendorStatus, unmapped } }: { one: Placement }) {
  const { t } = useTranslation();
  if (vendorStatus === null) return null;
  if (!unmapped) return <span className="hp-number">{vendorStatus}</span>;
  return (
    <Tooltip label={t('placements.unmappedAbout')} multiline maw={300}>
      <Badge variant="light" color="orange" tt="none" radius="sm" tabIndex={0}>
        {vendorStatus} · {t('placements.unmapped')}
      </Badge>
    </Tooltip>
  );
}

/** Why it is in its state: in our words, or those of the vendor's mapping laid out. */
export function usePlacementReason(): (one: Pick<Placement, 'statusReason'>) => string {
  const { t } = useTranslation();
  return ({ statusReason }) => {
    if (statusReason === null) return t('placements.none');
    return REASONS.has(statusReason) ? t(`placements.reason.${statusReason}`) : statusReason.replaceAll('_', ' ').toLowerCase();
  };
}
