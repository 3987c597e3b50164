import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { isProblem, type Sha256, sha256Of } from '../../core/index.ts';
import { newlinesIn } from './create-backup.ts';
import {
  ABOUT_NAME,
  type BackupAbout,
  type BackupFacts,
  type BackupManifest,
  FORMAT,
  MANIFEST_DIGEST_NAME,
  MANIFEST_NAME,
  partName,
  type TableContent,
} from './format.ts';
import { damaged, type Member, notABackup, readMembers } from './tar.ts';

/** A part unpacks to little more than eight megabytes and one row, whose size PostgreSQL limits to a gigabyte. */
const PART_BYTES_MAX = 1_100_000_000;
const unpack = promisify(gunzip);

export interface BackupSource {
  /** For people. */
  readonly path: string;
  open(): AsyncIterable<Uint8Array>;
}

/** What is done with a backup while it is read. All of it may be in vain: what is wrong may come at the end. */
export interface BackupUse {
  begin?(about: BackupAbout): Promise<void>;
  /** Must read `rows` to their end. A table without rows comes, too. */
  table?(table: BackupAbout['tables'][number], rows: AsyncIterable<Buffer>): Promise<void>;
}

type RawMember = Member & { readonly raw: Buffer };

/**
 * Reads a backup once from beginning to end and compares it with its manifest: no byte of it can be another one without
 * being noticed. Needs no database. Raises `BACKUP_DAMAGED` (conflict), `BACKUP_UNREADABLE` and `BACKUP_OTHER` (invalid).
 */
export async function readBackup(source: BackupSource, use: BackupUse = {}): Promise<BackupFacts> {
  const reader = new Reader(source);
  const about = readAbout(source.path, await reader.next());
  await use.begin?.(about);
  const tables: TableContent[] = [];
  for (const [index, table] of about.tables.entries()) {
    const content = reader.tableRows(index, table.name);
    if (use.table) await use.table(table, content.rows);
    else for await (const _ of content.rows);
    tables.push(content.seen());
  }
  return reader.finish(about, tables);
}

/** The first part alone, of a file that is not read to its end: what it says of itself, unchecked. */
export async function readBackupAbout(source: BackupSource): Promise<BackupAbout> {
  return readAbout(source.path, await new Reader(source).next());
}

class Reader {
  readonly #path: string;
  readonly #members: AsyncGenerator<RawMember>;
  readonly #all = createHash('sha256');
  #ahead: RawMember | undefined;
  #bytes = 0;

  constructor({ path, open }: BackupSource) {
    this.#path = path;
    this.#members = readMembers(path, open());
  }

  async next(): Promise<RawMember | undefined> {
    const member = await this.#peek();
    this.#ahead = undefined;
    if (member) {
      this.#all.update(member.raw);
      this.#bytes += member.raw.length;
    }
    return member;
  }

  async #peek(): Promise<RawMember | undefined> {
    this.#ahead ??= (await this.#members.next()).value as RawMember | undefined;
    return this.#ahead;
  }

  tableRows(index: number, name: string): { readonly rows: AsyncGenerator<Buffer>; seen(): TableContent } {
    const digest = createHash('sha256');
    let bytes = 0;
    let rows = 0;
    let parts = 0;
    const read = async function* (this: Reader): AsyncGenerator<Buffer> {
      while ((await this.#peek())?.name === partName(index, name, parts + 1)) {
        const member = await this.next();
        const content = await this.#unpacked(member?.bytes ?? Buffer.alloc(0), name);
        parts += 1;
        digest.update(content);
        bytes += content.length;
        rows += newlinesIn(content);
        yield content;
      }
    };
    const seen = () => ({ name, rows, bytes, sha256: digest.digest('hex') as Sha256, parts });
    return { rows: read.call(this), seen };
  }

  async #unpacked(bytes: Buffer, table: string): Promise<Buffer> {
    try {
      return await unpack(bytes, { maxOutputLength: PART_BYTES_MAX });
    } catch {
      throw damaged(this.#path, `rows of the table ${table} cannot be unpacked`);
    }
  }

  async finish(about: BackupAbout, seen: readonly TableContent[]): Promise<BackupFacts> {
    const sha256OfAllBefore = this.#all.copy().digest('hex');
    const member = await this.next();
    if (member?.name !== MANIFEST_NAME)
      throw damaged(this.#path, `its part ${member?.name ?? 'at the end'} has no place in it`);
    const manifestSha256 = sha256Of(member.bytes);
    const digest = await this.next();
    if (digest?.bytes.toString() !== `${manifestSha256}  ${MANIFEST_NAME}\n` || digest.name !== MANIFEST_DIGEST_NAME) {
      throw damaged(this.#path, 'its manifest does not have the digest that stands beside it');
    }
    const manifest = parse<BackupManifest>(this.#path, member.bytes);
    for (const [index, { name, ...found }] of seen.entries()) {
      const told = manifest.tables[index];
      const isSame =
        told?.name === name && told.rows === found.rows && told.bytes === found.bytes && told.sha256 === found.sha256;
      if (!isSame)
        throw damaged(this.#path, `the table ${name} has ${found.rows} rows that are not those of its manifest`);
    }
    if (manifest.tables.length !== seen.length || manifest.sha256OfAllBefore !== sha256OfAllBefore) {
      throw damaged(this.#path, 'it does not have the digest of its manifest, although its tables do');
    }
    if ((await this.next()) !== undefined) throw damaged(this.#path, 'something was added to it');
    const rows = seen.reduce((sum, table) => sum + table.rows, 0);
    return { about, manifest, manifestSha256, rows, bytes: this.#bytes + 1024 };
  }
}

function readAbout(path: string, member: Member | undefined): BackupAbout {
  if (member?.name !== ABOUT_NAME) throw notABackup(path);
  const about = parse<BackupAbout>(path, member.bytes);
  if (about.format !== FORMAT) {
    throw notABackup(path, `its form is ${String(about.format)}, and this program knows ${FORMAT}`);
  }
  return about;
}

function parse<Content>(path: string, bytes: Buffer): Content {
  try {
    return JSON.parse(bytes.toString()) as Content;
  } catch (error) {
    if (isProblem(error)) throw error;
    throw damaged(path, 'one of its descriptions is no longer JSON');
  }
}
