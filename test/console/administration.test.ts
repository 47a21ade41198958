/** Journeys of those who keep people, other sides' servers and keys, in a real browser, on the real build. */
import assert from 'node:assert/strict';
import type { Locator, Page } from 'playwright-core';
import { validSecrets } from '../../src/db/counterpart-secrets.js';
import { assertAccessible, ConsoleHouse, keepPicture, PHONE, type Visit } from '../support/console-page.js';
import { SEALING } from '../support/house.js';
import { ScriptedServer } from '../support/scripted-server.js';
import { sampleOrder } from '../support/sample-order.js';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

describe('the console: administration', function () {
  this.timeout(120_000);
  let own: ConsoleHouse;
  before(async function () {
    const started = await ConsoleHouse.start();
    if (started === undefined) return this.skip();
    own = started;
  });
  afterEach(async () => own?.closeAll());
  const servers: ScriptedServer[] = [];
  after(async () => {
    await Promise.all(servers.map(async (server) => server.stop()));
    await own?.stop();
  });

  const heldCase = async (more: object): Promise<string> => {
    const orderId = own.house.newOrderId();
    await own.house.fail(orderId, { order: sampleOrder(orderId, more) });
    await own.house.untilStatus(orderId, 'held');
    return orderId;
  };
  const addLiaison = async (id: string, name: string): Promise<void> => {
    const body = { name, email: `${id}@liaison.example`, timeZone: 'Europe/Stockholm', role: 'liaison' };
    const { status, body: said } = await own.house.api('PUT', `/v1/liaisons/${id}`, body);
    assert.ok(status < 300, JSON.stringify(said));
  };
  const choose = async (field: Locator, option: string): Promise<void> => {
    await field.click();
    await field.page().getByRole('option', { name: option, exact: true }).click();
  };
  const doWith = async (page: Page, name: string, what: string): Promise<void> => {
    await page.getByRole('button', { name: `Actions for ${name}`, exact: true }).click();
    await page.getByRole('menuitem', { name: what }).click();
    await page.getByRole('menu').waitFor({ state: 'detached' });
  };
  /** As a field of a browser in Stockholm takes it. */
  const local = (at: number): string =>
    new Date(at).toLocaleString('sv-SE', { timeZone: 'Europe/Stockholm' }).slice(0, 16).replace(' ', 'T');
  const finish = async ({ page, complaints }: Visit): Promise<void> => {
    await assertAccessible(page);
    assert.deepEqual(complaints, []);
  };

  it('U11: a supervisor adds a liaison who is away: what is theirs is told to who stands in', async () => {
    const visit = await own.visit('Sofia Nyström', '/administration');
    const { page } = visit;
    await page.getByRole('button', { name: 'Add a person' }).click();
    const form = page.getByRole('dialog', { name: 'Add a person' });
    await form.getByLabel('Id').fill('l-new');
    await form.getByLabel('Name').fill('Astrid Berg');
    await form.getByLabel('E-mail').fill('astrid.berg@liaison.example');
    await choose(form.getByRole('combobox', { name: 'Supervisor' }), 'Sofia Nyström');
    await assertAccessible(page);
    await form.getByRole('button', { name: 'Save' }).click();
    await form.waitFor({ state: 'detached' });
    await page.getByRole('row').filter({ hasText: 'Astrid Berg' }).getByText('Europe/Stockholm').waitFor();
    const { body } = await own.house.api('GET', '/v1/liaisons/l-new');
    assert.deepEqual([body.name, body.role, body.supervisorId, body.active], ['Astrid Berg', 'liaison', 's-1', true]);
    await doWith(page, 'Astrid Berg', 'Absences');
    const absences = page.getByRole('dialog', { name: 'When Astrid Berg is away' });
    await absences.getByText('No absence is known.').waitFor();
    const [from, to] = [Date.now() - HOUR_MS, Date.now() + 2 * DAY_MS];
    await absences.getByLabel(/^From/).fill(local(to));
    await absences.getByLabel(/^To/).fill(local(from));
    await absences.getByRole('button', { name: 'Add an absence' }).click();
    await absences.getByText('The end must be after the beginning.').waitFor();
    await absences.getByLabel(/^From/).fill(local(from));
    await absences.getByLabel(/^To/).fill(local(to));
    await choose(absences.getByRole('combobox', { name: 'Who gets their notices meanwhile' }), '王伟');
    await absences.getByLabel('Why').fill('parental leave');
    await absences.getByRole('button', { name: 'Add an absence' }).click();
    await absences.getByText('王伟 stands in · “parental leave”').waitFor();
    await keepPicture(page, 'absences');
    await assertAccessible(page);
    const orderId = await heldCase({ liaisonId: 'l-new' });
    const [mail] = await own.house.untilMailed(orderId, 1);
    assert.deepEqual(mail.to, ['wang.wei@liaison.example']);
    await finish(visit);
  });

  it("U11: a colleague's cases are handed over on a phone: first how many, then it is done", async () => {
    await addLiaison('l-leaving', 'Olle Ek');
    const orderIds = [await heldCase({ liaisonId: 'l-leaving' }), await heldCase({ liaisonId: 'l-leaving' })];
    const visit = await own.visit('Sofia Nyström', '/administration', { viewport: PHONE });
    const { page } = visit;
    await doWith(page, 'Olle Ek', 'Hand over cases…');
    const dialog = page.getByRole('dialog', { name: 'Hand over the open cases of Olle Ek' });
    await choose(dialog.getByRole('combobox', { name: 'Who takes over' }), 'Ingrid Larsson');
    await dialog.getByRole('button', { name: 'Preview' }).click();
    await dialog.getByText('Say why in a few words.').waitFor();
    await dialog.getByLabel('Why').fill('Olle has left');
    await dialog.getByRole('button', { name: 'Preview' }).click();
    await dialog.getByText('2 cases will be handed over').waitFor();
    for (const orderId of orderIds) await dialog.getByRole('status').getByText(orderId).waitFor();
    assert.equal((await own.house.caseOf(orderIds[0] ?? '')).liaisonId, 'l-leaving', 'a preview changes nothing');
    await keepPicture(page, 'handover-phone');
    await assertAccessible(page);
    const wide = await page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth');
    assert.equal(wide, 0, 'nothing is wider than the phone');
    await dialog.getByRole('button', { name: 'Hand over (2)' }).click();
    await dialog.waitFor({ state: 'detached' });
    for (const orderId of orderIds) {
      await own.house.until(orderId, ({ liaisonId }) => liaisonId === 'l-1', 'it is handed over');
      const [line] = await own.house.untilAudited(orderId, 'reassigned', 1);
      assert.deepEqual([line.actor, line.data.note], ['Sofia Nyström', 'Olle has left']);
    }
    await finish(visit);
  });

  it("U11: a buyer's cases are routed to another liaison; who changes a table that somebody else has changed is told", async () => {
    const visit = await own.visit('Sofia Nyström', '/administration?tab=routing');
    const { page, complaints } = visit;
    await page.getByRole('button', { name: 'Add a row' }).click();
    await page.getByLabel('Buyer 2').fill('b-routed');
    await choose(page.getByRole('combobox', { name: 'Liaison 2' }), '王伟');
    await assertAccessible(page);
    await keepPicture(page, 'routing');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Saved', { exact: true }).waitFor();
    const routed = await heldCase({ buyer: { id: 'b-routed', name: 'Routed Ltd' } });
    assert.equal((await own.house.caseOf(routed)).liaisonId, 'l-3');
    await page.getByRole('button', { name: 'Add a row' }).click();
    await page.getByLabel('Buyer 3').fill('b-late');
    const items = [{ buyerId: null, reasonType: null, liaisonId: 'l-3' }];
    assert.equal((await own.house.api('PUT', '/v1/liaison-routes', { items })).status, 200);
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText(/Somebody else changed this meanwhile/).waitFor();
    await page.getByLabel('Buyer 2').waitFor({ state: 'detached' });
    assert.equal(await page.getByRole('combobox', { name: 'Liaison 1' }).inputValue(), '王伟', 'theirs is shown');
    assert.deepEqual((await own.house.api('GET', '/v1/liaison-routes')).body.items, items, 'and not run over');
    await assertAccessible(page);
    assert.deepEqual(
      complaints.map((one) => /status of (\d+)/.exec(one)?.[1]),
      ['412'],
    );
  });

  it('U11: a check says in words whether a server is reached and understands us; a new secret is shown once', async () => {
    const elsewhere = await new ScriptedServer(() => ({ status: 404, body: '<html>Not here</html>' })).start();
    servers.push(elsewhere);
    const wrong = { kind: 'review', name: 'Wrong path', baseUrl: `${elsewhere.url}/wrong`, timeoutMs: 1500 };
    assert.equal((await own.house.api('PUT', '/v1/counterparts/wrong-path', wrong)).status, 200);
    const visit = await own.visit('Kofi Mensah', '/administration?tab=counterparts');
    const { page } = visit;
    const { name } = (await own.house.api('GET', '/v1/counterparts/buyer-server')).body;
    const [buyer, other] = [name, 'Wrong path'].map((one) => page.getByRole('region', { name: one, exact: true })) as [Locator, Locator];
    await buyer.getByRole('button', { name: 'Check' }).click();
    await buyer.getByText('It works').waitFor();
    for (const step of ['Reached', 'Understood']) await buyer.getByRole('row', { name: new RegExp(`^${step} right`) }).waitFor();
    await other.getByRole('button', { name: 'Check' }).click();
    await other.getByText('It fails').waitFor();
    await other.getByRole('row', { name: /^Understood not right/ }).waitFor();
    await other
      .getByText(/is the path in baseUrl right/)
      .first()
      .waitFor();
    await keepPicture(page, 'counterparts');
    await assertAccessible(page);
    const [before] = await validSecrets(own.house.db, SEALING, 'buyer-server', 'signing');
    await buyer.getByRole('button', { name: `Secrets of ${name}` }).click();
    const dialog = page.getByRole('dialog', { name: `Secrets of ${name}` });
    await dialog.getByRole('button', { name: 'signs what we send' }).click();
    await dialog.getByText('Copy it now: it is shown this once, and never again.').waitFor();
    const secret = (await dialog.getByText(/^whsec_/).textContent()) ?? '';
    assert.deepEqual((await validSecrets(own.house.db, SEALING, 'buyer-server', 'signing')).slice(0, 1), [secret]);
    assert.notEqual(secret, before);
    await assertAccessible(page);
    await dialog.getByRole('button', { name: 'Done' }).click();
    await dialog
      .getByRole('button', { name: /^End now/ })
      .first()
      .click();
    await dialog.getByText(/fail from now on/).waitFor();
    assert.ok(!(await page.content()).includes(secret), 'it is shown no more');
    await keepPicture(page, 'secrets');
    await assertAccessible(page);
    await dialog.getByRole('alert').getByRole('button', { name: 'End now' }).click();
    await dialog.getByRole('alert').waitFor({ state: 'detached' });
    assert.ok(!(await validSecrets(own.house.db, SEALING, 'buyer-server', 'signing')).includes(secret));
    await finish(visit);
  });

  it('U11: in Chinese: a key is created, works at once, is rotated, and revoked at once; each is shown once', async () => {
    const visit = await own.visit('Kofi Mensah', '/administration?tab=keys', { locale: 'zh-CN' });
    const { page } = visit;
    const askWith = async (key: string): Promise<number> =>
      (await own.house.api('GET', '/v1/switches', undefined, { authorization: `Bearer ${key}` })).status;
    const shown = async (dialog: Locator): Promise<string> => {
      await dialog.getByText('请立即复制：仅显示这一次。').waitFor();
      await assertAccessible(page);
      const key = (await dialog.getByText(/^hp_live_/).textContent()) ?? '';
      await dialog.getByRole('button', { name: '完成' }).click();
      await dialog.waitFor({ state: 'detached' });
      assert.ok(!(await page.content()).includes(key), 'it is shown no more');
      return key;
    };
    const act = async (what: string): Promise<Locator> => {
      await page.getByRole('button', { name: 'erp-shanghai 的操作' }).click();
      await page.getByRole('menuitem', { name: what }).click();
      await page.getByRole('menu').waitFor({ state: 'detached' });
      return page.getByRole('dialog');
    };
    await page.getByRole('button', { name: '创建密钥' }).click();
    const form = page.getByRole('dialog', { name: '创建密钥' });
    await form.getByLabel('名称').fill('ERP Shanghai');
    await form.getByRole('button', { name: '创建密钥' }).click();
    await form.getByRole('alert').getByText('请填写 1 到 60 个字符：a-z、0-9 和 -。').waitFor();
    await form.getByLabel('名称').fill('erp-shanghai');
    await choose(form.getByRole('combobox', { name: '权限范围' }), 'switches.read');
    await page.keyboard.press('Tab');
    await assertAccessible(page);
    await form.getByRole('button', { name: '创建密钥' }).click();
    const first = await shown(form);
    assert.equal(await askWith(first), 200);
    const rotate = await act('轮换…');
    await rotate.getByRole('button', { name: '轮换' }).click();
    const second = await shown(rotate);
    assert.deepEqual([await askWith(first), await askWith(second)], [200, 200], 'the one before goes on for a day');
    const revoke = await act('吊销…');
    await revoke.getByLabel('原因').fill('服务器已停用');
    await assertAccessible(page);
    await revoke.getByRole('button', { name: '吊销' }).click();
    await page.getByRole('row').filter({ hasText: 'erp-shanghai' }).getByText('已吊销').waitFor();
    assert.deepEqual([await askWith(first), await askWith(second)], [401, 401]);
    const history = await act('变更记录');
    await history.getByText('“服务器已停用”').waitFor();
    await keepPicture(page, 'key-history-zh');
    await finish(visit);
  });

  it('U11: an auditor reads all of it and changes nothing; a liaison sees people and routing alone', async () => {
    assert.equal((await own.house.api('POST', '/v1/keys', { name: 'some-server', scopes: ['cases.read'] })).status, 201);
    const shown = { People: 'Ingrid Larsson', Routing: /^Who is responsible/, Counterparts: 'Review server', 'API keys': 'some-server' };
    const auditor = await own.visit('Maria Rossi', '/administration?tab=keys');
    await auditor.page.getByRole('tab', { name: 'API keys', selected: true }).waitFor();
    const liaison = await own.visit('Ingrid Larsson', '/administration?tab=keys');
    await liaison.page.getByRole('tab', { name: 'People', selected: true }).waitFor();
    for (const name of ['Counterparts', 'API keys']) {
      await auditor.page.getByRole('tab', { name }).waitFor();
      assert.equal(await liaison.page.getByRole('tab', { name }).count(), 0, name);
    }
    for (const { page } of [auditor, liaison]) {
      for (const [name, seen] of Object.entries(shown)) {
        const tab = page.getByRole('tab', { name });
        if ((await tab.count()) === 0) continue;
        await tab.click();
        await page.getByText(seen).first().waitFor();
        for (const offer of ['Add a person', 'Add a row', 'Check', 'Create a key', 'Save']) {
          assert.equal(await page.getByRole('button', { name: offer }).count(), 0, offer);
        }
      }
      await page.getByRole('tab', { name: 'People' }).click();
      await page.getByRole('button', { name: 'Actions for 王伟' }).click();
      await page.getByRole('menuitem').first().waitFor();
      assert.deepEqual(await page.getByRole('menuitem').allTextContents(), ['Absences']);
    }
    await liaison.page.keyboard.press('Escape');
    await liaison.page.getByRole('menu').waitFor({ state: 'detached' });
    await auditor.page.getByRole('menuitem').click();
    await auditor.page.getByRole('menu').waitFor({ state: 'detached' });
    await auditor.page.getByRole('dialog').getByText('No absence is known.').waitFor();
    assert.equal(await auditor.page.getByRole('button', { name: 'Add an absence' }).count(), 0);
    await finish(auditor);
    await finish(liaison);
  });
});
