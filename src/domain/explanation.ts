/** Why a decision fell as it did, in a few sentences for people (D2), in English and Chinese. */
import type { ReasonDecision } from './failure-reason.js';
import type { Locale } from './locale.js';
import type { RecipientGroup } from './notice.js';
import type { PlacementDecision } from './placement-rules.js';
import type { ReviewInputs } from './review-rules.js';

/** The version of a policy that decided. Instants are ISO 8601. */
export interface DecidingVersion {
  version: number;
  effectiveFrom: string;
  createdBy: string;
  why: string;
}

export interface ReviewExplanationInput {
  orderId: string;
  /** Null: not decided (yet). */
  decision: ReasonDecision | null;
  /** Null: the version is not there any more. */
  policy: DecidingVersion | null;
  /** The version that the case follows now. */
  versionNow: number | null;
  /** The limits of a case that was held; null where it was not. */
  limits: { windowEndsAt: string; deadlineAt: string } | null;
  /** Who is told again while nobody acknowledges it (D6). Not given: nobody. */
  escalation?: readonly { to: RecipientGroup; at: string }[];
}

export interface PlacementExplanationInput {
  orderId: string;
  decision: PlacementDecision | null;
  policy: DecidingVersion | null;
  status: string;
  /** In words of the reader. */
  statusReason: string | null;
  deadlineAt: string | null;
}

/** @returns plain text: a sentence for the decision, what it looked at, and what follows */
export function explainReview(input: ReviewExplanationInput, locale: Locale): string {
  return locale === 'zh-CN' ? reviewInChinese(input) : reviewInEnglish(input);
}

/** @returns plain text, as for a review */
export function explainPlacement(input: PlacementExplanationInput, locale: Locale): string {
  return locale === 'zh-CN' ? placementInChinese(input) : placementInEnglish(input);
}

function reviewInEnglish({ orderId, decision, policy, versionNow, limits, escalation = [] }: ReviewExplanationInput): string {
  if (decision === null) return `Nothing has been decided about order ${orderId}.`;
  const { preset, basis, policyVersion, matchedRule, inputs } = decision;
  const type = `failure-reason type ${inputs.reasonType}`;
  const because =
    basis === 'reasonTypes'
      ? `its ${type} is ${preset ? '' : 'not '}one of the preset ones`
      : `its ${type} is not listed, and what is not listed counts as ${preset ? '' : 'not '}preset`;
  const what = preset ? 'is held and its review is asked for again' : 'goes back to the buyer, who is told that the review failed';
  return sentences(' ', [
    `Order ${orderId} ${what}, because ${because} in ${versionName(policyVersion)} of the review policy, ${ruleInEnglish(matchedRule)}.`,
    `Looked at: ${reviewInputs(inputs, { type: 'reason type', buyer: 'buyer', amount: 'amount', unknown: 'not known', comma: ', ' })}.`,
    versionInEnglish(policy),
    limits === null ? null : `Requests are made until ${limits.windowEndsAt}; it must be resolved by ${limits.deadlineAt}.`,
    escalation.length === 0
      ? null
      : `Unless somebody acknowledges it, it is brought up again: ${stepsIn(escalation, TO_IN_ENGLISH, ' at ', ', ')}.`,
    versionNow === null || versionNow === policyVersion ? null : `It has been moved since, and follows version ${versionNow} now.`,
  ]);
}

function reviewInChinese({ orderId, decision, policy, versionNow, limits, escalation = [] }: ReviewExplanationInput): string {
  if (decision === null) return `订单 ${orderId} 尚未作出决定。`;
  const { preset, basis, policyVersion, matchedRule, inputs } = decision;
  const type = `失败原因类型 ${inputs.reasonType}`;
  const because =
    basis === 'reasonTypes'
      ? `其${type} ${preset ? '属于' : '不属于'}预设类型`
      : `其${type} 未列出，而未列出的类型按${preset ? '预设' : '非预设'}处理`;
  const what = preset ? '被保留，系统将再次发起审核' : '退回买方，并告知其审核失败';
  return sentences('', [
    `订单 ${orderId} ${what}：按审核策略${versionNameInChinese(policyVersion)}，${because}（${ruleInChinese(matchedRule)}）。`,
    `依据：${reviewInputs(inputs, { type: '原因类型', buyer: '买方', amount: '金额', unknown: '未知', comma: '，' })}。`,
    versionInChinese(policy),
    limits === null ? null : `自动审核请求截至 ${limits.windowEndsAt}；最迟须于 ${limits.deadlineAt} 前处理完毕。`,
    escalation.length === 0 ? null : `若无人确认，将再次通知：${stepsIn(escalation, TO_IN_CHINESE, ' ', '，')}。`,
    versionNow === null || versionNow === policyVersion ? null : `此后该订单已迁移，现按第 ${versionNow} 版执行。`,
  ]);
}

