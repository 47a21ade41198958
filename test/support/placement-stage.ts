/**
 * The placement's workflow on the run's real Temporal server, with its own worker and its vendor's. Its activities are small ones in
 * memory, scripted by the test: what is under test is the workflow with its timers, signals, updates and retries.
 */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { Context } from '@temporalio/activity';
import type { Client, WorkflowHandle } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { Worker, type NativeConnection } from '@temporalio/worker';
import { placementIdOf, placementWorkflowIdOf } from '../../src/domain/identifiers.js';
import type {
  CustomerMessage,
  OpenPlacementResult,
  PlacementActivities,
  RefundDue,
  VendorActivities,
  VendorCall,
} from '../../src/domain/placement-effects.js';
import { SEED_PLACEMENT_POLICY, type PlacementPolicy } from '../../src/domain/placement-policy.js';
import type { PlacementRecord, PlacementRow } from '../../src/domain/placement-record.js';
import { counterpartTaskQueue } from '../../src/domain/counterpart.js';
import type { VendorCancelResult, VendorQueryResult, VendorReport } from '../../src/domain/vendor.js';
import { connectClient, connectWorker } from '../../src/temporal/connection.js';
import { fastForward } from '../../src/temporal/fast-forward.js';
import {
  getPlacement,
  ORDER_PLACEMENT_TYPE,
  type OrderPlacementInput,
  type OrderPlacementResult,
} from '../../src/workflows/order-placement/contract.js';
import type { PlacementState } from '../../src/workflows/order-placement/state.js';
import { eventually } from './house.js';
import { fromEnvironment } from './servers.js';

/** What the vendor does with each call of its kind, in order; the last repeats. A function is called when its turn comes. */
export interface VendorScript {
  place: (VendorReport | (() => Promise<VendorReport> | VendorReport))[];
  query?: VendorQueryResult[];
  cancel?: VendorCancelResult[];
}

export interface PlacementSetting extends Partial<Omit<OpenPlacementResult, 'policy'>> {
  policy?: Partial<PlacementPolicy>;
  script: VendorScript;
  /** What the ledger says of a placement request that failed. */
  settled?: 'delivered' | 'refused' | 'dropped' | 'unknown';
  tellCustomer?: (message: CustomerMessage) => Promise<void>;
}

/** @param attemptsUsed of a call that did not begin: attempts of the activity before it */
export function fails(type: string, message = 'as the test wants', attemptsUsed = 0): () => never {
  return () => {
    const nonRetryable = type !== 'COUNTERPART_UNAVAILABLE';
    throw ApplicationFailure.create({ type, message, nonRetryable, details: [{ retryAfterMs: 1000, attemptsUsed }] });
  };
}

export class StagedPlacement {
  readonly calls: { what: string; taskQueue: string; call: VendorCall }[] = [];
  readonly told: CustomerMessage[] = [];
  readonly refunds: RefundDue[] = [];
  readonly reviews: string[] = [];
  readonly records: PlacementRecord[] = [];

  constructor(
    readonly client: Client,
    readonly orderId: string,
    readonly setting: PlacementSetting,
    readonly opening: number,
  ) {}

  get handle(): WorkflowHandle {
    return this.client.workflow.getHandle(placementWorkflowIdOf(this.orderId, this.opening));
  }

  get row(): PlacementRow | undefined {
    return this.records.at(-1)?.row;
  }

  get audit(): string[] {
    return this.records.flatMap(({ audit }) => audit.map(({ type }) => type));
  }

  countOf(what: string): number {
    return this.calls.filter((call) => call.what === what).length;
  }

  async state(): Promise<PlacementState> {
    return this.handle.query(getPlacement);
  }

  async until(wanted: (row: PlacementRow) => boolean, what: string): Promise<PlacementRow> {
    return eventually(
      async () => (this.row !== undefined && wanted(this.row) ? this.row : undefined),
      async () => `${what}; it is ${JSON.stringify(this.row)}`,
    );
  }

  async untilStatus(status: string): Promise<PlacementRow> {
    return this.until((row) => row.status === status, `the placement becomes ${status}`);
  }

  /** Moves the clock to the next planned instant. */
  async toNext(): Promise<void> {
    const row = await this.until(({ nextActionAt }) => nextActionAt !== null, 'something is planned');
    const { nextActionAt, caseAt } = row;
    const versionBefore = row.placementVersion;
    await fastForward(this.client, this.handle.workflowId, Math.max((nextActionAt ?? 0) - caseAt, 0) + 500);
    await this.until((later) => later.placementVersion > versionBefore, 'the planned instant has come');
  }

  async result(): Promise<OrderPlacementResult> {
    return this.handle.result();
  }
}

