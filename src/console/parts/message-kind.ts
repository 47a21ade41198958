import { useTranslation } from 'react-i18next';

/** What a message is, in the reader's language; a kind without words yet is shown as it came. */
export function useMessageKind(): (kind: string) => string {
  const { t } = useTranslation();
  return (kind) => t(`kind.${kind}` as 'kind.review_request', { defaultValue: kind.replaceAll('_', ' ') });
}
