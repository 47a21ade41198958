/** Signing in to the console and being signed in: by cookies and redirects as a browser has them, at the issuer of the embedded stack. */
import assert from 'node:assert/strict';
import { startIssuer, type RunningIssuer } from '../../src/dev/issuer.js';
import { House } from '../support/house.js';
import { Browser, SAMPLE_CLIENT, sampleOidc, signedIn } from '../support/console-session.js';

describe('signing in to the console', () => {
  let issuer: RunningIssuer;
  let house: House;
  before(async () => {
    issuer = await startIssuer(0);
    house = await House.start({ worker: false, people: { config: sampleOidc(issuer.url) }, console: { client: SAMPLE_CLIENT } });
  });
  after(async () => {
    await house.stop();
    await issuer.stop();
  });

  it('U1: try', async () => {
    const browser = await signedIn(house.apiUrl, 'jing');
    const answer = await house.call('GET', `${house.apiUrl}/console/session`, undefined, { ...browser.page });
    assert.equal(answer.status, 200, JSON.stringify(answer.body));
    console.log(answer.body, browser.cookies);
    const cases = await house.call('GET', `${house.apiUrl}/v1/review-cases`, undefined, { ...browser.page });
    assert.equal(cases.status, 200, JSON.stringify(cases.body));
    const out = await house.call('POST', `${house.apiUrl}/console/sign-out`, undefined, { ...browser.page });
    console.log(out.body);
    const again = await browser.signIn(`${house.apiUrl}/console/sign-in?to=/console/x`, 'ingrid');
    console.log(again.href, browser instanceof Browser);
    const page = await browser.visit(out.body.location);
    console.log(page.status, page.text);
  });
});
