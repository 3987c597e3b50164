/** Taking a booked entry back: one reversal document, whatever SAP's release, and whatever goes wrong. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addFault, type Fault } from '../../sim/sap/index.ts';
import {
  approveEntry,
  type EntryRecord,
  postOneEntry,
  reverseEntry,
  SYSTEM,
  type SyncReport,
} from '../../src/app/index.ts';
import { deskOf } from '../store/desk.ts';
import { awayFor, OTHER_DAY, openReversalWorld, type ReversalWorld, WISH } from './reversal-kit.ts';
import { QUIET_PERIOD_MS } from './vendors.ts';

const person = { kind: 'user', name: 'accountant' } as const;

/** Without the settlements that other tests have taken back: those are told by every sync. */
const codesOf = ({ problems }: SyncReport) =>
  problems.map(({ code }) => code).filter((code) => code !== 'SETTLEMENT_TAKEN_BACK');

let world: ReversalWorld;

const again = (record: EntryRecord) => world.test.books.getEntry(record.id);
const fault = (planned: Fault) => addFault(world.vendors.sap.world.faults, planned);
const reverse = (record: EntryRecord, wish: Parameters<typeof reverseEntry>[2] = WISH) =>
  reverseEntry({ ...world.context, actor: person }, record, wish);

async function expectReversedOnce(record: EntryRecord): Promise<void> {
  const [number, ...others] = await world.takenBackBy(record);
  const original = await again(record);
  expect(others).toEqual([]);
  expect(original).toMatchObject({ state: 'reversed', document: record.document });
  expect(original.reversedBy?.sapDocumentNumber).toBe(number);
  expect((await world.test.books.verify()).ok).toBe(true);
}

/** Those of which SAP’s release changes what is looked up come first. */
const FAULTS: readonly [string, Fault][] = [
  ['an answer lost after booking', { kind: 'dropReply' }],
  ['a request that never arrived', { kind: 'dropRequest' }],
  ['a SOAP fault after booking', { kind: 'soapFaultAfterBooking' }],
  ['a SOAP fault before booking', { kind: 'soapFault' }],
  ['a maintenance page', { kind: 'maintenance' }],
  ['too many requests', { kind: 'throttle', retryAfterS: 1 }],
  ['an answer cut as XML', { kind: 'truncateReply' }],
  ['an answer cut on the wire', { kind: 'cutReply' }],
  ['a session token asked for again', { kind: 'csrfRequired' }],
  ['a locked account', { kind: 'locked' }],
];

