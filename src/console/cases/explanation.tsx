import { Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { useLocalInstants } from '../parts/instants.tsx';
import { PagePending, useProblemWords } from '../parts/page-states.tsx';
import { explanationQuery } from './queries.ts';

/** Why it was decided so, in the API's sentences, which know the rule and its inputs. */
export function Explanation({ orderId, round }: { orderId: string; round: number | undefined }) {
  const { i18n } = useTranslation();
  const words = useProblemWords();
  const local = useLocalInstants();
  const found = useQuery(explanationQuery(orderId, round, i18n.language === 'zh-CN' ? 'zh-CN' : 'en'));
  if (found.isPending) return <PagePending />;
  return (
    <Text size="sm" style={{ whiteSpace: 'pre-line' }}>
      {found.data === undefined ? words(found.error) : local(found.data.text)}
    </Text>
  );
}
