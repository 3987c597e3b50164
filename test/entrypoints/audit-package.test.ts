/** An auditor repeats the books from a package alone, and whatever is changed in it is named. */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { unzipSync, zipSync } from 'fflate';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { readSettlementFile } from '../../src/amazon/index.ts';
import {
  assertMove,
  type Books,
  drawSample,
  type PackageManifest,
  type PackageSource,
  verifyAuditPackage,
  writeAuditPackage,
} from '../../src/app/index.ts';
import {
  canonicalJson,
  chainHash,
  NO_HASH,
  parseLocalDate,
  type Sha256,
  sha256Of,
  toProblem,
} from '../../src/core/index.ts';
import { archiveSink } from '../../src/entrypoints/audit-package/archive.ts';
import { folderSink } from '../../src/entrypoints/audit-package/folder.ts';
import { createBooks, keyFile, openVault, readProcessTable } from '../../src/store/index.ts';
import { type CommandLine, connection, openCommandLine, SECRETS } from './command-kit.ts';
import { DIALECTS, settlementWithUnknownFee, smallSettlement } from './settlement-files.ts';

const PERIOD = ['--from', '2026-10-01', '--to', '2026-10-31'];
let line: CommandLine;
let books: Books;
let folder: string;
let manifestSha256: string;
/** The package as it was written. */
let files: ReadonlyMap<string, Buffer>;

beforeAll(async () => {
  line = await openCommandLine();
  expect((await line.importFile(smallSettlement(DIALECTS.US))).exitCode).toBe(0);
  expect((await line.importFile(settlementWithUnknownFee(DIALECTS.US))).exitCode).toBe(3);
  const later = { settlementId: '70000000905', start: '2026-11-01', end: '2026-11-10', deposit: '2026-11-12' };
  const { rows } = smallSettlement(DIALECTS.US);
  await line.importFile(
    smallSettlement(DIALECTS.US, { ...later, rows: rows.map((row) => ({ ...row, day: '2026-11-05' })) }),
  );
  const other = join(line.folder, 'other.yaml');
  writeFileSync(other, JSON.stringify(connection('other')));
  await line.run('connections', 'add', '--file', other);
  const source = keyFile(join(line.folder, 'vault.key'), { mayMake: false });
  const { vault } = await openVault({ database: line.database, sources: [source] });
  const processes = await readProcessTable({ pid: process.pid, hostName: 'test' });
  books = createBooks({ database: line.database, vault, assertMove, processes });
  folder = join(line.folder, 'package');
  const written = await line.json(
    'audit',
    'package',
    ...PERIOD,
    '--connection',
    'acme',
    '--output',
    folder,
    '--sample',
    '1',
    '--seed',
    'auditor',
  );
  manifestSha256 = written.manifestSha256;
  files = readFiles(folder);
});
afterEach(() => vi.restoreAllMocks());
afterAll(() => line.close());

function readFiles(root: string): Map<string, Buffer> {
  const paths = (readdirSync(root, { recursive: true }) as string[]).filter((path) =>
    statSync(join(root, path)).isFile(),
  );
  return new Map(paths.sort().map((path) => [path, readFileSync(join(root, path))]));
}

function sourceOf(content: ReadonlyMap<string, Buffer>): PackageSource {
  return {
    list: async () => [...content.keys()],
    async *open(path) {
      const bytes = content.get(path);
      if (!bytes) throw new Error(`${path} is missing`);
      yield bytes;
    },
  };
}

const verify = (content: ReadonlyMap<string, Buffer>, told?: string) =>
  verifyAuditPackage({
    source: sourceOf(content),
    readSettlement: readSettlementFile,
    manifestSha256: told as Sha256 | undefined,
  });

const manifestOf = (content: ReadonlyMap<string, Buffer>) =>
  JSON.parse(String(content.get('manifest.json'))) as PackageManifest;

