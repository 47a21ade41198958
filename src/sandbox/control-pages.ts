import type { Arrival } from './arrival-log.js';
import type { Outage } from './outages.js';
import type { OwedAnswers } from './owed-answers.js';
import type { LiaisonNotice, Mail, SandboxState } from './state.js';

/** A mail's own page may show what it brings along, load nothing, and run nothing. */
const MAIL_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'none'";

const STYLE = `body{font:15px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:70rem;padding:0 1rem;color:#1c2430;background:#fff}
h1{font-size:1.4rem}h2{font-size:1.05rem;margin:0}table{border-collapse:collapse;width:100%}
th,td{text-align:left;vertical-align:top;padding:.3rem .6rem;border-bottom:1px solid #d9dee5}
pre{white-space:pre-wrap;overflow-wrap:anywhere;margin:.3rem 0;font-size:13px}
article{border:1px solid #d9dee5;border-radius:6px;padding:1rem;margin:1rem 0}
iframe{width:100%;height:32rem;border:1px solid #d9dee5}.small{color:#5a6675;font-size:13px}a{color:#0b57a4}`;

/** What is here: the links, how much there is behind them, and which sides are out. */
export function homePage(state: SandboxState, owed: OwedAnswers, outages: Outage[]): string {
  const owedNow = owed.count() + state.openNotices.size;
  return page('Sandbox', [
    '<p>The simulated other sides of Holdpoint: buyer server, review server, liaison server, vendors, customer and inbox.</p>',
    '<ul>',
    '<li><a href="/arrivals">Arrivals</a>: everything that reached a side, as it came</li>',
    `<li><a href="/inbox">Inbox</a>: ${state.mails.length} mails, ${state.liaisonNotices.length} notices on the liaison server and in chats</li>`,
    `<li><a href="/effects">Effects</a>: what the sides acted on (${state.messages.length} messages, ${state.reviews.length} reviews,
${state.vendorOrders.length} orders at vendors)</li>`,
    `<li><a href="/owed">Owed</a>: ${owedNow} answers and notices still to come</li>`,
    `<li><a href="/settings">Settings</a>: notices go to ${escape(state.holdpointUrl ?? 'nowhere yet')}</li>`,
    `<li>Scenarios: <code>PUT /scenarios/{orderId}</code>, ${state.scenarios.size} so far; without one a review passes at once and a vendor delivers</li>`,
    `<li><a href="/outages">Outages</a>: ${outages.length === 0 ? 'none' : outages.map(outageWords).join('; ')}
(<code>PUT</code> and <code>DELETE /outages/{side}</code>; a restart of the sandbox ends all)</li>`,
    '</ul>',
  ]);
}

function outageWords({ side, do: kind, since, arrivals }: Outage): string {
  return escape(`${side} is out since ${since} (${kind}), ${arrivals} arrivals since`);
}

/** @param arrivals the newest first, at most `limit` */
export function arrivalsPage(arrivals: Arrival[], limit: number): string {
  const rows = arrivals.map(
    (arrival) => `<tr><td>${arrival.seq}</td><td class="small">${escape(arrival.at)}</td><td>${escape(arrival.side)}</td>
<td>${orderLink(arrival.orderId)}</td><td>${escape(`${arrival.method ?? 'no HTTP'} ${arrival.path ?? ''}`)}
${arrival.outage === undefined ? '' : `<span class="small">into an outage: ${escape(arrival.outage)}</span>`}
<details><summary>headers and body</summary><pre>${escape(JSON.stringify(arrival.headers, null, 2))}</pre>
<pre>${escape(typeof arrival.body === 'string' ? arrival.body : JSON.stringify(arrival.body, null, 2))}</pre></details></td></tr>`,
  );
  return page('Arrivals', [
    `<p class="small">The newest ${limit} at most, the newest first. As JSON, in order and in pages: ask without text/html.</p>`,
    '<table><thead><tr><th>Seq</th><th>At</th><th>Side</th><th>Order</th><th>Call</th></tr></thead><tbody>',
    ...rows,
    '</tbody></table>',
  ]);
}

/** @param mails the newest first, at most `limit`, as are `notices`, those of the liaison server and the chats */
export function inboxPage(mails: Mail[], notices: LiaisonNotice[], limit: number): string {
  const articles = mails.map(
    (mail) => `<article><h2>${escape(mail.subject || '(no subject)')}</h2>
<p class="small">${escape(mail.at)} · from ${escape(mail.from)} · to ${escape(mail.to.join(', '))} · order ${orderLink(mail.orderId)}
· ${escape(mail.messageId ?? 'no Message-ID')}</p>${mail.text === null ? '' : `<pre>${linked(mail.text)}</pre>`}${mailFrame(mail)}</article>`,
  );
  const none = mails.length === 0 ? ['<p>No mail yet.</p>'] : [];
  const others = notices.length === 0 ? [] : ['<h1>Liaison server and chats</h1>', ...notices.map(noticeArticle)];
  return page('Inbox', [`<p class="small">The newest ${limit} at most, the newest first.</p>`, ...none, ...articles, ...others]);
}

function noticeArticle({ at, format, key, orderId, title, text }: LiaisonNotice): string {
  return `<article><h2>${escape(title ?? '(no title)')}</h2>
<p class="small">${escape(at)} · ${escape(format)} · order ${orderLink(orderId)} · ${escape(key ?? 'no key')}</p>
<pre>${linked(text ?? '')}</pre></article>`;
}

/** A mail's HTML runs no script and reaches nothing; its links open a page of their own when a person follows them. */
function mailFrame(mail: Mail): string {
  if (mail.html === null) return '';
  const head = `<meta http-equiv="Content-Security-Policy" content="${MAIL_POLICY}"><base target="_blank">`;
  return `<details${mail.text === null ? ' open' : ''}><summary>HTML part</summary>
<iframe title="HTML part of the mail" sandbox="allow-popups allow-popups-to-escape-sandbox" referrerpolicy="no-referrer"
srcdoc="${escape(head + mail.html)}"></iframe></details>`;
}

function orderLink(orderId: string | null): string {
  if (orderId === null) return '–';
  return `<a href="/arrivals?orderId=${escape(encodeURIComponent(orderId))}">${escape(orderId)}</a>`;
}

/** Escapes a text and makes its web addresses links. */
function linked(text: string): string {
  const parts = text.split(/(https?:\/\/[^\s<>"']+)/);
  return parts
    .map((part, i) => (i % 2 === 0 ? escape(part) : `<a href="${escape(part)}" target="_blank" rel="noreferrer">${escape(part)}</a>`))
    .join('');
}

function page(title: string, parts: string[]): string {
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${escape(title)} · Holdpoint sandbox</title><style>${STYLE}</style></head>
<body><p class="small"><a href="/">Sandbox</a></p><main><h1>${escape(title)}</h1>${parts.join('\n')}</main></body></html>`;
}

function escape(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
