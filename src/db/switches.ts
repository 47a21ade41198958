/** Switches are kept as the list of their changes: who turned what, when and why. */
import { SWITCH_NAMES, type SwitchName, type Switches } from '../domain/switches.js';
import type { Database, Transaction } from './database.js';
import type { SwitchChange } from './generated/client.js';

/** The scope of a switch for all. */
const ALL = '';

export async function readSwitches(db: Database | Transaction): Promise<Switches> {
  const changes = await latestChanges(db);
  const of = (name: SwitchName) => {
    const own = changes.filter((change) => change.name === name);
    const buyers = own.filter(({ buyerId }) => buyerId !== ALL).map(({ buyerId, on }) => [buyerId, on]);
    return { all: own.find(({ buyerId }) => buyerId === ALL)?.on ?? false, buyers: Object.fromEntries(buyers) as Record<string, boolean> };
  };
  return Object.fromEntries(SWITCH_NAMES.map((name) => [name, of(name)])) as Switches;
}

/** @returns the change in force of each switch and buyer */
export async function latestChanges(db: Database | Transaction): Promise<SwitchChange[]> {
  return db.switchChange.findMany({ distinct: ['name', 'buyerId'], orderBy: [{ name: 'asc' }, { buyerId: 'asc' }, { id: 'desc' }] });
}

/** @param buyerId null: for all */
export async function turnSwitch(
  db: Database,
  name: SwitchName,
  buyerId: string | null,
  on: boolean,
  by: string,
  note: string,
): Promise<SwitchChange> {
  return db.switchChange.create({ data: { name, buyerId: buyerId ?? ALL, on, changedBy: by, why: note } });
}
