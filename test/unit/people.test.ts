/** Who is told when a group is meant: roles, supervisors, absences with delegates (D6). */
import assert from 'node:assert/strict';
import { recipientsOf, supervisorCircle, type Absence, type Person } from '../../src/domain/people.js';

const NOW = Date.UTC(2026, 0, 1, 8);
const person = (id: string, more: Partial<Person> = {}): Person => ({
  id,
  name: id.toUpperCase(),
  email: `${id}@example.com`,
  locale: 'en',
  timeZone: 'UTC',
  role: 'liaison',
  supervisorId: null,
  channels: [{ type: 'email' }],
  active: true,
  ...more,
});
const away = (liaisonId: string, delegateId: string, more: Partial<Absence> = {}): Absence => ({
  liaisonId,
  delegateId,
  fromAt: NOW - 1000,
  toAt: NOW + 1000,
  ...more,
});
const PEOPLE = [
  person('anna', { supervisorId: 'sofia' }),
  person('bo', { channels: [{ type: 'server', counterpartId: 'chat' }, { type: 'email' }] }),
  person('gone', { active: false, supervisorId: 'sofia' }),
  person('orphan', { supervisorId: 'gone-too' }),
  person('sofia', { role: 'supervisor' }),
  person('sven', { role: 'supervisor' }),
  person('gone-too', { role: 'supervisor', active: false }),
  person('olga', { role: 'operations' }),
  person('otto', { role: 'operations' }),
];
const told = (group: 'liaison' | 'supervisor' | 'operations', liaisonId: string | null, absences: Absence[] = [], at = NOW): string[] =>
  recipientsOf(group, liaisonId, PEOPLE, absences, at).map(
    ({ personId, onBehalfOf }) => `${personId}${onBehalfOf === null ? '' : ` for ${onBehalfOf}`}`,
  );

describe('people', () => {
  it('D6: the liaison of the case; the supervisor is their own, else every one; operations are all', () => {
    assert.deepEqual(told('liaison', 'anna'), ['anna']);
    assert.deepEqual(told('supervisor', 'anna'), ['sofia']);
    assert.deepEqual(told('supervisor', 'bo'), ['sofia', 'sven']);
    assert.deepEqual(told('supervisor', null), ['sofia', 'sven']);
    assert.deepEqual(told('operations', 'anna'), ['olga', 'otto']);
  });

  it('D6: who is not active is skipped; a supervisor who is not gives way to all, and above one who is not there is still somebody', () => {
    assert.deepEqual(told('liaison', 'gone'), []);
    assert.deepEqual(told('liaison', 'nobody'), []);
    assert.deepEqual(told('liaison', null), []);
    assert.deepEqual(told('supervisor', 'orphan'), ['sofia', 'sven']);
    assert.deepEqual(told('supervisor', 'gone'), ['sofia']);
  });

  it('D6: in an absence the delegate gets it, from its first instant to before its last', () => {
    const absences = [away('anna', 'bo')];
    assert.deepEqual(told('liaison', 'anna', absences), ['bo for anna']);
    assert.deepEqual(told('liaison', 'anna', absences, NOW - 1000), ['bo for anna']);
    assert.deepEqual(told('liaison', 'anna', absences, NOW - 1001), ['anna']);
    assert.deepEqual(told('liaison', 'anna', absences, NOW + 1000), ['anna']);
    assert.deepEqual(recipientsOf('liaison', 'anna', PEOPLE, absences, NOW)[0]?.channels, [
      { type: 'server', counterpartId: 'chat' },
      { type: 'email' },
    ]);
  });

  it('D6: delegates who are away themselves are followed; a circle, or one that nobody is at the end of, leaves it with the person', () => {
    assert.deepEqual(told('liaison', 'anna', [away('anna', 'bo'), away('bo', 'sven')]), ['sven for anna']);
    assert.deepEqual(told('liaison', 'anna', [away('anna', 'bo'), away('bo', 'anna')]), ['anna']);
    assert.deepEqual(told('liaison', 'anna', [away('anna', 'bo'), away('bo', 'sven'), away('sven', 'bo')]), ['anna']);
    assert.deepEqual(told('liaison', 'anna', [away('anna', 'gone')]), ['anna']);
    assert.deepEqual(told('liaison', 'anna', [away('anna', 'gone'), away('anna', 'sven')]), ['sven for anna'], 'the next that can');
  });

  it('D6: nobody gets it twice, and of their own right before for another', () => {
    assert.deepEqual(told('operations', null, [away('olga', 'otto')]), ['otto']);
    assert.deepEqual(told('operations', null, [away('otto', 'olga')]), ['olga']);
    assert.deepEqual(told('operations', null, [away('otto', 'anna'), away('olga', 'anna')]), ['anna for olga']);
  });

  it('D6: supervisors never stand in a circle', () => {
    const chain = [person('a', { supervisorId: 'b' }), person('b', { supervisorId: 'c' }), person('c'), person('d')];
    assert.deepEqual(supervisorCircle('c', 'a', chain), ['c', 'a', 'b', 'c']);
    assert.equal(supervisorCircle('d', 'a', chain), null);
    assert.equal(supervisorCircle('new', 'c', chain), null);
  });
});
