import type { Log, ProblemFacts } from '../core/index.ts';
import type { SyncReport } from './sync-connection.ts';

/** A sync that stands before thousands of the same kind fills no disk with them. */
const LOGGED_MAX = 50;

/** Everything that needs somebody after a sync. */
export function problemsOf(report: Pick<SyncReport, 'problems' | 'settlements' | 'entries'>): ProblemFacts[] {
  const settlements = report.settlements.flatMap((record) => (record.problem ? [record.problem] : []));
  const entries = report.entries.flatMap((record) =>
    record.state !== 'posted' && record.state !== 'withdrawn' && record.problem ? [record.problem] : [],
  );
  return [...report.problems, ...settlements, ...entries];
}

/** Writes down each problem of a sync that nobody watches. */
export function logProblems(log: Log, connection: string, report: SyncReport): void {
  const problems = problemsOf(report);
  for (const { code, says, next } of problems.slice(0, LOGGED_MAX)) {
    log.write('warn', 'sync.problem', { connection, code, says, next });
  }
  const more = problems.length - LOGGED_MAX;
  if (more > 0) log.write('warn', 'sync.more-problems', { connection, problems: more });
}