describe.each(['2024', '2020'] as const)('reversing an entry in a SAP of release %s', (release) => {
  beforeAll(async () => {
    world = await openReversalWorld({ release });
  });
  afterAll(() => world.close());

  it('books one document that takes it back on its own posting date, and both are told', async () => {
    const [entry] = await world.posted();
    const { original, reversal } = await reverse(entry!);
    expect(reversal).toMatchObject({
      state: 'posted',
      entry: { postingDate: entry!.entry.postingDate, currency: 'USD' },
    });
    expect(reversal!.entry.reversal).toEqual({
      postingKey: entry!.entry.postingKey,
      fiscalYear: entry!.document!.fiscalYear,
      sapDocumentNumber: entry!.document!.sapDocumentNumber,
      reason: '01',
    });
    expect(original).toMatchObject({ reversalKey: reversal!.entry.postingKey, isCurrent: true });
    await expectReversedOnce(entry!);
    const documents = world.vendors.ledger().filter(({ reference1 }) => reference1 === entry!.origin.name);
    const sums = new Map<string, number>();
    for (const { glAccount, amount } of documents.flatMap(({ lines }) => lines)) {
      sums.set(glAccount, (sums.get(glAccount) ?? 0) + Math.round(Number(amount) * 100));
    }
    expect([documents.length, [...sums.values()].filter((sum) => sum !== 0)]).toEqual([2, []]);
    const history = async ({ id }: EntryRecord) =>
      (await world.test.books.listEvents({ subject: `entry/${id}` })).map(({ action, actor }) => [action, actor.name]);
    expect((await history(original)).slice(3)).toEqual([
      ['entry.reversal', 'accountant'],
      ['entry.reversed', 'accountant'],
    ]);
    expect(await history(reversal!)).toEqual([
      ['entry.approved', 'accountant'],
      ['entry.sending', 'accountant'],
      ['entry.posted', 'accountant'],
    ]);
  });

  it('leaves Amazon’s rows behind the lines of the entry itself', async () => {
    const [entry] = await world.posted();
    const { reversal } = await reverse(entry!);
    expect(reversal!.entry.lines.flatMap(({ buckets }) => buckets)).toEqual([]);
    expect((await again(entry!)).entry).toEqual(entry!.entry);
  });

  it('ENTRY_NOT_REVERSIBLE: a second time, a reversal, and what is not posted', async () => {
    const [entry] = await world.posted();
    const { original, reversal } = await reverse(entry!);
    for (const [refused, says] of [
      [original, 'is reversed; only a posted entry'],
      [entry!, 'is reversed; only a posted entry'],
      [reversal!, 'is itself the reversal of'],
      [(await world.received())[0]!, 'is proposed; only a posted entry'],
    ] as const) {
      const problem = { code: 'ENTRY_NOT_REVERSIBLE', kind: 'conflict', says: expect.stringContaining(says) };
      await expect(reverse(refused)).rejects.toMatchObject(problem);
    }
    await expectReversedOnce(entry!);
    await world.sync();
  });

  it('REVERSAL_REASON_INVALID: a reason that is none goes nowhere', async () => {
    const [entry] = await world.posted();
    for (const reason of ['', '001', 'a', ' 1']) {
      await expect(reverse(entry!, { ...WISH, reason })).rejects.toMatchObject({ code: 'REVERSAL_REASON_INVALID' });
    }
    expect(await world.test.books.listReversals(entry!.id)).toEqual([]);
  });

  it.each<[string, Fault]>(release === '2024' ? FAULTS : FAULTS.slice(0, 3))(
    'ends with one reversal document after %s',
    async (_, planned) => {
      const [entry] = await world.posted();
      fault(planned);
      const { original } = await reverse(entry!);
      expect(['posted', 'reversed']).toContain(original.state);
      await world.sync();
      await expectReversedOnce(entry!);
    },
  );

  it('REVERSAL_OPEN: while its outcome is unknown nothing more is sent', async () => {
    const [entry] = await world.posted();
    fault({ kind: 'dropRequest' });
    const { reversal } = await reverse(entry!);
    expect(reversal).toMatchObject({ state: 'unknown' });
    const problem = { code: 'REVERSAL_OPEN', next: expect.stringContaining('seller-ledger sync test') };
    await expect(reverse(entry!)).rejects.toMatchObject(problem);
    await expect(reverse(entry!, OTHER_DAY)).rejects.toMatchObject(problem);
    expect(await world.takenBackBy(entry!)).toEqual([]);
    await world.sync();
    await expectReversedOnce(entry!);
  });

  it('is sent again under the same key, once the quiet period is over and not before', async () => {
    const [entry] = await world.posted();
    fault({ kind: 'dropRequest' });
    const { reversal } = await reverse(entry!);
    await world.sync({}, false);
    expect(await again(reversal!)).toMatchObject({ state: 'unknown' });
    await world.vendors.clock.sleep(QUIET_PERIOD_MS);
    await world.sync({}, false);
    expect(await again(reversal!)).toMatchObject({ state: 'posted', attempt: 2 });
    await expectReversedOnce(entry!);
  });

  it('a closed period leaves the entry posted; on another day it is another entry, on the same day the same', async () => {
    const [entry] = await world.posted();
    fault({ kind: 'periodClosed', times: 2 });
    const first = await reverse(entry!);
    expect(first.original).toMatchObject({ state: 'posted', reversalKey: first.reversal!.entry.postingKey });
    expect(first.reversal).toMatchObject({ state: 'rejected', problem: { next: expect.stringContaining('--date') } });
    expect(first.reversal!.messages.map(({ typeId }) => typeId)).toContain('201(F5)');
    const second = await reverse(entry!);
    expect(second.reversal).toMatchObject({ id: first.reversal!.id, state: 'rejected', attempt: 2 });
    const third = await reverse(entry!, OTHER_DAY);
    expect(third.reversal).toMatchObject({ state: 'posted', entry: { postingDate: '2026-11-02' } });
    expect(third.reversal!.entry.postingKey).not.toBe(first.reversal!.entry.postingKey);
    expect(await again(first.reversal!)).toMatchObject({ state: 'withdrawn' });
    await expectReversedOnce(entry!);
  });

  it('a refused reversal can be approved and posted like any refused entry, and holds no other settlement', async () => {
    const [entry] = await world.posted();
    fault({ kind: 'periodClosed' });
    const { reversal } = await reverse(entry!);
    const report = await world.sync();
    expect(codesOf(report)).toEqual(['SAP_ENTRY_REJECTED']);
    const approved = await approveEntry(deskOf(world.test.books), reversal!, person, 'period 10 is open');
    expect(await postOneEntry(world.context, approved)).toMatchObject({ state: 'posted' });
    await expectReversedOnce(entry!);
    expect(codesOf(await world.sync())).toEqual([]);
  });

  it('a document that a person reversed in SAP is adopted, and nothing is sent', async () => {
    const [entry] = await world.posted();
    const number = world.reverseInSap(entry!);
    const count = world.vendors.ledger().length;
    const { original, reversal } = await reverse(entry!);
    expect([reversal, world.vendors.ledger().length]).toEqual([null, count]);
    expect(original).toMatchObject({ state: 'reversed', reversedBy: { sapDocumentNumber: number }, reversalKey: null });
  });

  it('one that a person reversed while the reversal was refused is adopted, and the reversal withdrawn', async () => {
    const [entry] = await world.posted();
    fault({ kind: 'periodClosed' });
    const { reversal } = await reverse(entry!);
    const number = world.reverseInSap(entry!);
    const { original } = await reverse(entry!, OTHER_DAY);
    expect(original).toMatchObject({ state: 'reversed', reversedBy: { sapDocumentNumber: number }, reversalKey: null });
    expect(await again(reversal!)).toMatchObject({ state: 'withdrawn' });
    expect(await world.takenBackBy(entry!)).toEqual([number]);
  });

  it('one that a person reversed before an approved reversal was sent is adopted by the sync', async () => {
    const [entry] = await world.posted();
    const away = { ...world.context, ledger: awayFor(world.context.ledger) };
    const { reversal, unavailable } = await reverseEntry(away, entry!, WISH);
    expect([reversal!.state, unavailable?.scope]).toEqual(['approved', 'system']);
    world.reverseInSap(entry!);
    await world.sync();
    expect(await again(reversal!)).toMatchObject({ state: 'withdrawn' });
    await expectReversedOnce(entry!);
  });

  it('SAP_DOCUMENT_DIFFERS: another document of the same number is not reversed, as in another SAP system', async () => {
    const [entry] = await world.posted();
    const ledger = {
      ...world.context.ledger,
      findDocument: async (key: Parameters<typeof world.context.ledger.findDocument>[0]) => {
        const found = await world.context.ledger.findDocument(key);
        return found && { ...found, reference: 'INVOICE 4711' };
      },
    };
    const attempt = reverseEntry({ ...world.context, ledger }, entry!, WISH);
    await expect(attempt).rejects.toMatchObject({
      code: 'SAP_DOCUMENT_DIFFERS',
      says: expect.stringContaining('reference INVOICE 4711 instead of'),
    });
    expect(await world.test.books.listReversals(entry!.id)).toEqual([]);
  });

  it('SAP_ORIGINAL_NOT_FOUND: what SAP does not show is not reversed, neither now nor after the quiet period', async () => {
    const [entry] = await world.posted();
    const ledger = { ...world.context.ledger, findDocument: async () => undefined };
    const problem = { code: 'SAP_ORIGINAL_NOT_FOUND', kind: 'conflict' };
    await expect(reverseEntry({ ...world.context, ledger }, entry!, WISH)).rejects.toMatchObject(problem);
    expect(await world.test.books.listReversals(entry!.id)).toEqual([]);
    fault({ kind: 'dropRequest' });
    const { reversal } = await reverse(entry!);
    await world.sync({ ledger });
    expect(await again(reversal!)).toMatchObject({ state: 'unknown', problem });
    expect(await world.takenBackBy(entry!)).toEqual([]);
    await world.sync();
    await expectReversedOnce(entry!);
  });

  it('SAP_REVERSAL_UNNAMED: reversed by nobody knows what is left to a person', async () => {
    const [entry] = await world.posted();
    fault({ kind: 'dropRequest' });
    const { reversal } = await reverse(entry!);
    const ledger = {
      ...world.context.ledger,
      findDocument: async (key: Parameters<typeof world.context.ledger.findDocument>[0]) => {
        const found = await world.context.ledger.findDocument(key);
        return found && { ...found, isReversed: true, reverseDocument: null };
      },
    };
    await world.sync({ ledger });
    expect(await again(reversal!)).toMatchObject({ state: 'unknown', problem: { code: 'SAP_REVERSAL_UNNAMED' } });
    await world.sync();
    await expectReversedOnce(entry!);
  });

  it('one that another process is about to send is refused, and one that lost its lease is not sent', async () => {
    const [entry] = await world.posted();
    const lease = await world.test.books.acquire(`sync:${world.context.connection.id}`, 60_000);
    await expect(reverse(entry!)).rejects.toMatchObject({ code: 'SYNC_RUNNING' });
    if ('release' in lease) await lease.release();
    const acquire: typeof world.test.books.acquire = async (name, leaseMs) => {
      const taken = await world.test.books.acquire(name, leaseMs);
      return 'fence' in taken ? { ...taken, renew: async () => false } : taken;
    };
    const paused = { ...world.context, books: { ...world.test.books, acquire } };
    await expect(reverseEntry(paused, entry!, WISH)).rejects.toMatchObject({ code: 'LEASE_LOST' });
    expect(await world.takenBackBy(entry!)).toEqual([]);
    await world.sync();
    await expectReversedOnce(entry!);
  });

  it('of two processes that reverse it at once one does', async () => {
    const [entry] = await world.posted();
    const results = await Promise.allSettled([reverse(entry!), reverse(entry!), reverse(entry!)]);
    const codes = results.flatMap((result) => (result.status === 'rejected' ? [result.reason.code] : []));
    expect(codes).toHaveLength(2);
    for (const code of codes) expect(['SYNC_RUNNING', 'ENTRY_NOT_REVERSIBLE']).toContain(code);
    await expectReversedOnce(entry!);
  });

  it('a reversal that SAP books late although its outcome was unknown is found, not sent again', async () => {
    const [entry] = await world.posted();
    fault({ kind: 'dropReply' });
    const { reversal } = await reverse(entry!);
    const seen = world.context.ledger.findDocument;
    let looks = 0;
    const ledger = {
      ...world.context.ledger,
      findByPostingKey: async () => [],
      findDocument: async (key: Parameters<typeof seen>[0]) => {
        const found = await seen(key);
        looks += 1;
        return found && looks < 3 ? { ...found, isReversed: false, reverseDocument: null } : found;
      },
    };
    if (release === '2024') await world.sync({ ledger });
    else await world.sync();
    expect(await again(reversal!)).toMatchObject({ state: 'posted', attempt: 1 });
    await expectReversedOnce(entry!);
  });
});

