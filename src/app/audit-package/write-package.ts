import {
  beginsAsGzip,
  type CanonicalValue,
  DAY_S,
  formatMoney,
  type LocalDate,
  Problem,
  type Sha256,
} from '../../core/index.ts';
import { canonicalEntry, type PostingKey } from '../../ledger/index.ts';
import type { SettlementReader } from '../evaluate-settlement.ts';
import type { AccrualRecord, Actor, Books, ChainExtent, Connection, EntryRecord, SettlementRecord } from '../ports.ts';
import { standingEntries } from '../reports/line-totals.ts';
import type { Report } from '../reports/report.ts';
import {
  drawSample,
  jsonText,
  PACKAGE_FORMAT,
  PATHS,
  type PackageManifest,
  type PackageSink,
  type PackedEntry,
  type PackedEvent,
  type PackedFile,
  type PackedFileOfSettlement,
  type PackedInputs,
  pathPart,
  textContent,
} from './package-format.ts';
import { Population } from './population.ts';
import { README } from './readme.ts';
import { sampleRows } from './sample-rows.ts';

/** What a package is made of and with. */
export interface PackageInput {
  readonly books: Books;
  readonly readSettlement: SettlementReader;
  readonly connections: readonly Connection[];
  /** Settlements whose period or entries touch these days, and accruals of them. */
  readonly from: LocalDate;
  readonly to: LocalDate;
  readonly sample: { readonly size: number; readonly seed: string };
  readonly programVersion: string;
  /** Tables for people: a report as CSV. */
  readonly renderCsv: (report: Report, section: string) => string;
  readonly actor: Actor;
}

/** What was written. */
export interface WrittenPackage {
  readonly manifest: PackageManifest;
  readonly manifestSha256: PackedFile['sha256'];
}

interface Packing {
  readonly input: PackageInput;
  readonly population: Population;
  readonly files: PackedFile[];
  /** Subjects of the audit log that are in the package. */
  readonly subjects: Set<string>;
  readonly mappings: Set<PackedFile['sha256']>;
  put(path: string, content: AsyncIterable<Uint8Array> | string): Promise<void>;
}

/**
 * Writes everything that an auditor needs to repeat the books of a period: Amazon's bytes, the account tables, the entries
 * with their digests and SAP documents, the proofs, and the audit chains from their first events on; then a manifest with the
 * SHA-256 of each file. What is about other connections keeps its place in the chain by its hash alone. No secret and no
 * buyer is in it, because it is made of records that hold neither. One settlement is in memory at a time. That it was
 * written, with the manifest's digest, is an audit event. Raises `PACKAGE_BOOKS_MOVED` (conflict) when something in it
 * changed meanwhile, and `PACKAGE_EMPTY` (invalid).
 */
export async function writeAuditPackage(input: PackageInput, sink: PackageSink): Promise<WrittenPackage> {
  const { books, connections } = input;
  const chains = await chainsOf(input);
  const packing = startPacking(input, sink);
  const settlements = await settlementsOf(input);
  const accruals = await accrualsOf(input);
  if (settlements.length === 0 && accruals.length === 0) throw nothingToPack(input);
  const postingKeys = await drawFrom(input, [...settlements, ...accruals]);
  for (const record of settlements) await packSettlement(packing, record, new Set(postingKeys));
  for (const record of accruals) await packAccrual(packing, record);
  for (const sha256 of [...packing.mappings].sort()) {
    await packing.put(PATHS.mapping(sha256), await books.getMappingText(sha256));
  }
  await packPopulation(packing, postingKeys);
  await packing.put(PATHS.events, eventLines(packing, chains));
  await assertStill(packing, chains);
  await packing.put(PATHS.readme, README);
  const manifest: PackageManifest = {
    format: PACKAGE_FORMAT,
    programVersion: input.programVersion,
    connections: connections.map(({ name, sellerAccount }) => ({ name, sellerAccount })),
    from: input.from,
    to: input.to,
    population: packing.population.counts(),
    auditChains: chains,
    sample: { ...input.sample, postingKeys },
    files: [...packing.files].sort((a, b) => (a.path < b.path ? -1 : 1)),
  };
  const { sha256 } = await sink.write(PATHS.manifest, textContent(jsonText(plain(manifest))));
  await recordPackage(input, manifest, sha256);
  return { manifest, manifestSha256: sha256 };
}

