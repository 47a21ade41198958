/** Whether a counterpart that was sent is sound: every mistake at once, each with its place. */
import type { Counterparts } from '../../counterparts/caller.js';
import { listKeys } from '../../db/api-keys.js';
import { listCounterparts } from '../../db/counterparts.js';
import type { Database, Transaction } from '../../db/database.js';
import { DEFAULT_COUNTERPARTS, isChat, isWholeAddress, type Counterpart } from '../../domain/counterpart.js';
import { checked, listed, type Mistake } from '../../wire/mistakes.js';
import { Problem } from '../problems.js';
import { counterpartSchema, idSchema, type GivenCounterpart } from './schema.js';

/** Expressions are tried: to be called before anything is locked. @param body as it was sent */
export async function mappingMistakesIn(counterparts: Counterparts, body: unknown): Promise<Mistake[]> {
  const { kind, mapping } = readable(body);
  return kind === undefined || !mapping ? [] : counterparts.mappingMistakes(kind, mapping);
}

export interface SoundDependencies {
  db: Database | Transaction;
  keys: readonly { name: string }[];
}

/**
 * @param body as it was sent
 * @param mapped what is wrong with its mapping
 * @returns the counterpart to be kept
 * @throws Problem VALIDATION_FAILED with every mistake
 */
export async function soundCounterpart(
  dependencies: SoundDependencies,
  id: string,
  body: unknown,
  mapped: readonly Mistake[],
): Promise<Counterpart> {
  const all = await listCounterparts(dependencies.db);
  const known = all.find((other) => other.id === id) ?? null;
  const parsed = checked(counterpartSchema, body);
  const structural = 'data' in parsed ? [] : parsed.mistakes;
  // What can be read of it is judged too, so that one answer names all.
  const given = readable(body);
  const others = all.filter((other) => other.id !== id && other.kind === given.kind);
  const judged = [
    ...idMistakes(id, given),
    ...kindMistakes(given, known),
    ...addressMistakes(id, given, known),
    ...routingMistakes(given, others, await senders(dependencies)),
    ...mapped,
  ];
  const mistakes = [...structural, ...judged.filter(({ path }) => !structural.some((other) => other.path === path))];
  if (mistakes.length > 0 || !('data' in parsed)) throw new Problem('VALIDATION_FAILED', listed(mistakes), { errors: mistakes });
  const { id: _id, baseUrl, ...rest } = parsed.data;
  const address = baseUrl ?? known?.baseUrl ?? null;
  const trimmed = isChat(rest.format) ? address : (address?.replace(/\/+$/, '') ?? null);
  return { id, ...rest, mapping: asMapping(rest.mapping), baseUrl: trimmed, version: known?.version ?? 1 };
}

/** The names of keys: of the settings, and those that were created. */
async function senders({ db, keys }: SoundDependencies): Promise<{ name: string }[]> {
  return [...keys, ...(await listKeys(db)).filter(({ revokedAt }) => revokedAt === null)];
}

function asMapping(mapping: GivenCounterpart['mapping']): Counterpart['mapping'] {
  return mapping === null
    ? null
    : (Object.fromEntries(Object.entries(mapping).filter(([, value]) => value !== undefined)) as Counterpart['mapping']);
}

/** The fields that are right by themselves. */
function readable(body: unknown): Partial<GivenCounterpart> {
  const fields = typeof body === 'object' && body !== null ? (body as Record<string, unknown>) : {};
  const right = Object.entries(counterpartSchema.shape).flatMap(([name, schema]) => {
    const result = schema.safeParse(fields[name]);
    return result.success ? [[name, result.data] as const] : [];
  });
  return Object.fromEntries(right) as Partial<GivenCounterpart>;
}

function idMistakes(id: string, given: Partial<GivenCounterpart>): Mistake[] {
  const form = checked(idSchema, id);
  if ('mistakes' in form) return form.mistakes.map(({ message }) => ({ path: 'id', message }));
  return given.id === undefined || given.id === id ? [] : [{ path: 'id', message: `must be that of the path, ${id}, or left out` }];
}

