import {
  type CanonicalValue,
  canonicalJson,
  type LocalDate,
  NO_HASH,
  type Sha256,
  sha256Of,
} from '../../core/index.ts';
import type { PostingKey, Proof } from '../../ledger/index.ts';
import type { AccrualKind } from '../accrual-store.ts';
import type { SettlementFileState } from '../corrections/file-store.ts';
import type { EntryState, SettlementState } from '../life-cycle.ts';
import type { AuditChain, ChainExtent, ClosedMonths, SapDocumentKey } from '../ports.ts';

/** The version of the form of a package; a verifier refuses one that it does not know. */
export const PACKAGE_FORMAT = 'seller-ledger audit package 2';

/** With one audit chain of all connections. */
const FORMAT_OF_ONE_CHAIN = 'seller-ledger audit package 1';

/** Where a package is written. Each path once; the content is read once, from start to end. */
export interface PackageSink {
  write(path: string, content: AsyncIterable<Uint8Array>): Promise<PackedFile>;
}

/** A package to read, whatever holds it. */
export interface PackageSource {
  /** Every file, with `/` between folders. */
  list(): Promise<readonly string[]>;
  open(path: string): AsyncIterable<Uint8Array>;
}

export interface PackedFile {
  readonly path: string;
  readonly bytes: number;
  readonly sha256: Sha256;
}

/** What the package is about and all that is in it; itself not in its list. */
export interface PackageManifest {
  readonly format: string;
  readonly programVersion: string;
  readonly connections: readonly { readonly name: string; readonly sellerAccount: string }[];
  readonly from: LocalDate;
  readonly to: LocalDate;
  readonly population: PackagePopulation;
  /** The audit chains that are packed, with their ends when the package was made. */
  readonly auditChains: readonly ChainExtent[];
  readonly sample: { readonly size: number; readonly seed: string; readonly postingKeys: readonly PostingKey[] };
  readonly files: readonly PackedFile[];
}

/** Counts and sums over all that is packed, amounts as decimal text by currency. */
export interface PackagePopulation {
  readonly settlements: number;
  readonly accruals: number;
  readonly rows: number;
  readonly settlementTotals: Readonly<Record<string, string>>;
  readonly entries: number;
  readonly lines: number;
  readonly entriesByState: Readonly<Record<string, number>>;
  readonly sapDocuments: number;
  /** Of the entries in SAP. */
  readonly debitTotals: Readonly<Record<string, string>>;
}

/** One entry as it is packed; `entry` is the canonical form that the digest is of. */
export interface PackedEntry {
  readonly id: string;
  readonly entry: CanonicalValue;
  readonly digest: Sha256;
  readonly approvedDigest: Sha256 | null;
  readonly state: EntryState;
  readonly isCurrent: boolean;
  readonly isReversal: boolean;
  readonly document: SapDocumentKey | null;
  readonly reversalKey: PostingKey | null;
}

export interface PackedProposal {
  readonly mappingSha256: Sha256;
  readonly programVersion: string;
  readonly recordedAt: string;
}

export interface PackedInputs {
  /** By company code the last month that was closed. */
  readonly closedThrough?: ClosedMonths;
  /** Orders that stood as a receivable; absent where the connection was never in the orders model. */
  readonly accruedOrders?: readonly string[];
}

/** Another file that came for a settlement, beside the one that is used: in `files/` beside the record. */
export interface PackedFileOfSettlement {
  readonly sha256: Sha256;
  readonly file: string;
  readonly contentType: string | null;
  readonly state: SettlementFileState;
  readonly lineCount: number;
  readonly total: string;
  readonly receivedAt: string;
  readonly decidedBy: string | null;
  readonly why: string | null;
}

/** A proposal whose place another one took, with what it was made from. */
export interface PackedEarlierProposal extends PackedProposal {
  readonly digest: Sha256;
  readonly revision: number;
  readonly fileSha256: Sha256;
  readonly closedThrough?: ClosedMonths;
  readonly replacedAt: string;
}

