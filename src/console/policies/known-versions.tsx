/** The versions that are loaded, and which is in force. */
import { Alert, Button, Group } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { useProblemWords } from '../parts/page-states.tsx';
import type { PolicyKind } from './document.ts';
import { versionsQuery, type Version } from './queries.ts';

export interface KnownVersions {
  /** The newest first. */
  items: Version[];
  newest: number;
  /** 0: none. */
  inForce: number;
}

export function useVersions(kind: PolicyKind) {
  return useInfiniteQuery(versionsQuery(kind));
}

export function knownOf(pages: { items: Version[]; inForce: number | null }[]): KnownVersions {
  const items = pages.flatMap((page) => page.items);
  return { items, newest: items[0]?.version ?? 0, inForce: pages[0]?.inForce ?? 0 };
}

export function ContentFailed({ error, onAgain }: { error: unknown; onAgain: () => void }) {
  const { t } = useTranslation();
  const words = useProblemWords();
  return (
    <Alert color="red" role="alert">
      <Group>
        {words(error)}
        <Button size="xs" variant="default" onClick={onAgain}>
          {t('page.again')}
        </Button>
      </Group>
    </Alert>
  );
}