function startPacking(input: PackageInput, sink: PackageSink): Packing {
  const files: PackedFile[] = [];
  return {
    input,
    population: new Population(),
    files,
    // With what tells of the beginnings of chains, which holds nothing of other connections but their ids and hashes.
    subjects: new Set(['installation/audit', ...input.connections.map(({ id }) => `connection/${id}`)]),
    mappings: new Set(),
    put: async (path, content) => {
      files.push(await sink.write(path, typeof content === 'string' ? textContent(content) : content));
    },
  };
}

/** Those whose period touches the days, by UTC, and those with an entry dated in them. */
async function settlementsOf({ books, connections, from, to }: PackageInput): Promise<SettlementRecord[]> {
  const found: SettlementRecord[] = [];
  for (const { id } of connections) {
    const dated = await books.listEntries({ connectionId: id, postingDates: { from, to } });
    const keys = new Set<string>(dated.map(({ origin }) => origin.key));
    const first = Date.parse(from) / 1000;
    const last = Date.parse(to) / 1000 + DAY_S;
    for (const record of await books.listSettlements({ connectionId: id })) {
      const touches = record.header.startAt < last && record.header.endAt >= first;
      if (touches || keys.has(record.key)) found.push(record);
    }
  }
  return found;
}

/** Those whose period touches the days, and those with an entry dated in them: a release stands in the month after. */
async function accrualsOf({ books, connections, from, to }: PackageInput): Promise<AccrualRecord[]> {
  const found: AccrualRecord[] = [];
  for (const { id } of connections) {
    const dated = await books.listEntries({ connectionId: id, postingDates: { from, to } });
    const keys = new Set<string>(dated.map(({ origin }) => origin.key));
    for (const record of await books.listAccruals({ connectionId: id })) {
      const touches = record.period.from <= to && record.period.to >= from;
      if (touches || keys.has(record.key)) found.push(record);
    }
  }
  return found;
}

async function drawFrom(
  { books, sample }: PackageInput,
  origins: readonly { readonly key: SettlementRecord['key'] | AccrualRecord['key'] }[],
): Promise<PostingKey[]> {
  if (sample.size === 0) return [];
  const keys: PostingKey[] = [];
  for (const { key } of origins) {
    const entries = standingEntries(await books.listEntries({ originKey: key }));
    keys.push(...entries.map(({ entry }) => entry.postingKey));
  }
  return drawSample(keys, sample);
}

async function packSettlement(
  packing: Packing,
  record: SettlementRecord,
  sampled: ReadonlySet<PostingKey>,
): Promise<void> {
  const { input, population, subjects, mappings } = packing;
  const { books } = input;
  const entries = await books.listEntries({ originKey: record.key });
  const proposal = await books.findProposal(record.key);
  if (proposal) mappings.add(proposal.mappingSha256);
  subjects.add(`settlement/${record.key}`);
  for (const { id } of entries) subjects.add(`entry/${id}`);
  const folder = `settlements/${pathPart(record.settlementId)}-${record.key.slice(0, 8)}`;
  const { file, contentType } = await packFile(packing, record.sha256, `${folder}/settlement`);
  const earlier = await books.listEarlierProposals(record.key);
  for (const { mappingSha256 } of earlier) mappings.add(mappingSha256);
  const { header } = record;
  await packing.put(
    `${folder}/record.json`,
    jsonText(
      plain({
        key: record.key,
        connection: record.connectionName,
        sellerAccount: record.sellerAccount,
        settlementId: record.settlementId,
        state: record.state,
        sha256: record.sha256,
        file,
        contentType,
        header: {
          startAt: header.startAt,
          endAt: header.endAt,
          depositAt: header.depositAt,
          currency: header.currency,
          total: formatMoney(header.total),
        },
        lineCount: record.lineCount,
        revision: record.revision,
        digest: record.digest,
        proposal: proposal && {
          mappingSha256: proposal.mappingSha256,
          programVersion: proposal.programVersion,
          recordedAt: proposal.recordedAt,
        },
        proofs: record.proofs,
        inputs: await inputsOf(books, record),
        otherFiles: await packOtherFiles(packing, record, folder),
        earlier,
        entries: entries.map(packedEntry),
      }),
    ),
  );
  population.addSettlement(record, entries);
  for (const [postingKey, text] of await sampleRows(
    input,
    record,
    entries.filter(({ entry }) => sampled.has(entry.postingKey)),
  )) {
    await packing.put(`sample/${pathPart(postingKey)}.csv`, text);
  }
}

