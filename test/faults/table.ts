/** The figures of a run as a table. */
import type { RunResult } from './fault-run.js';
import type { RunOptions } from './plan.js';

export function figuresTable({ seed, orders }: RunOptions, { judgement, kills, seconds }: RunResult): string {
  const byKind = [...new Set(kills.map(({ kind }) => kind))].map((kind) => `${kind} ${kills.filter((kill) => kill.kind === kind).length}`);
  const { lost, doubled, outOfOrder, changed, unsettled, recovery } = judgement;
  const rows: [string, string | number][] = [
    ['seed', seed],
    ['seconds', seconds],
    ['orders, most open at once', `${orders}, ${judgement.mostOpen}`],
    ['kills', `${kills.length} (${byKind.join(', ')})`],
    ['kills between act and answer', judgement.killsInGap],
    ['accepted (202)', judgement.accepted],
    ['ended right, of them at deadline', `${judgement.endedRight}, ${judgement.endedAtDeadline}`],
    ['lost', lost.length],
    ['doubled effects', doubled.length],
    ['order of buyer messages violated', outOfOrder.length],
    ['texts changed', changed.length],
    ['unknown: rows', unsettled.length],
    ['unknown: attempts', `${judgement.unknownAttempts} of ${judgement.attempts}`],
    ['recovery p50, max', `${recovery.p50} ms, ${recovery.max} ms`],
  ];
  return rows.map(([name, value]) => `${name.padEnd(34)}${value}`).join('\n');
}
