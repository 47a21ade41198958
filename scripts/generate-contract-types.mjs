// Generates the types of src/client from docs/openapi.json, the contract as it is committed.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';

let tool;
try {
  tool = await import('openapi-typescript');
} catch {
  process.exit(0); // an installation for production: types are gone from the compiled programs
}
const DIRECTORY = new URL('../src/client/generated/', import.meta.url);
const contract = JSON.parse(readFileSync(new URL('../docs/openapi.json', import.meta.url), 'utf8'));
// The client sends a key of its own where none is given.
const parameters = Object.values(contract.paths).flatMap(({ post }) => post?.parameters ?? []);
for (const parameter of parameters) if (parameter.name === 'Idempotency-Key') parameter.required = false;
const nodes = await tool.default(contract, { alphabetize: false });
mkdirSync(DIRECTORY, { recursive: true });
writeFileSync(new URL('contract.ts', DIRECTORY), `// From docs/openapi.json: npm run generate-contract\n${tool.astToString(nodes)}`);
