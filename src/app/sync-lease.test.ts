/** The lease of a sync is kept by time, however long SAP takes to give one document after the other. */
import { expect, it } from 'vitest';
import { silentLog } from '../core/index.ts';
import type { ConnectionContext } from './context.ts';
import type { LedgerDocument } from './ports.ts';
import { underSyncLease } from './sync-lease.ts';

const LEASE_MS = 180_000;
const LEAVE_WITHIN_MS = 60_000;

/** Reads twenty documents of which SAP needs so long for each; when the lease was renewed. */
async function renewalsWhile(documentMs: number, isMine = true): Promise<number[]> {
  let nowMs = 0;
  const renewals: number[] = [];
  const renew = async () => {
    renewals.push(nowMs);
    return isMine;
  };
  const listDocuments = async function* (): AsyncIterable<LedgerDocument> {
    for (let count = 0; count < 20; count += 1) {
      nowMs += documentMs;
      yield {} as LedgerDocument;
    }
  };
  const context = {
    connection: { id: 'c', name: 'test' },
    books: {
      acquire: async (name: string) => ({ name, fence: 1, renew, release: async () => {} }),
      sapPauseOf: async () => undefined,
      sharedNowMs: async () => nowMs,
    },
    ledger: { listDocuments },
    posting: { leaseMs: LEASE_MS, leaveWithinMs: LEAVE_WITHIN_MS },
    clock: { nowMs: () => nowMs },
    log: silentLog,
  } as unknown as ConnectionContext;
  await underSyncLease(context, async (_lease, { ledger }) => {
    for await (const document of ledger.listDocuments({} as never)) void document;
  });
  return renewals;
}

it('is renewed while SAP gives documents slowly, before a request could outlast it', async () => {
  const renewals = await renewalsWhile(20_000);
  const gaps = renewals.map((at, index) => at - (renewals[index - 1] ?? 0));
  expect(Math.max(...gaps)).toBeLessThanOrEqual(LEAVE_WITHIN_MS);
  expect(renewals.at(-1)).toBeGreaterThan(LEASE_MS);
});

it('control: documents that come at once cost no renewals', async () => {
  expect(await renewalsWhile(10)).toEqual([]);
});

it('LEASE_LOST: a read ends when another process has taken over', async () => {
  await expect(renewalsWhile(40_000, false)).rejects.toMatchObject({ code: 'LEASE_LOST' });
});
