import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { KEY_NAMES, loadDevSettings } from '../../src/dev/settings.js';

describe('settings of the embedded stack', () => {
  let dir: string;
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'holdpoint-settings-'));
  });
  afterEach(() => rmSync(dir, { recursive: true }));
  const path = () => join(dir, 'settings.json');

  it('are made once, with a key for each name', () => {
    const made = loadDevSettings(dir);
    assert.deepEqual(Object.keys(made.apiKeys), [...KEY_NAMES]);
    assert.ok(made.linkKey.length >= 32);
    assert.equal(Buffer.from(made.secretsKey, 'base64').length, 32);
    assert.deepEqual(loadDevSettings(dir), made);
  });

  it('of an earlier version get what they lack, and keep what they have', () => {
    const { linkKey: _linkKey, secretsKey: _secretsKey, ...old } = loadDevSettings(dir);
    const { vendor: _vendor, ...apiKeys } = old.apiKeys;
    writeFileSync(path(), JSON.stringify({ ...old, apiKeys }));
    const completed = loadDevSettings(dir);
    assert.deepEqual({ ...completed.apiKeys, ...apiKeys }, completed.apiKeys);
    assert.equal(completed.webhookSecret, old.webhookSecret);
    assert.ok(completed.linkKey && completed.secretsKey && completed.apiKeys.vendor);
    assert.deepEqual(JSON.parse(readFileSync(path(), 'utf8')), completed, 'not kept');
  });

  it('that are not ours are refused', () => {
    writeFileSync(path(), '{"apiKeys":{}}');
    assert.throws(() => loadDevSettings(dir), /cannot be used/);
  });
});
