/** Plain pages beside the console: they say what happened, without a script. */
import { createHash } from 'node:crypto';
import type { Request, Response } from 'express';
import type { Locale } from '../../domain/locale.js';
import { escapeHtml } from '../../domain/markup.js';
import { STATUS, WORDS, type Trouble } from './words.js';

const STYLE = [
  'body{font-family:system-ui,sans-serif;max-width:560px;margin:0 auto;padding:48px 16px;color:#222;line-height:1.5;overflow-wrap:anywhere}',
  'h1{font-size:22px;margin:8px 0}code{color:#555}',
  'a{display:inline-block;background:#1a4f8b;color:#fff;text-decoration:none;padding:12px 20px;border-radius:6px;margin:16px 0}',
  'a:focus-visible{outline:3px solid #f0a500;outline-offset:2px}',
].join('');

const POLICY = [
  "default-src 'none'",
  `style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'`,
  "form-action 'none'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');

export interface TroubleMore {
  /** Where signing in begins again; left out: it cannot. */
  again?: string;
  /** A word of the issuer, to be passed on to whoever mends it. */
  said?: string;
}

/** Answers with a page in the reader's language. */
export function sendTrouble(request: Request, response: Response, trouble: Trouble, { again, said }: TroubleMore = {}): void {
  const locale: Locale = request.acceptsLanguages('en', 'zh') === 'zh' ? 'zh-CN' : 'en';
  const words = WORDS[locale];
  const { heading, text } = words[trouble];
  const link = again === undefined ? '' : `<p><a href="${escapeHtml(again)}">${escapeHtml(words.again)}</a></p>`;
  const told = said === undefined ? '' : `<p>${escapeHtml(words.said)}: <code>${escapeHtml(said)}</code></p>`;
  const status = STATUS[trouble];
  if (status === 503) response.setHeader('Retry-After', '2');
  response.set({ 'content-security-policy': POLICY, 'cache-control': 'no-store', 'x-robots-tag': 'noindex' });
  response
    .status(status)
    .type('html')
    .send(
      `<!doctype html><html lang="${locale}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">` +
        `<title>${escapeHtml(heading)} · Holdpoint</title><style>${STYLE}</style></head>` +
        `<body><main><h1>${escapeHtml(heading)}</h1><p>${escapeHtml(text)}</p>${told}${link}</main></body></html>\n`,
    );
}