function kindMistakes({ kind, format }: Partial<GivenCounterpart>, known: Counterpart | null): Mistake[] {
  if (kind === undefined) return [];
  const mistakes: Mistake[] = [];
  if (known !== null && known.kind !== kind)
    mistakes.push({ path: 'kind', message: `must stay ${known.kind}: write a new counterpart down` });
  if (known === null && kind === 'vendor') {
    mistakes.push({ path: 'kind', message: 'a vendor is written down by PUT /v1/vendors/{id}; then its auth, mapping and sender here' });
  }
  if (known === null && (kind === 'customer' || kind === 'mail')) {
    mistakes.push({
      path: 'kind',
      message: `there is one of this kind, ${DEFAULT_COUNTERPARTS[kind]}, which the worker makes at its first start`,
    });
  }
  if (kind !== 'liaison' && format !== undefined && format !== 'wire')
    mistakes.push({ path: 'format', message: 'is for liaison servers only' });
  return mistakes;
}

function addressMistakes(id: string, { kind, baseUrl, format }: Partial<GivenCounterpart>, known: Counterpart | null): Mistake[] {
  const mistake = (message: string): Mistake[] => [{ path: 'baseUrl', message }];
  if (kind === 'customer' || kind === 'mail') {
    return baseUrl ? mistake('must be left out: addresses come with placements, or from the settings') : [];
  }
  if (id === DEFAULT_COUNTERPARTS.buyer || id === DEFAULT_COUNTERPARTS.review) return settingsMistakes(id, baseUrl, known);
  if (format !== undefined && isChat(format)) {
    const whole = 'it must be the whole address of the incoming webhook';
    if (!baseUrl) return known?.format === format ? [] : mistake(`is missing; ${whole}`);
    return isWholeAddress(baseUrl) ? [] : mistake(`has neither path nor query; ${whole}`);
  }
  const kept = known !== null && !isChat(known.format);
  if (kind !== undefined && !baseUrl && !kept) return mistake('is missing; it must be an http or https address');
  return baseUrl?.includes('?') === true ? mistake('must have no query: paths are added to it') : [];
}

function settingsMistakes(id: string, baseUrl: string | null | undefined, known: Counterpart | null): Mistake[] {
  const setting = id === DEFAULT_COUNTERPARTS.buyer ? 'HOLDPOINT_BUYER_SERVER_URL' : 'HOLDPOINT_REVIEW_SERVER_URL';
  if (known === null) return [{ path: 'id', message: `${id} is made by the worker at its first start, of ${setting}` }];
  if (!baseUrl || baseUrl.replace(/\/+$/, '') === known.baseUrl) return [];
  return [{ path: 'baseUrl', message: `is that of ${setting}: change it there, or leave it out` }];
}

/** Which orders go to a server must be said once. */
function routingMistakes(
  { kind, buyerIds = [], sender }: Partial<GivenCounterpart>,
  others: readonly Counterpart[],
  keys: readonly { name: string }[],
): Mistake[] {
  const routed = kind === 'buyer' || kind === 'review';
  const mistakes: Mistake[] = [];
  if (buyerIds.length > 0 && !routed) mistakes.push({ path: 'buyerIds', message: 'is for buyer and review servers only' });
  for (const other of others) {
    const taken = buyerIds.filter((buyerId) => other.buyerIds.includes(buyerId));
    if (taken.length > 0) mistakes.push({ path: 'buyerIds', message: `${taken.join(', ')} belongs to ${other.id} already` });
    if (routed && sender && other.sender === sender) mistakes.push({ path: 'sender', message: `is that of ${other.id} already` });
  }
  if (sender && !keys.some(({ name }) => name === sender)) {
    mistakes.push({ path: 'sender', message: `must be the name of an API key, one of: ${keys.map(({ name }) => name).join(', ')}` });
  }
  return mistakes;
}
