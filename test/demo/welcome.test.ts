/** What `npm start` prints can be done as it is printed. */
import assert from 'node:assert/strict';
import { planStack } from '../../src/dev/stack.js';
import { welcome } from '../../src/dev/welcome.js';
import { House, REVIEW_KEY } from '../support/house.js';
import { Placing } from '../support/placing.js';

const SETTINGS = {
  apiKeys: { 'review-server': 'r', 'liaison-server': 'l', vendor: 'v', platform: 'p', operations: REVIEW_KEY },
  webhookSecret: 'whsec_',
  postgresPassword: 'x',
  linkKey: 'x',
  secretsKey: 'x',
};

describe('the welcome of npm start', () => {
  let house: House;
  before(async () => (house = await House.start()));
  after(async () => house.stop());

  const plan = (env: Record<string, string> = {}) => {
    const { control, customer } = house.sandbox.urls;
    const ports = { SANDBOX_CONTROL_PORT: control, SANDBOX_CUSTOMER_PORT: customer, HOLDPOINT_PORT: house.apiUrl };
    const moved = Object.entries(ports).map(([name, url]) => [name, new URL(url).port]);
    return planStack({ ...Object.fromEntries(moved), ...env }, '/nowhere');
  };
  /** The calls that send something, as they are printed. */
  const posts = (text: string) =>
    [...text.matchAll(/^curl -sS (\S+) -H '(Authorization): ([^']+)' -H 'Content-Type: application\/json' -d '([^']+)'$/gm)].map(
      ([, url = '', , key = '', body = '']) => ({ url, key, body }),
    );

  it('opens a case and places an order with a sample vendor, whose customer is told', async () => {
    const text = welcome(plan(), SETTINGS, undefined, 1);
    const calls = posts(text);
    assert.deepEqual(
      calls.map(({ url }) => url),
      [`${house.apiUrl}/v1/review-failures`, `${house.apiUrl}/v1/placements`],
    );
    for (const { url, key, body } of calls) {
      const answer = await house.call('POST', url, body, { authorization: key });
      assert.equal(answer.status, 202, JSON.stringify(answer.body));
    }
    const [failed, placed] = calls.map(({ body }) => JSON.parse(body).orderId as string);
    await house.untilStatus(failed!, 'held');
    const placing = new Placing(house);
    await placing.until(placed!, ({ nextAction }) => nextAction !== null, 'a poll is planned');
    assert.ok(text.includes(`\nnpm run fast-forward -- ${placed}\n`), text);
    await placing.toNext(placed!);
    await placing.toNext(placed!);
    await placing.ended(placed!);
    assert.equal((await placing.of(placed!)).status, 'succeeded', 'delivered after two skips, as it says');
    assert.deepEqual(
      (await house.arrivals(placed!, 'customer')).map(({ path }) => path),
      ['/webhook'],
    );
  });

  it('proposes no sample vendor where the database is another one', () => {
    const text = welcome(plan({ DATABASE_URL: 'postgresql://a:b@127.0.0.1:1/c' }), SETTINGS, undefined, 1);
    assert.equal(posts(text).length, 1);
  });
});
