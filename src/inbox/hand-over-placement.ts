/** Where the events of a placement go: a new placement, a running one, or nowhere (B1, B2, B7, D5). */
import type { Disposition } from '../domain/case-record.js';
import { WorkflowExecutionAlreadyStartedError } from '@temporalio/client';
import { EVERYTHING } from '../domain/access.js';
import { placementIdOf, placementWorkflowIdOf } from '../domain/identifiers.js';
import { existenceAfter, speaksOfAnother, verdictAfterEnd } from '../domain/late-result.js';
import type { PlacementCarry } from '../domain/placement-record.js';
import type { PlacementStatus } from '../domain/placement-status.js';
import { meaningOf, type StatusMeaning, type VendorReport } from '../domain/vendor.js';
import { asJson } from '../db/database.js';
import type { InboundEvent, Placement } from '../db/generated/client.js';
import { handedOverResults, occurredAtOf } from '../db/inbound-events.js';
import { newestPlacement, openPlacementRow } from '../db/placements.js';
import { orderIdKey, placementStatusKey, vendorIdKey } from '../temporal/search-attributes.js';
import {
  MAX_RESULTS,
  ORDER_PLACEMENT_TYPE,
  paymentReceived,
  resultReported,
  type OrderPlacementInput,
  type PlacementReopening,
} from '../workflows/order-placement/contract.js';
import { runs, signalled, type HandedOver, type HandOverContext } from './handed-over.js';

export async function handOverPlacementEvent(context: HandOverContext, event: InboundEvent): Promise<HandedOver> {
  const newest = await newestPlacement(context.tx, EVERYTHING, event.orderId);
  if (event.kind === 'placement') return handOverPlacement(context, event, newest);
  if (newest === null) return { state: 'settled', caseId: null, disposition: 'late', problem: 'PLACEMENT_UNKNOWN' };
  if (event.kind === 'placement_word') return handOverWord(context, event, newest);
  return event.kind === 'payment' ? handOverPayment(context, event, newest) : handOverResult(context, event, newest);
}

/** B1: the durable task is made at once. An order is placed once: another request for it changes nothing. */
async function handOverPlacement(context: HandOverContext, event: InboundEvent, newest: Placement | null): Promise<HandedOver> {
  const { vendorId, campaign, customer } = event.payload as { vendorId: string; campaign?: string | null; customer?: unknown };
  const placementId = placementIdOf(event.orderId);
  // The row comes with the commit of the event that made it.
  if (newest !== null) {
    const other = newest.vendorId !== vendorId;
    return { state: 'settled', caseId: newest.placementId, disposition: 'repeated', ...(other ? { problem: 'PLACED_ELSEWHERE' } : {}) };
  }
  const input = { placementId, orderId: event.orderId, opening: 1, vendorId, campaign: campaign ?? null };
  await openPlacementRow(context.tx, { ...input, customer, carry: null });
  return start(context, { ...input, inboundId: event.id });
}

async function start({ client, taskQueue }: HandOverContext, input: OrderPlacementInput): Promise<HandedOver> {
  try {
    await client.workflow.start(ORDER_PLACEMENT_TYPE, {
      workflowId: placementWorkflowIdOf(input.orderId, input.opening),
      taskQueue,
      args: [input],
      workflowIdReusePolicy: 'REJECT_DUPLICATE',
      staticSummary: `Order ${input.orderId}: placed with ${input.vendorId}`,
      typedSearchAttributes: [
        { key: orderIdKey, value: input.orderId },
        { key: placementStatusKey, value: 'created' },
        { key: vendorIdKey, value: input.vendorId },
      ],
    });
    return { state: 'handed_over', caseId: input.placementId };
  } catch (error) {
    // Started by an earlier try whose commit was lost: by this event, or by one like it.
    if (error instanceof WorkflowExecutionAlreadyStartedError) return { state: 'handed_over', caseId: input.placementId };
    throw error;
  }
}

async function handOverPayment(context: HandOverContext, event: InboundEvent, newest: Placement): Promise<HandedOver> {
  const { placementId: caseId, orderId, opening } = newest;
  const { reference } = event.payload as { reference?: string | null };
  const signal = { inboundId: event.id, sender: event.sender, reference: reference ?? null };
  const heard = await signalled(context, placementWorkflowIdOf(orderId, opening), paymentReceived, signal);
  if (heard) return { state: 'handed_over', caseId };
  // A later opening goes on from it.
  const carry = newest.carry as unknown as PlacementCarry | null;
  if (carry !== null) {
    await context.tx.placement.update({ where: { placementId: caseId }, data: { carry: asJson({ ...carry, paid: true }) } });
  }
  return { state: 'settled', caseId, disposition: 'late', problem: 'PAYMENT_AFTER_END' };
}