/** Amazon's bytes as they came, under a name that tells whether they are compressed. */
async function packFile(
  { input: { books }, put }: Packing,
  sha256: Sha256,
  path: string,
): Promise<{ file: string; contentType: string | null }> {
  const { contentType } = await books.describeEvidence(sha256);
  const { isGzip, content } = await peek(books.openEvidence(sha256));
  const target = `${path}.${isGzip ? 'txt.gz' : 'txt'}`;
  await put(target, content);
  return { file: target.slice(path.indexOf('/', path.indexOf('/') + 1) + 1), contentType };
}

/** The files of a settlement that came more than once, beside the one that is used. */
async function packOtherFiles(
  packing: Packing,
  record: SettlementRecord,
  folder: string,
): Promise<PackedFileOfSettlement[]> {
  const packed: PackedFileOfSettlement[] = [];
  for (const {
    sha256,
    state,
    header,
    lineCount,
    receivedAt,
    decision,
  } of await packing.input.books.listSettlementFiles(record.key)) {
    if (sha256 === record.sha256) continue;
    packed.push({
      sha256,
      ...(await packFile(packing, sha256, `${folder}/files/${sha256}`)),
      state,
      lineCount,
      total: formatMoney(header.total),
      receivedAt,
      decidedBy: decision?.actor.name ?? null,
      why: decision?.why ?? null,
    });
  }
  return packed;
}

/** What decided the entries beside the file and the account table. */
async function inputsOf(books: Books, { key, closedThrough, proofs }: SettlementRecord): Promise<PackedInputs> {
  const isOrdersModel = proofs.some(({ name }) => name === ORDERS_PROOF);
  return {
    ...(closedThrough && { closedThrough }),
    ...(isOrdersModel && { accruedOrders: await books.listClearedOrders(key) }),
  };
}

/** The proof that only settlements of a connection in the orders model have. */
const ORDERS_PROOF = 'orders-cleared';

async function packAccrual(packing: Packing, record: AccrualRecord): Promise<void> {
  const { input, population, subjects, mappings } = packing;
  const entries = await input.books.listEntries({ originKey: record.key });
  subjects.add(`accrual/${record.key}`);
  for (const { id } of entries) subjects.add(`entry/${id}`);
  mappings.add(record.mappingSha256);
  const folder = `accruals/${pathPart(record.name)}-${record.key.slice(0, 8)}`;
  await packing.put(`${folder}/sources.jsonl`, input.books.openEvidence(record.sourcesSha256));
  const { connectionName: connection, connectionId: _, recordedAt: __, ...facts } = record;
  await packing.put(
    `${folder}/record.json`,
    jsonText(plain({ ...facts, connection, entries: entries.map(packedEntry) })),
  );
  population.addAccrual(record, entries);
}

function packedEntry(record: EntryRecord): PackedEntry {
  const { id, entry, digest, approvedDigest, state, isCurrent, document, reversalKey } = record;
  const isReversal = entry.reversal !== undefined;
  return {
    id,
    entry: canonicalEntry(entry),
    digest,
    approvedDigest,
    state,
    isCurrent,
    isReversal,
    document,
    reversalKey,
  };
}

async function packPopulation({ input, population, put }: Packing, sampled: readonly PostingKey[]): Promise<void> {
  const report = population.report(input, new Set(sampled));
  for (const { key } of report.sections) await put(`${key}.csv`, input.renderCsv(report, key));
}

const EVENTS_AT_ONCE = 1_000;

