import { pino } from 'pino';
import { currentActivity, type Log, type LogLevel, Problem, redactFacts } from '../core/index.ts';
import type { Environment } from './environment.ts';

const LEVELS: readonly string[] = ['debug', 'info', 'warn', 'error', 'silent'] satisfies readonly (
  | LogLevel
  | 'silent'
)[];

/**
 * Structured lines on standard error, for a log collector. Facts only: adapters hand no body and no secret to it, and what looks
 * like one all the same is taken out.
 * `SELLER_LEDGER_LOG` sets the level (debug, info, warn, error, silent); otherwise it is `levelUsual`. Raises
 * `LOG_LEVEL_INVALID` (invalid).
 */
export function createLog(environment: Environment, levelUsual: LogLevel): Log {
  const logger = pino(
    { name: 'seller-ledger', level: levelOf(environment) ?? levelUsual, base: null },
    pino.destination({ dest: 2, sync: true }),
  );
  return {
    write: (level, event, facts = {}) => {
      const activity = currentActivity();
      logger[level]({ event, ...(activity && { correlationId: activity.correlationId }), ...redactFacts(facts) });
    },
  };
}

function levelOf({ SELLER_LEDGER_LOG: level }: Environment): string | undefined {
  // An empty variable is how many tools write one that is not set.
  if (level === undefined || level === '') return undefined;
  if (LEVELS.includes(level)) return level;
  throw new Problem({
    code: 'LOG_LEVEL_INVALID',
    kind: 'invalid',
    says: `SELLER_LEDGER_LOG is ${JSON.stringify(level)}, which is no level of the log.`,
    next: 'Set it to debug, info, warn, error or silent, or leave it out.',
    data: level,
  });
}
