import { createHash } from 'node:crypto';
import {
  type CanonicalValue,
  canonicalJson,
  Problem,
  type ProgressShare,
  type Sha256,
  sha256Of,
  toProblem,
} from '../../core/index.ts';
import { type AccountTable, readAccountTable } from '../../mapping/index.ts';
import type { SettlementReader } from '../evaluate-settlement.ts';
import {
  drawSample,
  PACKAGE_FORMAT,
  PATHS,
  type PackageManifest,
  type PackageSource,
  type PackedAccrual,
  type PackedSettlement,
  readManifest,
} from './package-format.ts';
import { sourcesOf, verifyAccrual } from './verify-accrual.ts';
import { verifyPackedChains } from './verify-chain.ts';
import { type PackageDifference, verifyEarlier, verifyEntries, verifySettlement } from './verify-records.ts';

export interface VerifyPackageInput {
  readonly source: PackageSource;
  readonly readSettlement: SettlementReader;
  /** The manifest's digest as it was told by other means; without it a package that was rewritten whole is not noticed. */
  readonly manifestSha256?: Sha256 | undefined;
  /** Told between settlements. */
  readonly onProgress?: (says: string, share: ProgressShare) => void;
}

/** What a verification looked at and found. */
export interface PackageVerification {
  readonly manifest: PackageManifest;
  readonly manifestSha256: Sha256;
  readonly isManifestKnown: boolean;
  readonly files: number;
  readonly settlements: number;
  readonly accruals: number;
  /** Settlements and accruals that were worked out anew. */
  readonly recomputed: number;
  readonly entries: number;
  readonly events: number;
  /** The first differences, in the order in which they were found; empty when everything is as it was written. */
  readonly differences: readonly PackageDifference[];
}

const DIFFERENCES_MAX = 100;
const RECORD_BYTES_MAX = 256 << 20;

/**
 * Reads a package again and repeats what it says: every file against the manifest, each settlement's entries from Amazon's
 * bytes and the account table, each accrual's from its sources, digests, proofs, the audit chain, the sample and the population. Needs no database. Raises
 * `PACKAGE_UNREADABLE` (invalid) for what is no package at all; what differs is told in the differences.
 */
export async function verifyAuditPackage(input: VerifyPackageInput): Promise<PackageVerification> {
  const { source, onProgress } = input;
  const present = new Set(await source.list());
  if (!present.has(PATHS.manifest)) throw unreadable(`it has no ${PATHS.manifest}`);
  const text = await readText(source, PATHS.manifest);
  const manifest = manifestIn(text);
  const manifestSha256 = sha256Of(text);
  const differences: PackageDifference[] = [];
  const found = (...more: readonly PackageDifference[]) => {
    for (const difference of more) if (differences.length < DIFFERENCES_MAX) differences.push(difference);
  };
  if (input.manifestSha256 !== undefined && input.manifestSha256 !== manifestSha256) {
    found({ path: PATHS.manifest, says: `Its SHA-256 is ${manifestSha256}, not ${input.manifestSha256}.` });
  }
  found(...(await verifyFiles(source, manifest, present)));
  const counts = { settlements: 0, accruals: 0, recomputed: 0, entries: 0 };
  const posted = new Set<string>();
  const standing: string[] = [];
  const recorded = manifest.files.filter((file) => isRecord(file.path) && present.has(file.path));
  for (const [done, { path }] of recorded.entries()) {
    onProgress?.(path, { done, of: recorded.length });
    try {
      const record = JSON.parse(await readText(source, path)) as PackedSettlement | PackedAccrual;
      found(...verifyEntries(path, record.entries));
      counts.entries += record.entries.length;
      for (const each of record.entries) {
        if (each.state === 'posted' || each.state === 'reversed') posted.add(`entry/${each.id}`);
        if (each.isCurrent && !each.isReversal && each.state !== 'withdrawn') standing.push(keyOf(each.entry));
      }
      counts['settlementId' in record ? 'settlements' : 'accruals'] += 1;
      const { isRecomputed, differences: ofRecord } = await verifyRecord(input, manifest, path, record);
      if (isRecomputed) counts.recomputed += 1;
      found(...ofRecord);
    } catch (thrown) {
      found({ path, says: toProblem(thrown).says });
    }
  }
  found(...(await chainOf(source, manifest, posted)));
  found(...countsOf(manifest, counts), ...sampleOf(manifest, standing));
  const isManifestKnown = input.manifestSha256 === manifestSha256;
  const { length: files } = manifest.files;
  return {
    manifest,
    manifestSha256,
    isManifestKnown,
    files,
    ...counts,
    events: manifest.auditChains.reduce((sum, { begin, end }) => sum + end.sequence - begin.sequence, 0),
    differences,
  };
}

