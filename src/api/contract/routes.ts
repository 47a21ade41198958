import { Router } from 'express';
import { onlyMethods } from '../methods.js';
import { contractDocument } from './document.js';
import { tagged } from './etag.js';

/** The contract itself; it tells nothing of this installation and needs no key. */
export function contractRoutes(): Router {
  const router = Router();
  const contract = JSON.stringify(contractDocument());
  router.get('/openapi.json', (_request, response) => {
    tagged(response, contract).type('application/json').send(contract);
  });
  router.all('/openapi.json', onlyMethods('GET', 'HEAD'));
  return router;
}
