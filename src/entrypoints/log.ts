import { pino } from 'pino';
import type { Log, LogLevel } from '../core/index.ts';
import type { Environment } from './environment.ts';

/**
 * Structured lines on standard error, for a log collector. Facts only: adapters hand no body and no secret to it.
 * `SELLER_LEDGER_LOG` sets the level (debug, info, warn, error, silent); otherwise it is `levelUsual`.
 */
export function createLog(environment: Environment, levelUsual: LogLevel): Log {
  const logger = pino(
    { name: 'seller-ledger', level: environment.SELLER_LEDGER_LOG ?? levelUsual, base: null },
    pino.destination({ dest: 2, sync: true }),
  );
  return { write: (level, event, facts = {}) => logger[level]({ event, ...facts }) };
}
