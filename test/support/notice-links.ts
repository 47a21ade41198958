/** The links of a mail, followed as people and as machines do. */
import { LINK_ACTIONS, type LinkAction } from '../../src/domain/action-link.js';
import { LOCALES } from '../../src/domain/locale.js';
import { ACTION_LABELS } from '../../src/domain/notice-links.js';

export interface PageAnswer {
  status: number;
  html: string;
  headers: Headers;
}

export type ActLinks = Record<LinkAction, string>;

/** The links of a mail by what they do; those that its state did not allow are not there. */
export function actLinksOf(mail: { text: string; html: string }): ActLinks {
  const buttons = [...mail.html.matchAll(/<a href="([^"]+\/act\/[^"]+)"[^>]*>([^<]+)<\/a>/g)];
  const found = buttons.map(([, link = '']) => link);
  const inText = mail.text.match(/https?:\S+\/act\/\S+/g) ?? [];
  if (found.length === 0 || found.join() !== inText.join())
    throw new Error(`expected: the same links in text and HTML; seen: ${found.join(' ')} and ${inText.join(' ')}`);
  if (!found.every((link) => /^[A-Za-z0-9_-]{43}$/.test(tokenOf(link)))) throw new Error(`expected: tokens; seen: ${found.join(' ')}`);
  return Object.fromEntries(buttons.map(([, link, label]) => [actionOf(label ?? ''), link])) as ActLinks;
}

function actionOf(label: string): LinkAction {
  const action = LINK_ACTIONS.find((each) => LOCALES.some((locale) => ACTION_LABELS[locale][each] === label));
  if (action === undefined) throw new Error(`no action has the label "${label}"`);
  return action;
}

export function tokenOf(link: string): string {
  return link.slice(link.lastIndexOf('.') + 1);
}

export async function open(link: string, init: RequestInit = {}): Promise<PageAnswer> {
  const response = await fetch(link, { redirect: 'manual', ...init });
  return { status: response.status, html: await response.text(), headers: response.headers };
}

/** Sends the form of a link's page as a browser does. */
export async function press(link: string, act: string, fields: Record<string, string> = {}): Promise<PageAnswer> {
  return open(link, { method: 'POST', body: new URLSearchParams({ act, note: '', ...fields }) });
}
