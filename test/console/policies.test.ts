/** Journeys of those who write the rules, in a real browser, on the real build. */
import assert from 'node:assert/strict';
import type { Locator, Page } from 'playwright-core';
import { assertAccessible, ConsoleHouse, keepPicture, PHONE, type Visit } from '../support/console-page.js';
import { sampleOrder } from '../support/sample-order.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

describe('the console: policies', function () {
  this.timeout(120_000);
  let own: ConsoleHouse;
  before(async function () {
    const started = await ConsoleHouse.start();
    if (started === undefined) return this.skip();
    own = started;
  });
  afterEach(async () => own?.closeAll());
  after(async () => own?.stop());

  const heldCase = async (buyerId: string, liaisonId = 'l-1'): Promise<string> => {
    const orderId = own.house.newOrderId();
    await own.house.fail(orderId, { order: sampleOrder(orderId, { liaisonId, buyer: { id: buyerId, name: buyerId } }) });
    await own.house.untilStatus(orderId, 'held');
    return orderId;
  };
  /** The version in force, and what it says. */
  const inForce = async (): Promise<{ version: number; content: any }> => {
    const { body } = await own.house.api('GET', '/v1/policies/review');
    const { version, content } = (await own.house.api('GET', `/v1/policies/review/${body.inForce}`)).body;
    return { version, content };
  };
  /** Somebody else publishes. @returns the version */
  const publishElsewhere = async (changes: object, why: string): Promise<number> => {
    const { content } = await inForce();
    const body = { content: { ...content, base: { ...content.base, ...changes } }, by: 'Bo Ek', why };
    const answer = await own.house.api('POST', '/v1/policies/review', body);
    assert.equal(answer.status, 201, JSON.stringify(answer.body));
    return answer.body.version;
  };
  const versionOf = async (orderId: string): Promise<number> => (await own.house.caseOf(orderId)).policyVersion;
  const rowOf = (page: Page, version: number): Locator =>
    page.getByRole('row').filter({ has: page.getByRole('button', { name: `Read Version ${version}`, exact: true }) });
  /** Opens what can be done with a version, and does one of it. */
  const doWith = async (page: Page, version: number, what: string): Promise<void> => {
    await page.getByRole('button', { name: `Actions for version ${version}`, exact: true }).click();
    await page.getByRole('menuitem', { name: what }).click();
    await page.getByRole('menu').waitFor({ state: 'detached' });
  };
  const finish = async ({ page, complaints }: Visit): Promise<void> => {
    await assertAccessible(page);
    assert.deepEqual(complaints, []);
  };

  it('U10: an author changes the retry interval: drawn as it is typed, tried on open cases, published with why; new cases follow it', async () => {
    const open = [await heldCase('b-1'), await heldCase('b-2')];
    const before = await inForce();
    const base = { ...before.content.base, intervalMs: 2 * HOUR };
    const content = { ...before.content, base };
    const [was, becomes] = await Promise.all(
      [before.content, content].map(async (one) => {
        const { body } = await own.house.api('POST', '/v1/policies/review/schedule-preview', { content: one });
        return body.requests.filter(({ at }: any) => at !== null).length as number;
      }),
    );
    assert.notEqual(was, becomes, 'the change is one that is seen');
    const visit = await own.visit('Ana Ruiz', '/policies/review');
    const { page } = visit;
    await rowOf(page, before.version).getByText('in force').waitFor();
    await assertAccessible(page);
    await page.getByRole('tab', { name: 'Change' }).click();
    await page.getByRole('img', { name: new RegExp(`^${was} requests from`) }).waitFor();
    await page.getByLabel('Interval', { exact: true }).fill('120');
    await page.getByRole('img', { name: new RegExp(`^${becomes} requests from`) }).waitFor();
    await page.getByText(new RegExp(`^v${before.version}, now: ${was} requests`)).waitFor();
    await page.getByText('1 change', { exact: true }).waitFor();
    const cases = { limit: 500 };
    const { body } = await own.house.api('POST', '/v1/policies/review/dry-run', { content, cases });
    assert.ok(body.cases.otherwise >= 2);
    const numbers = `${body.cases.otherwise} of ${body.cases.examined} would be decided otherwise.`;
    await page.getByRole('button', { name: 'Try on open cases' }).click();
    await page.getByText(numbers).waitFor();
    for (const orderId of open) await page.getByRole('link', { name: orderId }).waitFor();
    await keepPicture(page, 'policy-change');
    await assertAccessible(page);
    await page.getByRole('button', { name: 'Publish…' }).click();
    const dialog = page.getByRole('dialog', { name: 'Publish a version' });
    await dialog.getByRole('row', { name: /Interval 30 min 2 hr/ }).waitFor();
    await dialog.getByText(numbers).waitFor();
    await dialog.getByRole('button', { name: 'Publish' }).click();
    await dialog.getByRole('alert').getByText('Say why in a few words.').waitFor();
    assert.equal((await inForce()).version, before.version, 'nothing is published without why');
    await assertAccessible(page);
    await dialog.getByLabel('Why').fill('stock takes hours to arrive');
    await dialog.getByRole('button', { name: 'Publish' }).click();
    await dialog.waitFor({ state: 'detached' });
    const now = before.version + 1;
    await rowOf(page, now).getByText('in force').waitFor();
    await rowOf(page, now).getByText('stock takes hours to arrive').waitFor();
    assert.deepEqual(await inForce(), { version: now, content });
    const { body: kept } = await own.house.api('GET', `/v1/policies/review/${now}`);
    assert.deepEqual([kept.by, kept.why], ['Ana Ruiz', 'stock takes hours to arrive']);
    assert.equal(await versionOf(await heldCase('b-1')), now, 'a new case is decided by it');
    for (const orderId of open) assert.equal(await versionOf(orderId), before.version, 'an open one stays');
    await finish(visit);
  });

  it('U10: open cases are moved to another version after a preview: one that was chosen, then the others', async () => {
    const buyerId = 'b-moved';
    const [first, second] = [await heldCase(buyerId), await heldCase(buyerId)];
    const other = await heldCase('b-stays');
    const old = await versionOf(first);
    const version = await publishElsewhere({ retryWindowMs: 48 * HOUR }, 'two days');
    const visit = await own.visit('Ana Ruiz', '/policies/review?tab=move');
    const { page } = visit;
    await page.getByLabel('Only of this buyer').fill(buyerId);
    assert.ok(await page.getByRole('button', { name: 'Preview' }).isDisabled(), 'not without why');
    await page.getByLabel('Why').fill('they wait for a second delivery');
    await page.getByRole('button', { name: 'Preview' }).click();
    await page.getByText('2 cases can be moved').waitFor();
    await page
      .getByRole('row')
      .filter({ hasText: second })
      .getByText(/End of the retry window: .* → /)
      .waitFor();
    await keepPicture(page, 'policy-move');
    await assertAccessible(page);
    assert.deepEqual([await versionOf(first), await versionOf(second)], [old, old], 'a preview changes nothing');
    await page.getByRole('checkbox', { name: second }).uncheck();
    await page.getByRole('button', { name: 'Move 1 case' }).click();
    await page.getByText('1 moved').waitFor();
    await own.house.until(first, ({ policyVersion }) => policyVersion === version, 'the one is moved');
    assert.equal(await versionOf(second), old, 'the one that was left out is not');
    await page.getByRole('button', { name: 'Preview' }).click();
    await page.getByText('1 case can be moved').waitFor();
    await page.getByRole('button', { name: 'Move 1 case' }).click();
    await page.getByRole('row').filter({ hasText: second }).getByText('moved', { exact: true }).waitFor();
    await own.house.until(second, ({ policyVersion }) => policyVersion === version, 'and the other');
    const [line] = await own.house.untilAudited(second, 'policy_changed', 1);
    assert.deepEqual([line.actor, line.data.note], ['Ana Ruiz', 'they wait for a second delivery']);
    assert.equal(await versionOf(other), old, 'that of another buyer stays');
    await finish(visit);
  });

  it('U10: two versions side by side, and back to the older one', async () => {
    const { version: older, content } = await inForce();
    const newer = await publishElsewhere({ jitter: 0.25, capMs: 6 * HOUR }, 'spread more');
    const visit = await own.visit('Ana Ruiz', `/policies/review?tab=compare&left=${older}&right=${newer}`);
    const { page } = visit;
    await page.getByText('2 differences').waitFor();
    await page.getByRole('row', { name: /Cap 4 hr 6 hr/ }).waitFor();
    await page.getByRole('row', { name: /Jitter ± 10% ± 25%/ }).waitFor();
    await keepPicture(page, 'policy-compare');
    await assertAccessible(page);
    await page.getByRole('tab', { name: 'Versions' }).click();
    await doWith(page, older, 'Roll back to this');
    const dialog = page.getByRole('dialog', { name: `Roll back to version ${older}` });
    await dialog.getByRole('row', { name: /Cap 6 hr 4 hr/ }).waitFor();
    await assertAccessible(page);
    await dialog.getByLabel('Why').fill('requests came too late');
    await dialog.getByRole('button', { name: 'Publish' }).click();
    await dialog.waitFor({ state: 'detached' });
    await rowOf(page, newer + 1)
      .getByText('in force')
      .waitFor();
    assert.deepEqual(await inForce(), { version: newer + 1, content }, 'nothing is erased: it is a version of its own');
    await finish(visit);
  });

  it('U10: of two authors the second is told who was first, sees what that changed, and goes on from there', async () => {
    const before = await inForce();
    const visit = await own.visit('Ana Ruiz', '/policies/review?tab=edit');
    const { page, complaints } = visit;
    await page.getByLabel('Deadline', { exact: true }).fill('4');
    await page.getByText('1 change', { exact: true }).waitFor();
    await page.getByRole('button', { name: 'Publish…' }).click();
    const dialog = page.getByRole('dialog', { name: 'Publish a version' });
    await dialog.getByLabel('Why').fill('long weekends');
    const theirs = await publishElsewhere({ answerDeadlineMs: 3 * HOUR }, 'the review server is slow');
    await dialog.getByRole('button', { name: 'Publish' }).click();
    const told = dialog.getByRole('alert');
    await told.getByText(`Version ${theirs} has been published since you began from version ${before.version}.`).waitFor();
    await told.getByText('Bo Ek: “the review server is slow”').waitFor();
    await keepPicture(page, 'policy-behind');
    await assertAccessible(page);
    assert.equal((await inForce()).version, theirs, 'theirs is not run over');
    await dialog.getByRole('button', { name: 'Not now' }).click();
    await page.getByRole('button', { name: 'See what it changed' }).click();
    await page.getByRole('row', { name: /Time for an answer 2 hr 3 hr/ }).waitFor();
    await page.getByRole('tab', { name: /Change/ }).click();
    assert.equal(await page.getByLabel('Deadline', { exact: true }).inputValue(), '4', 'the draft is kept');
    await page.getByRole('button', { name: `Go on, based on version ${theirs}` }).click();
    await page.getByText(`Based on version ${theirs}`).waitFor();
    await assertAccessible(page);
    // The refusal itself is what a browser notes: it is the only one.
    assert.deepEqual(
      complaints.map((one) => /status of (\d+)/.exec(one)?.[1]),
      ['409'],
    );
  });

  it('U10: on a phone, in Chinese: a draft that is wrong says what would be right, and cannot be tried or published', async () => {
    await publishElsewhere({ intervalMs: HOUR, capMs: 4 * HOUR }, 'an hour');
    const visit = await own.visit('Ana Ruiz', '/policies/review?tab=edit', { viewport: PHONE, locale: 'zh-CN' });
    const { page, complaints } = visit;
    const [tryIt, publish] = ['在未结个案上试算', '发布…'].map((name) => page.getByRole('button', { name }));
    await page.getByLabel('间隔的单位', { exact: true }).selectOption('hours');
    await page.getByLabel('间隔', { exact: true }).fill('5');
    await page.getByRole('alert').getByText('不得短于“间隔”。').waitFor();
    await page.getByText('图为上一份无误草稿。').waitFor();
    assert.deepEqual([await tryIt?.isDisabled(), await publish?.isDisabled()], [true, true]);
    await keepPicture(page, 'policy-wrong-phone-zh');
    await assertAccessible(page);
    const wide = await page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth');
    assert.equal(wide, 0, 'nothing is wider than the phone');
    await page.getByLabel('间隔', { exact: true }).fill('3');
    await page.getByText('1 处改动').waitFor();
    await publish?.and(page.locator(':enabled')).waitFor();
    assert.equal(await page.getByRole('alert').count(), 0);
    await assertAccessible(page);
    assert.ok(
      complaints.every((one) => one.includes('status of 422')),
      complaints.join('\n'),
    );
  });

  it('U10: who may not publish may look and try, and is offered nothing more; a liaison tries it on their own cases', async () => {
    await heldCase('b-1', 'l-3');
    await publishElsewhere({ minGapMs: 20 * MINUTE }, 'a wider gap');
    const { version, content } = await inForce();
    for (const name of ['Maria Rossi', '王伟']) {
      const visit = await own.visit(name, '/policies/review?tab=move');
      const { page } = visit;
      await page.getByRole('tab', { name: 'Versions', selected: true }).waitFor();
      assert.equal(await page.getByRole('tab', { name: 'Move open cases' }).count(), 0);
      await page.getByRole('button', { name: `Actions for version ${version - 1}` }).click();
      await page.getByRole('menuitem', { name: 'Compare with the one in force' }).waitFor();
      assert.equal(await page.getByRole('menuitem', { name: 'Roll back to this' }).count(), 0);
      await page.getByRole('menuitem', { name: 'Change from here' }).click();
      await page.getByLabel('Unit of Interval', { exact: true }).selectOption('hours');
      await page.getByLabel('Interval', { exact: true }).fill('3');
      await page.getByRole('button', { name: 'Try on open cases' }).click();
      const { body } = await own.house.api('POST', '/v1/policies/review/dry-run', { content, cases: { limit: 500 } });
      const examined = name === '王伟' ? 1 : body.cases.examined;
      await page.getByText(`${examined} of ${examined} would be decided otherwise.`).waitFor();
      await page.getByText('Your role may try a change, not publish it.').waitFor();
      assert.equal(await page.getByRole('button', { name: 'Publish…' }).count(), 0);
      await finish(visit);
    }
  });
});
