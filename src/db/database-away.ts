/** Whether a failure means that PostgreSQL could not be reached in time: nothing is wrong with what was asked, and it may be asked again. */

/** Prisma's codes, and Node's and PostgreSQL's (class 57: operator intervention; 53300: too many connections). */
const CODES = new Set(
  'P1001 P1002 P1008 P1017 P1018 P2024 P2028 P2037 ECONNREFUSED ECONNRESET EPIPE ETIMEDOUT EHOSTUNREACH 57P01 57P02 57P03 53300'.split(' '),
);
/** PostgreSQL's class 08. */
const CONNECTION_EXCEPTION = /^08...$/;
/** What the driver adapter calls them, below the P2010 of every raw statement that fails. */
const KINDS = new Set(['DatabaseNotReachable', 'ConnectionClosed', 'SocketTimeout', 'TooManyConnections']);
/** What node-postgres and its pool say without a code. */
const WORDS = /^(timeout exceeded when trying to connect|Connection terminated|Client has encountered a connection error)/;

interface Failure {
  name?: string;
  code?: string;
  message?: string;
  kind?: string;
  originalCode?: string;
  cause?: unknown;
  meta?: { driverAdapterError?: unknown };
}

/** @param error of Prisma, of its driver adapter, or of node-postgres */
export function isDatabaseAway(error: unknown): boolean {
  if (typeof error !== 'object' || error === null) return false;
  const { name, code = '', message = '', kind = '', originalCode = '', cause, meta } = error as Failure;
  if (
    name === 'PrismaClientInitializationError' ||
    CODES.has(code) ||
    CODES.has(originalCode) ||
    CONNECTION_EXCEPTION.test(originalCode) ||
    KINDS.has(kind)
  )
    return true;
  return WORDS.test(message) || isDatabaseAway(cause) || isDatabaseAway(meta?.driverAdapterError);
}
