import { randomBytes } from 'node:crypto';
import { chmod, chown, link, mkdir, open, readFile, realpath, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Problem } from '../../core/index.ts';
import { KEY_BYTES } from './cipher.ts';
import type { KeySource } from './key-ring.ts';
import { parseVaultKeys, VaultKey } from './vault-key.ts';

/**
 * Keys in a file, one in a line. With `mayMake` a missing file is made with a new random key and mode 600 when a database needs
 * its first one, and a rotation puts the new key into it. Raises `VAULT_KEY_UNREADABLE` (invalid).
 */
export function keyFile(path: string, options: { readonly mayMake: boolean }): KeySource {
  const read = async () => {
    const text = await readKeyFile(path);
    if (text === undefined) return options.mayMake ? undefined : Promise.reject(missing(path));
    return parseVaultKeys(text, path);
  };
  if (!options.mayMake) return { where: path, read };
  return {
    where: path,
    read,
    async make() {
      await makeFile(path, lineOf(randomBytes(KEY_BYTES)));
      return (await read()) ?? [];
    },
    async add() {
      const bytes = randomBytes(KEY_BYTES);
      // The new one first, where a person looks; which one is in use is said by the database alone.
      await replaceFile(path, lineOf(bytes) + ((await readKeyFile(path)) ?? ''));
      return new VaultKey(bytes);
    },
    async remove(id) {
      const lines = ((await readKeyFile(path)) ?? '').split('\n');
      const isOf = (line: string) => /^\s*[^#\s]/.test(line) && parseVaultKeys(line, path).some((key) => key.id === id);
      const kept = lines.filter((line) => !isOf(line));
      if (kept.length !== lines.length) await replaceFile(path, kept.join('\n'));
    },
  };
}

function lineOf(bytes: Buffer): string {
  return `${bytes.toString('base64')} # ${new VaultKey(bytes).id}\n`;
}

async function makeFile(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const draft = await writeDraft(path, text);
  try {
    // A link appears whole or not at all, and never replaces a key that another process made in the meantime.
    await link(draft, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    await rm(draft, { force: true });
  }
}

/** Whole or not at all, also through a power cut: the only copy of a key that seals something must not be half a line. */
async function replaceFile(named: string, text: string): Promise<void> {
  const path = await realpath(named);
  const before = await stat(path);
  const draft = await writeDraft(path, text);
  // Root may rotate the key that a service of another user reads.
  await chown(draft, before.uid, before.gid);
  await chmod(draft, before.mode & 0o777);
  await rename(draft, path);
  const folder = await open(dirname(path), 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

async function writeDraft(path: string, text: string): Promise<string> {
  const draft = `${path}.${randomBytes(6).toString('hex')}`;
  await writeFile(draft, text, { mode: 0o600, flag: 'wx', flush: true });
  return draft;
}

async function readKeyFile(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === 'ENOENT') return undefined;
    throw new Problem(
      {
        code: 'VAULT_KEY_UNREADABLE',
        kind: 'invalid',
        says: `The vault key file ${path} cannot be read (${code ?? 'no code'}).`,
        next: `Let the user that runs seller-ledger read it: ls -l ${path}`,
      },
      { cause },
    );
  }
}

function missing(path: string): Problem {
  return new Problem({
    code: 'VAULT_KEY_UNREADABLE',
    kind: 'invalid',
    says: `The vault key file ${path} does not exist.`,
    next: 'Correct SELLER_LEDGER_KEY_FILE, or bring the file to its place; a file that is named is never made.',
  });
}
