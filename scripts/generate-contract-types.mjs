// Generates the types of src/client from docs/openapi.json, the contract as it is committed.
import { mkdirSync, writeFileSync } from 'node:fs';

let tool;
try {
  tool = await import('openapi-typescript');
} catch {
  process.exit(0); // an installation for production: types are gone from the compiled programs
}
const DIRECTORY = new URL('../src/client/generated/', import.meta.url);
const nodes = await tool.default(new URL('../docs/openapi.json', import.meta.url), { alphabetize: false });
mkdirSync(DIRECTORY, { recursive: true });
writeFileSync(new URL('contract.ts', DIRECTORY), `// From docs/openapi.json: npm run generate-contract\n${tool.astToString(nodes)}`);
