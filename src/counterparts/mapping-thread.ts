/** What runs in the thread for mappings. Plain JavaScript as text, since a thread is given neither our loader nor our types. */

export interface MappingJob {
  expression: string;
  /** Null: it is only parsed. */
  json: string | null;
  timeoutMs: number;
}
export type MappingResult = { json: string } | { mistake: string };

export interface ThreadData {
  /** The file of the JSONata package. */
  jsonata: string;
  /** Deepest nesting of calls. */
  stack: number;
  /** Longest list that an expression makes. */
  sequence: number;
  maxLength: number;
}

/** CommonJS; posts `null` when it is ready, then a `MappingResult` for each `MappingJob`. JSONata throws plain objects with code, message, position. */
export const MAPPING_THREAD = `
const { parentPort, workerData } = require('node:worker_threads');
const { stack, sequence, maxLength } = workerData;
const jsonata = require(workerData.jsonata);
const compiled = new Map();

function compiledOf(expression, timeout) {
  if (!compiled.has(expression)) {
    if (compiled.size >= 200) compiled.clear();
    compiled.set(expression, jsonata(expression, { timeout, stack, sequence }));
  }
  return compiled.get(expression);
}
function nameOf(value) {
  if (value === undefined || value === null) return 'nothing';
  return Array.isArray(value) ? 'a list' : 'a ' + typeof value;
}
async function evaluated({ expression, json, timeoutMs }) {
  try {
    const program = compiledOf(expression, timeoutMs);
    if (json === null) return { json: '{}' };
    const value = await program.evaluate(JSON.parse(json));
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return { mistake: 'gives ' + nameOf(value) + ', not an object' };
    const text = JSON.stringify(value);
    return text.length > maxLength ? { mistake: 'gives more than 1 MiB' } : { json: text };
  } catch ({ code, message, position }) {
    const where = typeof position === 'number' ? ' at character ' + position : '';
    return { mistake: String(message).slice(0, 200) + where + (code ? ' (' + code + ')' : '') };
  }
}
parentPort.on('message', async (job) => parentPort.postMessage(await evaluated(job)));
parentPort.postMessage(null);
`;
