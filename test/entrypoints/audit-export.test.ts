/** What is kept elsewhere of the audit log proves later, without the database, what was in it. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { type ArchiveFile, archiveAudit, assertMove, type Books, verifyAuditExport } from '../../src/app/index.ts';
import { type Sha256, sha256Of, toProblem } from '../../src/core/index.ts';
import { createBooks, keyFile, openVault, readProcessTable } from '../../src/store/index.ts';
import { ANNA } from '../store/samples.ts';
import { type CommandLine, connection, openCommandLine } from './command-kit.ts';
import { DIALECTS, smallSettlement } from './settlement-files.ts';

let line: CommandLine;
let books: Books;
let exported: string;
const path = (name: string) => join(line.folder, name);

beforeAll(async () => {
  line = await openCommandLine();
  await line.importFile(smallSettlement(DIALECTS.US));
  writeFileSync(path('other.yaml'), JSON.stringify(connection('other')));
  await line.run('connections', 'add', '--file', path('other.yaml'));
  const { vault } = await openVault({
    database: line.database,
    sources: [keyFile(path('vault.key'), { mayMake: false })],
  });
  const processes = await readProcessTable({ pid: process.pid, hostName: 'test' });
  books = createBooks({ database: line.database, vault, assertMove, processes });
  await line.json('audit', 'head', '--output', path('all.json'));
  await line.json('audit', 'head', 'acme', '--output', path('acme.json'));
  await line.json('audit', 'export', '--output', path('all.jsonl'));
  exported = readFileSync(path('all.jsonl'), 'utf8');
});
afterEach(() => vi.restoreAllMocks());
afterAll(() => line.close());

async function* linesIn(text: string): AsyncIterable<string> {
  yield* text.trimEnd().split('\n');
}

/** What somebody with full rights on the database could do. */
async function tamper(...statements: string[]): Promise<void> {
  const client = await line.database.pool.connect();
  try {
    await client.query("set session_replication_role = 'replica'");
    for (const statement of statements) await client.query(statement);
    await client.query('reset session_replication_role');
  } finally {
    client.release();
  }
}

