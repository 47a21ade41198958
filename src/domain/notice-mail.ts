/** A notice as a mail: plain text and HTML, right on a phone as on a desk. Everything of others is escaped. */
import { escapeHtml, oneLine } from './markup.js';
import type { NoticeDocument, NoticeSection } from './notice-document.js';

export interface ComposedNotice {
  subject: string;
  text: string;
  html: string;
}

/** Sections that stand before what people can do: why, and what comes next. */
export const SECTIONS_FIRST = 2;

export function composeMail(document: NoticeDocument): ComposedNotice {
  return { subject: document.subject, text: noticeText(document), html: noticeHtml(document) };
}

/** Plain text; each link on a line of its own. */
export function noticeText({ greeting, opening, sections, act, closing }: NoticeDocument): string {
  const section = ({ heading, rows }: NoticeSection): string =>
    [heading, ...rows.map(([label, value]) => `  ${label}: ${value}`)].join('\n');
  const links = act.links.map(({ label, url }) => `  ${label}:\n  ${url}`);
  const acting = [act.heading, ...act.advice.map(indented), ...links, ...(act.possible === null ? [] : [indented(act.possible)])];
  return [
    greeting,
    ...opening,
    ...sections.slice(0, SECTIONS_FIRST).map(section),
    acting.join('\n'),
    ...sections.slice(SECTIONS_FIRST).map(section),
    closing.join('\n'),
  ].join('\n\n');
}

function indented(paragraph: string): string {
  return paragraph
    .split('\n')
    .map((line) => `  ${line}`)
    .join('\n');
}

const HEADING = 'font-size:16px;line-height:1.3;margin:24px 0 4px';
const LABEL = 'padding:5px 12px 5px 0;color:#595959;vertical-align:top;width:34%';
const VALUE = 'padding:5px 0;vertical-align:top;overflow-wrap:anywhere;word-break:break-word';
/** At least 44 px high: a finger meets it. */
const BUTTON =
  'display:block;box-sizing:border-box;min-height:44px;margin:8px 0;padding:12px 16px;border-radius:6px;background:#14508c;' +
  'color:#ffffff;font-weight:600;line-height:20px;text-align:center;text-decoration:none';
const BODY =
  "margin:0 auto;padding:16px;max-width:640px;background:#ffffff;color:#222222;font:16px/1.5 -apple-system,'Segoe UI',Roboto," +
  "'PingFang SC','Microsoft YaHei','Noto Sans CJK SC',sans-serif;overflow-wrap:anywhere";

/** One column, no script, no picture, nothing fetched: mail programs show it as it is. */
export function noticeHtml({ locale, subject, greeting, opening, sections, act, closing }: NoticeDocument): string {
  const acting = [
    ...act.advice.map(paragraph),
    ...act.links.map(({ label, url }) => `<a href="${escapeHtml(oneLine(url, 3000))}" style="${BUTTON}">${escapeHtml(label)}</a>`),
    ...(act.possible === null ? [] : [paragraph(act.possible)]),
  ];
  return [
    `<!doctype html><html lang="${locale}"><head><meta charset="utf-8">`,
    `<meta name="viewport" content="width=device-width,initial-scale=1"><title>${escapeHtml(subject)}</title></head>`,
    `<body style="${BODY}"><p style="margin:0 0 12px">${escapeHtml(greeting)}</p>${opening.map(paragraph).join('')}`,
    sections.slice(0, SECTIONS_FIRST).map(sectionHtml).join(''),
    `<h2 style="${HEADING}">${escapeHtml(act.heading)}</h2>${acting.join('')}`,
    sections.slice(SECTIONS_FIRST).map(sectionHtml).join(''),
    `<p style="margin:24px 0 0;font-size:13px;color:#595959">${closing.map(escapeHtml).join('<br>')}</p></body></html>`,
  ].join('\n');
}

function paragraph(text: string): string {
  return `<p style="margin:0 0 12px">${escapeHtml(text).replaceAll('\n', '<br>')}</p>`;
}

function sectionHtml({ heading, rows }: NoticeSection): string {
  const cells = rows.map(
    ([label, value]) => `<tr><th scope="row" style="${LABEL};font-weight:400;text-align:left">${escapeHtml(label)}</th>` + cell(value),
  );
  const table = `<table style="border-collapse:collapse;width:100%;table-layout:fixed">${cells.join('\n')}</table>`;
  return `<h2 style="${HEADING}">${escapeHtml(heading)}</h2>${table}`;
}

function cell(value: string): string {
  return `<td style="${VALUE}">${escapeHtml(value)}</td></tr>`;
}
