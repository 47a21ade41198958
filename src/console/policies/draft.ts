/** A draft that outlives the page: kept in the browser, with the version that it began from. */
import { useLocalStorage } from '@mantine/hooks';
import { isMembers, type Draft, type PolicyKind } from './document.ts';

export interface KeptDraft {
  basedOn: number;
  content: Draft;
}

/** @returns null where there is none, or what is kept is none */
export function useKeptDraft(kind: PolicyKind): [KeptDraft | null, (draft: KeptDraft | null) => void] {
  const [kept, keep, remove] = useLocalStorage<KeptDraft | null>({
    key: `holdpoint-policy-draft-${kind}`,
    defaultValue: null,
    getInitialValueInEffect: false,
    deserialize: (text) => draftOf(text ?? 'null'),
  });
  return [kept, (draft) => (draft === null ? remove() : keep(draft))];
}

function draftOf(text: string): KeptDraft | null {
  try {
    const { basedOn, content } = JSON.parse(text) as KeptDraft;
    return Number.isInteger(basedOn) && isDraft(content) ? { basedOn, content } : null;
  } catch {
    return null;
  }
}

/** Whether the form can show it; whether it is sound, the API says. */
export function isDraft(value: unknown): value is Draft {
  if (!isMembers(value) || !isMembers(value['base']) || !Array.isArray(value['rules'])) return false;
  return value['rules'].every(
    (rule: unknown) => isMembers(rule) && typeof rule['name'] === 'string' && isMembers(rule['when']) && isMembers(rule['then']),
  );
}

/** For whom a rule is drawn: somebody to whom its conditions apply. */
export function sampleFor(kind: PolicyKind, { base, rules }: Draft, index: number | null) {
  const when = index === null ? undefined : rules[index]?.when;
  if (when === undefined) return null;
  const first = (name: string): string | null => {
    const [one] = Array.isArray(when[name]) ? (when[name] as unknown[]) : [];
    return typeof one === 'string' ? one : null;
  };
  if (kind === 'placement') return { vendorId: first('vendorIds') ?? 'any', campaign: first('campaigns') };
  const types = isMembers(base['reasonTypes']) ? Object.keys(base['reasonTypes']) : [];
  const band = isMembers(when['amount']) ? when['amount'] : null;
  const value = typeof band?.['from'] === 'string' ? band['from'] : '0';
  const isBand =
    band !== null && typeof band['currency'] === 'string' && /^[A-Z]{3}$/.test(band['currency']) && /^\d+(\.\d+)?$/.test(value);
  return {
    reasonType: first('reasonTypes') ?? types[0] ?? 'ANY',
    buyerId: first('buyerIds'),
    amount: isBand ? { value, currency: String(band['currency']) } : null,
  };
}
