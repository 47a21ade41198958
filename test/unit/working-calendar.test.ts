import assert from 'node:assert/strict';
import fc from 'fast-check';
import { placeMistakes } from '../../src/calendar/holidays.js';
import { policyForCase, workingTime } from '../../src/calendar/working-intervals.js';
import { SEED_REVIEW_POLICY } from '../../src/domain/review-policy.js';
import { caseLimits, nextReviewAt } from '../../src/domain/schedule.js';
import { reviewInstants } from '../../src/domain/schedule-preview.js';
import { calendarMistakes, type DayHours, type WorkingCalendar } from '../../src/domain/working-calendar.js';
import { shiftIntoWorkingTime, type WorkingInterval } from '../../src/domain/working-time.js';
import { policies, START } from '../support/case-simulation.js';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const NINE_TO_SIX: DayHours = [['09:00', '18:00']];
const weekdays = { mon: NINE_TO_SIX, tue: NINE_TO_SIX, wed: NINE_TO_SIX, thu: NINE_TO_SIX, fri: NINE_TO_SIX };
const at = (text: string): number => Date.parse(text);
const laidOut = async (calendar: WorkingCalendar, from: string, to: string): Promise<string[]> =>
  (await workingTime(calendar, at(from), at(to))).intervals.map((interval) =>
    interval.map((ms) => new Date(ms).toISOString().slice(0, 16)).join(' '),
  );

/** Open and closed stretches of random length. */
const openings: fc.Arbitrary<WorkingInterval[]> = fc
  .array(fc.tuple(fc.integer({ min: 1, max: 20 * HOUR }), fc.integer({ min: 1, max: 10 * HOUR })), { maxLength: 8 })
  .map((stretches) => {
    let now = START;
    return stretches.map(([closed, open]): WorkingInterval => [(now += closed), (now += open)]);
  });
const share = fc.double({ min: 0, max: 0.999999, noNaN: true });

