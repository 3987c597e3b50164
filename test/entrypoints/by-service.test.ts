/** A command says the same, byte for byte, whether it works on the books or through a running service. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Ending } from './command-kit.ts';
import { openServedCommandLine, type ServedCommandLine } from './service-kit.ts';
import { DIALECTS, settlementOfTwoMonths, settlementWithUnknownFee, smallSettlement } from './settlement-files.ts';

const folder = mkdtempSync('/var/tmp/seller-ledger-by-service-');
const SETTLEMENT = '70000000901';
let served: ServedCommandLine;
let entry: string;

beforeAll(async () => {
  served = await openServedCommandLine();
  const { own } = served;
  await own.importFile(smallSettlement(DIALECTS.US));
  await own.importFile(settlementWithUnknownFee(DIALECTS.US));
  entry = (await own.json('entries', 'list'))[0].postingKey;
  // What is made when somebody first looks is there.
  await own.run('schedule', 'show');
  await own.run('mapping', 'list', 'acme');
  await own.run('jobs', 'list');
  await own.run('audit', 'head');
});
afterAll(async () => {
  await served.close();
  rmSync(folder, { recursive: true, force: true });
});

async function both(line: readonly string[]) {
  return { own: await served.own.run(...line), byService: await served.run(...line) };
}

const READING: readonly (readonly string[])[] = [
  ['connections', 'list'],
  ['connections', 'show', 'acme'],
  ['settlements', 'list'],
  ['settlements', 'list', '--limit', '1'],
  ['settlements', 'list', '--state', 'quarantined'],
  ['settlements', 'show', SETTLEMENT],
  ['settlements', 'show', '70000000902', '--all'],
  ['entries', 'list'],
  ['entries', 'show', 'ENTRY'],
  ['approvals', 'list'],
  ['accruals', 'list'],
  ['accruals', 'show', 'NONE'],
  ['mapping', 'list', 'acme'],
  ['mapping', 'show', 'acme'],
  ['mapping', 'unknown'],
  ['schedule', 'show', 'acme'],
  ['jobs', 'list'],
  ['workers', 'list'],
  ['trace', 'settlement', SETTLEMENT],
  ['trace', 'order', '302-0000001-0000001'],
  ['trace', 'line', 'ENTRY', '1'],
  ['reports', 'settlement', SETTLEMENT],
  ['reports', 'journal', 'acme', '--month', '2026-10'],
  ['reconcile', 'ledgers', 'acme', '--movements'],
  ['reconcile', 'month', 'acme', '2026-10', '--with-orders'],
  ['audit', 'list', '--connection', 'acme', '--limit', '5'],
  ['audit', 'verify', 'acme'],
  ['audit', 'head', 'acme'],
  // And what is wrong with it.
  ['connections', 'show', 'nobody'],
  ['settlements', 'compare', SETTLEMENT],
  ['entries', 'show', 'NONE'],
  ['entries', 'show', '..'],
  ['connections', 'show', ''],
  ['entries', 'post', 'ENTRY'],
  ['jobs', 'show', 'NONE'],
  ['jobs', 'replay', '--all-failed', '--why', 'x'],
  ['mapping', 'show', 'acme', '--version', '7'],
  ['schedule', 'pause', '--why', 'x'],
  ['trace', 'document', '0100000010/1710/2026'],
];

describe.each(READING.map((line) => [line.join(' '), line] as const))('seller-ledger %s', (_, words) => {
  it('as text and with --json', async () => {
    const line = words.map((word) => (word === 'ENTRY' ? entry : word));
    const text = await both(line);
    expect(settled(text.byService)).toEqual(settled(text.own));
    expect(text.own.out + text.own.err).not.toBe('');
    const json = await both([...line, '--json']);
    expect(settled(json.byService)).toEqual(settled(json.own));
    expect(JSON.parse(json.own.out)).toBeDefined();
  });
});

/** Without when a head was signed, and the signature of that. */
function settled({ out, ...ending }: Ending): Ending {
  return { ...ending, out: out.includes('audit head 1') ? out.replace(/"(at|signature)": "[^"]*"/g, '') : out };
}

describe('a name that is a way to another address', () => {
  it.each(['..', '.', ''])(
    'NAME_IMPOSSIBLE: %j is refused before anything is asked, and reaches no other record',
    async (name) => {
      for (const line of [
        ['settlements', 'approve', name, '--reason', 'x'],
        ['entries', 'show', name],
      ]) {
        const { byService, own } = await both([...line, '--json']);
        expect(JSON.parse(byService.out).problem, line.join(' ')).toMatchObject({
          code: 'NAME_IMPOSSIBLE',
          data: name,
        });
        expect(byService).toEqual(own);
      }
      // control: dots within a name are a name like any other.
      const { out } = await served.run('entries', 'show', '...', '--json');
      expect(JSON.parse(out).problem).toMatchObject({ code: 'ENTRY_UNKNOWN' });
      // control: so is one with a slash, which is no step of the address there.
      const slashed = await both(['trace', 'sku', 'ABC/', '--json']);
      expect(slashed.byService.out).not.toContain('NAME_IMPOSSIBLE');
      expect(slashed.byService).toEqual(slashed.own);
    },
  );
});

describe('what changes the books', () => {
  it('says the same, and stands in the audit log under the same name', async () => {
    for (const line of [
      ['schedule', 'pause', 'acme', '--why', 'a holiday', '--until', '2030-01-01T06:00Z'],
      ['schedule', 'resume', 'acme', '--why', 'back', '--json'],
      ['connections', 'resume', 'acme', '--reason', 'it is well', '--json'],
      ['schedule', 'run', 'acme', '--work', 'settlements', '--why', 'now'],
    ]) {
      const own = await served.own.run(...line);
      if (line[1] === 'resume' && line[0] === 'schedule')
        await served.own.run('schedule', 'pause', 'acme', '--why', 'x');
      expect(await served.run(...line)).toEqual(own);
      expect(own, line.join(' ')).toMatchObject({ exitCode: 0 });
    }
    const events = await served.own.json('audit', 'list', '--connection', 'acme', '--limit', '50');
    const ofSchedule = events.filter(({ action }: { action: string }) => action.startsWith('schedule.'));
    expect(new Set(ofSchedule.map(({ actor }: { actor: string }) => actor))).toEqual(new Set(['anna']));
    expect(ofSchedule.length).toBeGreaterThan(5);
  });

  it('entries are approved, refused and approved again through the service', async () => {
    const refused = await served.run('entries', 'refuse', entry, '--why', 'the cost centre is wrong');
    expect(refused.out).toBe(`${entry} is refused; earlier approvals of it do not count any more.\n`);
    const approved = await served.run('entries', 'approve', entry, '--reason', 'looked at');
    expect(approved).toMatchObject({
      exitCode: 0,
      out: `${entry} is approved.\nSend it: seller-ledger entries post ${entry}\n`,
    });
    for (const line of [
      ['entries', 'approve', entry, '--why', 'as checked'],
      ['settlements', 'approve', SETTLEMENT, '--why', 'as checked'],
    ]) {
      const again = await both(line);
      expect(again.byService).toEqual(again.own);
      expect(again.own.exitCode, line.join(' ')).toBeGreaterThan(1);
    }
  });

  it('an entry that others of its settlement hold back says so where it is approved and shown, and names no way to post it', async () => {
    const { own } = served;
    await own.importFile(settlementOfTwoMonths(DIALECTS.US, '70000000905'));
    const { entries } = await own.json('settlements', 'show', '70000000905');
    const [first, second] = entries.map(({ postingKey }: { postingKey: string }) => postingKey);
    const says = `Entry ${first} is not sent, because settlement 70000000905 would be in SAP by half: ${second} waits for approval.`;
    const { out } = await served.run('entries', 'approve', first, '--why', 'as checked');
    expect(out).toBe(
      `${first} is approved.\n${says} Next: Approve them first: seller-ledger settlements approve 70000000905 --why TEXT\n`,
    );
    const { byService, own: here } = await both(['entries', 'show', first]);
    expect(byService).toEqual(here);
    expect(here.out).toContain(`  SETTLEMENT_HELD_BACK: ${says} Next: `);
    // control: the last one of it can be posted, and so can the first one then.
    const last = await served.run('entries', 'approve', second, '--why', 'as checked');
    expect(last.out).toBe(`${second} is approved.\nSend it: seller-ledger entries post ${second}\n`);
    expect((await own.run('entries', 'show', first)).out).not.toContain('SETTLEMENT_HELD_BACK');
  });

  it('files are written here, with the same bytes', async () => {
    for (const [name, ...line] of [
      ['table.xlsx', 'mapping', 'export', 'acme'],
      ['table.csv', 'mapping', 'export', 'acme', '--version', '1'],
      ['journal.pdf', 'reports', 'journal', 'acme', '--month', '2026-10'],
      ['journal.xlsx', 'reports', 'journal', 'acme', '--month', '2026-10'],
      ['trace.csv', 'trace', 'settlement', SETTLEMENT],
    ] as const) {
      const path = join(folder, name);
      const own = await served.own.run(...line, '--output', path);
      const bytes = readFileSync(path);
      rmSync(path);
      expect(await served.run(...line, '--output', path)).toEqual(own);
      expect(readFileSync(path).equals(bytes), name).toBe(true);
    }
  });
});
