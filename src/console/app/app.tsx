import { localStorageColorSchemeManager, MantineProvider, mergeThemeOverrides } from '@mantine/core';
import { Notifications } from '@mantine/notifications';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { CallFailed } from './api.ts';
import { createConsoleRouter } from './router.tsx';
import { legibleColors, theme } from './theme.ts';

const MAX_TRIES = 3;

/** What the caller did wrong stays wrong; all else is tried again. */
function isWorthAnotherTry(tries: number, error: Error): boolean {
  const isOurs = error instanceof CallFailed && error.status >= 400 && error.status < 500 && error.status !== 429;
  return !isOurs && tries < MAX_TRIES;
}

const queries = new QueryClient({
  defaultOptions: { queries: { retry: isWorthAnotherTry, staleTime: 5000, refetchOnWindowFocus: true }, mutations: { retry: false } },
});
const router = createConsoleRouter(queries);
const nonce = document.querySelector<HTMLMetaElement>('meta[name="csp-nonce"]')?.content ?? '';
// A library of Mantine's makes style tags of its own, and asks here.
Object.assign(globalThis, { __webpack_nonce__: nonce });
const colorScheme = localStorageColorSchemeManager({ key: 'holdpoint-colors' });

export function App() {
  const { t } = useTranslation();
  const dismiss = t('page.close');
  const worded = useMemo(
    () => mergeThemeOverrides(theme, { components: { Notification: { defaultProps: { closeButtonProps: { 'aria-label': dismiss } } } } }),
    [dismiss],
  );
  return (
    <MantineProvider
      theme={worded}
      cssVariablesResolver={legibleColors}
      defaultColorScheme="auto"
      colorSchemeManager={colorScheme}
      getStyleNonce={() => nonce}
    >
      <QueryClientProvider client={queries}>
        <Notifications position="top-right" />
        <RouterProvider router={router} />
      </QueryClientProvider>
    </MantineProvider>
  );
}