export class PlacementStage {
  readonly taskQueue = `test-${randomBytes(6).toString('hex')}`;
  readonly #placements = new Map<string, StagedPlacement>();
  #client!: Client;
  #close!: () => Promise<void>;
  #connection!: NativeConnection;
  #workers: Worker[] = [];
  #running: Promise<void>[] = [];

  static async start(): Promise<PlacementStage> {
    const stage = new PlacementStage();
    const temporal = { address: fromEnvironment('TEST_TEMPORAL_ADDRESS'), namespace: 'default' };
    const { client, connection } = connectClient(temporal);
    stage.#client = client;
    stage.#close = () => connection.close();
    stage.#connection = await connectWorker(temporal);
    const common = { connection: stage.#connection, namespace: 'default', shutdownGraceTime: '2 seconds' } as const;
    const codePath = fromEnvironment('TEST_WORKFLOW_BUNDLE');
    const toldBy = (id: string): Promise<Worker> =>
      Worker.create({ ...common, taskQueue: counterpartTaskQueue(stage.taskQueue, id), activities: stage.#records() });
    stage.#workers = [
      await Worker.create({ ...common, taskQueue: stage.taskQueue, workflowBundle: { codePath }, activities: stage.#records() }),
      await Worker.create({ ...common, taskQueue: counterpartTaskQueue(stage.taskQueue, 'v-1'), activities: stage.#vendor() }),
      ...(await Promise.all(['customers', 'mail', 'buyer-server'].map((id) => toldBy(id)))),
    ];
    stage.#running = stage.#workers.map((worker) => worker.run());
    return stage;
  }

  async stop(): Promise<void> {
    for (const worker of this.#workers) worker.shutdown();
    await Promise.all(this.#running);
    await this.#connection.close();
    await this.#close();
  }

  /** Starts a placement; an order's later openings go on with what the one before left. */
  async place(setting: PlacementSetting, input: Partial<OrderPlacementInput> = {}): Promise<StagedPlacement> {
    const { orderId = `P-${randomBytes(6).toString('hex')}`, opening = 1 } = input;
    const placementId = placementIdOf(orderId, opening);
    const placement = new StagedPlacement(this.#client, orderId, setting, opening);
    this.#placements.set(placementId, placement);
    await this.#client.workflow.start(ORDER_PLACEMENT_TYPE, {
      workflowId: placementWorkflowIdOf(orderId, opening),
      taskQueue: this.taskQueue,
      args: [{ placementId, orderId, opening, vendorId: 'v-1', campaign: null, inboundId: `in-${opening}`, ...input }],
    });
    return placement;
  }

  #of(placementId: string): StagedPlacement {
    const placement = this.#placements.get(placementId);
    assert.ok(placement, placementId);
    return placement;
  }

  #vendor(): VendorActivities {
    /** What the script says to this call; each kind of call has its own turn. */
    const turn = <Answer>(what: 'place' | 'query' | 'cancel', call: VendorCall, answers: readonly Answer[] = []): Answer => {
      const placement = this.#of(call.placementId);
      placement.calls.push({ what, taskQueue: Context.current().info.taskQueue, call });
      const answer = answers[Math.min(placement.countOf(what), answers.length) - 1];
      assert.ok(answer, `the script says nothing to ${what}`);
      return answer;
    };
    return {
      placeOrder: async (input) => {
        const answer = turn('place', input, this.#of(input.placementId).setting.script.place);
        return typeof answer === 'function' ? answer() : answer;
      },
      queryVendor: async (input) => turn('query', input, this.#of(input.placementId).setting.script.query),
      cancelAtVendor: async (input) => turn('cancel', input, this.#of(input.placementId).setting.script.cancel),
    };
  }

  #records(): PlacementActivities {
    return {
      openPlacement: async ({ placementId }) => {
        const { policy, vendor, paid = true, channels = ['webhook', 'email'] } = this.#of(placementId).setting;
        const terms = { id: 'v-1', idempotent: false, queryByOurNumber: true, settleMs: 60_000, cancellable: true };
        const whole = { ...SEED_PLACEMENT_POLICY, version: 1, ...policy };
        return { policy: whole, vendor: vendor === undefined ? terms : vendor, paid, channels, buyerServer: 'buyer-server' };
      },
      recordPlacement: async (record) => void this.#of(record.row.placementId).records.push(record),
      openReviewCase: async ({ placementId, reasonType }) => void this.#of(placementId).reviews.push(reasonType),
      settleMessage: async ({ key }) => {
        const placement = [...this.#placements.values()].find(({ orderId }) => key.startsWith(`${orderId}/`));
        return placement?.setting.settled ?? 'unknown';
      },
      tellCustomer: async (message) => {
        const placement = this.#of(message.placementId);
        await placement.setting.tellCustomer?.(message);
        placement.told.push(message);
      },
      tellRefundDue: async (refund) => void this.#of(refund.placementId).refunds.push(refund),
    };
  }
}
