/** What can be killed: two workers, two APIs, and both servers; each is started again as an orchestrator does. */
import { setTimeout as delay } from 'node:timers/promises';
import type { Api, Deployment } from '../support/deployment.js';
import type { Program } from '../support/processes.js';
import type { KillableServer } from './killable-server.js';
import type { OwnServers } from './own-servers.js';

export type VictimKind = 'worker' | 'api' | 'postgres' | 'temporal';

export interface Victim {
  kind: VictimKind;
  up: boolean;
  /** kill -9, sent within this call. */
  kill: () => Promise<void>;
  /** Back when it is ready. */
  start: () => Promise<void>;
}

const RETRY_MS = 500;

export class Fleet {
  readonly victims: Victim[];
  readonly #apis = new Set<Api>();
  /** Programs that ended without being killed. */
  readonly endedAlone: string[] = [];
  #stopped = false;

  constructor(
    private readonly house: Deployment,
    { temporal, postgres }: OwnServers,
  ) {
    this.victims = [
      ...[0, 1].map(() => this.#program('worker')),
      ...[0, 1].map(() => this.#program('api')),
      server('postgres', postgres),
      server('temporal', temporal),
    ];
  }

  /** The addresses of the APIs that run. */
  get apiUrls(): string[] {
    return [...this.#apis].map(({ url }) => url);
  }

  async start(): Promise<void> {
    await Promise.all(this.victims.filter(({ up }) => !up).map((victim) => victim.start()));
  }

  /** Nothing is started again from now on. */
  stop(): void {
    this.#stopped = true;
  }

  #program(kind: 'worker' | 'api'): Victim {
    let program: Program | undefined;
    const killed = new WeakSet<Program>();
    const watch = async (started: Program): Promise<void> => {
      const ending = await started.ended;
      if (this.#stopped || killed.has(started)) return;
      victim.up = false;
      this.endedAlone.push(`${kind} ${JSON.stringify(ending)}: ${started.output.slice(-600)}`);
      await victim.start();
    };
    const victim: Victim = {
      kind,
      up: false,
      kill: async () => {
        victim.up = false;
        if (program) killed.add(program);
        await program?.kill();
      },
      start: async () => {
        const started = await this.#startProgram(kind);
        if (started === undefined) return;
        program = started;
        victim.up = true;
        void watch(started);
      },
    };
    return victim;
  }

  /** Tries until it runs: a start may meet servers that were just killed. */
  async #startProgram(kind: 'worker' | 'api'): Promise<Program | undefined> {
    while (!this.#stopped) {
      try {
        return kind === 'worker' ? await this.house.startWorker() : await this.#startApi();
      } catch {
        await delay(RETRY_MS);
      }
    }
    return undefined;
  }

  async #startApi(): Promise<Program> {
    const api = await this.house.startApi();
    this.#apis.add(api);
    void api.program.ended.then(() => this.#apis.delete(api));
    return api.program;
  }
}

function server(kind: 'postgres' | 'temporal', killable: KillableServer): Victim {
  const victim: Victim = {
    kind,
    up: true,
    kill: async () => {
      victim.up = false;
      await killable.kill();
    },
    start: async () => {
      await killable.start();
      victim.up = true;
    },
  };
  return victim;
}
