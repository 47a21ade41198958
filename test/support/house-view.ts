/** How a house is looked at and driven from outside: over the API, the sandbox and Temporal. */
import assert from 'node:assert/strict';
import { randomBytes, randomUUID } from 'node:crypto';
import type { Client } from '@temporalio/client';
import { workflowIdOf } from '../../src/domain/identifiers.js';
import type { Sandbox } from '../../src/sandbox/sandbox.js';
import { fastForward } from '../../src/temporal/fast-forward.js';
import { eventually } from './eventually.js';
import { REVIEW_KEY } from './house-settings.js';

export interface Answer {
  status: number;
  body: any;
  headers: Headers;
}

export interface Arrival {
  seq: number;
  at: string;
  side: string;
  method: string;
  path: string;
  headers: Record<string, string>;
  body: any;
}

export abstract class HouseView {
  readonly taskQueue = `test-${randomBytes(6).toString('hex')}`;
  client!: Client;
  sandbox!: Sandbox;
  apiUrl!: string;
  #counter = 0;

  newOrderId(prefix = 'P'): string {
    this.#counter += 1;
    return `${prefix}-${this.taskQueue.slice(5)}-${this.#counter}`;
  }

  async call(method: string, url: string, body?: unknown, headers: Record<string, string> = {}): Promise<Answer> {
    const response = await fetch(url, {
      method,
      headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, body: text === '' ? null : JSON.parse(text) };
  }

  /** Calls the API with the review server's key; a POST with an Idempotency-Key of its own, if none is given. */
  async api(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Answer> {
    const once: Record<string, string> = method === 'POST' ? { 'idempotency-key': randomUUID() } : {};
    return this.call(method, `${this.apiUrl}${path}`, body, { authorization: `Bearer ${REVIEW_KEY}`, ...once, ...headers });
  }

  async control(method: string, path: string, body?: unknown): Promise<Answer> {
    const answer = await this.call(method, `${this.sandbox.urls.control}${path}`, body, { accept: 'application/json' });
    assert.ok(answer.status < 300, `sandbox ${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer;
  }

  async scenario(orderId: string, scenario: object): Promise<void> {
    await this.control('PUT', `/scenarios/${orderId}`, scenario);
  }

  /** What the sandbox's sides received of an order, raw, in order. */
  async arrivals(orderId: string, side?: string): Promise<Arrival[]> {
    const { body } = await this.control('GET', `/arrivals?orderId=${orderId}&limit=1000`);
    const all: Arrival[] = Array.isArray(body) ? body : body.items;
    return side === undefined ? all : all.filter((arrival) => arrival.side === side);
  }

  /** The buyer server's messages in the order in which they arrived. */
  async buyerMessages(orderId: string): Promise<any[]> {
    return (await this.arrivals(orderId, 'buyer')).map(({ body }) => body);
  }

  /** Waits until the buyer server has got so many messages. */
  async untilBuyerHeard(orderId: string, count: number): Promise<any[]> {
    const ask = async (): Promise<any[] | undefined> => {
      const messages = await this.buyerMessages(orderId);
      return messages.length >= count ? messages : undefined;
    };
    return eventually(ask, async () => `${count} buyer messages for ${orderId}; the case is ${JSON.stringify(await this.caseOf(orderId))}`);
  }

  /** What the buyer server really acted on, once each, in order. */
  async buyerEffects(orderId: string): Promise<any[]> {
    return (await this.control('GET', `/effects?orderId=${orderId}`)).body.buyer;
  }

  /** Waits until so many inbound events of an order are disposed of. @returns their dispositions in the order of arrival */
  async dispositions(orderId: string, count: number): Promise<string[]> {
    const items = await eventually(
      async () => {
        const { body } = await this.api('GET', `/v1/inbound-events?orderId=${orderId}&limit=200`);
        return body.items.length >= count && body.items.every((item: any) => item.disposition !== null) ? body.items : undefined;
      },
      async () =>
        `${count} events are disposed of: ${JSON.stringify((await this.api('GET', `/v1/inbound-events?orderId=${orderId}`)).body)}`,
    );
    return items.map((item: any) => item.disposition).toReversed();
  }

  /** Waits until an order's audit has so many lines of a type. */
  async untilAudited(orderId: string, type: string, count: number): Promise<any[]> {
    return eventually(async () => {
      const { body } = await this.api('GET', `/v1/review-cases/${orderId}/events?limit=200`);
      const lines = body.items.filter((line: any) => line.type === type);
      return lines.length >= count ? lines : undefined;
    }, `${count} lines ${type} of ${orderId}`);
  }

  /** Waits until so many inbound events of an order are with their case, whatever has come of them. */
  async untilHandedOver(orderId: string, count: number): Promise<void> {
    await eventually(async () => {
      const { body } = await this.api('GET', `/v1/inbound-events?orderId=${orderId}&state=handed_over`);
      return body.items.length >= count ? true : undefined;
    }, `${count} events of ${orderId} are handed over`);
  }

  /** What came of one event of an order, once known. */
  async dispositionOf(orderId: string, eventId: string): Promise<string> {
    return eventually(async () => {
      const { body } = await this.api('GET', `/v1/inbound-events?orderId=${orderId}&limit=200`);
      return body.items.find((item: any) => item.eventId === eventId)?.disposition ?? undefined;
    }, `${eventId} is disposed of`);
  }

  /** An order's latest message to a counterpart, once it is in the wanted state. */
  async messageOf(orderId: string, counterpart: string, state: string): Promise<any> {
    return eventually(
      async () => {
        const { body } = await this.api('GET', `/v1/messages?orderId=${orderId}&counterpart=${counterpart}`);
        return body.items.find((message: any) => message.state === state);
      },
      async () =>
        `a ${state} message to ${counterpart}: ${JSON.stringify((await this.api('GET', `/v1/messages?orderId=${orderId}`)).body)}`,
    );
  }

  /** The mails about an order, in the order in which they came. */
  async mails(orderId: string): Promise<any[]> {
    const { body } = await this.control('GET', '/inbox');
    const all: any[] = Array.isArray(body) ? body : (body.items ?? body.mails);
    return all.filter((mail) => mail.orderId === orderId);
  }

  async untilMailed(orderId: string, count: number): Promise<any[]> {
    return eventually(async () => {
      const mails = await this.mails(orderId);
      return mails.length >= count ? mails : undefined;
    }, `${count} mails about ${orderId}`);
  }

  async reviewRequests(orderId: string): Promise<any[]> {
    const arrivals = await this.arrivals(orderId, 'review');
    return arrivals.filter(({ method, path }) => method === 'POST' && path === '/review-requests').map(({ body }) => body);
  }

  /** Sends a review-failure notice and sees it accepted. */
  async fail(orderId: string, notice: object = {}): Promise<Answer> {
    const body = {
      eventId: `rf-${randomBytes(6).toString('hex')}`,
      orderId,
      reason: { type: 'STOCK_SHORT', code: 'WH-7', text: '12 of 120 in stock' },
      ...notice,
    };
    const answer = await this.api('POST', '/v1/review-failures', body);
    assert.equal(answer.status, 202, JSON.stringify(answer.body));
    return answer;
  }

  async caseOf(orderId: string, round?: number): Promise<any> {
    const answer = await this.api('GET', `/v1/review-cases/${orderId}${round === undefined ? '' : `?round=${round}`}`);
    return answer.status === 200 ? answer.body : null;
  }

  /** Waits until the case is as wanted, or says how it is. */
  async until(orderId: string, wanted: (reviewCase: any) => boolean, what: string, round?: number): Promise<any> {
    return eventually(
      async () => {
        const found = await this.caseOf(orderId, round);
        return found !== null && wanted(found) ? found : undefined;
      },
      async () => `${what}; the case is ${JSON.stringify(await this.caseOf(orderId, round))}`,
    );
  }

  async untilStatus(orderId: string, status: string, round?: number): Promise<any> {
    return this.until(orderId, (found) => found.status === status, `case of ${orderId} becomes ${status}`, round);
  }

  /** Moves the case's clock to its next planned instant; never while the sandbox still owes an answer. */
  async toNext(orderId: string): Promise<void> {
    const found = await this.until(orderId, (reviewCase) => reviewCase.nextAction !== null, `case of ${orderId} has a next action`);
    await this.settled(orderId);
    const aheadMs = Date.parse(found.caseAt) - Date.parse(found.asOf);
    const ms = Date.parse(found.nextAction.at) - (Date.now() + aheadMs) + 500;
    await this.skip(orderId, Math.max(ms, 1000));
  }

  async skip(orderId: string, ms: number): Promise<void> {
    const { caseId } = await this.caseOf(orderId);
    await fastForward(this.client, workflowIdOf(caseId), ms);
  }

  /** The sandbox owes nothing, and the order's messages are settled. */
  async settled(orderId: string): Promise<void> {
    await eventually(async () => {
      const { body } = await this.control('GET', `/owed?orderId=${orderId}`);
      return body.owed === 0 ? true : undefined;
    }, `the sandbox owes nothing to ${orderId}`);
  }

  async workflowEnded(orderId: string): Promise<{ caseId: string; status: string; statusReason: string | null }> {
    const { caseId } = await this.until(orderId, () => true, 'there is a case');
    return this.client.workflow.getHandle(workflowIdOf(caseId)).result();
  }
}