describe('an export of the audit log', () => {
  it('has every event of every chain, and verifies without a database', async () => {
    const verified = await line.json('audit', 'verify', path('all.jsonl'), '--head', path('acme.json'));
    const { chains } = await books.verify();
    expect(verified).toMatchObject({ isWhole: true, faults: [] });
    expect(verified.heads.map((head: { chain: string }) => head.chain)).toEqual(chains.map(({ chain }) => chain));
    expect(verified.heads.map((head: { connection: string }) => head.connection)).toContain('acme');
    const { publicKey } = await line.json('audit', 'key');
    expect(await line.run('audit', 'verify', path('all.jsonl'), '--public-key', publicKey)).toMatchObject({
      exitCode: 0,
      out: expect.stringContaining('as you named it'),
    });
    const other = await line.run('audit', 'verify', path('all.jsonl'), '--public-key', 'AAAA');
    expect(other).toMatchObject({ exitCode: 70, out: expect.stringContaining('another key') });
  });

  it('control: the books themselves verify, each chain by the name of its connection', async () => {
    expect((await line.run('audit', 'verify')).out).toMatch(/installation {2}\d+ [\s\S]*acme \([0-9a-f-]{36}\) {2}\d+/);
  });

  it('has one connection alone, and the part of it that is wanted', async () => {
    const { events, chains } = await line.json('audit', 'export', 'acme', '--output', path('acme.jsonl'));
    expect(chains).toHaveLength(1);
    expect(events).toBeGreaterThan(3);
    expect(readFileSync(path('acme.jsonl'), 'utf8')).not.toContain('A2OTHER');
    const later = ['--since', '2099-01-01'];
    const none = await line.json('audit', 'export', 'acme', '--output', path('later.jsonl'), ...later);
    expect(none).toMatchObject({ events: 0 });
    expect(await line.run('audit', 'verify', path('acme.jsonl'))).toMatchObject({ exitCode: 0 });
  });

  it('the list has the events of the days that are wanted', async () => {
    const events: { at: string }[] = await line.json('audit', 'list', '--connection', 'acme', '--limit', '1000');
    const day = events[0]?.at.slice(0, 10) ?? '';
    const of = (...days: string[]) =>
      line.json('audit', 'list', '--connection', 'acme', '--limit', '1000', ...days) as Promise<{ at: string }[]>;
    expect(await of('--since', day)).toEqual(events);
    const first = events.filter(({ at }) => at.startsWith(day));
    expect(await of('--since', day, '--until', day)).toEqual(first);
    expect(await of('--since', '2099-01-01')).toEqual([]);
    expect(await of('--until', '2000-01-01')).toEqual([]);
  });

  it('a byte that is flipped anywhere is found', async () => {
    expect((await verifyAuditExport(linesIn(exported), { heads: [] })).faults).toEqual([]);
    const step = Math.max(1, Math.floor(exported.length / (process.env.LOAD === 'full' ? 20_000 : 150)));
    for (let at = 0; at < exported.length - 1; at += step) {
      const flipped = exported.slice(0, at) + String.fromCharCode(exported.charCodeAt(at) ^ 1) + exported.slice(at + 1);
      const found = await verifyAuditExport(linesIn(flipped), { heads: [] }).catch(toProblem);
      expect('faults' in found ? found.faults.length > 0 : found.code === 'AUDIT_EXPORT_UNREADABLE', `byte ${at}`).toBe(
        true,
      );
    }
  });

  it.each<[what: string, change: (lines: string[]) => string[], says: RegExp]>([
    ['an event left out', (lines) => lines.toSpliced(2, 1), /Event 2 was removed/],
    ['a head left out', (lines) => lines.toSpliced(-2, 1), /its signed head is missing/],
    ['the last event of a chain left out', (lines) => lines.toSpliced(-5, 1), /tells of another end/],
    ['a line of something else', (lines) => lines.toSpliced(3, 0, '{}'), /is no event/],
  ])('%s is found', async (_what, change, says) => {
    const lines = change(exported.trimEnd().split('\n'));
    const { faults } = await verifyAuditExport(linesIn(lines.join('\n')), { heads: [] });
    expect(faults.join('\n')).toMatch(says);
  });

  it('a chain that breaks is told once, and the others are read to their end', async () => {
    const lines = exported.trimEnd().split('\n').toSpliced(2, 1);
    const { faults, heads } = await verifyAuditExport(linesIn(lines.join('\n')), { heads: [] });
    expect(faults).toEqual([expect.stringContaining('Event 2 was removed')]);
    expect(heads.length).toBeGreaterThan(1);
  });

  it('that was rewritten and signed by another key is found by the head that was kept', async () => {
    const head = JSON.parse(readFileSync(path('acme.json'), 'utf8'));
    const { faults } = await verifyAuditExport(linesIn(exported), {
      heads: [{ ...head, hash: 'a'.repeat(64), publicKey: 'AAAA' }],
    });
    expect(faults.join('\n')).toMatch(/signed by another key[\s\S]*is not the one of which you kept the head/);
  });

  it('is not overwritten', async () => {
    expect(await line.run('audit', 'export', '--output', path('all.jsonl'))).toMatchObject({
      exitCode: 2,
      err: expect.stringContaining('FILE_NOT_WRITTEN'),
    });
    expect(readFileSync(path('all.jsonl'), 'utf8')).toBe(exported);
  });
});

