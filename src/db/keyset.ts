/** Pages of sorted lists: by a keyset, so that they stay right while rows come, go and change. */
import type { SortedPlace } from '../domain/sorting.js';
import { Prisma } from './generated/client.js';

/** What a list can be sorted by: one after the other, with nothing in the first where a row has nothing to be sorted by. */
export interface SortKey<Row> {
  columns: readonly Prisma.Sql[];
  /** Whether rows can have nothing there: they come last, whichever way it is sorted. */
  nullable: boolean;
  /** What a row has there, as texts; null: nothing. */
  valuesOf: (row: Row) => string[] | null;
  /** The texts as PostgreSQL compares them. */
  compared: (values: readonly string[]) => Prisma.Sql[];
}

/** A list: its table, of which `t` stands for a row, its id, and what it can be sorted by. */
export interface SortedList<Row, Field extends string> {
  table: Prisma.Sql;
  id: keyof Row & string;
  keys: Readonly<Record<Field, SortKey<Row>>>;
}

/** @returns a key of one instant, in the column of that name */
export function instantKey<Name extends string>(name: Name, nullable: boolean): SortKey<Record<Name, Date | null>> {
  return {
    columns: [column(name)],
    nullable,
    valuesOf: (row) => {
      const at = row[name];
      return at === null ? null : [at.toISOString()];
    },
    compared: ([at = '']) => [Prisma.sql`${new Date(at)}::timestamptz`],
  };
}

/** @param name of a column, from our own code */
export function column(name: string): Prisma.Sql {
  return Prisma.raw(`t."${name}"`);
}

/**
 * The SQL of a page: rows of the list, in order. Equal ones are in the order of their ids; those with nothing to be sorted by come last.
 * A row that does not change between two pages is on exactly one of them.
 */
export function pageInOrder<Row, Field extends string>(
  { table, id: idName, keys }: SortedList<Row, Field>,
  sort: Field | `-${Field}`,
  where: Prisma.Sql,
  after: SortedPlace<string> | null,
  limit: number,
): Prisma.Sql {
  const { columns, nullable, compared } = keys[fieldOf(sort)];
  const descending = sort.startsWith('-');
  const [way, beyond] = descending ? [Prisma.sql`DESC`, Prisma.sql`<`] : [Prisma.sql`ASC`, Prisma.sql`>`];
  const id = column(idName);
  const [first = id] = columns;
  const ordered = (by: readonly Prisma.Sql[]): Prisma.Sql => Prisma.join(by.map((one) => Prisma.sql`${one} ${way}`));
  // Two parts, each in the order of an index: PostgreSQL's own NULLS LAST would fit an index in one direction alone.
  const valued = Prisma.sql`${nullable ? Prisma.sql`${first} IS NOT NULL` : Prisma.sql`TRUE`}
    AND ${after === null ? Prisma.sql`TRUE` : isBeyond(after)}`;
  const empty = Prisma.sql`${first} IS NULL AND ${after?.values === null ? Prisma.sql`${id} ${beyond} ${after.id}` : Prisma.sql`TRUE`}`;
  const part = (number: number, which: Prisma.Sql, by: readonly Prisma.Sql[]): Prisma.Sql => Prisma.sql`
    (SELECT ${number}::int AS "part", t.* FROM ${table} t WHERE ${where} AND ${which} ORDER BY ${ordered(by)} LIMIT ${limit})`;
  const parts = [part(0, valued, [...columns, id]), ...(nullable ? [part(1, empty, [id])] : [])];
  return Prisma.sql`SELECT t.* FROM (${Prisma.join(parts, ' UNION ALL ')}) t ORDER BY t."part", ${ordered([...columns, id])} LIMIT ${limit}`;

  function isBeyond({ values, id: last }: SortedPlace<string>): Prisma.Sql {
    if (values === null) return Prisma.sql`FALSE`;
    return Prisma.sql`(${Prisma.join([...columns, id])}) ${beyond} (${Prisma.join([...compared(values), Prisma.sql`${last}`])})`;
  }
}

/** @returns the place of a row in a list sorted so */
export function placeInOrder<Row, Field extends string, Order extends Field | `-${Field}`>(
  { id, keys }: SortedList<Row, Field>,
  sort: Order,
  row: Row,
): SortedPlace<Order> {
  return { sort, values: keys[fieldOf<Field>(sort)].valuesOf(row), id: String(row[id]) };
}

function fieldOf<Field extends string>(sort: Field | `-${Field}`): Field {
  return (sort.startsWith('-') ? sort.slice(1) : sort) as Field;
}

/** Whether one of the columns has a text in it, in whatever case. */
export function holds(text: string, columns: readonly Prisma.Sql[]): Prisma.Sql {
  const pattern = `%${text.replaceAll(/[\\%_]/g, String.raw`\$&`)}%`;
  return Prisma.sql`(${Prisma.join(
    columns.map((one) => Prisma.sql`${one} ILIKE ${pattern}`),
    ' OR ',
  )})`;
}

/** @param span from an instant (inclusive) to another (exclusive), ISO 8601 */
export function isWithinSpan(at: Prisma.Sql, { from, to }: { from?: string | undefined; to?: string | undefined }): Prisma.Sql[] {
  return [
    ...(from === undefined ? [] : [Prisma.sql`${at} >= ${new Date(from)}`]),
    ...(to === undefined ? [] : [Prisma.sql`${at} < ${new Date(to)}`]),
  ];
}
