/** The console's own files, as its build has left them: one page for every address, and assets whose names change with what is in them. */
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { Router, type NextFunction, type Request, type Response } from 'express';
import { onlyMethods } from '../methods.js';
import { Problem } from '../problems.js';
import { HOME } from './own-path.js';
import { sendTrouble } from './page.js';

/** What the build writes where each answer has a nonce of its own. */
const NONCE_PLACE = '__CSP_NONCE__';
const YEAR_MS = 365 * 86_400_000;
const HOUR_MS = 3_600_000;
/** Made by the build beside a file, the smaller one first. */
const SMALLER = [
  ['br', '.br'],
  ['gzip', '.gz'],
] as const;
/** A file, in folders or not: nothing hidden, and no way upwards. */
const FILE = /^\/?[\w~-][\w.~-]*(\/[\w~-][\w.~-]*)*$/;
/** Not pages: they are answered elsewhere. */
const ELSEWHERE = /^\/console\/(sign-in|signed-in|sign-out|session|sandbox\/.*)$/;

/**
 * Serves them without asking who it is: they tell nothing of this installation.
 * @param directory of the build; it may come, and come anew, while we run
 */
export function consoleFiles(directory: string): Router {
  const router = Router();
  const assets = join(directory, 'assets');
  router.get('/console', (request, response, next) => {
    if (request.path !== '/console') return next();
    response.redirect(302, HOME);
  });
  router.use('/console', (request, response, next) => {
    if (ELSEWHERE.test(request.baseUrl + request.path)) return next('router');
    if (request.method === 'GET' || request.method === 'HEAD') return next();
    onlyMethods('GET', 'HEAD')(request, response, next);
  });
  router.use('/console/assets', (request, response, next) => {
    if (!isFile(assets, request.path)) throw new Problem('NOT_FOUND', 'The console has no such file. Load its page anew.');
    sendFile(assets, { maxAge: YEAR_MS, immutable: true }, request, response, next);
  });
  router.use('/console', async (request, response, next) => {
    // The page itself is never served as a mere file: it would have no nonce.
    const isPage = request.path === '/' || request.path.endsWith('.html') || !isFile(directory, request.path);
    if (!isPage) return sendFile(directory, { maxAge: HOUR_MS }, request, response, next);
    const page = await readFile(join(directory, 'index.html'), 'utf8').catch(() => null);
    if (page === null) return sendTrouble(request, response, 'notBuilt');
    sendPage(response, page);
  });
  return router;
}

function sendPage(response: Response, page: string): void {
  const nonce = randomBytes(16).toString('base64');
  response.set({ 'content-security-policy': policyWith(nonce), 'cache-control': 'no-store', 'x-robots-tag': 'noindex' });
  response.type('html').send(page.replaceAll(NONCE_PLACE, nonce));
}

/** Scripts, styles and calls of ourselves alone, in nobody's frame. Style tags made by a script of ours carry the nonce. */
function policyWith(nonce: string): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    "connect-src 'self'",
    "img-src 'self' data:",
    "font-src 'self'",
    "manifest-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}

function isFile(root: string, path: string): boolean {
  return FILE.test(path) && extname(path) !== '' && existsSync(join(root, path));
}

interface Kept {
  maxAge: number;
  immutable?: boolean;
}

/** In the smallest form that the build has made and the browser takes. */
function sendFile(root: string, kept: Kept, request: Request, response: Response, next: NextFunction): void {
  const { path } = request;
  const [encoding, ending] =
    SMALLER.find(([name, end]) => request.acceptsEncodings(name) === name && existsSync(join(root, path + end))) ?? [];
  response.vary('Accept-Encoding').type(extname(path));
  if (encoding !== undefined) response.setHeader('Content-Encoding', encoding);
  const done = (error?: Error): void => {
    if (error === undefined || response.headersSent) return;
    response.removeHeader('Content-Encoding');
    // Gone meanwhile: a build is under way.
    next('status' in error ? new Problem('NOT_FOUND', 'The console has no such file. Load its page anew.') : error);
  };
  response.sendFile(path.replace(/^\//, '') + (ending ?? ''), { root, dotfiles: 'deny', ...kept }, done);
}
