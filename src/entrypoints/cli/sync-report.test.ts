import { describe, expect, it } from 'vitest';
import type { EntryRecord, SyncProgress, SyncReport } from '../../app/index.ts';
import { countBooked, progressTo } from './sync-report.ts';
import { createTerminal } from './terminal.ts';

const LOCKED = {
  code: 'SAP_RECORD_LOCKED',
  kind: 'unavailable',
  says: 'A record is locked by MILLER.',
  next: 'Nothing to do.',
} as const;
const document = { sapDocumentNumber: '0100000010', companyCode: '1710', fiscalYear: '2026' } as never;

function told(events: readonly SyncProgress[], problems: 'in full' | 'as codes'): string[] {
  let text = '';
  const stream = { write: (part: string) => (text += part) };
  const show = progressTo(
    createTerminal({ out: stream, err: stream }, { isJson: false, noColor: true }),
    () => 0,
    problems,
  );
  for (const event of events) show(event);
  return text.trimEnd().split('\n');
}

const entry = (change: Partial<Extract<SyncProgress, { step: 'entry' }>>): SyncProgress => ({
  step: 'entry',
  postingKey: 'AMZA',
  state: 'approved',
  document: null,
  isLinked: false,
  problem: null,
  ...change,
});
const waiting: SyncProgress = { step: 'waiting', untilMs: 45_000, says: LOCKED.says };

describe('the progress of a sync', () => {
  it('tells a lock that stays once, not with every try', () => {
    const events = [entry({ problem: LOCKED }), waiting, entry({ problem: LOCKED }), waiting];
    expect(told(events, 'as codes')).toEqual([
      'entry AMZA  approved     SAP_RECORD_LOCKED',
      'A record is locked by MILLER; next look in 45 s',
      'the same again; next look in 45 s',
    ]);
  });

  it('control: without a report after it a problem is told in full', () => {
    expect(told([entry({ problem: LOCKED })], 'in full')).toEqual([`entry AMZA  approved     ${LOCKED.says}`]);
  });

  it('tells what was found in SAP from what was booked', () => {
    const booked = entry({ state: 'posted', document });
    expect(told([booked, entry({ state: 'posted', document, isLinked: true })], 'as codes')).toEqual([
      'entry AMZA  posted       SAP document 0100000010/1710/2026',
      'entry AMZA  posted       found in SAP and linked: SAP document 0100000010/1710/2026',
    ]);
  });
});

it('a document that was only linked is not counted as posted', () => {
  const entries = ['1', '2', '3'].map((id) => ({
    id,
    state: id === '3' ? 'rejected' : 'posted',
  })) as never as EntryRecord[];
  const report = { entries, linked: ['2'] } as never as SyncReport;
  expect(countBooked(report)).toEqual({ posted: 1, linked: 1 });
  expect(countBooked({ ...report, linked: [] }), 'control').toEqual({ posted: 2, linked: 0 });
});
