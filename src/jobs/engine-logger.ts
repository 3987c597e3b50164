import { Logger } from 'graphile-worker';
import type { Log } from '../core/index.ts';

/** Differs with each try, so that the same trouble would be another line each time, for as long as the database is away. */
const NEXT_TRY = / \(trying again in [\d.]+ ?m?s\)/;

/** What the engine says of its troubles, as lines of the log that a calm log knows again. */
export function engineLogger(log: Log): Logger {
  return new Logger(() => (level, message) => {
    if (level === 'error' || level === 'warning') {
      log.write(level === 'error' ? 'error' : 'warn', 'jobs.engine', { message: message.replace(NEXT_TRY, '') });
    }
  });
}
