/** The templates of a new installation: one for each stage and language, in Liquid. What is saved goes before them. */
import type { Locale } from './locale.js';
import type { NoticeTexts } from './notice-document.js';
import type { NoticeStage } from './notice.js';

/** A template: what it says in each language. */
export type TemplateTexts = Record<Locale, NoticeTexts>;

const CLEAR_EN = 'Clear the cause, then have the review asked for again; if the order cannot be saved, decline it.';
const CLEAR_ZH = '请排除原因后再次发起审核；若订单无法挽回，请放弃订单。';

export const DEFAULT_TEMPLATES: Record<NoticeStage, TemplateTexts> = {
  first_failure: {
    en: {
      subject: 'Order {{ order.id }} failed review: {{ reason.words }}',
      opening:
        'An order you are responsible for failed review for a passing reason. It is held and the review is asked for again by itself.',
      advice: CLEAR_EN,
    },
    'zh-CN': {
      subject: '订单 {{ order.id }} 审核失败：{{ reason.words }}',
      opening: '您负责的一个订单因暂时性原因审核失败。订单已被保留，系统会自动再次发起审核。',
      advice: CLEAR_ZH,
    },
  },
  reopened: {
    en: {
      subject: 'Order {{ order.id }} was opened again: {{ reason.words }}',
      opening: 'An order you are responsible for had ended and was opened again. It is held and the review is asked for again by itself.',
      advice: CLEAR_EN,
    },
    'zh-CN': {
      subject: '订单 {{ order.id }} 已重新打开：{{ reason.words }}',
      opening: '您负责的一个已结束的订单被重新打开。订单已被保留，系统会自动再次发起审核。',
      advice: CLEAR_ZH,
    },
  },
  assigned: {
    en: {
      subject: 'Order {{ order.id }} is yours now: {{ reason.words }}',
      opening: 'An order that failed review was handed over to you. How it stands is below.',
      advice: CLEAR_EN,
    },
    'zh-CN': {
      subject: '订单 {{ order.id }} 已转交给您：{{ reason.words }}',
      opening: '一个审核失败的订单已转交给您负责，当前情况如下。',
      advice: CLEAR_ZH,
    },
  },
  awaiting_liaison: {
    en: {
      subject: 'Order {{ order.id }} waits for you: {{ reason.words }}',
      opening:
        'The review of this order goes on failing, and it is no longer asked for again by itself. ' +
        'If nobody acts by {{ review.deadlineAt }}, the buyer is told that the review failed.',
      advice: CLEAR_EN,
    },
    'zh-CN': {
      subject: '订单 {{ order.id }} 等待您处理：{{ reason.words }}',
      opening: '该订单的审核仍未通过，系统不再自动请求。若在 {{ review.deadlineAt }} 之前无人处理，将告知买方审核失败。',
      advice: CLEAR_ZH,
    },
  },
  reminder: {
    en: {
      subject: 'Reminder {{ reminder.number }}: order {{ order.id }} is not resolved yet ({{ reason.words }})',
      opening: 'This order still waits. It must be resolved by {{ review.deadlineAt }}.',
      advice: `${CLEAR_EN} Say that you take care of it, and you are not reminded again.`,
    },
    'zh-CN': {
      subject: '第 {{ reminder.number }} 次提醒：订单 {{ order.id }} 尚未解决（{{ reason.words }}）',
      opening: '该订单仍在等待处理，最迟须于 {{ review.deadlineAt }} 解决。',
      advice: `${CLEAR_ZH}确认由您处理后，将不再提醒。`,
    },
  },
  escalation: {
    en: {
      subject: 'Escalated: order {{ order.id }} is not resolved ({{ reason.words }})',
      opening:
        '{% if review.liaison %}{{ review.liaison }} has not resolved this order yet{% else %}Nobody is responsible for this order{% endif %}. ' +
        'It must be resolved by {{ review.deadlineAt }}.',
      advice: 'See that somebody clears the cause, or hand the order over; if it cannot be saved, decline it.',
    },
    'zh-CN': {
      subject: '升级处理：订单 {{ order.id }} 尚未解决（{{ reason.words }}）',
      opening:
        '{% if review.liaison %}{{ review.liaison }} 尚未解决该订单{% else %}该订单没有专员{% endif %}，最迟须于 {{ review.deadlineAt }} 解决。',
      advice: '请安排人员排除原因，或转交给其他专员；若订单无法挽回，请放弃订单。',
    },
  },
  outage: {
    en: {
      subject: '{{ counterpart.name }} does not answer',
      opening:
        'Calls to {{ counterpart.name }} fail and are held back since {{ outage.since }}. It is tried again by itself; ' +
        'what waits is sent when it is back.',
      advice: 'See why it does not answer. Deadlines go on meanwhile.',
    },
    'zh-CN': {
      subject: '{{ counterpart.name }} 无应答',
      opening: '对 {{ counterpart.name }} 的调用失败，自 {{ outage.since }} 起已暂停。系统会自动重试，恢复后将发送等待中的内容。',
      advice: '请查明其无应答的原因。期间各项期限不变。',
    },
  },
};
