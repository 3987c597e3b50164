import { type FeedProgress, problemsOf, type SyncProgress, type SyncReport } from '../../app/index.ts';
import { PROBLEM_KINDS, type ProblemFacts, type ProblemKind } from '../../core/index.ts';
import { entrySummary, settlementSummary } from '../http/views.ts';
import { formatDocument } from './format-entry.ts';
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

export function exitCodeOfEntry(entry: {
  readonly state: string;
  readonly problem: { readonly kind: string } | null;
}): number {
  const kindOr = (kind: ProblemKind) => PROBLEM_KINDS[(entry.problem?.kind as ProblemKind | undefined) ?? kind];
  switch (entry.state) {
    case 'posted':
    case 'reversed':
      return 0;
    case 'rejected':
      return PROBLEM_KINDS.rejected.exitCode;
    case 'unknown':
    case 'sending':
      return kindOr('unknown').exitCode;
    default:
      return kindOr('unavailable').exitCode;
  }
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

/** What was sent and booked, apart from what stood in SAP already. */
export function countBooked(report: SyncReport): { readonly posted: number; readonly linked: number } {
  const isLinked = new Set(report.linked);
  const posted = report.entries.filter(({ state }) => state === 'posted');
  const linked = posted.filter(({ id }) => isLinked.has(id)).length;
  return { posted: posted.length - linked, linked };
}

export function syncReportDocument(report: SyncReport) {
  const { posted, linked } = countBooked(report);
  const isLinked = new Set(report.linked);
  return {
    newDocuments: report.newDocuments,
    settlements: report.settlements.map(settlementSummary),
    postedCount: posted,
    linkedCount: linked,
    entries: report.entries.map((entry) => ({ ...entrySummary(entry), isLinked: isLinked.has(entry.id) })),
    forWindow: report.forWindow ?? null,
    problems: problemsOf(report),
  };
}

/**
 * Tells a watching person what a sync is doing. `problems`: in full, or as their codes where a report with the full text
 * follows.
 */
export function progressTo(
  terminal: Terminal,
  nowMs: () => number,
  problems: 'in full' | 'as codes' = 'in full',
): (event: SyncProgress) => void {
  let lastLine = '';
  let lastWait = '';
  return (event) => {
    switch (event.step) {
      case 'discovering':
        return terminal.progress('asking Amazon for settlement reports');
      case 'downloading':
        return terminal.progress(`downloading report ${event.ordinal} of ${event.of}`, {
          done: event.ordinal - 1,
          of: event.of,
        });
      case 'reading':
        return terminal.progress(`reading ${event.name}: ${event.rows.toLocaleString('en-US')} rows`);
      case 'settlement':
        return terminal.say(`settlement ${event.settlementId}  ${paintState(terminal, event.state)}  ${event.says}`);
      case 'posting':
        return terminal.progress(`posting ${event.postingKey}`);
      case 'entry': {
        const says = sayEntryEvent(event, problems);
        const line = `entry ${event.postingKey}  ${paintState(terminal, event.state)}  ${says}`.trimEnd();
        if (line !== lastLine) terminal.say(line);
        lastLine = line;
        return;
      }
      case 'waiting': {
        const says = event.says === lastWait ? 'the same again' : event.says.replace(/\.$/, '');
        lastWait = event.says;
        return terminal.note(`${says}; next look ${sayWait(event.untilMs, nowMs())}`);
      }
    }
  };
}

function sayEntryEvent(
  { document, isLinked, problem }: Extract<SyncProgress, { step: 'entry' }>,
  problems: 'in full' | 'as codes',
): string {
  if (document) return `${isLinked ? 'found in SAP and linked: ' : ''}SAP document ${formatDocument(document)}`;
  if (problem === null) return '';
  return problems === 'as codes' ? problem.code : problem.says;
}

function sayWait(untilMs: number, nowMs: number): string {
  return `in ${Math.ceil((untilMs - nowMs) / 1000)} s`;
}

/** Tells a watching person what a feed is doing. */
export function feedProgressTo(terminal: Terminal, nowMs: () => number): (event: FeedProgress) => void {
  return (event) => {
    switch (event.step) {
      case 'feed':
        return terminal.progress(`${event.feed}: ${event.says}`);
      case 'waiting':
        return terminal.note(`${event.says}; next look ${sayWait(event.untilMs, nowMs())}`);
    }
  };
}

function paintState(terminal: Terminal, state: string): string {
  const style = state === 'posted' || state === 'proposed' ? 'green' : state === 'approved' ? 'yellow' : 'red';
  return terminal.paint(style, state.padEnd(11));
}
