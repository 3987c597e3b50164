import { type CanonicalValue, canonicalJson, formatMoney, type Sha256, sha256Of } from '../../core/index.ts';
import { canonicalEntry, entryDigest, hasAmount, type JournalEntry } from '../../ledger/index.ts';
import { type AccountTable, OrderRows } from '../../mapping/index.ts';
import { evaluateSettlement, type SettlementReader } from '../evaluate-settlement.ts';
import type { PackageSource, PackedEntry, PackedSettlement } from './package-format.ts';

/** What is not as it was written, and in which file of the package. */
export interface PackageDifference {
  readonly path: string;
  readonly says: string;
}

/** Digests and balances of packed entries, and that what is in SAP is what was approved. */
export function verifyEntries(path: string, entries: readonly PackedEntry[]): PackageDifference[] {
  return entries.flatMap(({ entry, digest, approvedDigest, state }) => {
    const key = String((entry as { postingKey?: string }).postingKey);
    const differences: PackageDifference[] = [];
    const says = (what: string) => differences.push({ path, says: `Entry ${key}: ${what}` });
    const actual = sha256Of(canonicalJson(entry));
    if (actual !== digest) says(`its digest is ${actual}, recorded is ${digest}.`);
    if (openMinor(entry) !== 0n) says('its debits and credits differ.');
    const isSent = state === 'posted' || state === 'reversed';
    if (isSent && approvedDigest !== null && approvedDigest !== digest)
      says('what is in SAP is not what was approved.');
    return differences;
  });
}

/** The lines added up in units of their last decimal; all have as many, because they are of one currency. */
function openMinor(entry: CanonicalValue): bigint {
  const { lines } = entry as { readonly lines: readonly { readonly amount: string }[] };
  return lines.reduce((sum, { amount }) => sum + BigInt(amount.replace('.', '')), 0n);
}

export interface VerifySettlementInput {
  readonly path: string;
  readonly record: PackedSettlement;
  /** Of Amazon's bytes in the package, by the manifest. */
  readonly fileSha256: Sha256 | undefined;
  /** `null`: nothing was proposed, so only the file is read. */
  readonly table: AccountTable | null;
  readonly source: PackageSource;
  readonly readSettlement: SettlementReader;
}

export interface VerifyEarlierInput {
  readonly path: string;
  readonly record: PackedSettlement;
  readonly tableOf: (mappingSha256: Sha256) => Promise<AccountTable>;
  readonly shaOf: (path: string) => Sha256 | undefined;
  readonly source: PackageSource;
  readonly readSettlement: SettlementReader;
}

/**
 * The other files of a settlement against their recorded hashes, and each proposal that was replaced worked out anew from the
 * file and the table it was made from; every entry of it that is still on record has to come out again. Which orders stood as
 * a receivable when a replaced proposal was made is not known any more, so in the orders model it may come out otherwise.
 */
export async function verifyEarlier(input: VerifyEarlierInput): Promise<PackageDifference[]> {
  const { path, record, shaOf, readSettlement, source } = input;
  const folder = path.slice(0, path.lastIndexOf('/'));
  const differences: PackageDifference[] = [];
  for (const { file, sha256 } of record.otherFiles) {
    const actual = shaOf(`${folder}/${file}`);
    if (actual === sha256) continue;
    const says = `The file beside it has the SHA-256 ${actual ?? '(none)'}, recorded is ${sha256}.`;
    differences.push({ path: `${folder}/${file}`, says });
  }
  if (differences.length > 0) return differences;
  const isOrdersModel = record.inputs.accruedOrders !== undefined;
  const digests = new Set<Sha256>();
  for (const { fileSha256, mappingSha256, revision, closedThrough, digest } of record.earlier) {
    const { file, contentType } = [record, ...record.otherFiles].find(({ sha256 }) => sha256 === fileSha256) ?? record;
    const name = `${folder}/${file}`;
    const { proposal } = await evaluateSettlement({
      source: { name, contentType: contentType ?? undefined, open: () => source.open(name) },
      readSettlement,
      table: await input.tableOf(mappingSha256),
      sellerAccount: record.sellerAccount,
      revision,
      closedThrough,
      orders: ordersOf(record),
      withOrderRuns: false,
    });
    for (const entry of proposal.entries) digests.add(entryDigest(entry));
    if (proposal.digest === digest || isOrdersModel) continue;
    const says = `Worked out anew, the entries of its proposal with revision ${revision} have the digest ${proposal.digest ?? '(none)'}, recorded is ${digest}.`;
    differences.push({ path, says });
  }
  if (isOrdersModel) return differences;
  const strays = record.entries.filter((each) => !each.isCurrent && !each.isReversal && !digests.has(each.digest));
  for (const { entry } of strays) {
    const { postingKey } = entry as { readonly postingKey: string };
    differences.push({ path, says: `Entry ${postingKey}: no proposal of the settlement comes to it.` });
  }
  return differences;
}

