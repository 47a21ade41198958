/** What was read, or why it was not; what could not be read again stays, and says of when it is. */
import { Alert, Button, Stack } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useInstant } from '../parts/instants.tsx';
import { PagePending, useProblemWords } from '../parts/page-states.tsx';

interface Reading<T> {
  data: T | undefined;
  error: unknown;
  isError: boolean;
  dataUpdatedAt: number;
  refetch: () => unknown;
}

export function Loaded<T>({ reading, children }: { reading: Reading<T>; children: (data: T) => ReactNode }) {
  const { t } = useTranslation();
  const words = useProblemWords();
  const instant = useInstant();
  const { data, error, isError, dataUpdatedAt, refetch } = reading;
  if (data === undefined && !isError) return <PagePending />;
  const again = (
    <Button size="xs" variant="default" onClick={() => void refetch()}>
      {t('page.again')}
    </Button>
  );
  if (data === undefined) {
    return (
      <Alert color="red" role="alert" title={t('operations.failed')}>
        <Stack align="flex-start" gap="xs">
          {words(error)}
          {again}
        </Stack>
      </Alert>
    );
  }
  return (
    <>
      {isError && (
        <Alert color="orange" role="alert" mb="sm">
          <Stack align="flex-start" gap="xs">
            {t('desk.stale', { time: instant(dataUpdatedAt) })} {words(error)}
            {again}
          </Stack>
        </Alert>
      )}
      {children(data)}
    </>
  );
}
