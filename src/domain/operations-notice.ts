/** What operations are told that belongs to no case (D9, D10): a counterpart is out of order. */
import { escapeHtml, localInstant, type Locale } from './liaison-notice.js';

export interface Outage {
  counterpartId: string;
  /** The counterpart's name. */
  name: string;
  /** When it was found to be out of order, epoch ms. */
  since: number;
  /** What the last call brought. */
  error: string;
}

export interface OperationsReader {
  name: string;
  locale: Locale;
  timeZone: string;
}

export interface OperationsNotice {
  subject: string;
  text: string;
  html: string;
}

interface Words {
  subject: (name: string) => string;
  greeting: (name: string) => string;
  opening: string;
  labels: { counterpart: string; since: string; error: string };
  closing: string;
}

const WORDS: Record<Locale, Words> = {
  en: {
    subject: (name) => `Out of order: ${name}`,
    greeting: (name) => `Dear ${name},`,
    opening: 'Calls to this counterpart fail. They wait from now on, and go out by themselves once it answers again.',
    labels: { counterpart: 'Counterpart', since: 'Since', error: 'Last error' },
    closing: 'You are told once of each outage. Deadlines of orders go on meanwhile.',
  },
  'zh-CN': {
    subject: (name) => `服务中断：${name}`,
    greeting: (name) => `${name}，您好：`,
    opening: '对该对接方的调用持续失败。从现在起相关调用将等待，待其恢复后自动发出。',
    labels: { counterpart: '对接方', since: '开始时间', error: '最近的错误' },
    closing: '每次中断仅通知一次。在此期间订单的截止时间照常计算。',
  },
};

/** Composes the notice of an outage for one reader, in their language and time zone. */
export function composeOutageNotice(outage: Outage, reader: OperationsReader): OperationsNotice {
  const words = WORDS[reader.locale];
  const rows: [label: string, value: string][] = [
    [words.labels.counterpart, `${outage.name} (${outage.counterpartId})`],
    [words.labels.since, localInstant(outage.since, reader.locale, reader.timeZone)],
    [words.labels.error, outage.error],
  ];
  const subject = words.subject(outage.name);
  const greeting = words.greeting(reader.name);
  const text = [greeting, words.opening, rows.map(([label, value]) => `${label}: ${value}`).join('\n'), words.closing].join('\n\n');
  const listed = rows.map(([label, value]) => `<dt>${escapeHtml(label)}</dt><dd>${escapeHtml(value)}</dd>`).join('');
  const html =
    `<!doctype html><html lang="${reader.locale}"><head><meta charset="utf-8">` +
    `<meta name="viewport" content="width=device-width,initial-scale=1"><title>${escapeHtml(subject)}</title></head>` +
    `<body style="font-family:sans-serif;max-width:640px;margin:0 auto;padding:16px;color:#222"><p>${escapeHtml(greeting)}</p>` +
    `<p>${escapeHtml(words.opening)}</p><dl>${listed}</dl><p>${escapeHtml(words.closing)}</p></body></html>`;
  return { subject, text, html };
}
