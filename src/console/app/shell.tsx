/** The frame of every page: where one can go, who one is, and whether what is shown is live. */
import {
  Avatar,
  AppShell,
  Badge,
  Burger,
  Group,
  Menu,
  NavLink,
  Text,
  Tooltip,
  UnstyledButton,
  useMantineColorScheme,
  VisuallyHidden,
} from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { Link, Outlet, useRouterState } from '@tanstack/react-router';
import { Suspense, useState } from 'react';
import { notifications } from '@mantine/notifications';
import { useTranslation } from 'react-i18next';
import { LanguageChoice } from '../parts/language-choice.tsx';
import { PagePending, useProblemWords } from '../parts/page-states.tsx';
import { SessionOver } from './session-over.tsx';
import { useLiveUpdates, type Liveness } from './live.ts';
import { pagesFor } from './pages.ts';
import { signOut, useMay, useSession } from './session.ts';

export function Shell() {
  const { t } = useTranslation();
  const [isOpen, { toggle, close }] = useDisclosure(false);
  const session = useSession();
  const [begun] = useState(session.now);
  const liveness = useLiveUpdates(useMay('events.read'), begun);
  const path = useRouterState({ select: ({ location }) => location.pathname });
  return (
    <AppShell header={{ height: 56 }} navbar={{ width: 200, breakpoint: 'sm', collapsed: { mobile: !isOpen } }} padding="md">
      <a className="hp-skip" href="#page">
        {t('shell.skip')}
      </a>
      <AppShell.Header px="md">
        <Group h="100%" justify="space-between" wrap="nowrap">
          <Group gap="sm" wrap="nowrap">
            <Burger opened={isOpen} onClick={toggle} hiddenFrom="sm" size="sm" aria-label={t('shell.menu')} />
            <Text component={Link} to="/desk" fw={700} size="lg">
              Holdpoint
            </Text>
            {session.sandbox && (
              <Badge variant="light" color="grape">
                {t('shell.sandbox')}
              </Badge>
            )}
          </Group>
          <Group gap="sm" wrap="nowrap">
            <Live liveness={liveness} />
            <Who />
          </Group>
        </Group>
      </AppShell.Header>
      <AppShell.Navbar p="xs" aria-label={t('shell.pages')}>
        {pagesFor(session).map(({ to, word }) => (
          <NavLink key={to} component={Link} to={to} label={t(word)} active={path.startsWith(to)} onClick={close} />
        ))}
      </AppShell.Navbar>
      <AppShell.Main id="page" tabIndex={-1}>
        <SessionOver />
        <Suspense fallback={<PagePending />}>
          <Outlet />
        </Suspense>
      </AppShell.Main>
    </AppShell>
  );
}

const COLORS: Record<Liveness, string> = { live: 'teal', connecting: 'gray', lost: 'orange', unfollowed: 'gray' };

function Live({ liveness }: { liveness: Liveness }) {
  const { t } = useTranslation();
  return (
    <Tooltip label={t(`live.${liveness}About`)}>
      <Badge variant="dot" color={COLORS[liveness]} role="status" tabIndex={0} tt="none">
        {t(`live.${liveness}`)}
      </Badge>
    </Tooltip>
  );
}

function Who() {
  const { t } = useTranslation();
  const { person, roles } = useSession();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const words = useProblemWords();
  const leave = async (): Promise<void> => {
    try {
      await signOut();
    } catch (error) {
      notifications.show({ color: 'red', message: words(error), autoClose: false });
    }
  };
  return (
    <Menu position="bottom-end" width={260}>
      <Menu.Target>
        <UnstyledButton>
          <VisuallyHidden>{t('shell.who', { name: person.name })}</VisuallyHidden>
          <Text aria-hidden fw={600} style={{ whiteSpace: 'nowrap' }} visibleFrom="xs">
            {person.name}
          </Text>
          <Avatar aria-hidden name={person.name} color="cyan" size="sm" hiddenFrom="xs" />
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{roles.map((role) => t(`roles.${role}`, { defaultValue: role })).join(', ')}</Menu.Label>
        <Group px="sm" py={4}>
          <LanguageChoice />
        </Group>
        {(['auto', 'light', 'dark'] as const).map((scheme) => (
          <Menu.Item key={scheme} onClick={() => setColorScheme(scheme)} fw={scheme === colorScheme ? 700 : undefined}>
            {t(`colors.${scheme}`)}
          </Menu.Item>
        ))}
        <Menu.Divider />
        <Menu.Item color="red" onClick={() => void leave()}>
          {t('session.signOut')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
