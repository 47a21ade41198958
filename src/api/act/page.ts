/** The pages behind links in notices (D4): plain HTML, right on a phone, without a script. */
import { createHash } from 'node:crypto';
import type { LinkAction } from '../../domain/action-link.js';
import type { CaseStatus } from '../../domain/case-status.js';
import { localeOf, localInstant, type Locale } from '../../domain/locale.js';
import { escapeHtml } from '../../domain/markup.js';
import { ACTION_LABELS } from '../../domain/notice-links.js';
import type { LinkContext } from '../../db/action-links.js';
import { MAX_NOTE } from './form.js';
import { PAGE_WORDS, type PageWords, type Said } from './words.js';

const STYLE = [
  'body{font-family:system-ui,sans-serif;max-width:560px;margin:0 auto;padding:16px;color:#222;line-height:1.5;overflow-wrap:anywhere}',
  'h1{font-size:22px;margin:8px 0}table{border-collapse:collapse;width:100%;margin:16px 0}',
  'th{font-weight:400;text-align:left;color:#555;padding:4px 12px 4px 0;vertical-align:top;width:36%}td{padding:4px 0;vertical-align:top}',
  'label{display:block;margin:16px 0 4px}label span{color:#555}',
  'textarea,select,button{font:inherit;width:100%;box-sizing:border-box;padding:10px;border:1px solid #767676;border-radius:6px;background:#fff;color:#222}',
  'button{background:#1a4f8b;border-color:#1a4f8b;color:#fff;margin:16px 0;min-height:48px}',
  '.bad{color:#a40000;margin:4px 0}.said{border-left:4px solid #1a4f8b;padding:4px 12px;background:#f2f6fb}',
].join('');

