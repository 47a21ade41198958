/** The words of the pages behind links in notices (D4), in the languages that people are told in. */
import type { DeadLink, LinkAction } from '../../domain/action-link.js';
import type { CaseStatus } from '../../domain/case-status.js';
import type { Locale } from '../../domain/locale.js';

/** A heading, and what there is to say or to do. */
export interface Said {
  heading: string;
  text: string;
}

/** What a page can say beside the reasons for which a link is dead. */
type Saying =
  | 'unknown'
  | 'notNow'
  | 'noColleague'
  | 'mistaken'
  | 'noAnswer'
  | 'tooLarge'
  | 'notAForm'
  | 'failed'
  | 'done'
  | 'taken'
  | 'notCounted';

export interface PageWords {
  will: Record<LinkAction, string>;
  done: Record<LinkAction, string>;
  states: Record<CaseStatus, string>;
  paused: string;
  ending: string;
  dead: Record<DeadLink, Said>;
  says: Record<Saying, Said>;
  labels: Record<
    'what' | 'order' | 'number' | 'buyer' | 'total' | 'reason' | 'state' | 'who' | 'liaison' | 'until' | 'usedAt' | 'note' | 'to',
    string
  >;
  inPlaceOf: (name: string, other: string) => string;
  nobody: string;
  notGiven: string;
  noteRequired: string;
  noteOptional: string;
  choose: string;
  tryAgain: string;
  mistakes: Record<'note' | 'noteTooLong' | 'to' | 'form', string>;
}

const EN: PageWords = {
  will: {
    resolve:
      'On your word the order goes through: its review counts as succeeded. Where the rules of this order ask for it, the review server confirms it first.',
    'request-review': 'The review server is asked to review the order again now, instead of at the planned time.',
    decline:
      'The order is given up: the buyer is told that the review failed, with your reason kept in the record. It can only be opened again by operations.',
    acknowledge: 'You say that you take care of the order: no more reminders and escalations are sent. Requests and deadlines go on.',
    'hand-over': 'A colleague becomes responsible for the order and is told at once. Your own links for this order stop working.',
  },
  done: {
    resolve: 'The order goes through on your word.',
    'request-review': 'The review server is being asked again.',
    decline: 'The order is declined. The buyer is told the truth.',
    acknowledge: 'Noted: you take care of the order.',
    'hand-over': 'Your colleague is responsible from now on, and is being told.',
  },
  states: {
    deciding: 'being decided',
    held: 'held, waiting for the next review request',
    in_review: 'in review: the review server has been asked',
    awaiting_liaison: 'waiting for people',
    order_unknown: 'ended: the order is not known',
    rejected: 'ended: went back to the buyer',
    approved: 'ended: approved',
    declined: 'ended: declined',
    expired: 'ended: not resolved by its deadline',
    cancelled: 'ended: cancelled',
  },
  paused: 'paused',
  ending: 'about to end',
  dead: {
    used: { heading: 'This link has been used', text: 'It works once. What it did is done; there is nothing more to do here.' },
    expired: {
      heading: 'This link has expired',
      text: 'Use the links of a newer notice, act on your own system, or ask operations.',
    },
    ended: {
      heading: 'This order’s case has ended',
      text: 'Nothing more can be done with this link. If it ended wrongly, ask operations to open it again.',
    },
    handed_over: {
      heading: 'This order is no longer yours',
      text: 'It was handed over to somebody else, and your links died with that. Leave it to them, or ask operations.',
    },
    said_otherwise: {
      heading: 'You have acted already',
      text: 'You used another link of the same notice. If you have changed your mind, ask operations.',
    },
    inactive: { heading: 'This link is no longer good', text: 'You get no notices any more. If that is wrong, ask operations.' },
  },
  says: {
    unknown: {
      heading: 'This link leads nowhere',
      text: 'Check that it is complete: some programs break long links. Copy it from the notice in one piece, or open the notice again.',
    },
    notNow: {
      heading: 'Not possible right now',
      text: 'The order’s present state does not allow it. The link stays good: open it again later.',
    },
    noColleague: { heading: 'Nobody to hand over to', text: 'There is no other liaison. Ask operations.' },
    mistaken: { heading: 'Nothing was done yet', text: 'Please correct what is marked, and press the button again.' },
    noAnswer: {
      heading: 'We do not know yet whether it was done',
      text: 'The system did not answer in time. Press the button again: it acts once, however often you press.',
    },
    tooLarge: { heading: 'That was too much', text: 'Nothing was done. A note has at most 2,000 characters.' },
    notAForm: { heading: 'Nothing was done', text: 'Open the link in a browser and press the button of the page.' },
    failed: { heading: 'Something went wrong here', text: 'It was recorded. Try again, and tell operations if it stays.' },
    done: { heading: 'Done', text: 'Thank you. You can close this page.' },
    taken: {
      heading: 'Your word is kept',
      text: 'It takes effect as soon as the order’s case hears it. You can close this page.',
    },
    notCounted: {
      heading: 'Your word was recorded, but does not count',
      text: 'By the time it was heard the case had ended or was somebody else’s. If that is wrong, ask operations.',
    },
  },
  labels: {
    what: 'This link',
    order: 'Order',
    number: 'Buyer’s number',
    buyer: 'Buyer',
    total: 'Amount',
    reason: 'Why the review failed',
    state: 'State now',
    who: 'You act as',
    liaison: 'Responsible',
    until: 'Link good until',
    usedAt: 'Used',
    note: 'Note',
    to: 'Hand over to',
  },
  inPlaceOf: (name, other) => `${name}, in place of ${other}`,
  nobody: 'nobody',
  notGiven: 'not given',
  noteRequired: 'required: why',
  noteOptional: 'optional',
  choose: 'Choose …',
  tryAgain: 'Try again',
  mistakes: {
    note: 'Say why: a note is required.',
    noteTooLong: 'At most 2,000 characters, without control characters.',
    to: 'Choose a colleague from the list.',
    form: 'Press the button of this page.',
  },
};

