import { formatInstant } from '../../core/index.ts';
import { type CorrectionLinks, correctionLinks, entriesOfFamily } from '../corrections/correction-links.ts';
import { proveCorrections } from '../corrections/correction-proofs.ts';
import { sayOrigin } from '../origin.ts';
import type { AuditEvent, AuditSubject, EntryRecord, SettlementFile } from '../ports.ts';
import { progressOf } from '../posting-progress.ts';
import { COUNT, MONEY, TEXT } from '../reports/columns.ts';
import type { Report, ReportSection } from '../reports/index.ts';
import { parseDocumentName } from './names.ts';
import { hasRowsOfItsOwn } from './rows-behind.ts';
import { nothingFound, type TraceContext } from './trace-context.ts';
import { paymentSections } from './trace-payments.ts';
import { entrySection, sayDocument } from './trace-sections.ts';

/** Events in one answer; an audit extract has all. */
const EVENTS_SHOWN_MAX = 200;

/**
 * Everything behind a document in SAP, whichever way its number is written: the entry, what it corrects and is corrected by, its
 * lines with the number of Amazon's rows behind each, the file, the payout and the history. A number that several company codes
 * or years have gives all of them. Raises `TRACE_NOTHING_FOUND` (invalid).
 */
export async function traceDocument(context: TraceContext, text: string): Promise<Report> {
  const { books } = context;
  const name = parseDocumentName(text);
  const ids = name ? await books.findEntriesOfDocument(name) : [];
  const records = await Promise.all(ids.map((id) => books.getEntry(id)));
  if (records.length === 0) throw nothingFound(`SAP document ${text.trim()}`, 'any entry');
  const sections: ReportSection[] = [entrySection(records)];
  for (const record of records) sections.push(...(await entrySections(context, record, records.length > 1)));
  const settlements = new Map(
    records.flatMap(({ origin }) => (origin.kind === 'settlement' ? [[origin.key, origin.name] as const] : [])),
  );
  const paid = [...settlements].map(([key, settlementId]) => ({ key, settlementId }));
  return {
    name: 'document-trace',
    title: `SAP document ${text.trim()}`,
    facts: [{ title: 'entries', value: records.length }, ...entryFacts(records)],
    sections: [...sections, ...(paid.length > 0 ? await paymentSections(context, paid) : [])],
    notes: records.flatMap(({ entry, isCurrent }) =>
      isCurrent
        ? []
        : [`Entry ${entry.postingKey} is of an earlier proposal; Amazon’s rows are behind those that took its place.`],
    ),
  };
}

/** Of all that were found, one after the other; what they have in common once. */
function entryFacts(records: readonly EntryRecord[]): Report['facts'] {
  const all = (title: string, of: (record: EntryRecord) => string) => ({
    title,
    value: [...new Set(records.map(of))].join(', '),
  });
  return [
    all('document', ({ document }) => sayDocument(document)),
    all('entry', ({ entry }) => entry.postingKey),
    all('state', ({ state }) => state),
    all('of', ({ origin }) => sayOrigin(origin)),
    all('connection', ({ connectionName }) => connectionName),
  ];
}

async function entrySections(context: TraceContext, record: EntryRecord, isOfMany: boolean): Promise<ReportSection[]> {
  const { books } = context;
  const { entry, origin, id } = record;
  const suffix = isOfMany ? `_${entry.postingKey}` : '';
  const about = isOfMany ? ` of ${entry.postingKey}` : '';
  const links = correctionLinks(await entriesOfFamily(books, record)).get(id);
  const history = await books.listEvents({ subject: `entry/${id}`, limit: EVENTS_SHOWN_MAX });
  const source =
    origin.kind === 'settlement' ? await books.fileOfEntry(id) : (await books.getAccrual(origin.key)).sourcesSha256;
  const { origin: from, storedAt, byteCount } = await books.describeEvidence(source);
  return [
    await linesSection(context, record, { key: `lines${suffix}`, title: `Lines${about}` }),
    correctionSection(links, { key: `corrections${suffix}`, title: `Corrections${about}` }),
    {
      key: `evidence${suffix}`,
      title: `Evidence${about}`,
      columns: [TEXT('sha256', 'SHA-256'), TEXT('from', 'from'), TEXT('storedAt', 'stored'), COUNT('bytes', 'bytes')],
      rows: [{ sha256: source, from, storedAt, bytes: byteCount }],
    },
    historySection(history, { key: `history${suffix}`, title: `History${about}` }),
  ];
}

interface Heading {
  readonly key: string;
  readonly title: string;
}

