/** A backup holds the books of one moment, nothing in it can change unnoticed, and it goes back whole or not at all. */
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { assertMove } from '../../src/app/index.ts';
import { silentLog } from '../../src/core/index.ts';
import { runScheduledBackup } from '../../src/entrypoints/backup/scheduled-backup.ts';
import { createBooks, keyFile, openVault, sql, VaultKey } from '../../src/store/index.ts';
import { onServer, testOptions, urlOf } from '../store/database.ts';
import { smallDisk } from '../store/small-disk.ts';
import { type CommandLine, openCommandLine } from './command-kit.ts';
import { DIALECTS, smallSettlement } from './settlement-files.ts';

let line: CommandLine;
let file: string;
// biome-ignore lint/suspicious/noExplicitAny: what a command prints has no type
let created: any;
const made: string[] = [];

beforeAll(async () => {
  line = await openCommandLine();
  const imported = await line.importFile(smallSettlement(DIALECTS.US));
  expect(imported.exitCode, imported.err).toBe(0);
  file = join(line.folder, 'books.backup');
  created = await line.json('backup', 'create', file);
});

afterAll(async () => {
  await onServer(line.database, async (client) => {
    for (const name of made) await client.query(`drop database if exists ${name} with (force)`);
  });
  await line.close();
});

/** The address of a new, empty database. */
async function emptyDatabase(): Promise<string> {
  const name = `test_${process.pid}_backup_${made.length}`;
  await onServer(line.database, (client) => client.query(`create database ${name} template template0`));
  made.push(name);
  return urlOf(line.database).replace(/@\/\w+/, `@/${name}`);
}

const problemOf = async (...args: string[]) => (await line.json(...args)).problem;

describe('a backup', () => {
  it('holds every table of the books, is a plain archive, and only its owner may read it', async () => {
    const tables = await line.database.query<{ name: string }>(
      sql`select tablename::text as name from pg_tables where schemaname = 'public'`,
    );
    const names = (of: readonly { name: string }[]) => of.map(({ name }) => name).sort();
    expect(names(created.tables)).toEqual(names(tables));
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readFileSync(file).toString('latin1', 257, 262)).toBe('ustar');
    expect(created.leftOut).toEqual({
      order_buyer: 'buyers are kept for weeks only',
      idempotent_request: 'lasts a day; answers to requests that other books got',
      sign_in_attempt: 'lasts minutes',
      sign_in_stranger: 'counts tries of names that nobody has',
      user_session: 'whoever restores books signs in anew',
    });
    const verified = await line.run('backup', 'verify', file, '--manifest', created.manifestSha256);
    expect(verified).toMatchObject({ exitCode: 0, out: expect.stringContaining('every byte is as it was written') });
  });

  it('is on record with its digest', async () => {
    const [event] = await line.json('audit', 'list', '--subject', 'installation/backup');
    expect(event).toMatchObject({ action: 'backup.create', actor: 'anna' });
    expect(JSON.stringify(event)).toContain(created.manifestSha256);
  });

  it('BACKUP_EXISTS: never replaces a file', async () => {
    expect(await problemOf('backup', 'create', file)).toMatchObject({ code: 'BACKUP_EXISTS' });
    expect(await line.json('backup', 'verify', file)).toMatchObject({ isWhole: true });
  });

  it('BACKUP_NOT_WRITTEN: leaves nothing of itself where there is no place for it', async () => {
    const nowhere = join(line.folder, 'nowhere', 'x.backup');
    expect(await problemOf('backup', 'create', nowhere)).toMatchObject({
      code: 'BACKUP_NOT_WRITTEN',
      says: expect.stringContaining('the folder does not exist'),
    });
  });

  it('BACKUP_OTHER: a whole backup that is not the one that was told is refused', async () => {
    const told = ['--manifest', '0'.repeat(64)];
    expect(await problemOf('backup', 'verify', file, ...told)).toMatchObject({ code: 'BACKUP_OTHER' });
  });
});

describe('a restored backup', () => {
  it('RESTORE_KEY_MISSING: waits for the vault key, then has every row as it was, and knows where it comes from', async () => {
    const url = await emptyDatabase();
    const home = join(line.folder, 'new-home');
    mkdirSync(home);
    const elsewhere = ['--home', home, '--database-url', url];
    expect(await problemOf(...elsewhere, 'backup', 'restore', file)).toMatchObject({ code: 'RESTORE_KEY_MISSING' });
    expect(readdirSync(home), 'and no key was made').toEqual([]);
    writeFileSync(join(home, 'vault.key'), `${Buffer.alloc(32, 1).toString('base64')}\n`, { mode: 0o600 });
    expect(await problemOf(...elsewhere, 'backup', 'restore', file), 'another key is none').toMatchObject({
      code: 'RESTORE_KEY_MISSING',
      says: expect.stringContaining(new VaultKey(Buffer.alloc(32, 1)).id),
    });
    copyFileSync(join(line.folder, 'vault.key'), join(home, 'vault.key'));
    const restored = await line.run(...elsewhere, 'backup', 'restore', file);
    expect(restored, restored.err).toMatchObject({
      exitCode: 0,
      out: expect.stringContaining('seller-ledger sync acme'),
    });

    const copy = await line.json(...elsewhere, 'backup', 'create', join(line.folder, 'again.backup'));
    const changed = ['audit_event', 'audit_head'];
    const contentOf = (of: { tables: { name: string }[] }) => of.tables.filter(({ name }) => !changed.includes(name));
    expect(contentOf(copy)).toEqual(contentOf(created));
    expect(copy.booksId).toBe(created.booksId);
    const list = ['settlements', 'list'];
    expect(await line.json(...elsewhere, ...list)).toEqual(await line.json(...list));
    const events = await line.json(...elsewhere, 'audit', 'list', '--subject', 'installation/backup');
    expect(events.map(({ action }: { action: string }) => action)).toEqual(['backup.restore', 'backup.create']);
    expect(await problemOf(...elsewhere, 'backup', 'restore', file)).toMatchObject({ code: 'RESTORE_NOT_EMPTY' });
  });
});

