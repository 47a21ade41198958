import { Text, type TextProps } from '@mantine/core';
import { useTranslation } from 'react-i18next';

/** A decimal and its currency, never through a floating-point number. */
export function Money({ total, ...props }: { total: { value: string; currency: string } | null } & TextProps) {
  const { i18n } = useTranslation();
  if (total === null) return null;
  return (
    <Text span className="hp-number" {...props}>
      {moneyInWords(total, i18n.language)}
    </Text>
  );
}

/** As many as the contract allows: a price per piece has more than its currency. */
const MOST_DIGITS = 8;

function moneyInWords({ value, currency }: { value: string; currency: string }, language: string): string {
  try {
    return new Intl.NumberFormat(language, {
      style: 'currency',
      currency,
      currencyDisplay: 'code',
      maximumFractionDigits: MOST_DIGITS,
    }).format(value as `${number}`);
  } catch {
    return `${value} ${currency}`;
  }
}
