import type { ConnectionId, FeedCounts, Reimbursement, UnreadableRecord, VatLine } from '../app/index.ts';
import type { Money, Sha256 } from '../core/index.ts';
import {
  amountFault,
  assertBatch,
  batchJson,
  contentDigest,
  FeedTally,
  integerFault,
  lastOfEach,
  lockFeed,
} from './feed-batches.ts';
import { keepAside } from './feed-cursors.ts';
import { type Session, sql } from './sql.ts';

interface RowsOfReport<Row> {
  readonly connectionId: ConnectionId;
  readonly sha256: Sha256;
  readonly rows: readonly Row[];
  readonly at: string;
}

interface KnownReimbursement {
  readonly reimbursement_id: string;
  readonly sku: string;
  readonly ordinal: number;
  readonly sha256: Sha256;
  readonly row_number: number;
  readonly content_sha256: Sha256;
}

/**
 * Stores reimbursements once, whatever reports tell them: the first row of a reimbursement and SKU in one report is the first
 * in every other. Rows of one report come in its order.
 */
export async function putReimbursements(session: Session, input: RowsOfReport<Reimbursement>): Promise<FeedCounts> {
  assertBatch(input.rows);
  await lockFeed(session, input.connectionId, 'reimbursements');
  const tally = new FeedTally();
  const fit = await keepUnfit(session, input, { feed: 'reimbursements', faultOf: reimbursementFault }, tally);
  const known = await knownReimbursements(session, input.connectionId, fit);
  const written = [];
  for (const row of lastOfEach(fit, (each) => String(each.row))) {
    const place = placeOf(row.reimbursementId, row.sku ?? '');
    const equals = known.get(place) ?? [];
    known.set(place, equals);
    const digest = contentDigest({ ...row, row: 0 });
    const isSame = (each: KnownReimbursement) => each.sha256 === input.sha256 && each.row_number === row.row;
    const isFree = (each: KnownReimbursement) => each.sha256 !== input.sha256;
    const index = equals.findIndex(isSame) >= 0 ? equals.findIndex(isSame) : equals.findIndex(isFree);
    const before = equals[index];
    if (!before) tally.inserted += 1;
    else if (before.content_sha256 === digest) tally.unchanged += 1;
    else tally.changed += 1;
    const ordinal = before?.ordinal ?? equals.length;
    const after = {
      reimbursement_id: row.reimbursementId,
      sku: row.sku ?? '',
      ordinal,
      sha256: input.sha256,
      row_number: row.row,
      content_sha256: digest,
    };
    equals[before ? index : equals.length] = after;
    written.push({ ...after, ...reimbursementColumns(row) });
  }
  tally.unchanged += fit.length - written.length;
  await session.query(sql`
    insert into fba_reimbursement (connection_id, reimbursement_id, sku, ordinal, sha256, row_number, content_sha256,
      approved_at, case_id, order_id, reason, asin, condition, currency, per_unit_minor, total_minor, quantity_cash,
      quantity_inventory, original_id)
    select ${input.connectionId}, r.*
    from json_to_recordset(${batchJson(written)}) as r(reimbursement_id text, sku text, ordinal integer, sha256 text,
      row_number integer, content_sha256 text, approved_at timestamptz, case_id text, order_id text, reason text, asin text,
      condition text, currency text, per_unit_minor bigint, total_minor bigint, quantity_cash integer,
      quantity_inventory integer, original_id text)
    on conflict (connection_id, reimbursement_id, sku, ordinal) do update set sha256 = excluded.sha256,
      row_number = excluded.row_number, content_sha256 = excluded.content_sha256, approved_at = excluded.approved_at,
      case_id = excluded.case_id, order_id = excluded.order_id, reason = excluded.reason, asin = excluded.asin,
      condition = excluded.condition, currency = excluded.currency, per_unit_minor = excluded.per_unit_minor,
      total_minor = excluded.total_minor, quantity_cash = excluded.quantity_cash,
      quantity_inventory = excluded.quantity_inventory, original_id = excluded.original_id`);
  return tally.toCounts();
}

