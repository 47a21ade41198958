/** How words are set off on a terminal; plain where there is none. */
export interface Style {
  bold: (text: string) => string;
  dim: (text: string) => string;
  green: (text: string) => string;
  red: (text: string) => string;
}

export function styleFor(terminal: boolean): Style {
  const inCodes =
    (on: number, off: number) =>
    (text: string): string =>
      terminal ? `\u001B[${on}m${text}\u001B[${off}m` : text;
  return { bold: inCodes(1, 22), dim: inCodes(2, 22), green: inCodes(32, 39), red: inCodes(31, 39) };
}
