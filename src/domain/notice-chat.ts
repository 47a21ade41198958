/** A notice as a message for a chat's incoming webhook: Slack's blocks, DingTalk's Markdown. */
import { cut, escapeMarkdown, escapeMarkdownLine, escapeSlack } from './markup.js';
import type { NoticeDocument, NoticeSection } from './notice-document.js';
import { noticeText, SECTIONS_FIRST } from './notice-mail.js';

/** Slack's limits (Block Kit): a header's text, a section's text, a field, the fallback; fields and buttons a block. */
const SLACK = { header: 150, section: 3000, field: 2000, button: 75, fallback: 3000, fields: 10, buttons: 25 };
/** DingTalk takes 20,000 bytes a message. Values are so short, in characters, that every section fits, whatever is written in it. */
const DINGTALK = { bytes: 18_000, value: 100, text: 600 };

type Block = Record<string, unknown>;

/**
 * `{text, blocks}`: the blocks are what is shown, the text what a notification says. All that is not ours stands in `plain_text`, where
 * Slack reads no emphasis; `&`, `<` and `>` are escaped everywhere, so that there is no mention and no link in it.
 */
export function slackMessage(document: NoticeDocument): Record<string, unknown> {
  const { subject, greeting, opening, sections, act, closing } = document;
  const blocks: Block[] = [
    { type: 'header', text: plainText(subject, SLACK.header) },
    textBlock([greeting, ...opening].join('\n\n')),
    ...sections.slice(0, SECTIONS_FIRST).flatMap(slackSection),
    boldBlock(act.heading),
    ...act.advice.map(textBlock),
    ...(act.links.length === 0 ? [] : [{ type: 'actions', elements: act.links.slice(0, SLACK.buttons).map(slackButton) }]),
    ...(act.possible === null ? [] : [textBlock(act.possible)]),
    ...sections.slice(SECTIONS_FIRST).flatMap(slackSection),
    { type: 'context', elements: [plainText(closing.join('\n'), SLACK.field)] },
  ];
  return { text: escapeSlack(cut(`${subject}\n\n${noticeText(document)}`, SLACK.fallback)), mrkdwn: false, blocks };
}

function plainText(text: string, longest: number): Block {
  return { type: 'plain_text', text: escapedCut(text, longest), emoji: false };
}

/** Slack counts the characters after escaping. */
function escapedCut(text: string, longest: number): string {
  let kept = cut(text, longest);
  for (let escaped = escapeSlack(kept); ; escaped = escapeSlack(kept)) {
    if (escaped.length <= longest) return escaped;
    kept = cut(kept, Array.from(kept).length - Math.max(1, Math.ceil((escaped.length - longest) / 5)));
  }
}

function textBlock(text: string): Block {
  return { type: 'section', text: plainText(text, SLACK.section) };
}

/** Words of ours alone. */
function boldBlock(heading: string): Block {
  return { type: 'section', text: { type: 'mrkdwn', text: `*${escapeSlack(heading)}*` } };
}

function slackSection({ heading, rows }: NoticeSection): Block[] {
  const fields = rows.map(([label, value]) => plainText(`${label}:\n${value}`, SLACK.field));
  return [boldBlock(heading), { type: 'section', fields: fields.slice(0, SLACK.fields) }];
}

function slackButton({ label, url }: NoticeDocument['act']['links'][number]): Block {
  return { type: 'button', text: plainText(label, SLACK.button), url };
}

/** `{msgtype: "markdown", markdown: {title, text}}`; nobody is mentioned, as nothing is said of `at`. */
export function dingtalkMessage({ subject, greeting, opening, sections, act, closing }: NoticeDocument): Record<string, unknown> {
  const parts = [
    `### ${escapeMarkdown(subject)}`,
    escapeMarkdownLine(greeting),
    markdownText(opening),
    ...sections.slice(0, SECTIONS_FIRST).map(markdownSection),
    `#### ${escapeMarkdown(act.heading)}`,
    markdownText(act.advice),
    ...act.links.map(({ label, url }) => `[${escapeMarkdown(label)}](${markdownUrl(url)})`),
    ...(act.possible === null ? [] : [escapeMarkdown(act.possible)]),
    ...sections.slice(SECTIONS_FIRST).map(markdownSection),
    ...closing.map(escapeMarkdownLine),
  ];
  return { msgtype: 'markdown', markdown: { title: cut(subject, DINGTALK.value), text: withinBytes(parts, DINGTALK.bytes) } };
}

function markdownSection({ heading, rows }: NoticeSection): string {
  // The lines of an order are the one value that may be long.
  const longest = (value: string): number => (value.includes('; ') ? DINGTALK.text : DINGTALK.value);
  const lines = rows.map(([label, value]) => `${escapeMarkdown(label)}: ${escapeMarkdown(cut(value, longest(value)))}`);
  return [`#### ${escapeMarkdown(heading)}`, ...lines].join('\n\n');
}

/** Each line a paragraph: DingTalk joins single lines. */
function markdownText(paragraphs: readonly string[]): string {
  return cut(paragraphs.join('\n'), DINGTALK.text).split('\n').map(escapeMarkdownLine).join('\n\n');
}

/** What would end the address in Markdown is percent-encoded. */
function markdownUrl(url: string): string {
  return url.replace(/[()<>\s\\]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`);
}

/** Whole parts, as many as fit. */
function withinBytes(parts: readonly string[], most: number): string {
  const bytes = new TextEncoder();
  let text = '';
  for (const part of parts.filter((one) => one !== '')) {
    const longer = text === '' ? part : `${text}\n\n${part}`;
    if (bytes.encode(longer).length > most) return `${text}\n\n…`;
    text = longer;
  }
  return text;
}
