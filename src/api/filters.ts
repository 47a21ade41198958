import { z } from 'zod';

/** A filter by one or several of the values, separated by commas: `state=dead,unknown`. */
export function oneOrMoreOf<const Value extends string>(values: readonly Value[]) {
  const one = `(${values.join('|')})`;
  return z
    .string()
    .meta({ pattern: `^${one}(,${one})*$`, description: 'one or several, separated by commas' })
    .transform((text) => text.split(','))
    .pipe(z.array(z.enum(values, `must be one of: ${values.join(', ')}`)));
}