async function linesSection({ books }: TraceContext, record: EntryRecord, heading: Heading): Promise<ReportSection> {
  const { entry, origin } = record;
  const counts = new Map<number, number>();
  const hasRows = origin.kind === 'settlement' && hasRowsOfItsOwn(record);
  const column = hasRows ? await books.bucketColumn(origin.key) : new Uint32Array(0);
  for (const bucket of column) counts.set(bucket, (counts.get(bucket) ?? 0) + 1);
  const rowsOf = (buckets: readonly number[]) => buckets.reduce((sum, bucket) => sum + (counts.get(bucket) ?? 0), 0);
  return {
    ...heading,
    columns: [
      COUNT('line', 'line'),
      TEXT('kind', 'kind'),
      TEXT('glAccount', 'G/L account'),
      TEXT('costObject', 'cost object'),
      TEXT('taxCode', 'tax code'),
      TEXT('text', 'text'),
      MONEY('amount', 'amount'),
      COUNT('rows', 'rows'),
    ],
    rows: entry.lines.map((line, index) => ({
      line: index + 1,
      kind: line.kind,
      glAccount: line.glAccount,
      costObject: line.costCenter ?? line.profitCenter,
      taxCode: line.taxCode,
      text: line.text,
      amount: line.amount,
      rows: hasRows ? rowsOf(line.buckets) : null,
    })),
    notes:
      hasRows || origin.kind === 'accrual'
        ? [
            `${hasRows ? 'The rows' : 'The events and orders'} of a line: seller-ledger trace line ${entry.postingKey} LINE`,
          ]
        : [],
  };
}

function correctionSection(links: CorrectionLinks | undefined, heading: Heading): ReportSection {
  const row = (relation: string) => (record: EntryRecord) => ({
    relation,
    entry: record.entry.postingKey,
    state: record.state,
    document: sayDocument(record.document),
  });
  return {
    ...heading,
    columns: [TEXT('relation', ''), TEXT('entry', 'entry'), TEXT('state', 'state'), TEXT('document', 'SAP document')],
    rows: [...(links?.corrects ?? []).map(row('corrects')), ...(links?.correctedBy ?? []).map(row('is corrected by'))],
  };
}

function historySection(events: readonly AuditEvent[], heading: Heading): ReportSection {
  return {
    ...heading,
    columns: [
      COUNT('number', 'no.'),
      TEXT('at', 'at'),
      TEXT('actor', 'who'),
      TEXT('action', 'what'),
      TEXT('why', 'why'),
    ],
    rows: events.map(({ sequence, at, actor, action, why }) => ({
      number: sequence,
      at,
      actor: actor.name,
      action,
      why,
    })),
  };
}

/**
 * Everything of a settlement: its files, all entries of all proposals with their documents, what was corrected and the proofs of
 * it, the payout and the history.
 */
export async function traceSettlement(context: TraceContext, ref: string): Promise<Report> {
  const { books } = context;
  const settlement = await books.getSettlement(ref);
  const { key, header, settlementId } = settlement;
  const entries = await books.listEntries({ originKey: key });
  const subject: AuditSubject = `settlement/${key}`;
  const proofs = [...settlement.proofs, ...proveCorrections(header, entries)];
  return {
    name: 'settlement-trace',
    title: `Settlement ${settlementId}`,
    facts: [
      { title: 'connection', value: settlement.connectionName },
      { title: 'seller account', value: settlement.sellerAccount },
      { title: 'state', value: (await progressOf(books, [settlement])).get(key) ?? settlement.state },
      { title: 'from', value: formatInstant(header.startAt) },
      { title: 'to', value: formatInstant(header.endAt) },
      { title: 'total', value: header.total },
      { title: 'rows', value: settlement.lineCount },
      { title: 'file', value: settlement.sha256 },
    ],
    sections: [
      fileSection(await books.listSettlementFiles(key)),
      entrySection(entries, 'Entries of all proposals'),
      {
        key: 'proofs',
        title: 'Proofs',
        columns: [
          TEXT('proof', 'proof'),
          { key: 'ok', title: 'holds', kind: 'flag' },
          TEXT('expected', 'expected'),
          TEXT('actual', 'found'),
          TEXT('says', 'what was compared'),
        ],
        rows: proofs.map(({ name, ok, expected, actual, says }) => ({ proof: name, ok, expected, actual, says })),
      },
      ...(await paymentSections(context, [settlement])),
      historySection(await books.listEvents({ subject, limit: EVENTS_SHOWN_MAX }), {
        key: 'history',
        title: 'History',
      }),
    ],
    notes: [`A row of its file: seller-ledger trace row ${settlementId} ROW`],
  };
}

function fileSection(files: readonly SettlementFile[]): ReportSection {
  return {
    key: 'files',
    title: 'Files that came for it',
    columns: [
      TEXT('sha256', 'SHA-256'),
      TEXT('state', 'state'),
      MONEY('total', 'total'),
      COUNT('rows', 'rows'),
      TEXT('received', 'received'),
      TEXT('from', 'from'),
      TEXT('decision', 'decision'),
    ],
    rows: files.map(({ sha256, state, header, lineCount, receivedAt, origins, decision }) => ({
      sha256,
      state,
      total: header.total,
      rows: lineCount,
      received: receivedAt,
      from: origins.join(', '),
      decision: decision ? `${decision.actor.name}, ${decision.at}: ${decision.why}` : '',
    })),
  };
}
