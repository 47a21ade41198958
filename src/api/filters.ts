import { z } from 'zod';
import { instantSchema } from './review-notices/schema.js';

/** A filter by one or several of the values, separated by commas: `state=dead,unknown`. */
export function oneOrMoreOf<const Value extends string>(values: readonly Value[]) {
  return z
    .string()
    .transform((text) => text.split(','))
    .pipe(z.array(z.enum(values, `must be one of: ${values.join(', ')}`)));
}

/** The same as a query parameter: in the contract a list with commas. */
export function severalOf<const Value extends string>(values: readonly Value[], description: string) {
  const list = { type: 'array', items: { type: 'string', enum: [...values] }, minItems: 1 } as const;
  return oneOrMoreOf(values)
    .optional()
    .meta({ description: `${description}; several with commas`, param: { style: 'form', explode: false }, override: list });
}

/** A query parameter that is `true` or `false`. */
export function flag(description: string) {
  return z
    .enum(['true', 'false'], 'must be "true" or "false"')
    .transform((value) => value === 'true')
    .optional()
    .meta({
      description,
      override: ({ jsonSchema }: { jsonSchema: { type?: unknown; enum?: unknown } }) => {
        jsonSchema.type = 'boolean';
        delete jsonSchema.enum;
      },
    });
}

/** Spans of opening and ending, as every list has them. */
export const spanFilters = {
  open: flag('whether it has not ended'),
  openedAfter: instantSchema.optional().describe('opened at this instant or later'),
  openedBefore: instantSchema.optional().describe('opened before this instant'),
  endedAfter: instantSchema.optional().describe('ended at this instant or later'),
  endedBefore: instantSchema.optional().describe('ended before this instant'),
};

/** The most that is searched for. */
const LONGEST_SEARCH = 100;

/** A search: part of a text, in whatever case; nothing in it has a meaning of its own. */
export function searchFor(where: string) {
  return z
    .string()
    .min(1)
    .max(LONGEST_SEARCH)
    .optional()
    .describe(`part of ${where}, in upper or lower case; at most ${LONGEST_SEARCH} characters`);
}
