/** The questions to a vendor, as they were and as they are planned: from the history, and from what the policy plans. */

/** Of a line of the history, what is looked at. */
export interface Line {
  type: string;
  actor: string;
  before: string | null;
  data: Record<string, unknown>;
  caseAt: string;
}

/** Of a placement, what is looked at. */
export interface Plan {
  status: string;
  nextAction: { what: string; at: string } | null;
  deadlineAt: string | null;
  polls: number;
  caseAt: string;
  endedAt: string | null;
}

/** Of what a policy plans from an instant on. */
export interface Preview {
  placedAt: string;
  polls: readonly { number: number; at: string | null; earliest: string; latest: string }[];
}

export type AnswerKind = 'found' | 'final' | 'not_found' | 'no_answer' | 'waits' | 'open';

/** A question that was asked. Instants in epoch ms. */
export interface Question {
  purpose: 'poll' | 'verify' | 'last_look' | 'by_hand';
  /** Its number by the rule; null: it counts as none. */
  number: number | null;
  by: string;
  at: number;
  answer: AnswerKind;
  word: string | null;
  /** What went wrong. */
  error: string | null;
}

/** A question to come: when, and between which instants chance may put it. */
export interface PlannedQuestion {
  /** Null: not a numbered one of the rule. */
  number: number | null;
  what: 'poll' | 'verify' | 'lastLook';
  at: number;
  earliest: number;
  latest: number;
}

const ANSWERS = new Set(['vendor_reported', 'vendor_answered', 'succeeded', 'failed', 'late_result', 'contradiction', 'question_waits']);
const PURPOSES = ['poll', 'verify', 'last_look', 'by_hand'] as const;

/** @param events of one opening, oldest first @returns every question with its answer: only one is under way at a time */
export function questionsOf(events: readonly Line[]): Question[] {
  const questions: Question[] = [];
  let open: Question | null = null;
  for (const { type, actor, data, caseAt, before } of events) {
    if (type === 'vendor_asked') {
      const purpose = PURPOSES.find((one) => one === data['purpose']) ?? 'poll';
      const number = typeof data['poll'] === 'number' ? data['poll'] : null;
      open = { purpose, number, by: actor, at: Date.parse(caseAt), answer: 'open', word: null, error: null };
      questions.push(open);
    } else if (open !== null && ANSWERS.has(type) && (actor === 'vendor' || type === 'question_waits')) {
      Object.assign(open, answerOf(type, data));
      open = null;
    } else if (open !== null && type === 'failed' && actor === 'holdpoint' && before !== 'created') open = null;
  }
  return questions;
}

function answerOf(type: string, data: Line['data']): Pick<Question, 'answer' | 'word' | 'error'> {
  const text = (name: string): string | null => (typeof data[name] === 'string' ? data[name] : null);
  const word = text('vendorStatus');
  if (type === 'question_waits') return { answer: 'waits', word: null, error: null };
  if (type === 'succeeded' || type === 'failed') return { answer: 'final', word, error: null };
  if (type === 'vendor_answered') {
    const isMissing = data['result'] === 'not_found';
    return { answer: isMissing ? 'not_found' : 'no_answer', word: null, error: text('error') };
  }
  return { answer: 'found', word, error: null };
}

/**
 * What is still to come, if nothing final does. The next one is as the placement itself has planned it, the others follow it by the policy's
 * waits; what would fall beyond the deadline is the last look at it.
 *
 * @param preview null: not known yet, only the next one is told
 */
export function plannedQuestions(one: Plan, preview: Preview | null): PlannedQuestion[] {
  if (one.endedAt !== null || one.deadlineAt === null) return [];
  const deadline = Date.parse(one.deadlineAt);
  const next = one.nextAction === null ? null : nextQuestion(one.nextAction);
  if (next !== null && next.what !== 'poll') return [next];
  if (next === null && one.status !== 'placed') return [];
  const waits = preview === null ? [] : waitsOf(preview);
  const planned: PlannedQuestion[] = next === null ? [] : [next];
  let last = next ?? { number: one.polls, at: Date.parse(one.caseAt), earliest: Date.parse(one.caseAt), latest: Date.parse(one.caseAt) };
  for (const { number, wait, least, most } of waits) {
    if (number <= (last.number ?? 0)) continue;
    if (last.at >= deadline) break;
    const cap = (at: number): number => Math.min(at, deadline);
    const at = cap(last.at + wait);
    const question: PlannedQuestion = {
      number,
      what: at >= deadline ? 'lastLook' : 'poll',
      at,
      earliest: cap(last.earliest + least),
      latest: cap(last.latest + most),
    };
    planned.push(question);
    last = question;
  }
  return planned;
}

function nextQuestion({ what, at }: NonNullable<Plan['nextAction']>): PlannedQuestion | null {
  const instant = Date.parse(at);
  const exact = { at: instant, earliest: instant, latest: instant };
  const poll = /^poll (\d+)$/.exec(what);
  if (poll !== null) return { ...exact, number: Number(poll[1]), what: 'poll' };
  if (what.startsWith('last look')) return { ...exact, number: null, what: 'lastLook' };
  return what.startsWith('ask whether') ? { ...exact, number: null, what: 'verify' } : null;
}

/** The wait before each question, without chance and at its least and most. */
function waitsOf({ placedAt, polls }: Preview): { number: number; wait: number; least: number; most: number }[] {
  const start = Date.parse(placedAt);
  let before = { at: start, earliest: start, latest: start };
  return polls.map((poll) => {
    const [earliest, latest] = [Date.parse(poll.earliest), Date.parse(poll.latest)];
    const at = poll.at === null ? (earliest + latest) / 2 : Date.parse(poll.at);
    const wait = { number: poll.number, wait: at - before.at, least: earliest - before.earliest, most: latest - before.latest };
    before = { at, earliest, latest };
    return wait;
  });
}
