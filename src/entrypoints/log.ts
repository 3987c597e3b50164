import { pino } from 'pino';
import type { Log } from '../core/index.ts';
import type { Environment } from './environment.ts';

const LEVEL = 'warn';

/** Structured lines on standard error, for a log collector. Facts only: adapters hand no body and no secret to it. */
export function createLog(environment: Environment): Log {
  const logger = pino(
    { name: 'seller-ledger', level: environment.SELLER_LEDGER_LOG ?? LEVEL, base: null },
    pino.destination({ dest: 2, sync: true }),
  );
  return { write: (level, event, facts = {}) => logger[level]({ event, ...facts }) };
}
