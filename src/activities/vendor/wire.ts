import { z } from 'zod';

/** The longest a vendor can ask not to be asked: a wrong clock there stalls nothing here. */
const LONGEST_NOT_BEFORE_MS = 30 * 24 * 3_600_000;

const text = (longest: number) =>
  z
    .string()
    .transform((value) => value.slice(0, longest))
    .nullish()
    .catch(null);

/** What a vendor says of an order. The word alone must be there; what else cannot be understood counts as not said. */
export const vendorAnswerSchema = z.object({
  status: z.string().trim().min(1).max(100),
  vendorOrderId: z
    .union([z.string(), z.number().transform(String)])
    .transform((value) => value.slice(0, 200))
    .nullish()
    .catch(null),
  description: text(2000),
  notBefore: z.iso.datetime({ offset: true }).nullish().catch(null),
});

/** A vendor's answer as the ledger keeps it: its own words, not what they mean. */
export interface VendorAnswer {
  status: string;
  vendorOrderId: string | null;
  description: string | null;
  /** By the vendor's clock, ISO 8601. */
  notBefore: string | null;
}

/** @returns null when the answer cannot be understood */
export function asVendorAnswer(body: unknown): VendorAnswer | null {
  const parsed = vendorAnswerSchema.safeParse(body);
  if (!parsed.success) return null;
  const { status, vendorOrderId = null, description = null, notBefore = null } = parsed.data;
  return { status, vendorOrderId, description, notBefore };
}

/**
 * @param notBefore by wall time, ISO 8601
 * @param caseAt the workflow's clock, epoch ms: it may be ahead of `now` where time is skipped
 * @returns the instant on the workflow's clock, at most 30 days ahead; null when it is past
 */
export function notBeforeOnCaseClock(notBefore: string | null, caseAt: number, now: number): number | null {
  const waitMs = notBefore === null ? 0 : Date.parse(notBefore) - now;
  if (!(waitMs > 0)) return null;
  return Math.max(caseAt, now) + Math.min(waitMs, LONGEST_NOT_BEFORE_MS);
}
