/** What this program runs on: Node, and the packages that it was tested with. */
import { existsSync, readFileSync } from 'node:fs';
import { fromRoot } from '../../package-root.js';
import { failure, ok, type Finding } from './finding.js';

interface Manifest {
  version: string;
  engines: { node: string };
  dependencies: Record<string, string>;
}

const SDK = '@temporalio/client';

/** @param node like `v20.19.0` */
export function versionFindings(node: string): Finding[] {
  const own = manifestAt('package.json');
  if (own === null) return [failure('versions', 'package.json cannot be read', 'install Holdpoint again')];
  return [nodeFinding(node, own.engines.node), packagesFinding(own)];
}

/** The form of `engines` is ours: `^20.19.0 || ^22.12.0 || >=24.0.0`. */
function nodeFinding(node: string, engines: string): Finding {
  const [major = 0, minor = 0] = node.replace('v', '').split('.').map(Number);
  const fits = engines.split('||').some((part) => {
    const [, sign, wanted, least] = /^\s*(\^|>=)(\d+)\.(\d+)/.exec(part) ?? [];
    const sameMajor = major === Number(wanted) && minor >= Number(least);
    return sign === '>=' ? sameMajor || major > Number(wanted) : sign === '^' && sameMajor;
  });
  if (fits) return ok('node', `Node ${node}`);
  return failure('node', `Node ${node} is not one that this version runs on`, `install Node ${engines}`);
}

function packagesFinding({ version, dependencies }: Manifest): Finding {
  const wrong = Object.entries(dependencies).flatMap(([name, wanted]) => {
    const found = manifestAt('node_modules', name, 'package.json')?.version;
    return found === wanted ? [] : [`${name} ${found ?? 'is missing'}, wanted ${wanted}`];
  });
  if (wrong.length > 0) return failure('packages', `installed otherwise than tested: ${wrong.slice(0, 5).join('; ')}`, 'npm ci');
  return ok('packages', `Holdpoint ${version}, Temporal SDK ${dependencies[SDK]}, ${Object.keys(dependencies).length} packages as tested`);
}

function manifestAt(...path: string[]): Manifest | null {
  const file = fromRoot(...path);
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Manifest) : null;
}