/** One record worked out anew from what is beside it. */
async function verifyRecord(
  { source, readSettlement }: VerifyPackageInput,
  { files }: PackageManifest,
  path: string,
  record: PackedSettlement | PackedAccrual,
): Promise<{ isRecomputed: boolean; differences: PackageDifference[] }> {
  const shaOf = (name: string) => files.find((file) => file.path === name)?.sha256;
  if (!('settlementId' in record)) {
    const table = await tableOf(source, record.mappingSha256);
    const sourcesSha256 = shaOf(sourcesOf(path));
    const differences = await verifyAccrual({ path, record, sourcesSha256, table, source });
    return { isRecomputed: true, differences };
  }
  const table = record.proposal ? await tableOf(source, record.proposal.mappingSha256) : null;
  const fileSha256 = shaOf(`${path.slice(0, path.lastIndexOf('/'))}/${record.file}`);
  const own = await verifySettlement({ path, record, fileSha256, table, source, readSettlement });
  const earlier = await verifyEarlier({
    path,
    record,
    tableOf: (sha256) => tableOf(source, sha256),
    shaOf,
    source,
    readSettlement,
  });
  return { isRecomputed: table !== null, differences: [...own, ...earlier] };
}

function isRecord(path: string): boolean {
  return path.endsWith('/record.json');
}

function manifestIn(text: string): PackageManifest {
  const manifest = readManifest(text);
  if (manifest) return manifest;
  throw unreadable(`${PATHS.manifest} is not the manifest of a package of this form (${PACKAGE_FORMAT})`);
}

async function verifyFiles(
  source: PackageSource,
  { files }: PackageManifest,
  present: ReadonlySet<string>,
): Promise<PackageDifference[]> {
  const differences: PackageDifference[] = [];
  for (const { path, bytes, sha256 } of files) {
    if (!present.has(path)) {
      differences.push({ path, says: 'It is in the manifest and not in the package.' });
      continue;
    }
    const hash = createHash('sha256');
    let length = 0;
    for await (const chunk of source.open(path)) {
      hash.update(chunk);
      length += chunk.length;
    }
    const actual = hash.digest('hex');
    if (actual !== sha256 || length !== bytes) {
      differences.push({
        path,
        says: `It was changed: ${length} bytes with SHA-256 ${actual}, in the manifest ${bytes} with ${sha256}.`,
      });
    }
  }
  const listed = new Set<string>([PATHS.manifest, ...files.map(({ path }) => path)]);
  for (const path of present)
    if (!listed.has(path)) differences.push({ path, says: 'It is in the package and not in the manifest.' });
  return differences;
}

async function tableOf(source: PackageSource, mappingSha256: Sha256): Promise<AccountTable> {
  const name = PATHS.mapping(mappingSha256);
  const text = await readText(source, name);
  if (sha256Of(text) !== mappingSha256) {
    throw unreadable(`${name} is not the account table that the entries were made with`);
  }
  return readAccountTable({ name, text });
}

async function chainOf(
  source: PackageSource,
  { auditChains }: PackageManifest,
  posted: ReadonlySet<string>,
): Promise<PackageDifference[]> {
  try {
    return await verifyPackedChains(source, auditChains, posted);
  } catch (thrown) {
    return [{ path: PATHS.events, says: toProblem(thrown).says }];
  }
}

function countsOf(
  { population }: PackageManifest,
  counts: { readonly settlements: number; readonly accruals: number; readonly entries: number },
): PackageDifference[] {
  const names = ['settlements', 'accruals', 'entries'] as const;
  return names
    .filter((name) => population[name] !== counts[name])
    .map((name) => ({
      path: PATHS.manifest,
      says: `It counts ${population[name]} ${name}; the package has ${counts[name]}.`,
    }));
}

function sampleOf({ sample }: PackageManifest, standing: readonly string[]): PackageDifference[] {
  const drawn = drawSample(standing as Parameters<typeof drawSample>[0], sample);
  if (canonicalJson(drawn) === canonicalJson([...sample.postingKeys])) return [];
  return [
    {
      path: PATHS.manifest,
      says: `The sample of ${sample.size} with seed ${sample.seed} is not the one that is drawn from the entries.`,
    },
  ];
}

function keyOf(entry: CanonicalValue): string {
  return String((entry as { readonly postingKey?: string }).postingKey);
}

/** A whole file as text. Raises `PACKAGE_UNREADABLE` (invalid) when it is missing or too large to be what it should be. */
export async function readText(source: PackageSource, path: string): Promise<string> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of source.open(path)) {
    chunks.push(chunk);
    length += chunk.length;
    if (length > RECORD_BYTES_MAX) throw unreadable(`${path} is larger than ${RECORD_BYTES_MAX} bytes`);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function unreadable(what: string): Problem {
  return new Problem({
    code: 'PACKAGE_UNREADABLE',
    kind: 'invalid',
    says: `The package cannot be verified: ${what}.`,
    next: 'Name the folder or the .zip file that seller-ledger audit package wrote, unchanged.',
  });
}
