/** The API: does it answer, and does it take our key. */
import { Failure } from '../failure.js';
import type { Api } from '../api.js';
import { failure, ok, type Finding } from './finding.js';

const REACH_LIMIT_MS = 5000;

/** @param api where it should be, with a key to try */
export async function apiFindings(api: Api): Promise<Finding[]> {
  const reach = await readiness(api.url);
  if (reach.state === 'failure') return [reach];
  try {
    await api.get('/v1/review-cases', { limit: '1' });
    return [reach, ok('api.key', 'the API takes the key')];
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    // A key for something else is a key all the same.
    if (error.code === 'PERMISSION_MISSING' || error.code === 'FORBIDDEN') return [reach, ok('api.key', 'the API takes the key')];
    return [reach, failure('api.key', error.message, error.hints[0] ?? "the API's log says more")];
  }
}

async function readiness(url: string): Promise<Finding> {
  const check = 'api.reach';
  try {
    const response = await fetch(`${url}/readyz`, { redirect: 'manual', signal: AbortSignal.timeout(REACH_LIMIT_MS) });
    await response.body?.cancel();
    if (response.status === 200) return ok(check, `the API at ${url} is ready`);
    if (response.status === 503)
      return failure(check, `the API at ${url} waits for its database`, 'see what is said of PostgreSQL; mend its DATABASE_URL');
    return failure(
      check,
      `what answers at ${url} is not the API (HTTP ${response.status})`,
      'mend --api, HOLDPOINT_API_URL or HOLDPOINT_PORT',
    );
  } catch (error) {
    const { cause, message } = error as Error & { cause?: { code?: string } };
    const advice = 'start it: npm start here, npm run api in production; or say where it is: --api, HOLDPOINT_API_URL';
    return failure(check, `no API answers at ${url} (${cause?.code ?? message})`, advice);
  }
}
