/** Switches of a running installation: going live buyer by buyer, and stopping early successes at once. */

export const SWITCH_NAMES = ['shadow', 'stop-early-success'] as const;
export type SwitchName = (typeof SWITCH_NAMES)[number];

/** A switch for all, and where a buyer has one of its own. */
export interface Switch {
  all: boolean;
  buyers: Record<string, boolean>;
}

export type Switches = Record<SwitchName, Switch>;

/** Shadow: decide and record, send nothing. A buyer's own switch goes before that for all, so buyers go live one by one. */
export function inShadow(switches: Switches, buyerId: string): boolean {
  const { all, buyers } = switches.shadow;
  return Object.hasOwn(buyers, buyerId) ? buyers[buyerId] === true : all;
}

/** A stop for all stops all, whatever a buyer's own switch says. */
export function earlySuccessStopped(switches: Switches, buyerId: string): boolean {
  const { all, buyers } = switches['stop-early-success'];
  return all || (Object.hasOwn(buyers, buyerId) && buyers[buyerId] === true);
}