/** Reads Amazon's bytes again and works the entries out anew; names the first thing that comes out otherwise. */
export async function verifySettlement(input: VerifySettlementInput): Promise<PackageDifference[]> {
  const { path, record, table, readSettlement } = input;
  const source = sourceOf(input);
  if (input.fileSha256 !== record.sha256) {
    return [
      {
        path,
        says: `The file beside it has the SHA-256 ${input.fileSha256 ?? '(none)'}, recorded is ${record.sha256}.`,
      },
    ];
  }
  if (!table) {
    const reading = await readSettlement(source, { header: () => {}, line: () => {} });
    return factsThatDiffer(path, [
      ['total', record.header.total, formatMoney(reading.header.total)],
      ['rows', record.lineCount, reading.lineCount],
    ]);
  }
  const { reading, proposal } = await evaluateSettlement({
    source,
    readSettlement,
    table,
    sellerAccount: record.sellerAccount,
    revision: record.revision,
    closedThrough: record.inputs.closedThrough,
    orders: ordersOf(record),
    withOrderRuns: false,
  });
  const ofFile = factsThatDiffer(path, [
    ['settlement id', record.settlementId, reading.header.settlementId],
    ['total', record.header.total, formatMoney(reading.header.total)],
    ['start', record.header.startAt, reading.header.startAt],
    ['end', record.header.endAt, reading.header.endAt],
    ['rows', record.lineCount, reading.lineCount],
  ]);
  if (proposal.digest === record.digest) {
    const proofs = firstDifference([...record.proofs] as never, [...proposal.proofs] as never, 'proofs');
    return proofs === null ? ofFile : [...ofFile, { path, says: `Worked out anew, ${proofs}.` }];
  }
  const first = entriesThatDiffer(record.entries, proposal.entries);
  const stopped = proposal.quarantine[0]?.says ?? proposal.proofs.find(({ ok }) => !ok)?.says;
  const why = first ?? stopped ?? 'an entry without an amount is another one';
  return [
    ...ofFile,
    {
      path,
      says: `Worked out anew, its entries have the digest ${proposal.digest ?? '(none)'}, recorded is ${record.digest ?? '(none)'}: ${why}.`,
    },
  ];
}

function ordersOf({ inputs }: PackedSettlement): OrderRows | undefined {
  if (inputs.accruedOrders === undefined) return undefined;
  const accrued = new Set(inputs.accruedOrders);
  return new OrderRows((orderId) => accrued.has(orderId));
}

/** The entries that stand, against those that came out anew. */
export function entriesThatDiffer(recorded: readonly PackedEntry[], again: readonly JournalEntry[]): string | null {
  const standing = recorded.filter((each) => each.isCurrent && !each.isReversal && each.state !== 'withdrawn');
  return firstDifference(
    standing.map(({ entry }) => entry),
    again.filter(hasAmount).map(canonicalEntry),
    'entries',
  );
}

function sourceOf({ path, record, source }: VerifySettlementInput) {
  const file = `${path.slice(0, path.lastIndexOf('/'))}/${record.file}`;
  return { name: file, contentType: record.contentType ?? undefined, open: () => source.open(file) };
}

function factsThatDiffer(
  path: string,
  facts: readonly (readonly [string, CanonicalValue, CanonicalValue])[],
): PackageDifference[] {
  return facts
    .filter(([, recorded, read]) => recorded !== read)
    .map(([what, recorded, read]) => ({ path, says: `Read anew, its ${what} is ${read}, recorded is ${recorded}.` }));
}

/** `entries 1 lines 3 amount is 18.76, recorded is 18.75`: the first place where two values differ; `null` when none does. */
export function firstDifference(recorded: CanonicalValue, again: CanonicalValue, place: string): string | null {
  if (canonicalJson(recorded) === canonicalJson(again)) return null;
  if (Array.isArray(recorded) && Array.isArray(again)) {
    for (let index = 0; index < Math.max(recorded.length, again.length); index++) {
      const found = firstDifference(recorded[index] ?? null, again[index] ?? null, `${place} ${index + 1}`);
      if (found !== null) return found;
    }
    return null;
  }
  if (isObject(recorded) && isObject(again)) {
    for (const key of new Set([...Object.keys(recorded), ...Object.keys(again)].sort())) {
      const found = firstDifference(recorded[key] ?? null, again[key] ?? null, `${place} ${key}`);
      if (found !== null) return found;
    }
    return null;
  }
  return `${place} is ${shown(again)}, recorded is ${shown(recorded)}`;
}

function isObject(value: CanonicalValue): value is { readonly [key: string]: CanonicalValue | undefined } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function shown(value: CanonicalValue): string {
  return value === null ? 'missing' : typeof value === 'string' ? value : canonicalJson(value).slice(0, 200);
}
