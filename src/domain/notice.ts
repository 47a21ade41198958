/** Notices to people: when one is sent, to whom, and by which ways (A3, A5, D6). */
import type { CaseAction, CaseStatus } from './case-status.js';
import type { FailureReason } from './failure-reason.js';

/** Why a notice is sent; each stage has a template of its own. `outage` goes to operations and belongs to no case. */
export const NOTICE_STAGES = ['first_failure', 'reopened', 'assigned', 'awaiting_liaison', 'reminder', 'escalation', 'outage'] as const;
export type NoticeStage = (typeof NOTICE_STAGES)[number];
export type CaseStage = Exclude<NoticeStage, 'outage'>;

/** Who is meant: the liaison of the case, those above, or those who watch over the whole. */
export const RECIPIENT_GROUPS = ['liaison', 'supervisor', 'operations'] as const;
export type RecipientGroup = (typeof RECIPIENT_GROUPS)[number];

/** A way to a person: e-mail, or a liaison server (a webhook or a chat) by its counterpart. */
export type Channel = { type: 'email' } | { type: 'server'; counterpartId: string };

/** Someone who is told, with the ways to try in order. */
export interface Recipient {
  personId: string;
  /** Set where a delegate gets it in an absence: who is away. */
  onBehalfOf: string | null;
  channels: Channel[];
}

/** One notice to one person by one way; instants in epoch ms, the workflow's clock. */
export interface NotifyPersonInput {
  caseId: string;
  orderId: string;
  reviewRound: number;
  /** Any but `outage`, which has facts of its own. */
  stage: NoticeStage;
  /** The stage in keys and ledger: tells repetitions apart, like `reminder-2`. */
  ledgerStage: string;
  personId: string;
  onBehalfOf: string | null;
  channel: Channel;
  /** The liaison whose case it is. */
  liaisonId: string | null;
  reason: FailureReason;
  firstFailureAt: number;
  windowEndsAt: number;
  deadlineAt: number;
  status: CaseStatus;
  statusReason: string | null;
  /** What happens next by itself and when; null: nothing until the deadline. */
  next: { what: string; at: number } | null;
  /** What people can do now (domain/case-status.ts). */
  actions: readonly CaseAction[];
  buyerToldEarly: boolean;
  acknowledgedBy: string | null;
  caseAt: number;
  shadow: boolean;
}

/** A link with which the reader can act (D4); without a label the action's own words are shown. */
export interface NoticeLink {
  action: string;
  label?: string;
  url: string;
}

/** @returns a channel's name in keys and in the ledger: `email`, or the counterpart's id */
export function channelName(channel: Channel): string {
  return channel.type === 'email' ? 'email' : channel.counterpartId;
}

/** The ledger's key of one notice: one per case, stage, person and way. @param stage with what tells repetitions apart, like `reminder-2` */
export function noticeKey(caseId: string, stage: string, personId: string, channel: Channel): string {
  return `${caseId}/${stage}/${personId}/${channelName(channel)}`;
}

/** What stands in the ledger for a case where an outage has none: `outage/<counterpart>/<n>`. */
export function outageIdOf(counterpartId: string, opening: number): string {
  return `outage/${counterpartId}/${opening}`;
}

/** @returns the counterpart that an outage's id names */
export function counterpartOfOutage(outageId: string): string {
  return outageId.slice('outage/'.length, outageId.lastIndexOf('/'));
}