/** Stores the lines of a VAT report by their rows; one that is read again replaces what was read before. */
export async function putVatLines(session: Session, input: RowsOfReport<VatLine>): Promise<FeedCounts> {
  assertBatch(input.rows);
  await lockFeed(session, input.connectionId, 'vat');
  const tally = new FeedTally();
  const fit = await keepUnfit(session, input, { feed: 'vat', faultOf: vatFault }, tally);
  const distinct = lastOfEach(fit, (each) => String(each.row));
  const lines = distinct.map((line) => ({
    row_number: line.row,
    kind: line.kind,
    facts: line,
    order_id: line.orderId,
    tax_day: line.taxDay,
    currency: line.currency,
    net_minor: line.netTotal?.minor,
    vat_minor: line.vatTotal?.minor,
    gross_minor: line.grossTotal?.minor,
  }));
  const written = await session.query<{ is_new: boolean }>(sql`
    insert into vat_line as known (connection_id, sha256, row_number, kind, facts, order_id, tax_day, currency, net_minor,
      vat_minor, gross_minor)
    select ${input.connectionId}, ${input.sha256}, r.*
    from json_to_recordset(${batchJson(lines)}) as r(row_number integer, kind text, facts json, order_id text, tax_day date,
      currency text, net_minor bigint, vat_minor bigint, gross_minor bigint)
    on conflict (connection_id, sha256, row_number) do update set kind = excluded.kind, facts = excluded.facts,
      order_id = excluded.order_id, tax_day = excluded.tax_day, currency = excluded.currency,
      net_minor = excluded.net_minor, vat_minor = excluded.vat_minor, gross_minor = excluded.gross_minor
    where known.facts::jsonb <> excluded.facts::jsonb
    returning xmax = 0 as is_new`);
  tally.inserted = written.filter((row) => row.is_new).length;
  tally.changed = written.length - tally.inserted;
  tally.unchanged = fit.length - written.length;
  return tally.toCounts();
}

async function keepUnfit<Row extends { readonly row: number }>(
  session: Session,
  input: RowsOfReport<Row>,
  rule: { readonly feed: 'reimbursements' | 'vat'; readonly faultOf: (row: Row) => string | undefined },
  tally: FeedTally,
): Promise<readonly Row[]> {
  const fit: Row[] = [];
  const unfit: UnreadableRecord[] = [];
  for (const row of input.rows) {
    const fault = rule.faultOf(row);
    if (fault === undefined) fit.push(row);
    else unfit.push({ recordId: null, says: `row ${row.row}: ${fault}`, source: { sha256: input.sha256, ...row } });
  }
  await keepAside(session, { ...input, feed: rule.feed, records: unfit });
  tally.unreadable = unfit.length;
  return fit;
}

async function knownReimbursements(
  session: Session,
  connectionId: ConnectionId,
  rows: readonly Reimbursement[],
): Promise<Map<string, KnownReimbursement[]>> {
  const ids = batchJson(rows.map(({ reimbursementId }) => reimbursementId));
  const found = await session.query<KnownReimbursement>(sql`
    select reimbursement_id, sku, ordinal, sha256, row_number, content_sha256 from fba_reimbursement
    where connection_id = ${connectionId} and reimbursement_id in (select json_array_elements_text(${ids}))
    order by reimbursement_id, sku, ordinal`);
  const known = new Map<string, KnownReimbursement[]>();
  for (const row of found) {
    const place = placeOf(row.reimbursement_id, row.sku);
    known.set(place, [...(known.get(place) ?? []), row]);
  }
  return known;
}

function placeOf(reimbursementId: string, sku: string): string {
  return JSON.stringify([reimbursementId, sku]);
}

function reimbursementColumns(row: Reimbursement) {
  return {
    approved_at: row.approvedAt,
    case_id: row.caseId,
    order_id: row.orderId,
    reason: row.reason,
    asin: row.asin,
    condition: row.condition,
    currency: row.amountTotal.currency,
    per_unit_minor: row.amountPerUnit?.minor,
    total_minor: row.amountTotal.minor,
    quantity_cash: row.quantityCash,
    quantity_inventory: row.quantityInventory,
    original_id: row.originalReimbursementId,
  };
}

function reimbursementFault(row: Reimbursement): string | undefined {
  return (
    amountsFault([row.amountPerUnit, row.amountTotal], row.amountTotal.currency) ??
    integerFault('the quantity paid', row.quantityCash) ??
    integerFault('the quantity put back', row.quantityInventory)
  );
}

function vatFault(row: VatLine): string | undefined {
  return (
    amountsFault([row.netTotal, row.vatTotal, row.grossTotal], row.currency) ??
    integerFault('the quantity', row.quantity)
  );
}

function amountsFault(amounts: readonly (Money | null)[], currency: string | null): string | undefined {
  for (const amount of amounts) {
    if (amount !== null && amount.currency !== currency)
      return `an amount is in ${amount.currency}, the row in ${currency}`;
    const fault = amountFault('an amount', amount);
    if (fault) return fault;
  }
  return undefined;
}
