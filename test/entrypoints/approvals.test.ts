/** Approval by amount: nothing leaves for SAP before as many people as it takes have said yes to exactly that. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import {
  type Actor,
  approveEntry,
  approveSettlement,
  type EntryRecord,
  refuseEntry,
  reverseEntry,
  reverseSettlement,
  type SyncReport,
} from '../../src/app/index.ts';
import { type CurrencyCode, money } from '../../src/core/index.ts';
import { runCli } from '../../src/entrypoints/cli/program.ts';
import { openReversalWorld, type ReversalWorld, WISH } from '../simulation/reversal-kit.ts';
import { TEST_KEY, urlOf } from '../store/database.ts';
import { deskOf } from '../store/desk.ts';
import { QUICK_FOLDER } from '../store/quick-folder.ts';
import { DIALECTS, settlementBytes, smallSettlement } from './settlement-files.ts';

const USD = 'USD' as CurrencyCode;
const [ANNA, BEN] = ['anna', 'ben'].map((name): Actor => ({ kind: 'user', name })) as [Actor, Actor];
const home = mkdtempSync(`${QUICK_FOLDER}/seller-ledger-approvals-`);

let world: ReversalWorld;
beforeAll(async () => {
  world = await openReversalWorld();
});
afterAll(async () => {
  await world.close();
  rmSync(home, { recursive: true, force: true });
});

/** Everything over nothing takes two people. */
const strict = () => ({ ...world.context.posting, fourEyesAbove: new Map([[USD, money(USD, 0n)]]) });
const approve = async ({ id }: EntryRecord, by: Actor) =>
  approveEntry(deskOf(world.test.books, strict()), await world.test.books.getEntry(id), by, 'looked at');
const stateOf = async ({ id }: EntryRecord) => (await world.test.books.getEntry(id)).state;
const sync = () => world.sync({ posting: strict() });
const codesOf = ({ problems }: SyncReport) => problems.map(({ code }) => code);

describe('a sync with limits', () => {
  it('sends an entry above them once two people have approved it, and not before', async () => {
    const [entry] = await world.received();
    const documents = world.vendors.ledger().length;
    await sync();
    await approve(entry!, ANNA);
    expect(codesOf(await sync())).toEqual([]);
    expect([await stateOf(entry!), world.vendors.ledger().length]).toEqual(['proposed', documents]);
    await approve(entry!, BEN);
    await sync();
    expect([await stateOf(entry!), world.vendors.ledger().length]).toEqual(['posted', documents + 1]);
  });

  it('control: sends what is within them by itself', async () => {
    const [entry] = await world.received();
    const limits = new Map([[USD, money(USD, 100_000_000n)]]);
    await world.sync({ posting: { ...world.context.posting, automaticUpTo: limits, fourEyesAbove: limits } });
    expect(await stateOf(entry!)).toBe('posted');
  });

  it('ENTRY_REFUSED: tells everybody what a person refused, and sends it only when people approve it after all', async () => {
    const [entry] = await world.received();
    const refused = await refuseEntry(world.test.books, entry!, ANNA, 'the commission is wrong');
    // Without limits the system would approve it by itself.
    for (const report of [await world.sync(), await world.sync()]) {
      expect(report.problems).toMatchObject([
        { code: 'ENTRY_REFUSED', says: `anna refused entry ${entry!.entry.postingKey}: the commission is wrong` },
      ]);
    }
    const desk = deskOf(world.test.books, world.context.posting);
    const settlement = await world.test.books.getSettlement(refused.origin.key);
    // A word about the whole settlement does not pass over it.
    await expect(approveSettlement(desk, settlement, BEN, 'all of it')).rejects.toMatchObject({
      code: 'ENTRY_REFUSED',
    });
    await approveEntry(desk, refused, BEN, 'it is right');
    expect(codesOf(await world.sync())).toEqual([]);
    expect(await stateOf(entry!)).toBe('posted');
  });
});

describe('a reversal above the limit', () => {
  const by = (actor: Actor) => ({ ...world.context, posting: strict(), actor });

  it('REVERSAL_WAITS: is sent when another person asks for the same', async () => {
    const [entry] = await world.posted();
    for (const attempt of [1, 2]) {
      const says = expect.stringContaining('takes two people, and anna asked for it');
      await expect(reverseEntry(by(ANNA), entry!, WISH), `${attempt}`).rejects.toMatchObject({
        code: 'REVERSAL_WAITS',
        says,
      });
    }
    expect([await world.takenBackBy(entry!), await stateOf(entry!)]).toEqual([[], 'posted']);
    const { original, reversal } = await reverseEntry(by(BEN), entry!, WISH);
    expect([original.state, reversal?.state]).toEqual(['reversed', 'posted']);
    expect(await world.takenBackBy(entry!)).toHaveLength(1);
    await world.sync();
  });

  it('of a whole settlement is asked for once, told by each sync, and goes through with one other person', async () => {
    const entries = await world.posted(2);
    const settlement = await world.test.books.getSettlement(entries[0]!.origin.key);
    const wish = { ...WISH, proposeAgain: false };
    expect(await reverseSettlement(by(ANNA), settlement, wish)).toMatchObject({
      problems: [{ code: 'REVERSAL_WAITS' }],
    });
    await sync();
    expect(await Promise.all(entries.map(stateOf))).toEqual(['posted', 'posted']);
    expect(await reverseSettlement(by(BEN), settlement, wish)).toMatchObject({ problems: [] });
    expect(await Promise.all(entries.map(stateOf))).toEqual(['reversed', 'reversed']);
  });

  it('that is proposed anew afterwards is not gone on with by a sync while the second person is missing', async () => {
    const entries = await world.posted(2);
    const settlement = await world.test.books.getSettlement(entries[0]!.origin.key);
    const wish = { ...WISH, proposeAgain: true };
    await reverseSettlement(by(ANNA), settlement, wish);
    expect(codesOf(await sync())).toContain('REVERSAL_WAITS');
    const refused = await world.test.books.getEntry(entries[0]!.id);
    await refuseEntry(world.test.books, refused, BEN, 'leave it');
    const told = (await sync()).problems.find(({ code }) => code === 'REVERSAL_WAITS');
    expect(told?.says).toContain('was refused by ben: leave it');
    expect(await Promise.all(entries.map(stateOf))).toEqual(['posted', 'posted']);
    await reverseSettlement(by(ANNA), settlement, wish);
    expect(await reverseSettlement(by(BEN), settlement, wish)).toMatchObject({ problems: [], isProposedAgain: true });
    expect(await Promise.all(entries.map(stateOf))).toEqual(['reversed', 'reversed']);
  });
});

