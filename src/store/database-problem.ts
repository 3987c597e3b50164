import { isProblem, Problem } from '../core/index.ts';

const SQLSTATE = /^[0-9A-Z]{5}$/;
const NOT_REACHED = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ENOENT',
  'ENOTFOUND',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
]);

/** A constraint of the schema that a statement broke, by name; `undefined` for any other error. */
export function brokenConstraint(error: unknown): string | undefined {
  const { code, constraint } = error as { code?: unknown; constraint?: unknown };
  return typeof code === 'string' && code.startsWith('23') && typeof constraint === 'string' ? constraint : undefined;
}

/**
 * An error of the database driver as a problem an operator can act on, told by SQLSTATE or the system's error code.
 * What is not one of these is our mistake and passes through unchanged.
 */
export function databaseProblem(error: unknown): unknown {
  if (isProblem(error) || !(error instanceof Error)) return error;
  const { code } = error as { code?: string };
  if (code === undefined) return isLostConnection(error) ? unavailable(error) : error;
  if (NOT_REACHED.has(code)) return unavailable(error);
  if (!SQLSTATE.test(code)) return error;
  if (code === '53100') {
    return new Problem(
      {
        code: 'DATABASE_DISK_FULL',
        kind: 'unavailable',
        says: `The database has no space left on its disk: ${error.message}.`,
        next: 'Free space on the disk of the database, then run the command again. Nothing was half written.',
      },
      { cause: error },
    );
  }
  if (code === '28P01' || code === '28000') {
    return new Problem(
      {
        code: 'DATABASE_LOGIN_REFUSED',
        kind: 'invalid',
        says: `The database refused the login: ${error.message}.`,
        next: 'Check the user and password in DATABASE_URL.',
      },
      { cause: error },
    );
  }
  if (code === '3D000') {
    return new Problem(
      {
        code: 'DATABASE_MISSING',
        kind: 'invalid',
        says: `The database server is there, but not the database: ${error.message}.`,
        next: 'Create it: createdb seller_ledger',
      },
      { cause: error },
    );
  }
  if (brokenConstraint(error) === 'erased_stays_empty') {
    return new Problem(
      {
        code: 'CONNECTION_ERASED',
        kind: 'conflict',
        says: 'The seller of this connection was erased while it was worked on: nothing is stored for it any more.',
        next: 'Nothing to do. What was on its way is not kept.',
      },
      { cause: error },
    );
  }
  if (code === '57014') {
    return new Problem(
      {
        code: 'DATABASE_STATEMENT_CUT',
        kind: 'unavailable',
        says: `The database gave up what it was asked: ${error.message}. Nothing was half written.`,
        next: 'Run the command again. A service that stops waits no longer, and goes on where it stopped when it is started again.',
      },
      { cause: error },
    );
  }
  if (code === '55P03') {
    return new Problem(
      {
        code: 'DATABASE_LOCK_HELD',
        kind: 'unavailable',
        says: `Another session of the database holds what is to be changed: ${error.message}. What this one was writing is undone.`,
        next: "Try again. If it lasts, find the session and end it: select pid, usename, application_name, xact_start from pg_stat_activity where state like 'idle in transaction%' order by xact_start; then: select pg_terminate_backend(PID)",
      },
      { cause: error },
    );
  }
  // A deadlock, and a database transaction that another one was in the way of. All of it is undone.
  if (code === '40P01' || code === '40001') {
    return new Problem(
      {
        code: 'DATABASE_CROSSED',
        kind: 'unavailable',
        says: `Two processes were in each other's way in the database: ${error.message}. What this one was writing is undone.`,
        next: 'Run the command again. Scheduled work comes back by itself.',
      },
      { cause: error },
    );
  }
  // 08: connection exceptions. 57P01-57P03: the server is shutting down or starting. 53300: too many connections. 25P03: this
  // process stood still inside a database transaction for so long that the server undid it.
  if (code.startsWith('08') || code.startsWith('57P0') || code === '53300' || code === '25P03')
    return unavailable(error);
  return error;
}

// The driver reports a connection that ended under a query, or that could not be had in time, without any code.
function isLostConnection(error: Error): boolean {
  return /^(Connection terminated|Client has encountered a connection error|timeout exceeded when trying to connect)/.test(
    error.message,
  );
}

function unavailable(error: Error): Problem {
  return new Problem(
    {
      code: 'DATABASE_UNAVAILABLE',
      kind: 'unavailable',
      says: `The database cannot be reached: ${error.message || (error as { code?: string }).code}.`,
      next: 'Run the command again; when it stays away, look at the server and its log (docs/operations.md).',
    },
    { cause: error },
  );
}