const TO_IN_ENGLISH = { liaison: 'to the liaison', supervisor: 'to the supervisor', operations: 'to operations' };
const TO_IN_CHINESE = { liaison: '专员', supervisor: '主管', operations: '运营' };

function stepsIn(
  steps: NonNullable<ReviewExplanationInput['escalation']>,
  words: Record<RecipientGroup, string>,
  at: string,
  comma: string,
): string {
  return steps.map((step) => `${words[step.to]}${at}${step.at}`).join(comma);
}

function placementInEnglish({ orderId, decision, policy, status, statusReason, deadlineAt }: PlacementExplanationInput): string {
  const now = `It is ${status}${statusReason === null ? '' : `: ${statusReason}`}.`;
  if (decision === null) return `Nothing has been decided about the placement of order ${orderId}. ${now}`;
  const { vendorId, campaign } = decision.inputs;
  return sentences(' ', [
    `The placement of order ${orderId} follows version ${decision.policyVersion} of the placement policy, ${ruleInEnglish(decision.matchedRule)}.`,
    `Looked at: vendor ${vendorId}, campaign ${campaign ?? 'none'}.`,
    versionInEnglish(policy),
    now,
    deadlineAt === null ? null : `Its deadline is ${deadlineAt}.`,
  ]);
}

function placementInChinese({ orderId, decision, policy, status, statusReason, deadlineAt }: PlacementExplanationInput): string {
  const now = `当前状态：${status}${statusReason === null ? '' : `（${statusReason}）`}。`;
  if (decision === null) return `订单 ${orderId} 的下单尚未作出决定。${now}`;
  const { vendorId, campaign } = decision.inputs;
  return sentences('', [
    `订单 ${orderId} 的下单按下单策略第 ${decision.policyVersion} 版执行（${ruleInChinese(decision.matchedRule)}）。`,
    `依据：供应商 ${vendorId}，活动 ${campaign ?? '无'}。`,
    versionInChinese(policy),
    now,
    deadlineAt === null ? null : `最终期限为 ${deadlineAt}。`,
  ]);
}

/** What is not published has no number. */
function versionName(version: number): string {
  return version === 0 ? 'a draft' : `version ${version}`;
}

function versionNameInChinese(version: number): string {
  return version === 0 ? '草案' : `第 ${version} 版`;
}

function ruleInEnglish(matchedRule: string | null): string {
  return matchedRule === null ? 'where no rule matched and its base applies' : `by its rule "${matchedRule}"`;
}

function ruleInChinese(matchedRule: string | null): string {
  return matchedRule === null ? '没有规则匹配，适用基本规则' : `匹配规则“${matchedRule}”`;
}

function versionInEnglish(policy: DecidingVersion | null): string | null {
  if (policy === null) return null;
  return `Version ${policy.version} is by ${policy.createdBy} and dated ${policy.effectiveFrom}; why: ${policy.why}.`;
}

function versionInChinese(policy: DecidingVersion | null): string | null {
  if (policy === null) return null;
  return `第 ${policy.version} 版由 ${policy.createdBy} 发布，自 ${policy.effectiveFrom} 起生效；原因：${policy.why}。`;
}

type InputWords = Record<'type' | 'buyer' | 'amount' | 'unknown' | 'comma', string>;

function reviewInputs({ reasonType, buyerId, amount, currency }: ReviewInputs, words: InputWords): string {
  const total = amount === null ? words.unknown : `${amount} ${currency ?? ''}`.trim();
  return [`${words.type} ${reasonType}`, `${words.buyer} ${buyerId ?? words.unknown}`, `${words.amount} ${total}`].join(words.comma);
}

function sentences(separator: string, parts: (string | null)[]): string {
  return parts.filter((part) => part !== null).join(separator);
}
