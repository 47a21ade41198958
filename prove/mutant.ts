/** A small edit that breaks a requirement, and the test that must notice. The text to find stands exactly once in its file. */
export interface Mutant {
  row: string;
  /** What no longer holds. */
  breaks: string;
  file: string;
  find: string;
  replace: string;
  testFile: string;
  /** The start of the test's title, or all of it. */
  test: string;
}
