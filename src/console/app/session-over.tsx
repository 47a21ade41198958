/** The session is over while a page is open: it stays as it is, and what is written on it, until one has signed in again. */
import { Alert, Group, Text } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { SESSION_OVER } from './api.ts';
import { sessionQuery } from './session.ts';

export function SessionOver() {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const [isOver, setOver] = useState(false);
  useEffect(() => {
    const over = (): void => setOver(true);
    globalThis.addEventListener(SESSION_OVER, over);
    return () => globalThis.removeEventListener(SESSION_OVER, over);
  }, []);
  useEffect(() => {
    if (!isOver) return;
    const look = (): void => {
      const back = async (): Promise<void> => {
        await queries.fetchQuery({ ...sessionQuery, staleTime: 0, retry: false });
        setOver(false);
        await queries.invalidateQueries();
      };
      // Not yet: one looks again.
      if (!document.hidden) back().catch(() => {});
    };
    document.addEventListener('visibilitychange', look);
    globalThis.addEventListener('focus', look);
    return () => {
      document.removeEventListener('visibilitychange', look);
      globalThis.removeEventListener('focus', look);
    };
  }, [isOver, queries]);
  if (!isOver) return null;
  return (
    <Alert color="orange" role="alert" mb="md">
      <Group gap="sm">
        <Text size="sm">{t('session.over')}</Text>
        <Text component="a" href="/console/sign-in?to=%2Fconsole%2Fdesk" target="_blank" size="sm" fw={600} td="underline">
          {t('session.signInElsewhere')} ↗
        </Text>
      </Group>
    </Alert>
  );
}
