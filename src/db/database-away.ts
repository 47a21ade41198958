/** Which errors mean that PostgreSQL could not be reached, or went away in the middle: asking again later may work. */

/** Prisma's own codes: not reachable, timed out, connection closed, no connection or transaction to be had in time. */
const PRISMA_CODES = new Set(['P1001', 'P1002', 'P1008', 'P1017', 'P1018', 'P2024', 'P2028', 'P2037']);
const SOCKET_CODES = new Set(['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'EHOSTUNREACH']);
/** SQLSTATE: connection exceptions, too many connections, a server that is shutting down, has crashed or is starting up. */
const SQL_STATES = /^(08...|53300|57P0[1-3])$/;
/** What node-postgres says of a connection without giving it a code. */
const CUT_CONNECTION = /^(Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error)/;

interface DatabaseError {
  name?: string;
  code?: string;
  message?: string;
  /** Where Prisma puts what the driver said. */
  meta?: { driverAdapterError?: { cause?: { originalCode?: string } } };
}

/** @param error whatever a query or a transaction threw */
export function isDatabaseAway(error: unknown): boolean {
  const { name, code = '', message = '', meta } = (error ?? {}) as DatabaseError;
  const sqlState = meta?.driverAdapterError?.cause?.originalCode ?? code;
  return (
    name === 'PrismaClientInitializationError' ||
    PRISMA_CODES.has(code) ||
    SOCKET_CODES.has(code) ||
    SQL_STATES.test(sqlState) ||
    CUT_CONNECTION.test(message)
  );
}