const ZH: PageWords = {
  will: {
    resolve: '凭您的确认，订单将通过：本次审核视为成功。若该订单的规则要求，审核服务器会先行确认。',
    'request-review': '立即请审核服务器再次审核该订单，不再等到计划时间。',
    acknowledge: '您确认由您处理该订单：不再发送提醒和升级通知。审核请求和期限照常进行。',
    decline: '放弃该订单：买方将被告知审核失败，您填写的原因会被记录。之后只能由运营人员重新打开。',
    'hand-over': '由同事负责该订单，并立即通知对方。您手中与该订单有关的链接随即失效。',
  },
  done: {
    resolve: '订单已凭您的确认通过。',
    'request-review': '正在再次请求审核。',
    acknowledge: '已记录：该订单由您处理。',
    decline: '订单已拒绝，买方将被如实告知。',
    'hand-over': '该订单现由您的同事负责，系统正在通知对方。',
  },
  states: {
    deciding: '判定中',
    held: '已保留，等待下一次审核请求',
    in_review: '审核中：已请求审核服务器',
    awaiting_liaison: '等待人工处理',
    order_unknown: '已结束：订单未知',
    rejected: '已结束：已退回买方',
    approved: '已结束：已通过',
    declined: '已结束：已拒绝',
    expired: '已结束：逾期未解决',
    cancelled: '已结束：已取消',
  },
  paused: '已暂停',
  ending: '即将结束',
  dead: {
    used: { heading: '该链接已使用', text: '每个链接只能使用一次。操作已完成，无需再做任何事。' },
    expired: { heading: '该链接已过期', text: '请使用较新通知中的链接，在您自己的系统中操作，或联系运营人员。' },
    ended: { heading: '该订单的处理已结束', text: '此链接已无法再执行任何操作。如结果有误，请联系运营人员重新打开。' },
    handed_over: { heading: '该订单已不由您负责', text: '订单已移交给他人，您的链接随之失效。请交由对方处理，或联系运营人员。' },
    said_otherwise: { heading: '您已操作过', text: '您已使用同一通知中的另一个链接。如需更改，请联系运营人员。' },
    inactive: { heading: '该链接已失效', text: '您已不再接收通知。如有误，请联系运营人员。' },
  },
  says: {
    unknown: { heading: '链接无效', text: '请检查链接是否完整：某些程序会截断长链接。请从通知中完整复制，或重新打开通知。' },
    notNow: { heading: '目前无法执行', text: '订单的当前状态不允许此操作。链接仍然有效，请稍后再打开。' },
    noColleague: { heading: '没有可移交的同事', text: '没有其他联系人。请联系运营人员。' },
    mistaken: { heading: '尚未执行任何操作', text: '请更正标出的内容，然后再次按下按钮。' },
    noAnswer: { heading: '尚不清楚是否已执行', text: '系统未能及时响应。请再次按下按钮：无论按多少次，只会执行一次。' },
    tooLarge: { heading: '内容过长', text: '未执行任何操作。备注最多 2000 个字符。' },
    notAForm: { heading: '未执行任何操作', text: '请在浏览器中打开链接，并按下页面上的按钮。' },
    failed: { heading: '系统出错', text: '错误已记录。请重试；若仍然出错，请告知运营人员。' },
    done: { heading: '已完成', text: '谢谢。您可以关闭此页面。' },
    taken: { heading: '您的确认已保存', text: '系统处理到该订单时即生效。您可以关闭此页面。' },
    notCounted: { heading: '您的确认已记录，但未生效', text: '系统处理时该订单已结束或已由他人负责。如有误，请联系运营人员。' },
  },
  labels: {
    what: '此链接',
    order: '订单号',
    number: '买方单号',
    buyer: '买方',
    total: '金额',
    reason: '审核失败原因',
    state: '当前状态',
    who: '操作人',
    liaison: '专员',
    until: '链接有效期至',
    usedAt: '使用时间',
    note: '备注',
    to: '移交给',
  },
  inPlaceOf: (name, other) => `${name}（代 ${other}）`,
  nobody: '无',
  notGiven: '未提供',
  noteRequired: '必填：请说明原因',
  noteOptional: '选填',
  choose: '请选择……',
  tryAgain: '重试',
  mistakes: {
    note: '请说明原因：备注为必填项。',
    noteTooLong: '最多 2000 个字符，且不含控制字符。',
    to: '请从列表中选择一位同事。',
    form: '请按下本页面上的按钮。',
  },
};

export const PAGE_WORDS: Record<Locale, PageWords> = { en: EN, 'zh-CN': ZH };
