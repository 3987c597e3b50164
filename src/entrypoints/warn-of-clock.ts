import type { Log } from '../core/index.ts';
import type { SharedClockOptions } from '../store/index.ts';
import type { Workspace } from './composition.ts';

/** Amazon and SAP refuse log-ons of a machine that is minutes off; ours and the database's may differ by that. */
const APART_MS_MAX = 60_000;

/**
 * Warns in the log when the clocks of this machine and of the database are apart. Leases, schedules, quotas and the audit log go
 * by the database's, so nothing is lost by it; log lines and the expiry of tokens go by the machine's.
 */
export async function warnOfClock({ books, clock, log }: Pick<Workspace, 'books' | 'clock' | 'log'>): Promise<void> {
  const apartMs = clock.nowMs() - (await books.sharedNowMs());
  if (Math.abs(apartMs) <= APART_MS_MAX) return;
  log.write('warn', 'clock.apart', {
    seconds: Math.round(apartMs / 1000),
    says: 'the clock of this machine differs from that of the database; set it by NTP',
  });
}

/** Watches the clock of the database by one that nobody sets, and warns in the log when it was set while we looked. */
export function watchOfClock(log: Log): Pick<SharedClockOptions, 'steadyMs' | 'onSet'> {
  return {
    steadyMs: () => performance.now(),
    onSet: (byMs) =>
      log.write('warn', 'clock.set', {
        seconds: Math.round(byMs / 1000),
        says: 'the clock of the database was set, or its machine slept: quiet periods are counted anew; set clocks by NTP',
      }),
  };
}
