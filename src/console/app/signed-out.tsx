/** Nobody is signed in, or it is over: one way in, and what went wrong where it did. */
import { Button, Center, Paper, Stack, Text, Title } from '@mantine/core';
import type { ErrorComponentProps } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { LanguageChoice } from '../parts/language-choice.tsx';
import { PageFailed } from '../parts/page-states.tsx';
import { CallFailed } from './api.ts';
import { signIn } from './session.ts';

export function SignedOut(props: ErrorComponentProps) {
  const { t } = useTranslation();
  const { error } = props;
  if (!(error instanceof CallFailed) || error.status !== 401) return <PageFailed {...props} />;
  return (
    <Center mih="100dvh" p="md">
      <Paper component="main" withBorder p="xl" maw={440} w="100%">
        <Stack>
          <Title order={1}>Holdpoint</Title>
          <Text>{t('session.signedOut')}</Text>
          <Button size="md" onClick={signIn}>
            {t('session.signIn')}
          </Button>
          <LanguageChoice />
        </Stack>
      </Paper>
    </Center>
  );
}
