/** The draft that one decision writes, for every workflow of the house: a copy of the state, and what follows from it. */
import type { Disposition } from '../domain/case-record.js';

/** What every state has for its record: the read model never goes back behind `version`, audit lines are numbered. */
export interface DecidedState<Status> {
  status: Status;
  /** Inbound events heard, so that a repeated hand-over changes nothing. */
  heard: string[];
  /** Rises with each change. */
  version: number;
  auditCount: number;
}

/** One line of the audit: who did what, and what it changed. */
export interface AuditLine<Status> {
  number: number;
  type: string;
  actor: string;
  at: number;
  before: Status;
  after: Status;
  data: Record<string, unknown>;
}

export interface Draft<Status, State extends DecidedState<Status>, Command> {
  state: State;
  commands: Command[];
  audit: AuditLine<Status>[];
  dispositions: Disposition[];
  readonly now: number;
  readonly random: number;
  readonly before: Status;
}

/** What `audit` and `dispose` need of a draft, whatever its commands are. */
export interface Audited<Status> extends Pick<Draft<Status, DecidedState<Status>, unknown>, 'state' | 'audit' | 'now' | 'before'> {
  dispositions: Disposition[];
}

/** Hears an event once: a repeated hand-over leaves the draft empty; the version rises with each change. */
export function hearOnce<Status, State extends DecidedState<Status>, Command, Event extends object>(
  state: State,
  event: Event,
  now: number,
  random: number,
  hear: (draft: Draft<Status, State, Command>, event: Event) => void,
): Draft<Status, State, Command> {
  const draft = { state: { ...state }, commands: [], audit: [], dispositions: [], now, random, before: state.status };
  if ('inboundId' in event && typeof event.inboundId === 'string') {
    if (state.heard.includes(event.inboundId)) return draft;
    draft.state.heard = [...state.heard, event.inboundId];
  }
  hear(draft, event);
  if (draft.audit.length > 0 || draft.dispositions.length > 0 || draft.commands.length > 0) draft.state.version = state.version + 1;
  return draft;
}

/** Writes a line of the audit; call it after the change it tells of. */
export function audit<Status>(draft: Audited<Status>, type: string, actor: string, data: Record<string, unknown>): void {
  draft.state.auditCount += 1;
  const { auditCount, status } = draft.state;
  draft.audit.push({ number: auditCount, type, actor, at: draft.now, before: draft.before, after: status, data });
}

/** Records what came of an inbound event, in the inbox and in the audit. */
export function dispose<Status>(
  draft: Audited<Status>,
  event: { inboundId: string; type: string; sender: string },
  disposition: Disposition['disposition'],
  data: Record<string, unknown>,
  problem: string | null = null,
): void {
  draft.dispositions.push({ inboundId: event.inboundId, disposition, problem });
  audit(draft, event.type, event.sender, { disposition, inboundId: event.inboundId, ...data });
}

/** An instant as the audit keeps it. */
export function isoInstant(instant: number): string {
  return new Date(instant).toISOString();
}