/** D5: a push reaches the placement while it runs; afterwards it never moves a final state, and is shown where it contradicts it. */
async function handOverResult(context: HandOverContext, event: InboundEvent, newest: Placement): Promise<HandedOver> {
  const { placementId: caseId, orderId, opening } = newest;
  if ((await handedOverResults(context.tx, caseId)) >= MAX_RESULTS) return { state: 'excess', caseId, problem: 'TOO_MANY_NOTICES' };
  const report = await reportOf(context, event, newest.vendorId);
  const { placementNumber = null } = event.payload as { placementNumber?: string | null };
  const signal = { inboundId: event.id, sender: event.sender, report, placementNumber, occurredAt: occurredAtOf(event.payload) };
  if (await signalled(context, placementWorkflowIdOf(orderId, opening), resultReported, signal)) return { state: 'handed_over', caseId };
  return { state: 'settled', caseId, ...(await heardLate(context, newest, report, placementNumber)) };
}

/** After the end: what it means is said, and what it tells of the order at the vendor is kept for a later opening. */
async function heardLate(
  { tx }: HandOverContext,
  newest: Placement,
  report: VendorReport,
  placementNumber: string | null,
): Promise<{ disposition: Disposition['disposition']; problem?: string }> {
  const { placementId, status, statusReason } = newest;
  const carry = newest.carry as unknown as PlacementCarry | null;
  const { vendorOrderId: known = null, pastVendorOrderIds = [] } = carry ?? {};
  if (speaksOfAnother({ placementNumber: newest.placementNumber, vendorOrderId: known, pastVendorOrderIds }, report, placementNumber)) {
    return { disposition: 'unknown_request', problem: 'RESULT_OF_ANOTHER_ORDER' };
  }
  const existence = carry?.existence ?? 'none';
  const ended = { status: status as PlacementStatus, statusReason: statusReason ?? '', existence };
  const { disposition, problem } = verdictAfterEnd(ended, report.meaning);
  if (carry !== null && carry.numbers > 0) {
    const vendorOrderId = known ?? report.vendorOrderId;
    const learnt: PlacementCarry = { ...carry, existence: existenceAfter(existence, report.meaning), vendorOrderId };
    await tx.placement.update({ where: { placementId }, data: { carry: asJson(learnt) } });
  }
  return { disposition, ...(problem === null ? {} : { problem }) };
}

async function reportOf({ tx }: HandOverContext, event: InboundEvent, vendorId: string): Promise<VendorReport> {
  const payload = event.payload as {
    status: string;
    description?: string | null;
    vendorOrderId?: string | null;
    notBefore?: string | null;
  };
  const vendor = await tx.vendor.findUnique({ where: { id: vendorId } });
  const statuses = (vendor?.statuses ?? {}) as Record<string, StatusMeaning>;
  return {
    status: payload.status,
    meaning: meaningOf(statuses, payload.status),
    description: payload.description ?? null,
    vendorOrderId: payload.vendorOrderId ?? null,
    notBefore: typeof payload.notBefore === 'string' ? Date.parse(payload.notBefore) : null,
  };
}

/** B7: people take up a failed placement again: a new opening that knows what was done before. */
async function handOverWord(context: HandOverContext, event: InboundEvent, newest: Placement): Promise<HandedOver> {
  const { orderId, vendorId, campaign, customer } = newest;
  if (newest.status !== 'failed' || !newest.closed || newest.carry === null) {
    return { state: 'settled', caseId: newest.placementId, disposition: 'late' };
  }
  // The row may tell of an ending that a lost workflow task had written: the relay tries again while the run goes on.
  if (await runs(context, placementWorkflowIdOf(orderId, newest.opening))) throw new Error('the opening before has not ended yet');
  const word = event.payload as Omit<PlacementReopening, 'carry'>;
  const opening = newest.opening + 1;
  const carry = newest.carry as unknown as PlacementCarry;
  const input = { placementId: placementIdOf(orderId, opening), orderId, opening, vendorId, campaign };
  await openPlacementRow(context.tx, { ...input, customer, carry });
  return start(context, { ...input, inboundId: event.id, reopening: { ...word, carry } });
}