describe('D2: the working calendar', () => {
  it('D2: shifts an instant to the next opening, and leaves it where no working time comes before the end', () => {
    const open: WorkingInterval[] = [[100, 200], [300, 400]]; // oxfmt-ignore
    assert.equal(shiftIntoWorkingTime(open, 150, 1000, 7), 150);
    assert.equal(shiftIntoWorkingTime(open, 200, 1000, 7), 307, 'closed from its second instant on');
    assert.equal(shiftIntoWorkingTime(open, 250, 1000, 500), 399, 'never past the interval');
    assert.equal(shiftIntoWorkingTime(open, 250, 300, 0), 250, 'nothing opens before the end');
    assert.equal(shiftIntoWorkingTime(open, 450, 1000, 7), 450);
    assert.equal(shiftIntoWorkingTime(undefined, 250, 1000, 7), 250);
  });

  it('D2: no attempt is lost, none comes before its plan or past the end; deadlines stay', () => {
    fc.assert(
      fc.property(
        policies,
        openings,
        fc.integer({ min: 0, max: 40 * HOUR }),
        fc.nat(6),
        share,
        (policy, intervals, after, attempts, random) => {
          const limits = caseLimits(policy, START);
          const end = Math.min(limits.windowEndsAt, limits.deadlineAt);
          const plain = nextReviewAt(policy, limits, START + after, attempts, null, random);
          const shifted = nextReviewAt({ ...policy, workingIntervals: intervals }, limits, START + after, attempts, null, random);
          assert.equal(shifted === null, plain === null);
          if (plain === null || shifted === null) return;
          assert.ok(shifted >= plain && shifted <= end);
          const isOpen = (instant: number): boolean => intervals.some(([from, to]) => from <= instant && instant < to);
          if (shifted < end && shifted !== plain) assert.ok(isOpen(shifted), 'shifted, but not into working time');
          const left = intervals.some(([from, to]) => to > plain && Math.max(from, plain) < end);
          if (plain < end && left) assert.ok(isOpen(shifted), 'there was working time left');
          assert.deepEqual(caseLimits({ ...policy, workingIntervals: intervals } as typeof policy, START), limits);
        },
      ),
      { numRuns: 500 },
    );
  });

  it('D2: also a planned attempt is not lost where the last one was made shortly before the end', () => {
    fc.assert(
      fc.property(policies, openings, share, (policy, intervals, random) => {
        const limits = caseLimits(policy, START);
        const end = Math.min(limits.windowEndsAt, limits.deadlineAt);
        const course = reviewInstants({ ...policy, workingIntervals: intervals }, limits, START, () => random);
        assert.ok(course.length >= 1 && course.every((instant, index) => instant > (course[index - 1] ?? START) && instant <= end));
        assert.ok(end - (course.at(-1) ?? 0) <= policy.minGapMs, 'the window does not end without a last attempt');
      }),
    );
  });

  it('D2: weekly hours in the time zone, public holidays out, cut at both ends', async () => {
    const sweden: WorkingCalendar = { timeZone: 'Europe/Stockholm', hours: weekdays, holidays: { country: 'SE' } };
    // Maundy Thursday to the Tuesday after Easter 2026: Good Friday and Easter Monday are closed.
    assert.deepEqual(await laidOut(sweden, '2026-04-02T10:00:00Z', '2026-04-07T08:00:00Z'), [
      '2026-04-02T10:00 2026-04-02T16:00',
      '2026-04-07T07:00 2026-04-07T08:00',
    ]);
  });

  it('D2: days of a change of clocks have the hours of their own offset', async () => {
    const always: WorkingCalendar = { timeZone: 'Europe/Stockholm', hours: { ...weekdays, sat: NINE_TO_SIX, sun: [['00:00', '24:00']] } };
    // 2026-03-29 has 23 hours, 2026-10-25 has 25; both are Sundays.
    assert.deepEqual(await laidOut(always, '2026-03-28T00:00:00Z', '2026-03-30T12:00:00Z'), [
      '2026-03-28T08:00 2026-03-28T17:00',
      '2026-03-28T23:00 2026-03-29T22:00',
      '2026-03-30T07:00 2026-03-30T12:00',
    ]);
    assert.deepEqual(await laidOut(always, '2026-10-24T20:00:00Z', '2026-10-26T09:00:00Z'), [
      '2026-10-24T22:00 2026-10-25T23:00',
      '2026-10-26T08:00 2026-10-26T09:00',
    ]);
    const early: WorkingCalendar = { timeZone: 'Europe/Stockholm', hours: { sun: [['02:30', '04:00']] } };
    assert.deepEqual(
      await laidOut(early, '2026-03-28T20:00:00Z', '2026-03-30T00:00:00Z'),
      ['2026-03-29T01:30 2026-03-29T02:00'],
      'the hour left out',
    );
    assert.deepEqual(
      await laidOut(early, '2026-10-24T20:00:00Z', '2026-10-26T00:00:00Z'),
      ['2026-10-25T00:30 2026-10-25T03:00'],
      'the hour twice',
    );
  });

  it('D2: hours across midnight are two days’ and join', async () => {
    const night: WorkingCalendar = { timeZone: 'Asia/Shanghai', hours: { mon: [['22:00', '24:00']], tue: [['00:00', '02:00']] } };
    assert.deepEqual(await laidOut(night, '2026-01-05T00:00:00Z', '2026-01-06T23:00:00Z'), ['2026-01-05T14:00 2026-01-05T18:00']);
  });

  it('D2: China: the arranged holidays are closed, make-up workdays open', async () => {
    const china: WorkingCalendar = { timeZone: 'Asia/Shanghai', hours: weekdays, holidays: { country: 'CN' } };
    const days = await laidOut(china, '2026-09-30T00:00:00Z', '2026-10-12T12:00:00Z');
    assert.deepEqual(
      days.map((interval) => interval.slice(0, 10)),
      ['2026-09-30', '2026-10-08', '2026-10-09', '2026-10-10', '2026-10-12'],
      '1 to 7 October are closed, Saturday the 10th is worked',
    );
    const { notes, intervals } = await workingTime(china, at('2031-09-30T00:00:00Z'), at('2031-10-03T00:00:00Z'));
    assert.match(notes.join(), /China for 2031 is not known/);
    assert.equal(intervals.length, 1, 'the statutory days of a year that is not arranged yet are closed');
  });

  it('D2: exceptions go before everything else', async () => {
    const own: WorkingCalendar = {
      timeZone: 'Europe/Stockholm',
      hours: { ...weekdays, makeUp: [['10:00', '12:00']] },
      holidays: { country: 'SE' },
      extraHolidays: ['2026-04-07'],
      extraWorkdays: ['2026-04-03', '2026-04-04'],
    };
    assert.deepEqual(await laidOut(own, '2026-04-03T00:00:00Z', '2026-04-08T00:00:00Z'), [
      '2026-04-03T07:00 2026-04-03T16:00',
      '2026-04-04T08:00 2026-04-04T10:00',
    ]);
  });

  it('D2: what is laid out rises, does not overlap, and lies between the ends', async () => {
    const zones = fc.constantFrom('Europe/Stockholm', 'Asia/Shanghai', 'America/New_York', 'Pacific/Apia', 'Australia/Lord_Howe', 'UTC');
    const country = fc.constantFrom('SE', 'CN', 'US', 'IL', 'JP');
    await fc.assert(
      fc.asyncProperty(
        zones,
        country,
        fc.integer({ min: 0, max: 2000 }),
        fc.integer({ min: 1, max: 30 }),
        async (timeZone, code, start, days) => {
          const from = at('2024-01-01T05:17:00Z') + start * DAY;
          const { intervals } = await workingTime({ timeZone, hours: weekdays, holidays: { country: code } }, from, from + days * DAY);
          let before = from - 1;
          for (const [open, close] of intervals) {
            assert.ok(before < open && open < close && close <= from + days * DAY);
            before = close;
            const local = new Intl.DateTimeFormat('en-GB', { timeZone, hour: 'numeric', hour12: false }).format(open);
            assert.ok(Number(local) >= 9 && Number(local) < 18, `${local} in ${timeZone}`);
          }
        },
      ),
      { numRuns: 25 },
    );
  });

  it('D2: is refused with all its mistakes; hours across midnight with how to say it', async () => {
    const bad: WorkingCalendar = {
      timeZone: 'Mars/Olympus',
      hours: { mon: [['22:00', '06:00']], tue: [['09:00', '13:00'], ['12:00', '18:00']], wed: [['9', '18:00']] }, // oxfmt-ignore
      extraHolidays: ['2026-02-30', '2026-10-01'],
      extraWorkdays: ['2026-10-01'],
    };
    const mistakes = calendarMistakes(bad);
    assert.equal(mistakes.length, 6, mistakes.join('\n'));
    assert.match(mistakes[0] ?? '', /hours across midnight end at "24:00" and go on at "00:00" of the next day/);
    assert.deepEqual(calendarMistakes({ timeZone: 'UTC', hours: {} }), ['calendar.hours has no working time on any weekday']);
    assert.deepEqual(await placeMistakes({ country: 'SE' }), []);
    assert.match((await placeMistakes({ country: 'XX' }))[0] ?? '', /"XX" is not a known country/);
    assert.match((await placeMistakes({ country: 'US', region: 'ZZ' }))[0] ?? '', /US has the regions AL, /);
  });

  it('a case keeps intervals, not the calendar', async () => {
    const calendar: WorkingCalendar = { timeZone: 'Europe/Stockholm', hours: weekdays };
    const kept = await policyForCase({ ...SEED_REVIEW_POLICY, version: 2, matchedRule: null, calendar }, at('2026-01-05T10:00:00Z'));
    assert.equal('calendar' in kept, false);
    assert.deepEqual(
      kept.workingIntervals?.map(([from]) => new Date(from).toISOString()),
      ['2026-01-05T10:00:00.000Z', '2026-01-06T08:00:00.000Z', '2026-01-07T08:00:00.000Z', '2026-01-08T08:00:00.000Z'],
    );
  });
});
