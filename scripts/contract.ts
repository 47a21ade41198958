/**
 * The contract as a document of the repository, docs/openapi.json, and the ones that were released, docs/contract/released/<version>.json.
 *
 *   npm run contract             fails when docs/openapi.json is not what the code says, or breaks what was last released
 *   npm run generate-contract    writes docs/openapi.json from the code, and the types of src/client from that
 *   npm run release-contract     keeps docs/openapi.json as the released contract of its version
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { CONTRACT_VERSION, contractDocument } from '../src/api/contract/document.js';
import { fromRoot } from '../src/package-root.js';
import { breakingChanges, mayBreak, newerVersion, type ContractDocument } from './breaking-changes.js';

const CONTRACT = 'docs/openapi.json';
const RELEASED = 'docs/contract/released';

const { values: options } = parseArgs({ options: { write: { type: 'boolean' }, release: { type: 'boolean' } } });
const said = `${JSON.stringify(contractDocument(), null, 2)}\n`;
if (options.write) writeFileSync(fromRoot(CONTRACT), said);
else if (options.release) release();
else process.exitCode = check();

/** @returns the exit code */
function check(): number {
  const mistakes = [...staleness(), ...breaches()];
  for (const mistake of mistakes) console.error(mistake);
  return mistakes.length === 0 ? 0 : 1;
}

function staleness(): string[] {
  const kept = existsSync(fromRoot(CONTRACT)) ? readFileSync(fromRoot(CONTRACT), 'utf8') : '';
  return kept === said ? [] : [`${CONTRACT} is not what the code says. Run: npm run generate-contract`];
}

function breaches(): string[] {
  const released = lastReleased();
  if (released === undefined) return [];
  const { version, text } = released;
  if (version === CONTRACT_VERSION) {
    const how = `Give CONTRACT_VERSION in src/api/contract/document.ts a newer one`;
    return text === said
      ? []
      : [`The contract ${version} is released and must not change any more. ${how}, then: npm run generate-contract`];
  }
  if (mayBreak(version, CONTRACT_VERSION)) return [];
  const broken = breakingChanges(JSON.parse(text) as ContractDocument, JSON.parse(said) as ContractDocument);
  const head = `The contract ${CONTRACT_VERSION} breaks callers of the released ${version}. Add instead of changing, or give it the next`;
  return broken.length === 0
    ? []
    : [`${head} ${version.startsWith('0.') ? 'minor' : 'major'} version:`, ...broken.map((line) => `  ${line}`)];
}

function lastReleased(): { version: string; text: string } | undefined {
  const files = existsSync(fromRoot(RELEASED)) ? readdirSync(fromRoot(RELEASED)).filter((name) => name.endsWith('.json')) : [];
  const version = files.map((name) => name.slice(0, -'.json'.length)).reduce<string | undefined>((a, b) => newerVersion(a, b), undefined);
  return version === undefined ? undefined : { version, text: readFileSync(fromRoot(RELEASED, `${version}.json`), 'utf8') };
}

function release(): void {
  const file = `${RELEASED}/${CONTRACT_VERSION}.json`;
  const mistakes = [...staleness(), ...breaches(), ...(existsSync(fromRoot(file)) ? [`${file} is there already`] : [])];
  if (mistakes.length > 0) throw new Error(mistakes.join('\n'));
  mkdirSync(fromRoot(RELEASED), { recursive: true });
  writeFileSync(fromRoot(file), said);
  console.log(`${file} is the released contract from now on`);
}
