/** Requests that a machine made up and that were answered 500 once, or could have been: refused in words. */
import assert from 'node:assert/strict';
import { House } from '../support/house.js';

const LARGEST = Number.MAX_SAFE_INTEGER - 1;
const forged = (place: object): string => Buffer.from(JSON.stringify(place)).toString('base64url');

describe('requests found by fuzzing', () => {
  let house: House;
  before(async () => {
    house = await House.start({ worker: false });
  });
  after(async () => house.stop());

  it('a version beyond the numbers of the database is refused', async () => {
    const { status, body } = await house.api('POST', '/v1/review-cases/P-1/change-policy', { version: LARGEST, by: 'Ana Ruiz', note: 'x' });
    assert.deepEqual([status, body.detail], [400, 'version: must be at most 1000000000']);
    const read = await house.api('GET', `/v1/policies/review/${LARGEST}`);
    assert.deepEqual([read.status, read.body.detail], [400, 'version: must be a whole number, 1 to 1000000000']);
  });

  it('a cursor that was made by hand is refused', async () => {
    const places = {
      '/v1/messages': { wallAt: '2026-01-01T00:00:00Z', key: 'P-1\u0000' },
      '/v1/placements': { openedAt: '2026-01-01T00:00:00Z', placementId: 'V-1\u0000' },
      '/v1/review-cases': { openedAt: '2026-01-01T00:00:00Z', caseId: 'P-1\u0000' },
      '/v1/notice-templates/reminder': { version: LARGEST },
      '/v1/policies/review': { version: LARGEST },
    };
    for (const [path, place] of Object.entries(places)) {
      const { status, body } = await house.api('GET', `${path}?cursor=${forged(place)}`);
      assert.deepEqual([status, body.detail], [400, 'cursor: must be a nextCursor of this list, unchanged'], path);
    }
  });

  it('a name of blanks alone is refused, whatever blanks they are', async () => {
    const blanks = '\t\n\v\f\r \u00a0\u1680\u2000\u200a\u2028\u2029\u202f\u205f\u3000\ufeff';
    const { status, body } = await house.api('POST', '/v1/review-cases/P-1/decline', { by: blanks, note: 'x' });
    assert.deepEqual([status, body.detail], [400, 'by: must not be empty']);
  });
});
