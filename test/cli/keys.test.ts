/** `holdpoint keys` as a process, against a real house. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { answerOf, commandLine, errorOf, type CommandLine } from '../support/command-line.js';
import { House, REVIEW_KEY } from '../support/house.js';
import { removeTemporaryDirectory, temporaryDirectory } from '../support/temporary-directory.js';

describe('the command line: keys', function () {
  this.timeout(180_000);
  let house: House;
  let dir: string;
  let holdpoint: CommandLine;

  before(async () => {
    dir = temporaryDirectory('cli');
    house = await House.start({ worker: false });
    const env = { HOLDPOINT_DATA_DIR: join(dir, 'nothing'), HOLDPOINT_API_URL: house.apiUrl, HOLDPOINT_API_KEY: REVIEW_KEY };
    holdpoint = commandLine(env);
  });
  after(async () => {
    await house.stop();
    removeTemporaryDirectory(dir);
  });

  const statusWith = async (key: string): Promise<number> => {
    const { status } = await house.call('GET', `${house.apiUrl}/v1/switches`, undefined, { authorization: `Bearer ${key}` });
    return status;
  };

  it('create prints the key alone, once; rotate a new one; both work until the overlap is over; revoke ends them', async () => {
    const none = await holdpoint(['keys', 'list']);
    assert.deepEqual([none.code, none.stdout], [0, 'no keys but those of the settings (HOLDPOINT_API_KEYS)\n']);
    const created = await holdpoint(['keys', 'create', 'erp', '--scope', 'cases.read,switches.read', '--expires', '90d']);
    assert.equal(created.code, 0, created.stderr);
    assert.match(created.stdout, /^hp_live_[0-9a-z]{12}_[\w-]{43}\n$/);
    assert.match(created.stderr, /^That is the key "erp", told now and never again\. It expires at 20\S+ \S+ UTC\.\n$/);
    const first = created.stdout.trim();
    assert.equal(await statusWith(first), 200);
    const rotated = answerOf(await holdpoint(['keys', 'rotate', 'erp', '--json']));
    assert.deepEqual([await statusWith(first), await statusWith(rotated.key)], [200, 200]);
    const leaked = await holdpoint(['keys', 'rotate', 'erp', '--overlap', '0']);
    assert.match(leaked.stderr, /\nThe one before is over\.\n$/);
    assert.deepEqual([await statusWith(first), await statusWith(rotated.key), await statusWith(leaked.stdout.trim())], [401, 401, 200]);
    const listed = await holdpoint(['keys', 'list']);
    assert.match(
      listed.stdout,
      /^NAME +STATUS +PREFIX +BUYERS +EXPIRES \(UTC\) +LAST USED \(UTC\) +MAY\nerp +active +hp_live_\S{12} +all +20.* cases\.read switches\.read\n$/,
    );
    const revoked = await holdpoint(['keys', 'revoke', 'erp', '--note', 'the server was replaced']);
    assert.deepEqual([revoked.code, revoked.stdout], [0, 'erp: revoked\n']);
    assert.equal(await statusWith(leaked.stdout.trim()), 401);
    const { body } = await house.api('GET', '/v1/keys/erp');
    assert.equal(body.changes.at(-1).data.note, 'the server was replaced');
  });

  it('what is not right, is not there, or may not be done', async () => {
    const scopeless = await holdpoint(['keys', 'create', 'erp-2']);
    assert.deepEqual([scopeless.code, scopeless.stderr], [2, "holdpoint: required option '--scope <permission...>' not specified\n"]);
    const unknown = await holdpoint(['keys', 'create', 'erp-2', '--scope', 'cases.everything', '--json']);
    assert.deepEqual([unknown.code, errorOf(unknown).code], [2, 'VALIDATION_FAILED']);
    const soon = await holdpoint(['keys', 'create', 'erp-2', '--scope', 'cases.read', '--expires', 'soon']);
    assert.equal(soon.code, 2);
    assert.match(soon.stderr, /^holdpoint: --expires "soon" is no instant\n {2}expected: 90d, /);
    const missing = await holdpoint(['keys', 'rotate', 'nobody', '--json']);
    assert.deepEqual([missing.code, errorOf(missing).code], [1, 'KEY_NOT_FOUND']);
    const { body } = await house.api('POST', '/v1/keys', { name: 'reader', scopes: ['cases.read'] });
    const forbidden = await holdpoint(['keys', 'list', '--key', body.key]);
    assert.equal(forbidden.code, 1);
    assert.match(forbidden.stderr, /\n {2}the key may not do this: use one that may\n$/);
    const bare = await holdpoint(['keys']);
    assert.deepEqual([bare.code, bare.stdout], [2, '']);
    assert.match(bare.stderr, /^Usage: holdpoint keys /);
  });
});
