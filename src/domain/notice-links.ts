/** The links in a notice, as its readers see them (D4). */
import type { LinkAction } from './action-link.js';
import type { Locale } from './locale.js';

/** What pressing it does, in a few words. */
export const ACTION_LABELS: Record<Locale, Record<LinkAction, string>> = {
  en: {
    resolve: 'Resolved: let the order through',
    'request-review': 'Ask for the review again now',
    decline: 'Decline the order',
    'hand-over': 'Hand over to a colleague',
    acknowledge: 'I take care of it: no more reminders',
  },
  'zh-CN': {
    resolve: '已解决：让订单通过',
    'request-review': '立即再次发起审核',
    decline: '拒绝该订单',
    'hand-over': '移交给同事',
    acknowledge: '由我处理：不再提醒',
  },
};

/** To the console, where one signs in. */
export const OPEN_CASE: Record<Locale, string> = { en: 'Open the case', 'zh-CN': '打开个案' };

/** Beside the links. */
export const LINKS_NOTE: Record<Locale, string> = {
  en: 'Each link opens a page that shows what will happen; nothing is done before you press its button. The links are for you alone: do not forward them.',
  'zh-CN': '每个链接会打开一个说明页面，只有按下页面上的按钮才会执行操作。这些链接仅供您本人使用，请勿转发。',
};
