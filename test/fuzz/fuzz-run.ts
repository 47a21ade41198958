/**
 * One run of Schemathesis over the whole contract of a house: every check that it has, requests that are right and requests that are not.
 * First each operation by itself, as who may do everything; then chains of operations, so too, as buyers and as liaisons who must not see each other's.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { REVIEW_KEY, sampleOrder, type House } from '../support/house.js';
import { PAID, Placing } from '../support/placing.js';
import { runProgram } from '../support/programs.js';
import { documentOf, type FuzzPeers } from './fuzz-peers.js';
import type { FuzzProgram } from './schemathesis.js';

export interface FuzzOptions {
  program: FuzzProgram;
  seed: number;
  /** About so long; examples, and chains whose number is given, take what they take on a busy machine. */
  seconds: number;
  /** So many chains for each caller; not given: as many as there is time for. */
  chains?: number;
  /** In whose names chains of operations are tried too, one after the other. */
  peers: readonly FuzzPeers[];
  /** Told what Schemathesis prints, a phase at a time. */
  say?: (output: string) => void;
}

export interface FuzzFailure {
  /** As `GET /v1/switches`. */
  operation: string;
  /** As `ST202 Schema-valid request rejected`. */
  check: string;
  /** What was answered, when it is JSON. */
  answer: unknown;
  /** The whole of what Schemathesis says of it, with a `curl` that does it again. */
  text: string;
}

export interface FuzzReport {
  /** Operations of the contract, and how many of them were tried. */
  operations: number;
  tried: number;
  /** Requests that were made up. */
  cases: number;
  /** Of them in chains of operations. */
  chained: number;
  failures: FuzzFailure[];
  /** Why it could not do its work; else empty. */
  trouble: string;
}

/**
 * Rules that JSON Schema cannot say: a request that is right but for these is refused rightly, though its schema takes it.
 * Anything else that a schema takes must not be refused for its form.
 */
const RULES = [
  // What there is, or was: people, counterparts and keys that are named, places in a list, settings.
  /^cursor: must be a nextCursor of this list/,
  /^(delegateId|supervisorId|items\.\d+\.liaisonId|to): there is no person/,
  /^items\.\d+\.liaisonId: ".*" is not active/s,
  /^channels\.\d+\.counterpartId: (there is no counterpart|must be a counterpart of kind liaison)/,
  /^supervisorId: would close a circle/,
  /^format: is for liaison servers only/,
  /^purpose: is for DingTalk robots; the format of/,
  /^kind: (must stay|a vendor is written down by|there is one of this kind)/,
  /^id: (must be that of the path|.* is made by the worker)/,
  /^baseUrl: (is that of HOLDPOINT_|is missing; it must be)/,
  /^(buyerIds|sender): .*(belongs to|is that of) .* already/s,
  /^sender: must be the name of an API key/,
  // Who asks.
  /^by: must be left out, or be you/,
  // The clock.
  /^expiresAt: must be in the future/,
  /^effectiveFrom: must not be in the past/,
  // Its pattern says so, for which no text is made up here: it ends in a quote.
  /^If-(None-)?Match: must be an ETag/,
  // One field by another.
  /^keys: must be given, or filter, and not both/,
  /^scopes: not for a key that is bound to buyers/,
  /must be the same as the (notice|placement)'s orderId/,
  /^(delegateId|supervisorId): must be somebody else/,
  /^to: (must be after from|must be another liaison)/,
  /^from: must be at most \d+ days before to/,
  /^every: must be "day" here/,
  /^items\.\d+: is for the same buyer and reason type as/,
  // Other standards: time zones (IANA), addresses (WHATWG), text as PostgreSQL keeps it, text after its blanks were taken away.
  /must be a time zone like/,
  /must be an http or https address/,
  /^name: must be on one line/,
  /NUL characters or halves of surrogate pairs/,
];

/** The part of the time for each operation by itself, after its example; chains have the rest. */
const SINGLY = 0.5;
/** Below this Schemathesis only begins. */
const LEAST_SECONDS = 5;

interface Part {
  phases: string;
  /** Null: as long as it takes, which is some ten seconds on a machine with nothing else to do. */
  seconds: number | null;
  /** Null: as who may do everything. */
  peers: FuzzPeers | null;
}

/** Beside success: answers that tell of the state here, or of a rule (422), to a request whose form is right; what is too long is refused before it is read. */
const CONFIGURATION = `[checks.positive_data_acceptance]
expected-statuses = ["2xx", "3xx", "401", "403", "404", "409", "412", "422", "429", "503"]
[checks.negative_data_rejection]
expected-statuses = ["400", "401", "403", "404", "405", "406", "409", "413", "414", "415", "422", "428", "429", "431", "5xx"]
[phases.examples]
fill-missing = true
[phases.stateful]
# The contract has its links; finding more takes seconds, and finds the same.
inference.algorithms = []
`;

const ALWAYS =
  '--checks=all --continue-on-failure --generation-database=none --no-color --no-shrink --output-truncate=false --report=json --request-timeout=20'.split(
    ' ',
  );

/** What requests can meet: the case and the placement that examples name. */
export async function seedForFuzzing(house: House): Promise<void> {
  await house.fail('P-1001', { order: sampleOrder('P-1001') });
  await house.untilStatus('P-1001', 'held');
  const placing = new Placing(house);
  await placing.place({}, { orderId: 'V-1001', order: sampleOrder('V-1001', { payment: PAID }) });
  await placing.untilStatus('V-1001', 'placed');
}

