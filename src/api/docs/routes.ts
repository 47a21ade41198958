import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { Router } from 'express';
import { onlyMethods } from '../methods.js';
import { DOCS, PAGE, POLICY, START } from './page.js';

/** Of the library's package: what the page asks for, and nothing else. */
const FILES = ['swagger-ui-bundle.js', 'swagger-ui.css', 'favicon-32x32.png'];
/** A newer library after an upgrade is seen within the hour. */
const MAX_AGE_MS = 3_600_000;

/** The reference page; like the contract it tells nothing of this installation and needs no key. */
export function docsRoutes(): Router {
  const router = Router();
  const root = dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'));
  router.use(DOCS, (_request, response, next) => {
    response.set({
      'content-security-policy': POLICY,
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
    });
    next();
  });
  router.get(DOCS, (_request, response) => void response.type('html').send(PAGE));
  router.get(`${DOCS}/start.js`, (_request, response) => void response.type('text/javascript').send(START));
  for (const file of FILES) {
    router.get(`${DOCS}/${file}`, (_request, response) => response.sendFile(file, { root, maxAge: MAX_AGE_MS }));
  }
  router.all([DOCS, `${DOCS}/start.js`, ...FILES.map((file) => `${DOCS}/${file}`)], onlyMethods('GET', 'HEAD'));
  return router;
}