describe('another key that signs', () => {
  it('is handed over to by the one before it, so that what was kept still verifies', async () => {
    const { publicKey: first } = await line.json('audit', 'key');
    const ending = await line.run('audit', 'rotate-key', '--why', 'whoever made it has left');
    expect(ending).toMatchObject({ exitCode: 0, out: expect.stringContaining('Signing key 2 is in use') });
    expect(await line.json('audit', 'key')).toMatchObject({ number: 2, earlier: [{ number: 1, publicKey: first }] });
    expect((await line.run('audit', 'key')).out).toMatch(/key 1 .*\n.*\nin use .*, which it handed over/);
    expect(await line.run('audit', 'verify', '--against', path('acme.json'))).toMatchObject({ exitCode: 0 });
    await line.json('audit', 'export', '--output', path('rotated.jsonl'));
    const known = ['--public-key', first, '--head', path('acme.json')];
    expect(await line.run('audit', 'verify', path('rotated.jsonl'), ...known)).toMatchObject({
      exitCode: 0,
      out: expect.stringMatching(
        /handed over to by the key you named; compare it[\s\S]*signing key 2: [0-9a-f ]+, handed over to at .*Z \(whoever made it has left\)[\s\S]*seller-ledger audit key/,
      ),
    });
    expect(await line.json('audit', 'list', '--subject', 'installation/audit')).toContainEqual(
      expect.objectContaining({ action: 'audit.key-rotate', why: 'whoever made it has left', actor: 'anna' }),
    );
  });
});

it('audit verify --everything says what it looked at, and names a record that was changed', async () => {
  expect(await line.run('audit', 'verify', '--everything')).toMatchObject({
    exitCode: 0,
    out: expect.stringMatching(/entry_line +\d+ {2}seal of each row[\s\S]*nothing was changed past the program/),
  });
  await tamper('update proof set ok = not ok where ordinal = 0');
  expect(await line.run('audit', 'verify', '--everything')).toMatchObject({
    exitCode: 70,
    out: expect.stringMatching(/✗ proof .* 0: It is not as it was written/),
  });
  await tamper('update proof set ok = not ok where ordinal = 0');
});

describe('what is refused', () => {
  it.each([
    ['AUDIT_EXPORT_UNREADABLE', ['verify', 'ACME.JSON']],
    ['AUDIT_HEAD_UNREADABLE', ['verify', 'ALL.JSONL', '--head', 'ALL.JSONL']],
    ['AUDIT_HEAD_UNREADABLE', ['verify', '--against', 'FORGED.JSON']],
    ['AUDIT_VERIFY_UNCLEAR', ['verify', '--public-key', 'AAAA']],
    ['AUDIT_VERIFY_UNCLEAR', ['verify', 'ALL.JSONL', '--against', 'ACME.JSON']],
    ['AUDIT_RETENTION', ['archive', '--before', '2026-10-01', '--output', 'NEVER', '--why', 'test']],
    ['AUDIT_NOTHING_OLD', ['archive', '--before', '2010-01-01', '--output', 'NEVER', '--why', 'test']],
  ])('%s', async (code, args) => {
    const forged = JSON.parse(readFileSync(path('acme.json'), 'utf8'));
    writeFileSync(path('forged.json'), JSON.stringify({ ...forged, sequence: 1 }));
    const given = args.map((arg) => (arg === 'NEVER' || /\.JSONL?$/.test(arg) ? path(arg.toLowerCase()) : arg));
    const ending = await line.run('audit', ...given);
    expect({ exitCode: ending.exitCode, err: ending.err }).toEqual({
      exitCode: expect.toSatisfy((exitCode: number) => exitCode > 0),
      err: expect.stringContaining(code),
    });
    expect(existsSync(path('never'))).toBe(false);
  });
});