/** `settlements/…/record.json`. */
export interface PackedSettlement {
  readonly key: string;
  readonly connection: string;
  readonly sellerAccount: string;
  readonly settlementId: string;
  readonly state: SettlementState;
  readonly sha256: Sha256;
  /** Name of the file with Amazon's bytes, beside the record. */
  readonly file: string;
  readonly contentType: string | null;
  readonly header: {
    readonly startAt: number;
    readonly endAt: number;
    readonly depositAt: number;
    readonly currency: string;
    readonly total: string;
  };
  readonly lineCount: number;
  readonly revision: number;
  readonly digest: Sha256 | null;
  readonly proposal: PackedProposal | null;
  readonly proofs: readonly Proof[];
  /** What else was recorded that decides the entries, beside the file and the account table. */
  readonly inputs: PackedInputs;
  readonly otherFiles: readonly PackedFileOfSettlement[];
  readonly earlier: readonly PackedEarlierProposal[];
  readonly entries: readonly PackedEntry[];
}

/** `accruals/…/record.json`, with its sources in `sources.jsonl` beside it. */
export interface PackedAccrual {
  readonly key: string;
  readonly connection: string;
  readonly sellerAccount: string;
  readonly kind: AccrualKind;
  readonly name: string;
  readonly revision: number;
  readonly period: { readonly from: LocalDate; readonly to: LocalDate };
  readonly asOf: string;
  readonly sourcesSha256: Sha256;
  readonly sourceCount: number;
  readonly digest: Sha256;
  readonly mappingSha256: Sha256;
  readonly programVersion: string;
  readonly withdrawnAt: string | null;
  readonly entries: readonly PackedEntry[];
}

/** A line of `audit/events.jsonl`. What is about something outside the package has no `event`, but keeps its place in the chain. */
export interface PackedEvent {
  /** Absent in packages of one chain. */
  readonly chain?: AuditChain;
  readonly sequence: number;
  readonly event?: CanonicalValue;
  readonly previousHash: Sha256;
  readonly hash: Sha256;
}

export const PATHS = {
  manifest: 'manifest.json',
  readme: 'README.txt',
  events: 'audit/events.jsonl',
  mapping: (sha256: string) => `mappings/${sha256}.yaml`,
} as const;

/** The manifest that a text is; `undefined` when it is none of a known form. One of an older form comes back in the present one. */
export function readManifest(text: string): PackageManifest | undefined {
  let manifest: Partial<PackageManifest> & { auditChain?: { eventCount: number; headHash: Sha256 | null } } = {};
  try {
    manifest = JSON.parse(text) as typeof manifest;
  } catch {
    return undefined;
  }
  const { auditChain: one, ...facts } = manifest;
  if (!Array.isArray(manifest.files)) return undefined;
  if (manifest.format === PACKAGE_FORMAT && Array.isArray(manifest.auditChains)) return facts as PackageManifest;
  if (manifest.format !== FORMAT_OF_ONE_CHAIN || !one) return undefined;
  const end = { sequence: one.eventCount, hash: one.headHash ?? NO_HASH };
  const auditChains = [{ chain: 'founding', begin: { sequence: 0, hash: NO_HASH }, end }];
  return { ...facts, auditChains } as PackageManifest;
}

/** A name as part of a path: what could leave the folder or is not the same on every system becomes `_`. */
export function pathPart(text: string): string {
  return text.replace(/[^A-Za-z0-9_-]+/g, '_').slice(0, 80) || '_';
}

/**
 * The entries that a sample takes: those whose digest of seed and posting key comes first. Whoever has the list of posting
 * keys and the seed draws the same ones, and nobody can choose them without choosing the seed.
 */
export function drawSample(
  postingKeys: readonly PostingKey[],
  { size, seed }: { size: number; seed: string },
): PostingKey[] {
  return [...new Set(postingKeys)]
    .map((key) => ({ key, rank: sha256Of(`${seed}\n${key}`) }))
    .sort((a, b) => (a.rank < b.rank ? -1 : 1))
    .slice(0, size)
    .map(({ key }) => key);
}

/** A value as a file of a package: canonical JSON, so that the same facts are the same bytes. */
export function jsonText(value: CanonicalValue): string {
  return `${canonicalJson(value)}\n`;
}

export async function* textContent(text: string): AsyncIterable<Uint8Array> {
  yield Buffer.from(text, 'utf8');
}
