/** Every page and its address. A page's code is asked for when it is first visited. */
import type { QueryClient } from '@tanstack/react-query';
import { createRootRouteWithContext, createRoute, createRouter, lazyRouteComponent, Outlet, redirect } from '@tanstack/react-router';
import { administrationSearch } from '../administration/search.ts';
import { policySearch } from '../policies/search.ts';
import { deskSearch } from '../desk/search.ts';
import { caseSearch } from '../cases/search.ts';
import { operationsSearch } from '../operations/search.ts';
import { placementsSearch } from '../placements/search.ts';
import { sandboxSearch } from '../sandbox/search.ts';
import { sessionQuery } from './session.ts';
import { Shell } from './shell.tsx';
import { SignedOut } from './signed-out.tsx';
import { PageFailed, PageMissing, PagePending } from '../parts/page-states.tsx';

interface RouterContext {
  queries: QueryClient;
}

const root = createRootRouteWithContext<RouterContext>()({ component: Outlet, notFoundComponent: PageMissing });
const signedIn = createRoute({
  getParentRoute: () => root,
  id: 'signed-in',
  beforeLoad: ({ context }) => context.queries.ensureQueryData(sessionQuery),
  component: Shell,
  errorComponent: SignedOut,
});
const home = createRoute({
  getParentRoute: () => signedIn,
  path: '/',
  beforeLoad: () => redirect({ to: '/desk', throw: true }),
});
const desk = createRoute({
  getParentRoute: () => signedIn,
  path: '/desk',
  validateSearch: deskSearch,
  component: lazyRouteComponent(() => import('../desk/desk-page.tsx'), 'DeskPage'),
});
const caseRoute = createRoute({
  getParentRoute: () => signedIn,
  path: '/cases/$orderId',
  validateSearch: caseSearch,
  component: lazyRouteComponent(() => import('../cases/case-page.tsx'), 'CasePage'),
});
const operations = createRoute({
  getParentRoute: () => signedIn,
  path: '/operations/{-$tab}',
  validateSearch: operationsSearch,
  component: lazyRouteComponent(() => import('../operations/operations-page.tsx'), 'OperationsPage'),
});
const policies = createRoute({
  getParentRoute: () => signedIn,
  path: '/policies',
  beforeLoad: () => redirect({ to: '/policies/$kind', params: { kind: 'review' }, throw: true }),
});
const policiesOfKind = createRoute({
  getParentRoute: () => signedIn,
  path: '/policies/$kind',
  validateSearch: policySearch,
  component: lazyRouteComponent(() => import('../policies/policies-page.tsx'), 'PoliciesPage'),
});
const administration = createRoute({
  getParentRoute: () => signedIn,
  path: '/administration',
  validateSearch: administrationSearch,
  component: lazyRouteComponent(() => import('../administration/administration-page.tsx'), 'AdministrationPage'),
});

const placements = createRoute({
  getParentRoute: () => signedIn,
  path: '/placements',
  validateSearch: placementsSearch,
  component: lazyRouteComponent(() => import('../placements/placements-page.tsx'), 'PlacementsPage'),
});
const placement = createRoute({
  getParentRoute: () => signedIn,
  path: '/placements/$orderId',
  component: lazyRouteComponent(() => import('../placements/placement-page.tsx'), 'PlacementPage'),
});
const sandbox = createRoute({
  getParentRoute: () => signedIn,
  path: '/sandbox',
  validateSearch: sandboxSearch,
  component: lazyRouteComponent(() => import('../sandbox/sandbox-page.tsx'), 'SandboxPage'),
});

/** Every other address, within the frame: from there one goes on. */
const missing = createRoute({ getParentRoute: () => signedIn, path: '$', component: PageMissing });

const tree = root.addChildren([
  signedIn.addChildren([
    home,
    desk,
    caseRoute,
    placements,
    placement,
    operations,
    policies,
    policiesOfKind,
    administration,
    sandbox,
    missing,
  ]),
]);

export function createConsoleRouter(queries: QueryClient) {
  return createRouter({
    routeTree: tree,
    basepath: '/console',
    context: { queries },
    defaultPreload: 'intent',
    defaultErrorComponent: PageFailed,
    defaultPendingComponent: PagePending,
    defaultNotFoundComponent: PageMissing,
    scrollRestoration: true,
  });
}

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof createConsoleRouter>;
  }
}
