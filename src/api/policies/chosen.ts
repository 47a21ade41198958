/** The policy that a dry run or a preview is about: a draft, a version, or the one in force. */
import { policyDocumentMistakes, storedPolicy, versionInForce } from '../../db/policies.js';
import type { Database } from '../../db/database.js';
import { inWords, type PolicyMistake } from '../../domain/policy-document.js';
import type { PolicyKind, PolicyShapes } from '../../domain/policy-kinds.js';
import { readPolicyDocument } from '../../wire/policy-document.js';
import { Problem } from '../problems.js';

export interface Chosen<K extends PolicyKind> {
  /** 0: a draft. */
  version: number;
  document: PolicyShapes[K]['document'];
}

/** @throws Problem POLICY_UNSOUND with every mistake of a draft, POLICY_UNKNOWN */
export async function chosenPolicy<K extends PolicyKind>(
  db: Database,
  kind: K,
  { content, version }: { content?: unknown; version?: number | undefined },
): Promise<Chosen<K>> {
  if (content !== undefined) return { version: 0, document: await soundDocument(db, kind, content) };
  const number = version ?? (await versionInForce(db, kind)) ?? 0;
  const stored = await storedPolicy(db, kind, number);
  if (stored === null) throw unknownVersion(kind, number);
  return { version: number, document: stored.content };
}

/** @throws Problem POLICY_UNSOUND */
export async function soundDocument<K extends PolicyKind>(db: Database, kind: K, content: unknown): Promise<PolicyShapes[K]['document']> {
  const { document, malformed, mistakes } = readPolicyDocument(kind, content);
  if (document === null) throw unsound(mistakes);
  const inContent = await policyDocumentMistakes(db, kind, document);
  const all = [...mistakes, ...inContent.filter(({ place }) => !malformed.some((rule) => place.startsWith(rule)))];
  if (all.length > 0) throw unsound(all);
  return document;
}

export function unsound(mistakes: readonly PolicyMistake[]): Problem {
  const errors = mistakes.map(({ place, message }) => ({ path: place, message }));
  return new Problem('POLICY_UNSOUND', mistakes.map(inWords).join('; '), { errors });
}

export function unknownVersion(kind: PolicyKind, version: number): Problem {
  return new Problem('POLICY_UNKNOWN', `There is no version ${version} of the ${kind} policy.`);
}