describe('a reversal in contradiction', () => {
  beforeAll(async () => {
    world = await openReversalWorld({ release: '2020' });
  });
  afterAll(() => world.close());

  it('SAP_REVERSED_TWICE: booked as a mirror and reversed by a person is left to a person', async () => {
    const [entry] = await world.posted();
    fault({ kind: 'dropReply' });
    const { reversal } = await reverse(entry!);
    world.reverseInSap(entry!);
    await world.sync();
    const unclear = await again(reversal!);
    expect(unclear).toMatchObject({ state: 'unknown', problem: { code: 'SAP_REVERSED_TWICE', kind: 'conflict' } });
    expect(await again(entry!)).toMatchObject({ state: 'posted' });
  });

  it('a mirror whose request was lost is not sent when a person reversed it meanwhile, and theirs is adopted late', async () => {
    const [entry] = await world.posted();
    fault({ kind: 'dropRequest' });
    const { reversal } = await reverse(entry!);
    const number = world.reverseInSap(entry!);
    await world.sync({}, false);
    // Ours might still arrive, and then there would be two.
    expect(await again(reversal!)).toMatchObject({ state: 'unknown', problem: { kind: 'unknown' } });
    await world.vendors.clock.sleep(QUIET_PERIOD_MS);
    await world.sync({}, false);
    expect(await again(reversal!)).toMatchObject({ state: 'posted', document: { sapDocumentNumber: number } });
    await expectReversedOnce(entry!);
  });

  it('control: a mirror sent without a look at what a person did takes the entry back twice', async () => {
    const [entry] = await world.posted();
    const seen = world.context.ledger.findDocument;
    const careless = {
      ...world.context.ledger,
      findDocument: async (key: Parameters<typeof seen>[0]) => {
        const found = await seen(key);
        return found && { ...found, isReversed: false };
      },
    };
    world.reverseInSap(entry!);
    await reverseEntry({ ...world.context, ledger: careless, actor: SYSTEM }, entry!, WISH);
    expect(await world.takenBackBy(entry!)).toHaveLength(2);
  });
});

