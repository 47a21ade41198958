/** JSON Schema as the contract uses it, made easy to compare. */

export interface Schema {
  $ref?: string;
  type?: string | string[];
  enum?: unknown[];
  const?: unknown;
  properties?: Record<string, Schema>;
  required?: string[];
  additionalProperties?: boolean | Schema;
  items?: Schema;
  anyOf?: Schema[];
  oneOf?: Schema[];
  allOf?: Schema[];
  format?: string;
  pattern?: string;
  minLength?: number;
  maxLength?: number;
  minimum?: number;
  maximum?: number;
  exclusiveMinimum?: number;
  exclusiveMaximum?: number;
  minItems?: number;
  maxItems?: number;
  minProperties?: number;
  maxProperties?: number;
  multipleOf?: number;
  uniqueItems?: boolean;
}

export interface Root {
  components?: { schemas?: Record<string, Schema> };
}

/** References to references end; a longer chain is a circle. */
const MAX_CHAIN = 20;

/** @returns the schemas of which any may be met, each without references at its top, alternatives, or several types */
export function alternativesOf(root: Root, schema: Schema, chain = 0): Schema[] {
  if (chain > MAX_CHAIN) throw new Error(`${JSON.stringify(schema)} refers to itself`);
  const { $ref, anyOf, oneOf, allOf, ...own } = schema;
  if ($ref !== undefined) {
    const target = root.components?.schemas?.[$ref.replace('#/components/schemas/', '')];
    if (target === undefined) throw new Error(`${$ref} is not in the contract`);
    return alternativesOf(root, { ...target, ...own }, chain + 1);
  }
  const choices = anyOf ?? oneOf;
  if (choices !== undefined) return choices.flatMap((choice) => alternativesOf(root, choice, chain + 1));
  if (allOf !== undefined) return [allOf.flatMap((part) => alternativesOf(root, part, chain + 1)).reduce(both, own)];
  return Array.isArray(own.type) ? own.type.map((type) => ({ ...own, type })) : [own];
}

/** Of objects that must be as both say. */
function both(a: Schema, b: Schema): Schema {
  const properties = { ...a.properties, ...b.properties };
  return { ...a, ...b, properties, required: [...(a.required ?? []), ...(b.required ?? [])] };
}

/** @returns the values that a schema allows, or undefined when it names none */
export function valuesOf({ enum: values, const: value }: Schema): unknown[] | undefined {
  return values ?? (value === undefined ? undefined : [value]);
}
