// Completes package-lock.json after `npm install`: node scripts/complete-lock.mjs
// npm leaves out an optional package that the registry it asked does not offer, such as a tool's program for another platform;
// `npm ci` then refuses the whole lock file. What is added has the version that its parent pins, and no hash.
import { readFileSync, writeFileSync } from 'node:fs';

const PATH = new URL('../package-lock.json', import.meta.url);
const SYSTEMS = ['darwin', 'linux', 'win32', 'android', 'freebsd', 'openharmony'];
const PROCESSORS = ['arm64', 'x64', 'arm', 'ppc64', 's390x', 'riscv64', 'ia32'];

const lock = JSON.parse(readFileSync(PATH, 'utf8'));
const { '': root, ...packages } = lock.packages;
const added = [];
for (const parent of Object.values({ ...packages })) {
  for (const [name, version] of Object.entries(parent.optionalDependencies ?? {})) {
    if (Object.keys(packages).some((path) => path.endsWith(`node_modules/${name}`))) continue;
    packages[`node_modules/${name}`] = platformPackage(name, version, parent);
    added.push(`${name}@${version}`);
  }
}
const sorted = Object.entries(packages).toSorted(([a], [b]) => a.localeCompare(b, 'en'));
writeFileSync(PATH, `${JSON.stringify({ ...lock, packages: { '': root, ...Object.fromEntries(sorted) } }, null, 2)}\n`);
console.log(added.length === 0 ? 'package-lock.json was complete' : `added ${added.length}:\n${added.join('\n')}`);

function platformPackage(name, version, { dev, devOptional }) {
  const words = name.split(/[/@-]/);
  const os = SYSTEMS.find((system) => words.includes(system));
  const cpu = PROCESSORS.find((processor) => words.includes(processor));
  if (os === undefined || cpu === undefined || !/^\d+\.\d+\.\d+$/.test(version))
    throw new Error(`${name}@${version} is not for one platform`);
  const libc = { musl: 'musl', gnu: 'glibc' }[words.at(-1)];
  return {
    version,
    cpu: [cpu],
    ...(dev ? { dev } : {}),
    ...(devOptional ? { devOptional } : {}),
    ...(libc === undefined ? {} : { libc: [libc] }),
    optional: true,
    os: [os],
  };
}
