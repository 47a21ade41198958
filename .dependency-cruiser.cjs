/**
 * Which room may import from which (ARCHITECTURE.md). A rule says what a room may import of ours; anything else is refused.
 * Imports of types alone may cross: they leave nothing behind at run time.
 */
const TYPES_ONLY = ['type-only'];

/** @param {string} room @param {string[]} allowed paths below src, as regular expressions */
const room = (room, allowed) => ({
  name: `${room}-imports`,
  severity: 'error',
  from: { path: `^src/${room}/` },
  to: {
    path: '^src/',
    pathNot: [`^src/${room}/`, ...allowed.map((path) => `^src/${path}`)],
    dependencyTypesNot: TYPES_ONLY,
  },
});

const CONTRACTS = 'workflows/[^/]+/contract\\.ts$';

module.exports = {
  forbidden: [
    room('domain', []),
    room('wire', ['domain/']),
    room('workflows', ['domain/', 'temporal/search-attributes\\.ts$']),
    room('activities', ['domain/', 'db/', 'wire/', 'counterparts/', 'templates/']),
    room('counterparts', ['domain/', 'db/', 'wire/', 'call-context\\.ts$']),
    room('calendar', ['domain/']),
    room('templates', ['domain/']),
    room('db', ['domain/', 'calendar/', 'package-root\\.ts$']),
    room('inbox', ['domain/', 'db/', 'call-context\\.ts$', 'temporal/(search-attributes|grpc-code)\\.ts$', CONTRACTS]),
    room('api', [
      'call-context\\.ts$',
      'domain/',
      'db/',
      'calendar/',
      'inbox/',
      'wire/',
      'counterparts/',
      'templates/',
      'temporal/(fast-forward|grpc-code)\\.ts$',
      'oidc-settings\\.ts$',
      CONTRACTS,
    ]),
    room('temporal', ['domain/', 'call-context\\.ts$', 'config-error\\.ts$', 'package-root\\.ts$']),
    room('import', ['wire/', 'domain/']),
    room('sandbox', ['domain/', 'config-error\\.ts$']),
    room('dev', ['db/', 'temporal/', 'config\\.ts$', 'config-error\\.ts$', 'package-root\\.ts$', 'domain/']),
    room('client', []),
    room('console', ['domain/(access|placement-status)\\.ts$']),
    room('demo', ['client/', 'import/', 'domain/', 'temporal/', 'dev/', 'config\\.ts$', 'config-error\\.ts$', 'package-root\\.ts$']),
    room('cli', [
      'domain/',
      'db/',
      'counterparts/',
      'temporal/',
      'dev/',
      'demo/',
      'config\\.ts$',
      'oidc-settings\\.ts$',
      'config-error\\.ts$',
      'package-root\\.ts$',
    ]),
    {
      name: 'domain-is-pure',
      comment: 'The rules use the language alone.',
      severity: 'error',
      from: { path: '^src/domain/' },
      to: { pathNot: '^src/', dependencyTypesNot: TYPES_ONLY },
    },
    {
      name: 'contract-is-cheap',
      comment: 'Clients import a contract; it must not bring the workflow along.',
      severity: 'error',
      from: { path: '^src/workflows/[^/]+/contract\\.ts$' },
      to: { path: '^src/workflows/', dependencyTypesNot: TYPES_ONLY },
    },
    {
      name: 'decisions-know-no-temporal',
      severity: 'error',
      from: {
        path: '^src/workflows/(draft|[^/]+/(decide|clock|people|ladder|requests|changes|answers|reports|endings|next-instant|state|step|record|details))\\.ts$',
      },
      to: { path: '@temporalio', dependencyTypesNot: TYPES_ONLY },
    },
    { name: 'nobody-imports-programs', severity: 'error', from: { pathNot: '^src/bin/' }, to: { path: '^src/bin/' } },
    { name: 'no-test-code-in-src', severity: 'error', from: { path: '^src/' }, to: { path: '^(test|scripts|prove|bench)/' } },
    {
      name: 'barest-is-bare',
      comment: 'What Holdpoint is measured against borrows nothing of it.',
      severity: 'error',
      from: { path: '^bench/barest/' },
      to: { path: '^(src|test|scripts)/' },
    },
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true, viaOnly: { dependencyTypesNot: TYPES_ONLY } } },
    { name: 'resolvable', severity: 'error', from: {}, to: { couldNotResolve: true, pathNot: '^k6/' } }, // k6 brings its own modules
    {
      name: 'declared-dependencies',
      comment: 'What the production programs import stands in package.json under dependencies.',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/(sandbox|dev|console)/' },
      to: { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'], dependencyTypesNot: TYPES_ONLY },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^src/(db|client)/generated/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
      extensions: ['.ts', '.js', '.json'],
    },
  },
};