/** Those of the connections, and those that they hang on. A chain that is broken is packed as it is: the verifier names it. */
async function chainsOf({ books, connections }: PackageInput): Promise<readonly ChainExtent[]> {
  const wanted = new Set<string>(['founding', 'installation', ...connections.map(({ id }) => id)]);
  return (await books.listChains()).filter(({ chain, end }) => wanted.has(chain) && end.sequence > 0);
}

/** The chains from their first events to the last ones that had happened when the packing began. */
async function* eventLines({ input, subjects }: Packing, chains: readonly ChainExtent[]): AsyncIterable<Uint8Array> {
  for (const { chain, begin, end } of chains) {
    for (let sequence = begin.sequence; sequence < end.sequence; ) {
      const events = await input.books.listChainEvents(chain, sequence, EVENTS_AT_ONCE);
      if (events.length === 0) break;
      const lines = events
        .filter((event) => event.sequence <= end.sequence)
        .map(({ text, subject, previousHash, hash, ...place }): string => {
          const line: PackedEvent = { chain, sequence: place.sequence, previousHash, hash };
          const isPacked = subjects.has(subject);
          return jsonText(plain(isPacked ? { ...line, event: JSON.parse(text) as CanonicalValue } : line));
        });
      sequence = events.at(-1)?.sequence ?? end.sequence;
      yield Buffer.from(lines.join(''), 'utf8');
    }
  }
}

/** What happened while the package was written must not be about what is in it. */
async function assertStill({ input, subjects }: Packing, chains: readonly ChainExtent[]): Promise<void> {
  for (const { chain, end } of chains) {
    for (let { sequence } = end; ; ) {
      const events = await input.books.listChainEvents(chain, sequence, EVENTS_AT_ONCE);
      const moved = events.find(({ subject }) => subjects.has(subject) && !isBeside(subject));
      if (moved) throw booksMoved(moved.subject, actionOf(moved.text));
      if (events.length < EVENTS_AT_ONCE) break;
      sequence = events.at(-1)?.sequence ?? sequence;
    }
  }
}

function isBeside(subject: string): boolean {
  return subject.startsWith('connection/') || subject.startsWith('installation/');
}

function actionOf(text: string): string {
  return (JSON.parse(text) as { readonly action: string }).action;
}

async function recordPackage(
  { books, connections, actor }: PackageInput,
  manifest: PackageManifest,
  sha256: string,
): Promise<void> {
  const { from, to, population } = manifest;
  for (const { id } of connections) {
    await books.record({
      actor,
      action: 'audit.package',
      subject: `connection/${id}`,
      why: `an audit package of ${from} to ${to} was written`,
      after: { from, to, manifestSha256: sha256, settlements: population.settlements, entries: population.entries },
    });
  }
}

/** The content again with its first bytes looked at. */
async function peek(
  content: AsyncIterable<Uint8Array>,
): Promise<{ isGzip: boolean; content: AsyncIterable<Uint8Array> }> {
  const chunks = content[Symbol.asyncIterator]();
  const first = await chunks.next();
  const bytes = first.done ? new Uint8Array() : first.value;
  async function* again(): AsyncIterable<Uint8Array> {
    yield bytes;
    for (let next = await chunks.next(); !next.done; next = await chunks.next()) yield next.value;
  }
  return { isGzip: beginsAsGzip(bytes), content: again() };
}

/** Records as canonical JSON takes them: plain, without members that are absent. */
function plain(value: unknown): CanonicalValue {
  return JSON.parse(JSON.stringify(value)) as CanonicalValue;
}

function nothingToPack({ from, to }: PackageInput): Problem {
  return new Problem({
    code: 'PACKAGE_EMPTY',
    kind: 'invalid',
    says: `Nothing is recorded from ${from} to ${to}: no settlement touches these days, and no entry is dated in them.`,
    next: 'Name other days; seller-ledger settlements list shows the periods there are.',
  });
}

function booksMoved(subject: string, action: string): Problem {
  return new Problem({
    code: 'PACKAGE_BOOKS_MOVED',
    kind: 'conflict',
    says: `The books changed while the package was written (${action} of ${subject}), so that its parts may be of different moments.`,
    next: 'Write it again when no sync is running.',
  });
}