it('a chain that was never written to has no head to sign', async () => {
  await tamper(`delete from audit_event where chain = (select id::text from connection where name = 'other')`);
  await tamper(`delete from audit_head where chain = (select id::text from connection where name = 'other')`);
  expect(await line.run('audit', 'head', 'acme')).toMatchObject({ err: expect.stringContaining('AUDIT_BROKEN') });
  // As if the program had been brought up to date and nothing had happened since.
  await tamper(
    "delete from audit_event where chain = 'installation'",
    "delete from audit_head where chain <> 'founding'",
  );
  await tamper("insert into audit_head (chain, sequence, hash) values ('installation', 0, repeat('0', 64))");
  await tamper('delete from audit_event', 'delete from audit_key');
  expect(await line.run('audit', 'head', 'acme')).toMatchObject({ err: expect.stringContaining('AUDIT_CHAIN_EMPTY') });
});

describe('the books, later', () => {
  let kept: string;
  beforeAll(async () => {
    for (const action of ['one', 'two', 'three']) {
      const [acme] = await books.listConnections();
      await books.record({ actor: ANNA, action, subject: `connection/${acme!.id}`, why: 'w' });
    }
    kept = path('kept.json');
    expect((await line.run('audit', 'head', 'acme', '--output', kept)).err).toBe('');
  });

  it('still have what a signed head tells of', async () => {
    expect(await line.run('audit', 'verify', '--against', kept)).toMatchObject({
      exitCode: 0,
      out: expect.stringContaining('The books still have what'),
    });
  });

  it('are moved into an archive that verifies, and what is left verifies too', async () => {
    const before = new Date(await books.sharedNowMs()).toISOString();
    const archived = await archive(before);
    expect(archived.events).toBeGreaterThan(3);
    const verification = await books.verify();
    expect(verification.ok).toBe(true);
    // What is left are the checkpoint before it and the event that tells of it.
    expect((await books.listEvents()).map(({ action }) => action)).toEqual(['audit.checkpoint', 'audit.archive']);
    const [acme] = await books.listConnections();
    await books.record({ actor: ANNA, action: 'four', subject: `connection/${acme!.id}`, why: 'w' });
    expect((await books.verify()).ok).toBe(true);
    expect((await line.run('audit', 'verify', '--against', kept)).exitCode).toBe(0);
    expect(await archiveAgain()).toBe(true);
  });

  /** Also when it is done a second time, with chains of which nothing is left to be moved. */
  async function archiveAgain(): Promise<boolean> {
    await archive(new Date(await books.sharedNowMs()).toISOString());
    return (await books.verify()).ok;
  }

  it('nothing is removed when the file does not read back', async () => {
    const [acme] = await books.listConnections();
    await books.record({ actor: ANNA, action: 'five', subject: `connection/${acme!.id}`, why: 'w' });
    const events = await books.listEvents();
    const before = new Date(await books.sharedNowMs()).toISOString();
    expect(await archive(before, (text) => text.replace('five', 'six')).catch(toProblem)).toMatchObject({
      code: 'AUDIT_ARCHIVE_NOT_WHOLE',
    });
    expect((await books.listEvents()).slice(0, events.length)).toEqual(events);
  });

  it('events that somebody removed as if they were archived are found', async () => {
    const [event] = (await books.listEvents()).filter(({ action }) => action === 'five');
    const values = `'${event!.chain}', ${event!.sequence}, '${event!.hash}', repeat('0', 64), '{}', 'secret', now()`;
    await line.database.pool.query(`select cut_audit_chain(${values})`);
    expect((await books.verify()).firstBroken).toMatchObject({
      chain: event!.chain,
      says: expect.stringContaining('no event tells that they were archived'),
    });
  });

  async function archive(before: string, damage = (text: string) => text) {
    let text = '';
    const file: ArchiveFile = {
      async write(lines) {
        for await (const each of lines) text += each;
        return { sha256: sha256Of(text) as Sha256 };
      },
      verify: async () => (await verifyAuditExport(linesIn(damage(text)), { heads: [] })).faults,
    };
    const input = { books, programVersion: 'test', before, auditYears: 0, actor: ANNA, why: 'its time is over' };
    return archiveAudit(input, file);
  }
});
