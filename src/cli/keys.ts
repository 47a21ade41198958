/** `holdpoint keys`: keys of servers, listed, created, rotated, revoked. A key itself is told once, alone on stdout. */
import { parseDuration } from '../demo/duration.js';
import { openApi, type ApiOptions } from './api.js';
import { usage } from './failure.js';
import { instantText } from './instants.js';
import { plain, printJson, styleOf, type Shell } from './shell.js';
import { tableOf, type Column } from './table.js';

interface KeyOptions extends ApiOptions {
  json?: boolean;
}
export interface CreateOptions extends KeyOptions {
  scope: string[];
  buyer?: string[];
  expires?: string;
}
export interface RotateOptions extends KeyOptions {
  overlap: string;
}
export interface RevokeOptions extends KeyOptions {
  note: string;
}

/** As much of a key as is shown. */
interface KeyView {
  name: string;
  status: string;
  scopes: string[];
  buyers: string[] | null;
  expiresAt: string | null;
  lastUsedAt: string | null;
  secrets: { prefix: string; expiresAt: string | null }[];
}
type Issued = KeyView & { key: string };

const COLUMNS: Column<KeyView>[] = [
  { title: 'NAME', text: ({ name }) => name },
  { title: 'STATUS', text: ({ status }) => status },
  { title: 'PREFIX', text: ({ secrets }) => secrets[0]?.prefix ?? null },
  { title: 'BUYERS', text: ({ buyers }) => buyers?.join(' ') ?? 'all' },
  { title: 'EXPIRES (UTC)', text: ({ expiresAt }) => instantText(expiresAt) },
  { title: 'LAST USED (UTC)', text: ({ lastUsedAt }) => instantText(lastUsedAt) },
  { title: 'MAY', text: ({ scopes }) => scopes.join(' ') },
];

/** JSON: as the API answers. */
export async function listKeys(shell: Shell, options: KeyOptions): Promise<void> {
  const list = await (await openApi(shell, options)).get<{ items: KeyView[] }>('/v1/keys');
  if (options.json) return printJson(shell, list);
  if (list.items.length === 0) return shell.print('no keys but those of the settings (HOLDPOINT_API_KEYS)');
  const [titles = '', ...lines] = tableOf(COLUMNS, list.items, shell);
  [styleOf(shell).bold(titles), ...lines].forEach((line) => shell.print(line));
}

export async function createKey(shell: Shell, name: string, options: CreateOptions): Promise<void> {
  const scopes = options.scope.flatMap((value) => value.split(','));
  const body = { name, scopes, buyers: options.buyer ?? null, expiresAt: options.expires === undefined ? null : untilOf(options.expires) };
  tell(shell, await (await openApi(shell, options)).post<Issued>('/v1/keys', body), options);
}

export async function rotateKey(shell: Shell, name: string, options: RotateOptions): Promise<void> {
  const overlapMs = options.overlap === '0' ? 0 : parseDuration(options.overlap);
  if (overlapMs === null) throw usage(`--overlap "${options.overlap}" is no duration`, 'expected: 0, 90m, 5h, 3d …, at most 30d');
  tell(shell, await (await openApi(shell, options)).post<Issued>(`/v1/keys/${encodeURIComponent(name)}/rotate`, { overlapMs }), options);
  if (!options.json) shell.complain(overlapMs === 0 ? 'The one before is over.' : `The one before stays valid for ${options.overlap}.`);
}

export async function revokeKey(shell: Shell, name: string, options: RevokeOptions): Promise<void> {
  const api = await openApi(shell, options);
  const key = await api.post<KeyView>(`/v1/keys/${encodeURIComponent(name)}/revoke`, { note: options.note });
  if (options.json) return printJson(shell, key);
  shell.print(plain(`${key.name}: ${key.status}`));
}

/** The key goes to stdout alone, so that it can be piped to where it is kept. */
function tell(shell: Shell, issued: Issued, { json }: KeyOptions): void {
  if (json) return printJson(shell, issued);
  shell.print(issued.key);
  const until = issued.expiresAt === null ? 'does not expire' : `expires at ${instantText(issued.expiresAt)} UTC`;
  shell.complain(plain(`That is the key "${issued.name}", told now and never again. It ${until}.`));
}

/** @param text a duration from now on, or an instant */
function untilOf(text: string): string {
  const ms = parseDuration(text);
  if (ms !== null) return new Date(Date.now() + ms).toISOString();
  const at = /^\d{4}-\d\d-\d\d(T.*)?$/.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(at)) throw usage(`--expires "${text}" is no instant`, 'expected: 90d, 12h …, or 2027-01-31, or 2027-01-31T12:00:00Z');
  return new Date(at).toISOString();
}
