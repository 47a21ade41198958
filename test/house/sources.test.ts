/** Rules about the text of the sources that no tool in the gates checks. */
import assert from 'node:assert/strict';
import { basename } from 'node:path';
import { sourceFiles } from '../support/source-files.js';

const LONGEST_LINE = 160;
const LONGEST_SOURCE = 300;
const LONGEST_TEST = 400;
/** Hands its own environment on to PostgreSQL's programs, whole; it reads nothing from it. */
const HANDS_ENVIRONMENT_ON = ['src/dev/postgres.ts'];

const src = sourceFiles(['src']);
const tests = sourceFiles(['test', 'scripts', 'prove', 'bench']);
const everything = [...src, ...tests];

/** `path:line` of each line that is not as it should be. */
const linesThat = (files: typeof src, isWrong: (line: string) => boolean): string[] =>
  files.flatMap(({ path, lines }) => lines.flatMap((line, i) => (isWrong(line) ? [`${path}:${i + 1}`] : [])));

describe('the house: sources', () => {
  it(`no line is longer than ${LONGEST_LINE} characters`, () => {
    assert.deepEqual(
      linesThat(everything, (line) => line.length > LONGEST_LINE),
      [],
    );
  });

  it(`no file has more than ${LONGEST_SOURCE} lines, no test more than ${LONGEST_TEST}`, () => {
    const tooLong = [
      ...src.filter(({ lines }) => lines.length > LONGEST_SOURCE),
      ...tests.filter(({ lines }) => lines.length > LONGEST_TEST),
    ];
    assert.deepEqual(
      tooLong.map(({ path, lines }) => `${path}: ${lines.length}`),
      [],
    );
  });

  it('files are named in kebab-case, after what they are', () => {
    const odd = everything.filter(({ path }) => !/^[a-z0-9]+(-[a-z0-9]+)*(\.test)?\.(ts|mjs|cjs)$/.test(basename(path)));
    const vague = everything.filter(({ path }) => /(^|\/|-)(utils?|helpers?|misc|common)[./-]/.test(path));
    assert.deepEqual(
      [...odd, ...vague].map(({ path }) => path),
      [],
    );
  });

  it('only src/bin reads the environment', () => {
    const others = src.filter(({ path }) => !path.startsWith('src/bin/') && !HANDS_ENVIRONMENT_ON.includes(path));
    const reads = (line: string): boolean => /process\.env/.test(line) && !/^\s*(\/\/|\*|\/\*)/.test(line);
    assert.deepEqual(linesThat(others, reads), []);
  });

  it('nothing is left to be done later in a comment', () => {
    const marks = /\b(T[O]DO|F[I]XME|X[X]X)\b/; // the brackets keep this line itself from being found
    assert.deepEqual(
      linesThat(everything, (line) => marks.test(line)),
      [],
    );
  });
});