describe('at the command line', () => {
  async function run(user: string, ...args: string[]) {
    const text = { out: '', err: '' };
    for (const [stream, name] of [[process.stdout, 'out'] as const, [process.stderr, 'err'] as const]) {
      vi.spyOn(stream, 'write').mockImplementation((chunk) => {
        text[name] += String(chunk);
        return true;
      });
    }
    const line = ['node', 'seller-ledger', '--home', home, '--database-url', urlOf(world.test.database), ...args];
    const exitCode = await runCli(line, { SELLER_LEDGER_USER: user, SELLER_LEDGER_KEY: TEST_KEY });
    vi.restoreAllMocks();
    return { exitCode, ...text };
  }
  const asJson = async (...args: string[]) => JSON.parse((await run('anna', ...args, '--json')).out);

  let key: string;
  beforeAll(async () => {
    const { url } = world.vendors.sap;
    const file = {
      name: 'shop',
      sellerAccount: 'A2SHOP',
      amazon: { region: 'EU', clientId: 'amzn1.test', clientSecret: 's', refreshToken: 'token' },
      sap: {
        baseUrl: url,
        journalEntryUrl: `${url}/post`,
        createdByUser: 'TEST',
        authentication: { type: 'basic', user: 'u', password: 'p' },
      },
      posting: { automaticUpTo: { USD: '1.00' }, fourEyesAbove: { USD: '10.00' } },
    };
    writeFileSync(join(home, 'shop.json'), JSON.stringify(file));
    expect(await run('dora', 'connections', 'add', '--file', join(home, 'shop.json'))).toMatchObject({ exitCode: 0 });
    const bytes = settlementBytes(smallSettlement(DIALECTS.US), DIALECTS.US);
    writeFileSync(join(home, 'settlement.txt'), bytes);
    await run('anna', 'settlements', 'import', join(home, 'settlement.txt'), '--connection', 'shop');
    key = (await asJson('approvals', 'list', 'shop'))[0].postingKey;
  });

  it('says what waits for whom, over which amount and why', async () => {
    const [waiting] = await asJson('approvals', 'list', 'shop');
    expect(waiting).toMatchObject({
      people: 2,
      missing: 2,
      given: [],
      reversal: null,
      postingKey: key,
      state: 'proposed',
    });
    const { out } = await run('anna', 'approvals', 'list');
    expect(out).toContain(key);
    expect(out).toMatch(/2 people.* is above posting\.fourEyesAbove \(10\.00\)/);
    expect(out).toContain(`seller-ledger entries approve ${key}`);
  });

  it('records each approval, refuses the same person, and shows who said what', async () => {
    const first = await run('anna', 'entries', 'approve', key, '--reason', 'checked with the bank');
    expect(first).toMatchObject({ exitCode: 0, out: expect.stringContaining('It waits for 1 more person') });
    const again = await run('anna', 'entries', 'approve', key, '--why', 'as checked');
    expect(again.err).toContain('APPROVAL_TWICE');
    expect(again.exitCode).not.toBe(0);
    expect((await run('anna', 'entries', 'show', key)).out).toMatch(/approved by anna at .*: checked with the bank/);
    const settlement = (await asJson('entries', 'show', key)).settlementId;
    expect((await run('ben', 'settlements', 'approve', settlement, '--why', 'as checked')).out).toContain(
      `${key} is approved.`,
    );
    expect((await asJson('settlements', 'show', settlement)).approvals).toMatchObject([
      { postingKey: key, missing: 0, given: [{ person: 'anna' }, { person: 'ben' }] },
    ]);
    expect((await run('anna', 'approvals', 'list', 'shop')).out).toContain('Nothing waits for a person.');
  });

  it('takes back what was approved, with the reason for everybody', async () => {
    expect(await run('cleo', 'entries', 'refuse', key, '--why', 'wrong period')).toMatchObject({ exitCode: 0 });
    expect((await run('anna', 'entries', 'show', key)).out).toMatch(/refused by cleo at .*: wrong period/);
    expect((await run('anna', 'approvals', 'list')).out).toContain('refused by cleo: wrong period');
  });
});
