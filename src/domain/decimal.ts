/** Amounts are decimal strings; they are compared digit by digit, never as binary floats. */

export const DECIMAL = /^-?\d{1,18}(\.\d{1,8})?$/;

/** @returns below 0 when a < b, 0 when equal, above 0 when a > b; `"10"` equals `"10.00"`. @throws RangeError for what is no decimal */
export function compareDecimals(a: string, b: string): number {
  const places = Math.max(fraction(a).length, fraction(b).length);
  const difference = scaled(a, places) - scaled(b, places);
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}

function fraction(value: string): string {
  if (!DECIMAL.test(value)) throw new RangeError(`"${value}" is not a decimal string`);
  return value.split('.')[1] ?? '';
}

function scaled(value: string, places: number): bigint {
  const digits = value.replace(/[-.]/g, '') + '0'.repeat(places - fraction(value).length);
  return value.startsWith('-') ? -BigInt(digits) : BigInt(digits);
}