/** As somebody who changes a file and then makes the manifest agree. */
function forged(path: string, change: (text: string) => string): Map<string, Buffer> {
  const bytes = Buffer.from(change(String(files.get(path))));
  expect(bytes.equals(files.get(path) as Buffer)).toBe(false);
  const manifest = manifestOf(files);
  const listed = manifest.files.map((file) =>
    file.path === path ? { path, bytes: bytes.length, sha256: sha256Of(bytes) } : file,
  );
  const text = canonicalJson(JSON.parse(JSON.stringify({ ...manifest, files: listed })));
  return new Map([...files, [path, bytes], ['manifest.json', Buffer.from(text)]]);
}

const recordPath = (settlementId: string) =>
  [...files.keys()].find((path) => path.startsWith(`settlements/${settlementId}`) && path.endsWith('record.json')) ??
  '';

describe('audit package', () => {
  it('has the whole population of the period, and nothing of other periods', () => {
    const { population, from, to, connections } = manifestOf(files);
    expect({ from, to, connections }).toEqual({
      from: '2026-10-01',
      to: '2026-10-31',
      connections: [{ name: 'acme', sellerAccount: 'A2ACME' }],
    });
    expect(population).toMatchObject({ settlements: 2, rows: 16, entries: 1, settlementTotals: { USD: '178.99' } });
    const settlements = parse(String(files.get('settlements.csv')), { columns: true }) as { settlement: string }[];
    expect(settlements.map(({ settlement }) => settlement).sort()).toEqual(['70000000901', '70000000902']);
    expect([...files.keys()].filter((path) => path.includes('70000000905'))).toEqual([]);
  });

  it('has Amazon’s bytes as they came', () => {
    const path = [...files.keys()].find((each) => /70000000901-.*\/settlement\.txt$/.test(each)) ?? '';
    expect(files.get(path)).toEqual(readFileSync(join(line.folder, '70000000901.txt')));
  });

  it('has no secret, nothing of another connection but the place of its events, and no evidence that is no settlement', async () => {
    async function* bytes() {
      yield Buffer.from('buyer-name\nErika Mustermann\n');
    }
    const facts = { origin: 'test', contentType: null, headers: {} };
    await books.putEvidence(bytes(), facts);
    const target = join(line.folder, 'secrets');
    expect((await line.run('audit', 'package', ...PERIOD, '--connection', 'acme', '--output', target)).exitCode).toBe(
      0,
    );
    const all = [...readFiles(target).values()].map(String).join('\n');
    for (const secret of [...Object.values(SECRETS), 'Mustermann', 'A2OTHER']) expect(all).not.toContain(secret);
    expect(all).toContain('A2ACME');
    const events = String(readFiles(target).get('audit/events.jsonl'))
      .trim()
      .split('\n')
      .map((text) => JSON.parse(text));
    expect(events.some((event) => event.event === undefined)).toBe(true);
  });

  it('draws the sample that anybody draws with the same seed, with rows that come to its lines', () => {
    const { sample } = manifestOf(files);
    const entries = parse(String(files.get('entries.csv')), { columns: true }) as { 'posting key': string }[];
    const keys = entries.map((entry) => entry['posting key']) as never[];
    expect(sample.postingKeys).toEqual(drawSample(keys, { size: 1, seed: 'auditor' }));
    const lines = parse(String(files.get('lines.csv')), { columns: true }) as Record<string, string>[];
    const rows = parse(String(files.get(`sample/${sample.postingKeys[0]}.csv`)), { columns: true }) as Record<
      string,
      string
    >[];
    const cents = (text = '') => Math.round(Number(text || 0) * 100);
    for (const each of lines.filter((row) => row.kind !== 'payout')) {
      const behind = rows.filter((row) => row['journal line'] === each.line);
      expect(behind.length).toBeGreaterThan(0);
      expect(behind.reduce((sum, row) => sum + cents(row.amount), 0)).toBe(cents(each.credit) - cents(each.debit));
    }
  });

  it('control: another seed draws others', () => {
    const keys = Array.from({ length: 50 }, (_, index) => `AMZ${index}`) as never[];
    const draw = (seed: string) => drawSample(keys, { size: 10, seed });
    expect(draw('a')).toEqual(drawSample([...keys].reverse(), { size: 10, seed: 'a' }));
    expect(draw('a')).not.toEqual(draw('b'));
  });

  it('is the same again, but for the events since, and the audit log holds its manifest', async () => {
    const again = join(line.folder, 'again');
    await line.run(
      'audit',
      'package',
      ...PERIOD,
      '--connection',
      'acme',
      '--output',
      again,
      '--sample',
      '1',
      '--seed',
      'auditor',
    );
    const differing = [...readFiles(again)]
      .filter(([path, bytes]) => !files.get(path)?.equals(bytes))
      .map(([path]) => path);
    expect(differing).toEqual(['audit/events.jsonl', 'manifest.json']);
    const events = await line.json('audit', 'list', '--limit', '1000');
    const told = events.filter(({ action }: { action: string }) => action === 'audit.package');
    expect(told[0].after).toMatchObject({ manifestSha256, settlements: 2 });
  });
});

