import type { EntryRecord, FeedProgress, SyncProgress, SyncReport } from '../../app/index.ts';
import { PROBLEM_KINDS, type ProblemFacts, type ProblemKind } from '../../core/index.ts';
import { entrySummary, settlementSummary } from '../http/views.ts';
import type { Terminal } from './terminal.ts';

/** The most pressing kind decides the exit code of a sync that had several problems. */
const PRESSING: readonly ProblemKind[] = [
  'defect',
  'conflict',
  'unknown',
  'rejected',
  'unproven',
  'unmapped',
  'invalid',
  'unavailable',
];

export function exitCodeOfEntry(entry: EntryRecord): number {
  switch (entry.state) {
    case 'posted':
    case 'reversed':
      return 0;
    case 'rejected':
      return PROBLEM_KINDS.rejected.exitCode;
    case 'unknown':
    case 'sending':
      return PROBLEM_KINDS[entry.problem?.kind ?? 'unknown'].exitCode;
    default:
      return PROBLEM_KINDS[entry.problem?.kind ?? 'unavailable'].exitCode;
  }
}

/** Everything that needs somebody after a sync. */
export function problemsOf(report: SyncReport): ProblemFacts[] {
  const settlements = report.settlements.flatMap((record) => (record.problem ? [record.problem] : []));
  const entries = report.entries.flatMap((record) =>
    record.state !== 'posted' && record.state !== 'withdrawn' && record.problem ? [record.problem] : [],
  );
  return [...report.problems, ...settlements, ...entries];
}

export function exitCodeOf(report: SyncReport): number {
  return exitCodeOfProblems(problemsOf(report));
}

/** 0 without a problem. */
export function exitCodeOfProblems(problems: readonly ProblemFacts[]): number {
  const kinds = new Set(problems.map((problem) => problem.kind));
  const worst = PRESSING.find((kind) => kinds.has(kind));
  return worst ? PROBLEM_KINDS[worst].exitCode : 0;
}

export function syncReportDocument(report: SyncReport) {
  return {
    newDocuments: report.newDocuments,
    settlements: report.settlements.map(settlementSummary),
    entries: report.entries.map(entrySummary),
    problems: problemsOf(report),
  };
}

/** Tells a watching person what a sync is doing. */
export function progressTo(terminal: Terminal, nowMs: () => number): (event: SyncProgress) => void {
  return (event) => {
    switch (event.step) {
      case 'discovering':
        return terminal.progress('asking Amazon for settlement reports');
      case 'downloading':
        return terminal.progress(`downloading report ${event.ordinal} of ${event.of}`);
      case 'reading':
        return terminal.progress(`reading ${event.name}: ${event.rows.toLocaleString('en-US')} rows`);
      case 'settlement':
        return terminal.say(`settlement ${event.settlementId}  ${paintState(terminal, event.state)}  ${event.says}`);
      case 'posting':
        return terminal.progress(`posting ${event.postingKey}`);
      case 'entry':
        return terminal.say(`entry ${event.postingKey}  ${paintState(terminal, event.state)}  ${event.says}`);
      case 'waiting':
        return terminal.note(`${event.says}; next look in ${Math.ceil((event.untilMs - nowMs()) / 1000)} s`);
    }
  };
}

/** Tells a watching person what a feed is doing. */
export function feedProgressTo(terminal: Terminal, nowMs: () => number): (event: FeedProgress) => void {
  return (event) => {
    switch (event.step) {
      case 'feed':
        return terminal.progress(`${event.feed}: ${event.says}`);
      case 'waiting':
        return terminal.note(`${event.says}; next look in ${Math.ceil((event.untilMs - nowMs()) / 1000)} s`);
    }
  };
}

function paintState(terminal: Terminal, state: string): string {
  const style = state === 'posted' || state === 'proposed' ? 'green' : state === 'approved' ? 'yellow' : 'red';
  return terminal.paint(style, state.padEnd(11));
}
