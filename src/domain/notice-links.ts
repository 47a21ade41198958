/** The links in a notice, as its readers see them (D4). */
import type { LinkAction } from './action-link.js';
import type { Locale } from './liaison-notice.js';

/** A link as a notice carries it: with its token redacted, until it is sent. */
export interface NoticeLink {
  action: LinkAction;
  url: string;
}

/** What pressing it does, in a few words. */
export const ACTION_LABELS: Record<Locale, Record<LinkAction, string>> = {
  en: {
    resolve: 'Resolved: let the order through',
    'request-review': 'Ask for the review again now',
    decline: 'Decline the order',
    'hand-over': 'Hand over to a colleague',
  },
  'zh-CN': {
    resolve: '已解决：让订单通过',
    'request-review': '立即再次发起审核',
    decline: '拒绝该订单',
    'hand-over': '移交给同事',
  },
};

/** Beside the links. */
const LINKS_NOTE: Record<Locale, string> = {
  en: 'Each link opens a page that shows what will happen; nothing is done before you press its button. The links are for you alone: do not forward them.',
  'zh-CN': '每个链接会打开一个说明页面，只有按下页面上的按钮才会执行操作。这些链接仅供您本人使用，请勿转发。',
};

/** @returns lines of a plain text, with an empty one at the end; none when there are no links */
export function linksAsText(links: readonly NoticeLink[], locale: Locale): string[] {
  if (links.length === 0) return [];
  return [...links.map(({ action, url }) => `${ACTION_LABELS[locale][action]}:\n${url}`), LINKS_NOTE[locale], ''];
}

/** One below the other, each large enough for a thumb. */
export function linksAsHtml(links: readonly NoticeLink[], locale: Locale): string {
  if (links.length === 0) return '';
  const style = 'display:block;padding:12px;margin:8px 0;border:1px solid #1a4f8b;border-radius:6px;color:#1a4f8b;text-decoration:none';
  const items = links.map(
    ({ action, url }) => `<a href="${url.replaceAll('&', '&amp;')}" style="${style}">${ACTION_LABELS[locale][action]}</a>`,
  );
  return `${items.join('')}<p style="color:#555">${LINKS_NOTE[locale]}</p>`;
}
