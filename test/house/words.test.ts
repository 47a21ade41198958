/** What the console says: every word that a page asks for is there, and so is every code of a problem that has words. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { PROBLEMS } from '../../src/api/problems.js';

const CONSOLE = 'src/console';
const ASKED = /\bt\(\s*'([\w.]+)'/g;
/** Of the connection, not of an answer. */
const OWN_PROBLEMS = ['NO_CONNECTION', 'NO_ANSWER', 'unknown'];

const load = (file: string): Promise<any> => import(`../../${CONSOLE}/${file.replace(/\.ts$/, '.js')}`);
const flat = (words: object, path = ''): string[] =>
  Object.entries(words).flatMap(([key, value]) => (typeof value === 'object' ? flat(value, `${path}${key}.`) : [`${path}${key}`]));

describe('the house: words of the console', () => {
  const sources = readdirSync(CONSOLE, { recursive: true, encoding: 'utf8' }).filter((file) => /\.tsx?$/.test(file));
  let words: Record<string, any>;

  before(async () => {
    // As the pages import it: mocha's own way would give another instance.
    const { default: i18next } = await import('i18next');
    await i18next.init({ lng: 'en', resources: { en: { translation: structuredClone((await load('words/en.ts')).en) } } });
    for (const file of sources.filter(
      (name) => readFileSync(`${CONSOLE}/${name}`, 'utf8').includes('addWords(') && name.endsWith('words.ts'),
    ))
      await load(file);
    words = i18next.getResourceBundle('en', 'translation');
  });

  it('every word that is asked for by its name is there', () => {
    const known = new Set(flat(words).map((key) => key.replace(/_(one|other)$/, '')));
    const lost = sources.flatMap((file) =>
      [...readFileSync(`${CONSOLE}/${file}`, 'utf8').matchAll(ASKED)].flatMap(([, key]) =>
        known.has(key ?? '') ? [] : [`${file}: ${key}`],
      ),
    );
    assert.deepEqual(lost, []);
  });

  it('problems have words by codes that the API has', () => {
    const unknown = Object.keys(words.problem).filter((code) => !Object.hasOwn(PROBLEMS, code) && !OWN_PROBLEMS.includes(code));
    assert.deepEqual(unknown, []);
  });
});