describe('a reversal by SAP’s own fields', () => {
  beforeAll(async () => {
    world = await openReversalWorld({ release: '2024' });
  });
  afterAll(() => world.close());

  it('that SAP refuses because a person was faster adopts theirs', async () => {
    const [entry] = await world.posted();
    const seen = world.context.ledger.findDocument;
    let number = '';
    const ledger = {
      ...world.context.ledger,
      findDocument: async (key: Parameters<typeof seen>[0]) => {
        const found = await seen(key);
        if (!number) number = world.reverseInSap(entry!);
        return found;
      },
    };
    const { original, reversal } = await reverseEntry({ ...world.context, ledger }, entry!, WISH);
    expect([original.state, reversal, original.reversedBy?.sapDocumentNumber]).toEqual(['reversed', null, number]);
    const [withdrawn] = await world.test.books.listReversals(entry!.id);
    expect(withdrawn).toMatchObject({ state: 'withdrawn', attempt: 1 });
    expect(await world.takenBackBy(entry!)).toEqual([number]);
  });

  it('that SAP refused, and that a person then made in SAP by hand, is adopted by the next sync', async () => {
    const [entry, untouched] = await world.posted(2);
    fault({ kind: 'periodClosed', times: 2 });
    const { reversal } = await reverse(entry!);
    const other = await reverse(untouched!);
    const number = world.reverseInSap(entry!);
    const report = await world.sync();
    expect(await again(entry!)).toMatchObject({ state: 'reversed', reversedBy: { sapDocumentNumber: number } });
    expect(await again(reversal!)).toMatchObject({ state: 'withdrawn' });
    // control: the one that nobody touched stays refused, and is told.
    expect(await again(other.reversal!)).toMatchObject({ state: 'rejected' });
    expect(codesOf(report)).toEqual(['SAP_ENTRY_REJECTED']);
    await reverse(untouched!);
    await expectReversedOnce(untouched!);
  });

  it('for a reason that SAP does not have shows SAP’s words and leaves the entry posted', async () => {
    const [entry] = await world.posted();
    const { original, reversal } = await reverse(entry!, { ...WISH, reason: 'ZZ' });
    expect(original.state).toBe('posted');
    expect(reversal!.messages.map(({ text }) => text).join()).toContain('Reversal reason ZZ is not defined');
    const { next } = reversal!.problem!;
    expect(next).toMatch(
      /administrator\. Or reverse it for another reason .*Define Reasons for Reversal.* --reason CODE /,
    );
    expect(next).not.toMatch(/ZZ|approve/);
    expect((await reverse(entry!)).reversal).toMatchObject({ state: 'posted' });
    await expectReversedOnce(entry!);
  });
});

describe('a SAP that shows documents some time after they were booked', () => {
  const DELAY_MS = 2 * QUIET_PERIOD_MS;
  afterAll(() => world.close());

  it('is not asked to reverse what it does not show, and one reversal is booked although it is shown too late', async () => {
    world = await openReversalWorld({ release: '2024', itemCubeDelayMs: DELAY_MS });
    const [entry] = await world.posted();
    await expect(reverse(entry!)).rejects.toMatchObject({ code: 'SAP_ORIGINAL_NOT_FOUND' });
    await world.vendors.clock.sleep(DELAY_MS);
    fault({ kind: 'dropReply' });
    const { reversal } = await reverse(entry!);
    // Not seen within the quiet period, it is sent again; SAP knows that the document is reversed and refuses.
    await world.sync();
    expect(await again(reversal!)).toMatchObject({ state: 'rejected', attempt: 2 });
    await world.vendors.clock.sleep(DELAY_MS);
    await world.sync();
    await expectReversedOnce(entry!);
  });
});
