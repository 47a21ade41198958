/** Switches are kept as the list of their changes: who turned what, when and why. */
import { SWITCH_NAMES, type SwitchName, type Switches } from '../domain/switches.js';
import { lockInTransaction, type Database, type Transaction } from './database.js';
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

/** @returns the change in force of each switch, or of one, and of each buyer */
export async function latestChanges(db: Database | Transaction, name?: SwitchName): Promise<SwitchChange[]> {
  return db.switchChange.findMany({
    ...(name === undefined ? {} : { where: { name } }),
    distinct: ['name', 'buyerId'],
    orderBy: [{ name: 'asc' }, { buyerId: 'asc' }, { id: 'desc' }],
  });
}

export interface SwitchTurn {
  name: SwitchName;
  /** Null: for all. */
  buyerId: string | null;
  on: boolean;
  by: string;
  note: string;
}

/**
 * @param check looks at the switch as it stands, while nobody else can turn it; what it throws is thrown, and nothing is turned
 * @returns the change, and the switch as it stands then
 */
export async function turnSwitch(
  db: Database,
  { name, buyerId, on, by, note }: SwitchTurn,
  check: (now: SwitchChange[]) => void = () => undefined,
): Promise<{ change: SwitchChange; now: SwitchChange[] }> {
  return db.$transaction(async (tx) => {
    await lockInTransaction(tx, `switch:${name}`);
    check(await latestChanges(tx, name));
    const change = await tx.switchChange.create({ data: { name, buyerId: buyerId ?? ALL, on, changedBy: by, why: note } });
    return { change, now: await latestChanges(tx, name) };
  });
}
