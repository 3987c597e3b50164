/** Facts and records for tests of alerts. */
import type { AlertRecord, ConnectionId } from '../index.ts';
import type { AlertFacts } from './alert-facts.ts';

export const NOW = '2026-11-26T12:00:00.000Z';
export const NOW_MS = Date.parse(NOW);
export const ACME = { connectionId: 'c0ffee00-0000-8000-8000-000000000001' as ConnectionId, connection: 'acme' };

export function ago(ms: number): string {
  return new Date(NOW_MS - ms).toISOString();
}

/** Books in which nothing needs anybody. */
export const QUIET: AlertFacts = {
  nowMs: NOW_MS,
  limits: {
    approvalMs: 24 * 60 * 60_000,
    unknownMs: 30 * 60_000,
    heldMs: 12 * 60 * 60_000,
    notSentMs: 14 * 24 * 60 * 60_000,
    sapAwayMs: 2 * 60 * 60_000,
    freeBytes: 2_000 * 1024 * 1024,
  },
  approvals: [],
  waitingTables: [],
  looserRules: [],
  disks: [],
  quarantined: { oldest: [], count: 0 },
  reissued: { oldest: [], count: 0 },
  rejected: { oldest: [], count: 0 },
  unknown: { oldest: [], count: 0 },
  held: { oldest: [], count: 0 },
  notSent: { oldest: [], count: 0 },
  takenBack: { oldest: [], count: 0 },
  unreadable: { oldest: [], count: 0 },
  stopped: [],
  paused: [],
  newestSettlements: [],
  feeds: [],
  schedules: [],
  pausedWorks: [],
  channels: [],
  backup: null,
  failedDrill: null,
  jobs: { failing: [], failed: [], waiting: 0, oldestDueAt: null },
  buyersOverdue: [],
};

export function alertRecord(facts: Partial<AlertRecord> = {}): AlertRecord {
  return {
    key: 'entry-rejected:1',
    rule: 'entry-rejected',
    ...ACME,
    severity: 'warning',
    says: 'SAP refuses entry AMZ1 of acme.',
    next: 'seller-ledger entries show AMZ1',
    episode: 1,
    firstSeen: ago(60_000),
    lastSeen: NOW,
    resolvedAt: null,
    acknowledged: null,
    isMuted: false,
    ...facts,
  };
}
