/** Links in notices (D4): how they are made, what stands in the ledger, and when they are good. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { linkExpiresAt, linkStanding, LONGEST_LIFE_MS, type LinkFacts } from '../../src/domain/action-link.js';
import { actionLink, readLink, redactedUrl, tokenHash, withTokens } from '../../src/wire/action-link.js';
import { trackingToken } from '../../src/wire/tracking-link.js';

const KEY = 'a link key of tests, 32 characters';
const SUBJECT = { messageKey: 'P-1/1/first_failure/l-1', action: 'resolve', personId: 'l-1' };
const HOUR = 3_600_000;

describe('links in notices', () => {
  it('D4: the same notice, action and person make the same link, any other another one', () => {
    const link = actionLink(KEY, SUBJECT);
    assert.deepEqual(actionLink(KEY, { ...SUBJECT }), link);
    assert.match(link.id, /^[A-Za-z0-9_-]{22}$/);
    assert.match(link.token, /^[A-Za-z0-9_-]{43}$/);
    const others = [
      actionLink(`${KEY}!`, SUBJECT),
      actionLink(KEY, { ...SUBJECT, messageKey: 'P-1/1/first_failure/l-2' }),
      actionLink(KEY, { ...SUBJECT, action: 'decline' }),
      actionLink(KEY, { ...SUBJECT, personId: 'l-2' }),
      // What is joined must not be read in two ways.
      actionLink(KEY, { ...SUBJECT, action: 'resolve","l-1', personId: '' }),
    ];
    assert.equal(new Set([link, ...others].flatMap(({ id, token }) => [id, token])).size, 12);
    assert.equal(tokenHash(link.token), createHash('sha256').update(link.token).digest('hex'));
  });

  it('D4: a customer’s private link never opens one, whatever the order is called', () => {
    const { token } = actionLink(KEY, SUBJECT);
    const text = `token:${JSON.stringify(Object.values(SUBJECT))}`;
    assert.ok([text, `act-${text}`].every((orderId) => trackingToken(KEY, orderId) !== token));
  });

  it('D4: only this notice’s own links get their tokens, once it is sent', () => {
    const { id, token } = actionLink(KEY, SUBJECT);
    const foreign = actionLink(KEY, { ...SUBJECT, action: 'decline' });
    const kept = `${redactedUrl('https://h.example', id)} ${redactedUrl('https://h.example', foreign.id)} /act/${id}.redacted"`;
    assert.ok(!kept.includes(token));
    const sent = withTokens(kept, new Map([[id, token]]));
    assert.equal(sent, `https://h.example/act/${id}.${token} https://h.example/act/${foreign.id}.redacted /act/${id}.${token}"`);
    assert.deepEqual(readLink(`${id}.${token}`), { id, token });
    assert.deepEqual(readLink('nothing'), { id: 'nothing', token: '' });
  });

  it('D4: a link is good to the deadline by wall time, and for 7 days at most', () => {
    const now = Date.UTC(2026, 0, 1);
    // The case's clock is a year ahead, as after skipping time.
    const caseAt = now + 365 * 24 * HOUR;
    assert.equal(linkExpiresAt(now, { deadlineAt: caseAt + 72 * HOUR, caseAt }), now + 72 * HOUR);
    assert.equal(linkExpiresAt(now, { deadlineAt: caseAt + 30 * 24 * HOUR, caseAt }), now + LONGEST_LIFE_MS);
    assert.equal(linkExpiresAt(now, { deadlineAt: caseAt - HOUR, caseAt }), now);
  });

  const facts = (more: Partial<LinkFacts> = {}, reviewCase: Partial<LinkFacts['reviewCase']> = {}): LinkFacts => ({
    action: 'resolve',
    expiresAt: 1000,
    used: false,
    usedBeside: [],
    forLiaisonId: 'l-1',
    takenAway: false,
    active: true,
    reviewCase: { status: 'held', ending: false, paused: false, liaisonId: 'l-1', ...reviewCase },
    ...more,
  });

  it('D4: what makes a link die, and what only makes it wait', () => {
    const standings = [
      linkStanding(facts(), 999),
      linkStanding(facts(), 1000),
      linkStanding(facts({ used: true }), 0),
      linkStanding(facts({ active: false }), 0),
      linkStanding(facts({}, { status: 'approved' }), 0),
      linkStanding(facts({}, { ending: true }), 0),
      linkStanding(facts({}, { liaisonId: 'l-3' }), 0),
      linkStanding(facts({ takenAway: true }), 0),
      linkStanding(facts({ usedBeside: ['decline'] }), 0),
      linkStanding(facts({ usedBeside: ['request-review'] }), 0),
      linkStanding(facts({ action: 'request-review' }, { status: 'in_review' }), 0),
      linkStanding(facts({ action: 'request-review' }, { paused: true }), 0),
    ];
    const dead = ['expired', 'used', 'inactive', 'ended', 'ended', 'handed_over', 'handed_over', 'said_otherwise'];
    assert.deepEqual(standings, ['good', ...dead, 'good', 'not_now', 'not_now']);
  });

  it('D4: who was told by escalation acts whosever the case is, while it is open', () => {
    const supervisor = { forLiaisonId: null, takenAway: false };
    assert.equal(linkStanding(facts(supervisor, { liaisonId: 'l-3' }), 0), 'good');
    assert.equal(linkStanding(facts(supervisor, { status: 'expired' }), 0), 'ended');
  });
});
