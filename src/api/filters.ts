import { z } from 'zod';

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
