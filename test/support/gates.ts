/** The checks that need no running server, each a script of package.json. Each counts as one test of `npm test`. */
import { fromRoot } from '../../src/package-root.js';
import { runProgram } from './programs.js';

/** The slow ones first: two run at a time. */
const GATES = ['build', 'typecheck', 'lint', 'layers', 'unused', 'lint:contract', 'contract', 'format:check'];

const MAX_SHOWN = 4000;

export interface GateOutcome {
  name: string;
  passed: boolean;
}

/** Runs all gates, two at a time, with a line for each; what a failed one printed follows its line. */
export async function runGates(say: (line: string) => void): Promise<GateOutcome[]> {
  const queue = [...GATES];
  const outcomes: GateOutcome[] = [];
  const takeTurns = async (): Promise<void> => {
    for (let name = queue.shift(); name !== undefined; name = queue.shift()) {
      const startedAt = performance.now();
      const complaint = await runGate(name);
      const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
      say(`${complaint === null ? 'ok  ' : 'FAIL'} ${name} ${seconds} s${complaint === null ? '' : `\n${complaint.trimEnd()}`}`);
      outcomes.push({ name, passed: complaint === null });
    }
  };
  await Promise.all([takeTurns(), takeTurns()]);
  return outcomes;
}

/** @returns what is wrong, or null */
async function runGate(name: string): Promise<string | null> {
  const { code, output } = await runNpm(['run', '--silent', name]);
  if (code !== 0) return `${output.slice(0, MAX_SHOWN)}\n(exit code ${code}; npm run ${name} shows all)`;
  return name === 'layers' ? sawTooLittle(output) : null;
}

/** npm as it was started itself, else from PATH. */
function runNpm(args: string[]) {
  const cli = process.env['npm_execpath'];
  return cli === undefined
    ? runProgram('npm', args, { cwd: fromRoot() })
    : runProgram(process.execPath, [cli, ...args], { cwd: fromRoot() });
}

/** dependency-cruiser without a TypeScript compiler finds no modules, and nothing to complain about. */
function sawTooLittle(output: string): string | null {
  const modules = Number(/\((\d+) modules,/.exec(output)?.[1] ?? 0);
  return modules >= 50 ? null : `only ${modules} modules were looked at:\n${output}`;
}
