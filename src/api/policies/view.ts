import type { StoredPolicy } from '../../db/policies.js';
import type { DecidingVersion } from '../../domain/explanation.js';
import type { PolicyKind } from '../../domain/policy-kinds.js';

/** A version as the API shows it. @param inForce the version in force now */
export function policyView<K extends PolicyKind>(kind: K, stored: StoredPolicy<K>, inForce: number | null) {
  const { version, effectiveFrom, createdBy, why, createdAt } = stored;
  return {
    kind,
    version,
    effectiveFrom,
    inForce: version === inForce,
    by: createdBy,
    why,
    createdAt,
    rules: stored.content.rules.map(({ name }) => name),
    links: { self: `/v1/policies/${kind}/${version}` },
  };
}

/** A version as an explanation tells of it. */
export function decidingVersion({ version, effectiveFrom, createdBy, why }: StoredPolicy): DecidingVersion {
  return { version, effectiveFrom: effectiveFrom.toISOString(), createdBy, why };
}
