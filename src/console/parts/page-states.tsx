/** What a page shows when there is nothing to show: still loading, failed, missing, empty. */
import { Alert, Button, Center, Group, Loader, Stack, Text, Title } from '@mantine/core';
import { Link, useRouter, type ErrorComponentProps } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { CallFailed } from '../app/api.ts';
import { signIn } from '../app/session.ts';

export function PagePending() {
  const { t } = useTranslation();
  return (
    <Center py="xl" role="status">
      <Group>
        <Loader size="sm" aria-hidden />
        <Text>{t('page.loading')}</Text>
      </Group>
    </Center>
  );
}

/** A problem in words for people: by its code where we have some, else as the API said it. */
export function useProblemWords(): (error: unknown) => string {
  const { t } = useTranslation();
  return (error) => {
    if (!(error instanceof CallFailed)) return error instanceof Error ? error.message : t('problem.unknown');
    const { detail, title } = error.problem;
    const code = error.status === 401 ? 'SESSION_OVER' : error.problem.code;
    const plain = detail ?? title ?? t('problem.unknown');
    return t(`problem.${code ?? 'unknown'}`, { detail: plain, defaultValue: plain });
  };
}

export function PageFailed({ error, reset }: ErrorComponentProps) {
  const { t } = useTranslation();
  const words = useProblemWords();
  const router = useRouter();
  const isOver = error instanceof CallFailed && error.status === 401;
  const again = (): void => {
    reset();
    void router.invalidate();
  };
  return (
    <Center py="xl">
      <Alert color="red" maw={560} role="alert">
        <Stack align="flex-start">
          <Title order={1} size="h4">
            {t('page.failed')}
          </Title>
          <Text>{words(error)}</Text>
          {error instanceof CallFailed && error.problem.requestId !== undefined && (
            <Text size="xs">{t('page.requestId', { id: error.problem.requestId })}</Text>
          )}
          {isOver ? <Button onClick={signIn}>{t('session.signIn')}</Button> : <Button onClick={again}>{t('page.again')}</Button>}
        </Stack>
      </Alert>
    </Center>
  );
}

export function PageMissing() {
  const { t } = useTranslation();
  return (
    <Empty isPage title={t('page.missing')} about={t('page.missingAbout')}>
      <Button component={Link} to="/desk" variant="default">
        {t('page.home')}
      </Button>
    </Empty>
  );
}

export interface EmptyProps {
  title: string;
  about: string;
  /** It is all that the page has. */
  isPage?: boolean;
  children?: ReactNode;
}

export function Empty({ title, about, isPage = false, children }: EmptyProps) {
  return (
    <Center py={64}>
      <Stack align="center" gap="xs">
        <Title order={isPage ? 1 : 2} size="h4">
          {title}
        </Title>
        <Text c="dimmed">{about}</Text>
        {children}
      </Stack>
    </Center>
  );
}