/** No script, nothing from elsewhere, the form to ourselves alone, in nobody's frame. */
const POLICY = [
  "default-src 'none'",
  `style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'`,
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** What every answer below /act carries: it holds a secret in its address. */
export const PAGE_HEADERS: Record<string, string> = {
  'content-security-policy': POLICY,
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-store',
  'x-robots-tag': 'noindex, nofollow',
  'x-content-type-options': 'nosniff',
};

type Row = [label: string, value: string];

/** What a form had in it, and what is wrong with it. */
export interface FormState {
  note: string;
  to: string;
  mistakes: { note?: string; to?: string; form?: string };
  /** Sent before, with an outcome that is not known. */
  again: boolean;
}

export const EMPTY_FORM: FormState = { note: '', to: '', mistakes: {}, again: false };

/** A page that only says something. @param facts rows below it, when the link is known */
export function saidPage(locale: Locale, said: Said, facts: Row[] = []): string {
  return page(locale, said.heading, `<h1>${escapeHtml(said.heading)}</h1><p class="said">${escapeHtml(said.text)}</p>${tableOf(facts)}`);
}

/** What will happen, to whom, by whom; and the form that makes it happen. */
export function formPage(
  context: LinkContext,
  colleagues: readonly { id: string; name: string }[],
  form: FormState = EMPTY_FORM,
  said?: Said,
): string {
  const locale = localeOf(context.person.locale);
  const words = PAGE_WORDS[locale];
  const action = context.link.action as LinkAction;
  const label = ACTION_LABELS[locale][action];
  const notice = said === undefined ? '' : `<p class="said"><strong>${escapeHtml(said.heading)}.</strong> ${escapeHtml(said.text)}</p>`;
  const parts = [
    `<h1>${escapeHtml(label)}</h1>${notice}<p>${escapeHtml(words.will[action])}</p>${tableOf(factsOf(context).slice(1))}`,
    // Without an address the form goes where the page came from.
    `<form method="post" accept-charset="utf-8"><input type="hidden" name="act" value="${action}">`,
    action === 'hand-over' ? chooser(words, colleagues, form) : '',
    noteField(words, action, form),
    badLine(form.mistakes.form),
    `<button type="submit">${escapeHtml(form.again ? `${words.tryAgain}: ${label}` : label)}</button></form>`,
  ];
  return page(locale, label, parts.join(''));
}

/** @returns what the link does, order, buyer, amount, reason, state, who acts, and until when the link is good */
export function factsOf({ link, reviewCase, person, inPlaceOf, responsible }: LinkContext): Row[] {
  const locale = localeOf(person.locale);
  const { labels, notGiven, nobody, inPlaceOf: instead } = PAGE_WORDS[locale];
  const { totalValue, totalCurrency } = reviewCase;
  const at = (instant: Date): string => localInstant(instant.getTime(), locale, person.timeZone);
  return [
    [labels.what, ACTION_LABELS[locale][link.action as LinkAction]],
    [labels.order, reviewCase.orderId],
    [labels.number, reviewCase.buyerOrderNumber ?? notGiven],
    [labels.buyer, reviewCase.buyerName ?? reviewCase.buyerId ?? notGiven],
    [labels.total, totalValue === null ? notGiven : `${totalValue} ${totalCurrency}`],
    [labels.reason, [reviewCase.reasonType, reviewCase.reasonText].filter(Boolean).join(': ')],
    [labels.state, stateOf(reviewCase, PAGE_WORDS[locale])],
    [labels.who, inPlaceOf === null ? person.name : instead(person.name, inPlaceOf.name)],
    ...(responsible?.id === person.id ? [] : [[labels.liaison, responsible?.name ?? nobody] satisfies Row]),
    link.usedAt === null ? [labels.until, at(link.expiresAt)] : [labels.usedAt, at(link.usedAt)],
  ];
}

function stateOf({ status, paused, ending }: LinkContext['reviewCase'], words: PageWords): string {
  const more = [...(ending === null ? [] : [words.ending]), ...(paused ? [words.paused] : [])];
  const state = words.states[status as CaseStatus];
  return more.length === 0 ? state : `${state} (${more.join(', ')})`;
}

function chooser(words: PageWords, colleagues: readonly { id: string; name: string }[], { to, mistakes }: FormState): string {
  const options = colleagues.map(({ id, name }) => {
    const selected = id === to ? ' selected' : '';
    return `<option value="${escapeHtml(id)}"${selected}>${escapeHtml(name)}</option>`;
  });
  const head = `<label for="to">${escapeHtml(words.labels.to)}</label>${badLine(mistakes.to)}`;
  return `${head}<select id="to" name="to" required><option value="">${escapeHtml(words.choose)}</option>${options.join('')}</select>`;
}

function noteField(words: PageWords, action: LinkAction, { note, mistakes }: FormState): string {
  const required = action === 'decline';
  const hint = required ? words.noteRequired : words.noteOptional;
  const head = `<label for="note">${escapeHtml(words.labels.note)} <span>(${escapeHtml(hint)})</span></label>${badLine(mistakes.note)}`;
  const attributes = `id="note" name="note" rows="3" maxlength="${MAX_NOTE}"${required ? ' required' : ''}`;
  // A line break right after the tag is not part of the text.
  return `${head}<textarea ${attributes}>\n${escapeHtml(note)}</textarea>`;
}

function badLine(mistake: string | undefined): string {
  return mistake === undefined ? '' : `<p class="bad" role="alert">${escapeHtml(mistake)}</p>`;
}

function tableOf(rows: Row[]): string {
  if (rows.length === 0) return '';
  const cells = rows.map(([label, value]) => `<tr><th scope="row">${escapeHtml(label)}</th><td>${escapeHtml(value)}</td></tr>`);
  return `<table>${cells.join('')}</table>`;
}

function page(locale: Locale, title: string, body: string): string {
  return (
    `<!doctype html><html lang="${locale}"><head><meta charset="utf-8">` +
    `<meta name="viewport" content="width=device-width,initial-scale=1"><meta name="robots" content="noindex">` +
    `<title>${escapeHtml(title)}</title><style>${STYLE}</style></head><body><main>${body}</main></body></html>`
  );
}