/** @returns what came of it; failures that only break one of the rules are left out */
export async function fuzz(house: House, options: FuzzOptions): Promise<FuzzReport> {
  const { seconds, peers } = options;
  const dir = mkdtempSync(join(tmpdir(), 'holdpoint-fuzz-'));
  const whole: FuzzReport = { operations: 0, tried: 0, cases: 0, chained: 0, failures: [], trouble: '' };
  const endsAt = performance.now() + seconds * 1000;
  try {
    const add = async (part: Part): Promise<void> => {
      const report = await runPart(house, dir, part, options);
      whole.operations = Math.max(whole.operations, report.operations);
      whole.tried = Math.max(whole.tried, report.tried);
      whole.cases += report.cases;
      whole.chained += report.chained;
      whole.failures.push(...report.failures);
      whole.trouble ||= report.trouble;
    };
    const left = (share: number): number => Math.max(Math.round(((endsAt - performance.now()) / 1000) * share), LEAST_SECONDS);
    await add({ phases: 'examples', seconds: null, peers: null });
    await add({ phases: 'coverage,fuzzing', seconds: left(SINGLY), peers: null });
    const callers = [null, ...peers];
    for (const [index, some] of callers.entries()) {
      const limit = options.chains === undefined ? left(1 / (callers.length - index)) : null;
      await add({ phases: 'stateful', seconds: limit, peers: some });
    }
    return whole;
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

async function runPart(house: House, parent: string, { phases, seconds, peers }: Part, options: FuzzOptions): Promise<FuzzReport> {
  const { program, seed, say } = options;
  const isChained = phases === 'stateful';
  const dir = mkdtempSync(join(parent, 'part-'));
  const report = join(dir, 'report.json');
  writeFileSync(join(dir, 'schemathesis.toml'), CONFIGURATION + (peers === null ? '' : authorization(dir, peers)));
  const { code, output } = await runProgram(
    program.command,
    [
      ...program.args,
      'run',
      `${house.apiUrl}/openapi.json`,
      `--phases=${phases}`,
      `--seed=${seed}`,
      ...(seconds === null ? [] : [`--max-time=${seconds}`]),
      ...(peers === null
        ? [`--header=Authorization: Bearer ${REVIEW_KEY}`]
        : peers.operationIds.map((id) => `--include-operation-id=${id}`)),
      ...(isChained && seconds === null ? [`--max-examples=${options.chains}`] : []),
      // What is refused for it is seen operation by operation; a chain would only break.
      ...(isChained ? ['--generation-allow-x00=false'] : []),
      `--report-json-path=${report}`,
      ...ALWAYS,
    ],
    { cwd: dir, env: { ...program.env, COLUMNS: '200' } },
  );
  say?.(output);
  if (code !== 0 && code !== 1)
    return { operations: 0, tried: 0, cases: 0, chained: 0, failures: [], trouble: `exit code ${code}: ${output.slice(-2000)}` };
  const { operations, test_cases: cases, errors } = JSON.parse(readFileSync(report, 'utf8')) as JsonReport;
  const failures = failuresIn(output);
  const unread =
    cases.unique_failures > 0 && failures.length === 0 ? `${cases.unique_failures} failures could not be read:\n${output}` : '';
  const trouble = errors.length > 0 ? `it met errors of its own: ${JSON.stringify(errors)}` : unread;
  const { generated } = cases;
  return {
    operations: operations.total,
    tried: operations.tested,
    cases: generated,
    chained: isChained ? generated : 0,
    failures: failures.filter(isReal),
    trouble,
  };
}

/** Whose requests they are, and who must not see what they see. */
function authorization(dir: string, peers: FuzzPeers): string {
  const path = join(dir, 'peers.json');
  writeFileSync(path, JSON.stringify(documentOf(peers)));
  return `[auth.wfc]\npath = ${JSON.stringify(path)}\npeers = ${JSON.stringify(Object.keys(peers.tokens))}\n`;
}

interface JsonReport {
  operations: { total: number; tested: number };
  test_cases: { generated: number; unique_failures: number };
  errors: unknown[];
}

/** Schemathesis writes a headed block for each operation, in it a numbered case each, in that each check that failed. */
export function failuresIn(output: string): FuzzFailure[] {
  const told = output.split(/^=+ FAILURES =+$/m)[1]?.split(/^=+ (?:WARNINGS|SUMMARY|ERRORS) =+$/m)[0] ?? '';
  const blocks = told.split(/^_{3,} (.+?) _{3,}$/m).slice(1);
  const named = blocks.flatMap((operation, i) => (i % 2 === 0 ? [{ operation, block: blocks[i + 1] ?? '' }] : []));
  return named.flatMap(({ operation, block }) =>
    block
      .split(/^\d+\. Test Case ID: /m)
      .slice(1)
      .flatMap((text) => {
        const answer = answerIn(text);
        return [...text.matchAll(/^- (ST\d+ .+)$/gm)].map(([, check = '']) => ({ operation, check, answer, text: text.trim() }));
      }),
  );
}

function answerIn(text: string): unknown {
  try {
    return JSON.parse(/^\s*`(\{[\s\S]*\})`\s*$/m.exec(text)?.[1] ?? 'null');
  } catch {
    return null;
  }
}

/** Not only the refusal of what breaks one of the rules. */
function isReal({ check, answer }: FuzzFailure): boolean {
  if (!check.startsWith('ST202')) return true;
  const errors = (answer as { errors?: { path: string; message: string }[] } | null)?.errors ?? [];
  return errors.length === 0 || !errors.every(({ path, message }) => RULES.some((rule) => rule.test(`${path}: ${message}`)));
}