describe('a restore without the key', () => {
  it('gives up the secrets and nothing else, so that the books open with a new key', async () => {
    const url = await emptyDatabase();
    const home = join(line.folder, 'home-without-key');
    mkdirSync(home);
    const elsewhere = ['--home', home, '--database-url', url];
    const restored = await line.run(...elsewhere, 'backup', 'restore', file, '--without-key');
    expect(restored, restored.err).toMatchObject({ exitCode: 0, out: expect.stringContaining('Given up with the') });
    const list = ['settlements', 'list'];
    expect(await line.json(...elsewhere, ...list)).toEqual(await line.json(...list));
    expect(await line.json(...elsewhere, 'audit', 'verify', '--everything')).toMatchObject({ ok: true });
    const actions = (await line.json(...elsewhere, 'audit', 'list')).map(({ action }: { action: string }) => action);
    expect(actions).toContain('key.abandon');
  });

  it('control: with the key here, nothing is given up', async () => {
    const elsewhere = ['--database-url', await emptyDatabase()];
    const restored = await line.run(...elsewhere, 'backup', 'restore', file, '--without-key');
    expect(restored, restored.err).toMatchObject({ exitCode: 0, out: expect.not.stringContaining('Given up') });
  });
});

describe('a drill', () => {
  it('restores beside the books, checks everything, and is on record', async () => {
    const drilled = await line.run('backup', 'drill', file);
    expect(drilled, drilled.err).toMatchObject({ exitCode: 0, out: expect.stringMatching(/1 stored file.*, 0 wrong/) });
    expect(await line.json('backup', 'list')).toMatchObject({ lastDrill: { isWhole: true }, settings: null, kept: [] });
  });
});

describe('daily backups', () => {
  const folderOf = (name: string) => {
    const folder = join(line.folder, name);
    mkdirSync(folder);
    return folder;
  };
  const setUp = async (text: string) => {
    const settings = join(line.folder, 'settings.yaml');
    writeFileSync(settings, text);
    return line.run('settings', 'update', '--file', settings, '--why', 'a test');
  };
  const place = async () => {
    const { processes } = await testOptions();
    const { vault } = await openVault({
      database: line.database,
      sources: [keyFile(join(line.folder, 'vault.key'), { mayMake: false })],
    });
    const books = createBooks({ database: line.database, vault, assertMove, processes });
    return { books, database: line.database, log: silentLog };
  };

  it('are made once a day, so many are kept, and files of others are left alone', async () => {
    const folder = folderOf('daily');
    const name = (day: string, books = created.booksId) =>
      join(folder, `seller-ledger-${books}-202601${day}T023700Z.backup`);
    for (const day of ['01', '02', '03']) copyFileSync(file, name(day));
    copyFileSync(file, name('01', 'f'.repeat(16)));
    writeFileSync(join(folder, 'notes.txt'), 'mine');
    const draft = `${name('01')}.4711.tmp`;
    writeFileSync(draft, 'of a process that was killed');
    expect(await setUp(`backup: { folder: ${folder}, keep: 2 }`)).toMatchObject({ exitCode: 0 });

    const made = await runScheduledBackup(await place());
    expect(existsSync(made ?? '')).toBe(true);
    expect(await runScheduledBackup(await place()), 'a fresh one is enough').toBeUndefined();
    const left = [basename(made ?? ''), basename(name('03')), basename(name('01', 'f'.repeat(16))), 'notes.txt'];
    expect(readdirSync(folder).sort()).toEqual(left.sort());
    const status = await line.json('backup', 'list');
    expect(status).toMatchObject({ isOverdue: false, settings: { folder, keep: 2 } });
    expect(status.kept.map((kept: { file: string }) => kept.file)).toEqual([made, name('03')]);
  });

  it('a disk that is full leaves the older ones and nothing of the new one, and says so', async () => {
    const disk = smallDisk(join(line.folder, 'small-disk'));
    if (!disk) return;
    try {
      const old = join(disk.folder, `seller-ledger-${created.booksId}-20260101T023700Z.backup`);
      copyFileSync(file, old);
      await setUp(`backup: { folder: ${disk.folder} }`);
      disk.fill();
      await expect(runScheduledBackup(await place())).rejects.toMatchObject({
        code: 'BACKUP_NOT_WRITTEN',
        says: expect.stringContaining('its disk is full'),
      });
      expect(readdirSync(disk.folder).sort()).toEqual(['filling', basename(old)]);
      expect(await line.json('backup', 'verify', old)).toMatchObject({ isWhole: true });
    } finally {
      disk.remove();
    }
  });

  it('a folder that is not a whole path is refused', async () => {
    expect((await setUp('backup: { folder: backups }')).err).toContain('backup.folder: must be the whole path');
  });
});