describe('audit verify-package', () => {
  it('repeats the books from the files alone, also of an archive', async () => {
    expect(await verify(files, manifestSha256)).toMatchObject({
      differences: [],
      settlements: 2,
      recomputed: 1,
      isManifestKnown: true,
    });
    const zip = join(line.folder, 'package.zip');
    const written = await line.json('audit', 'package', ...PERIOD, '--output', zip);
    const { exitCode, out } = await line.run('audit', 'verify-package', zip, '--manifest', written.manifestSha256);
    expect({ exitCode, out }).toEqual({ exitCode: 0, out: expect.stringContaining('everything is as it was written') });
    const unpacked = Object.keys(unzipSync(readFileSync(zip)));
    expect(unpacked).toHaveLength(written.files.length + 1);
  });

  it('names every file in which one byte is another', async () => {
    for (const [path, bytes] of files) {
      if (path === 'manifest.json') continue;
      const changed = Buffer.from(bytes);
      const middle = changed.length >> 1;
      changed[middle] = (changed[middle] ?? 0) ^ 1;
      const { differences } = await verify(new Map([...files, [path, changed]]));
      expect(differences[0], path).toMatchObject({ path, says: expect.stringContaining('It was changed') });
    }
  });

  it('names a file that is missing, one too many, and another manifest than the one that was told', async () => {
    const without = new Map([...files].filter(([path]) => path !== 'entries.csv'));
    expect((await verify(without)).differences[0]).toMatchObject({ path: 'entries.csv' });
    const more = new Map([...files, ['more.txt', Buffer.from('x')]]);
    expect((await verify(more)).differences).toEqual([
      { path: 'more.txt', says: expect.stringContaining('not in the manifest') },
    ]);
    expect((await verify(files, sha256Of('other'))).differences[0]).toMatchObject({ path: 'manifest.json' });
  });

  it('names the line of an entry that was changed together with its digest and the manifest', async () => {
    const path = recordPath('70000000901');
    const { differences } = await verify(
      forged(path, (text) => {
        const record = JSON.parse(text);
        const [entry] = record.entries;
        entry.entry.lines[2].amount = '18.76';
        entry.entry.lines[3].amount = '3.19';
        entry.digest = sha256Of(canonicalJson(entry.entry));
        record.digest = sha256Of(canonicalJson([entry.entry]));
        return canonicalJson(record);
      }),
    );
    expect(differences).toEqual([
      { path, says: expect.stringContaining('entries 1 lines 3 amount is 18.75, recorded is 18.76') },
    ]);
  });

  it('names an amount of Amazon’s file that was changed together with the recorded hash and the manifest', async () => {
    const path = [...files.keys()].find((each) => /70000000901-.*\/settlement\.txt$/.test(each)) ?? '';
    const withFile = forged(path, (text) => text.replace('\t-18.75\t', '\t-18.74\t'));
    const { differences } = await verify(withFile);
    expect(differences[0]?.says).toContain('The file beside it has the SHA-256');
  });

  it.each([
    [
      'an entry that does not balance',
      (text: string) => text.replace('"amount":"18.75"', '"amount":"18.85"'),
      'debits and credits differ',
    ],
    [
      'an account table that is another one',
      (text: string) => text.replace(/"mappingSha256":"./, '"mappingSha256":"!'),
      'missing',
    ],
    [
      'a header that is another one',
      (text: string) => text.replace('"total":"90.05"', '"total":"90.06"'),
      'its total is 90.05, recorded is 90.06',
    ],
  ])('names %s', async (_what, change, says) => {
    const { differences } = await verify(forged(recordPath('70000000901'), change));
    expect(differences.map((each) => each.says).join('\n')).toContain(says);
  });

  it.each([
    ['changed', (text: string) => text.replace('"name":"anna"', '"name":"otto"'), /Event \d+ was changed/],
    ['removed', (text: string) => text.split('\n').toSpliced(3, 1).join('\n'), /Event 2 was removed/],
    [
      'removed from the end',
      (text: string) => `${text.trim().split('\n').slice(0, -1).join('\n')}\n`,
      /Event \d+ and all after it, up to \d+, were removed/,
    ],
  ])('names an event that was %s', async (_what, change, says) => {
    const { differences } = await verify(forged('audit/events.jsonl', change));
    expect(differences).toEqual([{ path: 'audit/events.jsonl', says: expect.stringMatching(says) }]);
  });

  it('names a chain of which nothing tells that it begins', async () => {
    const { differences } = await verify(
      forged('audit/events.jsonl', (text) =>
        text.replace(/"event":\{"action":"audit\.begin".*?"why":"[^"]*"\},(?="hash")/, ''),
      ),
    );
    expect(differences).toEqual([
      { path: 'audit/events.jsonl', says: expect.stringContaining('Nothing in the package tells of the beginning') },
    ]);
  });

  it('reads a package of one chain, as older programs wrote it', async () => {
    let hash = NO_HASH;
    const lines = String(files.get('audit/events.jsonl')).trim().split('\n');
    const old = lines.map((text, index) => {
      const { chain: _, position: __, ...event } = JSON.parse(text).event ?? { action: 'other' };
      const content = { ...event, sequence: index + 1 };
      const previousHash = hash;
      hash = chainHash(previousHash, canonicalJson(content));
      return canonicalJson({ sequence: index + 1, event: content, previousHash, hash });
    });
    const events = Buffer.from(`${old.join('\n')}\n`);
    const { auditChains: _, ...manifest } = manifestOf(files);
    const forOldProgram = (auditChain: object) =>
      Buffer.from(
        JSON.stringify({
          ...manifest,
          format: 'seller-ledger audit package 1',
          auditChain,
          files: manifest.files.map((file) =>
            file.path === 'audit/events.jsonl'
              ? { path: file.path, bytes: events.length, sha256: sha256Of(events) }
              : file,
          ),
        }),
      );
    const packed = (auditChain: object) =>
      verify(new Map([...files, ['audit/events.jsonl', events], ['manifest.json', forOldProgram(auditChain)]]));
    const result = await packed({ eventCount: lines.length, headHash: hash });
    expect(result).toMatchObject({ differences: [], events: lines.length });
    // control: the chain is looked at
    const other = await packed({ eventCount: lines.length + 1, headHash: hash });
    expect(other.differences).toEqual([{ path: 'audit/events.jsonl', says: expect.stringContaining('were removed') }]);
  });

  it('names an entry that is said to be in SAP although no event tells that it was posted, and a sample that was chosen', async () => {
    const { differences } = await verify(
      forged(recordPath('70000000901'), (text) => text.replace('"state":"proposed"}', '"state":"posted"}')),
    );
    expect(differences.map((each) => each.says).join('\n')).toMatch(/No event tells that entry\/.* was posted/);
    const manifest = manifestOf(files);
    const chosen = Buffer.from(
      JSON.stringify({ ...manifest, sample: { ...manifest.sample, postingKeys: ['AMZCHOSEN'] } }),
    );
    const { differences: ofSample } = await verify(new Map([...files, ['manifest.json', chosen]]));
    expect(ofSample[0]?.says).toContain('is not the one that is drawn');
  });

  it('ends with 3 and names the first difference on the terminal', async () => {
    const copy = join(line.folder, 'copy');
    for (const [path, bytes] of files) {
      mkdirSync(join(copy, path, '..'), { recursive: true });
      writeFileSync(join(copy, path), path === 'proofs.csv' ? 'other' : bytes);
    }
    const { exitCode, out } = await line.run('audit', 'verify-package', copy);
    expect({ exitCode, out }).toEqual({ exitCode: 3, out: expect.stringContaining('✗ proofs.csv: It was changed') });
  });
});

describe('what cannot be packed or verified', () => {
  it.each([
    ['PACKAGE_EMPTY', ['package', '--month', '2020-01', '--output', '/var/tmp/seller-ledger-never']],
    ['PERIOD_INVALID', ['package', '--output', '/var/tmp/seller-ledger-never']],
    ['SAMPLE_INVALID', ['package', '--month', '2026-10', '--output', 'x', '--sample', 'many']],
    ['DIGEST_INVALID', ['verify-package', 'x', '--manifest', 'abc']],
    ['PACKAGE_UNREADABLE', ['verify-package', '/var/tmp/seller-ledger-nowhere']],
    ['ARCHIVE_UNREADABLE', ['verify-package', 'NO-ARCHIVE']],
    ['ARCHIVE_UNREADABLE', ['verify-package', 'CLIMBS']],
    ['FILE_NOT_WRITTEN', ['package', ...PERIOD, '--output', 'FULL']],
    ['FILE_NOT_WRITTEN', ['package', ...PERIOD, '--output', '/var/tmp/no/such/folder.zip']],
  ])('%s: %j', async (code, args) => {
    const noArchive = join(line.folder, 'no.zip');
    writeFileSync(noArchive, 'no archive at all');
    const climbs = join(line.folder, 'climbs.zip');
    writeFileSync(climbs, zipSync({ '../outside.txt': Buffer.from('x') }));
    const places: Record<string, string> = { 'NO-ARCHIVE': noArchive, CLIMBS: climbs, FULL: folder };
    const { problem } = await line.json('audit', ...args.map((arg) => places[arg] ?? arg));
    expect(problem).toMatchObject({ code, kind: 'invalid', next: expect.any(String) });
    expect(readdirSync(line.folder).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });

  it('PACKAGE_UNREADABLE: what has no manifest of this form', async () => {
    const other = new Map([['manifest.json', Buffer.from('{"format":"other"}')]]);
    expect(await verify(new Map()).catch(toProblem)).toMatchObject({ code: 'PACKAGE_UNREADABLE' });
    expect(await verify(other).catch(toProblem)).toMatchObject({ code: 'PACKAGE_UNREADABLE' });
  });

  it('ARCHIVE_TOO_LARGE: an archive that not every program could open leaves nothing', async () => {
    const path = join(line.folder, 'large.zip');
    const sink = await archiveSink(path, { filesMax: 1, bytesMax: 1000 });
    async function* bytes() {
      yield Buffer.from('x');
    }
    await sink.write('a', bytes());
    expect(await sink.write('b', bytes()).catch(toProblem)).toMatchObject({ code: 'ARCHIVE_TOO_LARGE' });
    await sink.discard();
    expect(existsSync(path)).toBe(false);
  });

  it('PACKAGE_BOOKS_MOVED: what changed while it was written makes no package', async () => {
    const [acme] = await books.listConnections();
    const [record] = await books.listSettlements();
    const moving: Books = {
      ...books,
      getMappingText: async (sha256) => {
        const event = { action: 'settlement.noted', subject: `settlement/${record?.key}` as const, why: 'test' };
        await books.record({ actor: { kind: 'user', name: 'otto' }, ...event });
        return books.getMappingText(sha256);
      },
    };
    const target = join(line.folder, 'moved');
    const sink = await folderSink(target);
    const input = {
      books: moving,
      readSettlement: readSettlementFile,
      connections: acme ? [acme] : [],
      from: parseLocalDate('2026-10-01'),
      to: parseLocalDate('2026-10-31'),
      sample: { size: 0, seed: '' },
      programVersion: '0',
      renderCsv: () => '',
      actor: { kind: 'user', name: 'anna' } as const,
    };
    expect(await writeAuditPackage(input, sink).catch(toProblem)).toMatchObject({ code: 'PACKAGE_BOOKS_MOVED' });
    await sink.discard();
    rmSync(target, { recursive: true, force: true });
  });
});
