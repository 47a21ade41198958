import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { PrismaPg } from '@prisma/adapter-pg';
import { bindMigrationAwareSqlAdapterFactory, ColumnTypeEnum } from '@prisma/driver-adapter-utils';
import type { SqlMigrationAwareDriverAdapterFactory } from '@prisma/driver-adapter-utils';
import type * as EngineModule from '@prisma/schema-engine-wasm';

export type SchemaEngine = EngineModule.SchemaEngine;

type WasmExports = { __wbindgen_start(): void };
type Glue = {
  SchemaEngine: { new: (options: object, log: () => void, adapter: object) => Promise<SchemaEngine> };
  __wbg_set_wasm(exports: WasmExports): void;
};
/** The one call of WebAssembly we make; the compiler's own types for it come only with a browser's. */
declare const WebAssembly: {
  instantiate(code: Uint8Array, imports: object): Promise<{ instance: { exports: WasmExports } }>;
};

let glue: Promise<Glue> | undefined;

/** Loads Prisma's migration engine (WASM, no download) once per process: about 50 ms and 4 MB. */
function loadGlue(): Promise<Glue> {
  glue ??= (async () => {
    const dir = dirname(createRequire(import.meta.url).resolve('@prisma/schema-engine-wasm'));
    const loaded = (await import(pathToFileURL(join(dir, 'schema_engine_bg.js')).href)) as Glue;
    const code = readFileSync(join(dir, 'schema_engine_bg.wasm'));
    const { instance } = await WebAssembly.instantiate(code, { './schema_engine_bg.js': withIdleTimers(loaded) });
    loaded.__wbg_set_wasm(instance.exports);
    instance.exports.__wbindgen_start();
    return loaded;
  })();
  return glue;
}

/** The engine leaves a timer of ten seconds behind (its wait for a lock); ours must not keep a finished process alive. */
function withIdleTimers(imports: Glue): object {
  const name = Object.keys(imports).find((key) => key.startsWith('__wbg_setTimeout_'));
  const start = (callback: () => void, afterMs: number) => setTimeout(callback, afterMs >>> 0).unref();
  return name === undefined ? imports : { ...imports, [name]: start };
}

/**
 * Runs `work` with Prisma's migration engine on one database, then closes every connection the engine opened
 * (the engine itself never does), so that the caller's process can go on or end.
 *
 * @param schema text of schema.prisma
 */
export async function withSchemaEngine<T>(databaseUrl: string, schema: string, work: (engine: SchemaEngine) => Promise<T>): Promise<T> {
  const opened: { dispose(): Promise<void> }[] = [];
  const factory = new PrismaPg({ connectionString: databaseUrl });
  const connect = factory.connect.bind(factory);
  factory.connect = async () => {
    const adapter = await connect();
    opened.push(adapter);
    return adapter;
  };
  try {
    return await run(factory, schema, work);
  } finally {
    await Promise.allSettled(opened.map((adapter) => adapter.dispose()));
  }
}

/**
 * The SQL that turns one schema into another.
 *
 * @param from text of the older schema.prisma; null: an empty database
 * @param to text of the newer one
 */
export async function schemaDifference(from: string | null, to: string): Promise<string> {
  const datamodel = (content: string) => ({
    tag: 'schemaDatamodel' as const,
    files: [{ path: 'schema.prisma', content }],
    configDir: '.',
  });
  const result = await run(NO_DATABASE, to, (engine) =>
    engine.diff({
      exitCode: null,
      filters: { externalTables: [], externalEnums: [] },
      from: from === null ? { tag: 'empty' } : datamodel(from),
      to: datamodel(to),
      script: true,
    } as unknown as EngineModule.DiffParams),
  );
  return `${(result.stdout ?? '').trim()}\n`;
}

async function run<T>(
  factory: SqlMigrationAwareDriverAdapterFactory,
  schema: string,
  work: (engine: SchemaEngine) => Promise<T>,
): Promise<T> {
  const { SchemaEngine } = await loadGlue();
  const adapter = bindMigrationAwareSqlAdapterFactory(factory);
  const engine = await SchemaEngine.new({ datamodels: [['schema.prisma', schema]] }, () => {}, adapter);
  try {
    return await work(engine);
  } finally {
    engine.free();
  }
}

/**
 * Stands where the engine wants a connection although comparing two schemas needs no database: it answers the one question
 * asked at the start (is the schema there, and which PostgreSQL is it) and refuses everything else.
 */
const NO_DATABASE: SqlMigrationAwareDriverAdapterFactory = (() => {
  const refuse = () => Promise.reject(new Error('there is no database behind this engine'));
  const adapter = {
    provider: 'postgres' as const,
    adapterName: 'none',
    queryRaw: ({ sql }: { sql: string }) =>
      sql.includes('version()')
        ? Promise.resolve({
            columnNames: ['exists', 'version', 'numeric_version'],
            columnTypes: [ColumnTypeEnum.Boolean, ColumnTypeEnum.Text, ColumnTypeEnum.Int32],
            rows: [[true, 'PostgreSQL 18.4', 180_004]],
          })
        : refuse(),
    executeRaw: refuse,
    executeScript: refuse,
    startTransaction: refuse,
    dispose: () => Promise.resolve(),
  };
  const connect = () => Promise.resolve(adapter);
  return { provider: 'postgres' as const, adapterName: 'none', connect, connectToShadowDb: connect };
})();
