import type {
  AuditEvent,
  DrillDownStore,
  EntriesWanted,
  EntryPlace,
  EventsWanted,
  ListStore,
  PartOf,
  SettlementsWanted,
} from '../app/index.ts';
import { assert } from '../core/index.ts';
import { readEvents } from './audit.ts';
import type { Database } from './database.ts';
import { ENDED, placeOfEntry, readEntries } from './entry-records.ts';
import { readSettlements } from './settlement-records.ts';
import { allOf, type Sql, sql } from './sql.ts';

/** Records in one part, whatever is asked for. */
const PART_MAX = 1_000;
/** An order is looked for only by what can be its whole number, because that reads a block of each settlement. */
const LIKE_AN_ORDER = /^[A-Z0-9]+-[0-9]+-[0-9]+$/i;

export function listStore(database: Database, drillDown: Pick<DrillDownStore, 'findSettlementsOfOrders'>): ListStore {
  return {
    async partOfSettlements(wanted) {
      const { after } = wanted;
      const condition = allOf([
        ...(await settlementConditions(wanted, drillDown)),
        after && sql`(s.end_at, s.key) < (${after.endAt}::bigint, ${after.key}::uuid)`,
      ]);
      const end = sql`order by s.end_at desc, s.key desc limit ${limitOf(wanted) + 1}`;
      const found = await readSettlements(database, condition, { end });
      return partOf(found, limitOf(wanted), ({ header, key }) => ({ endAt: header.endAt, key }));
    },

    async partOfEntries(wanted) {
      const limit = limitOf(wanted);
      const found = await readEntries(database, allOf(entryConditions(wanted)), {
        end: sql`order by ${ENDED} desc, e.proposal_id desc, e.ordinal limit ${limit + 1}`,
      });
      const last = found.length > limit ? found[limit - 1] : undefined;
      return { items: found.slice(0, limit), next: last ? await placeOfEntry(database, last.id) : null };
    },

    async partOfEvents(wanted) {
      const limit = limitOf(wanted);
      const found = await readEvents(
        database,
        sql`where ${allOf(eventConditions(wanted))} order by position desc limit ${limit + 1}`,
      );
      return partOf(found, limit, ({ position }: AuditEvent) => ({ position }));
    },
  };
}

async function settlementConditions(
  { connectionId, states, currency, text }: SettlementsWanted,
  { findSettlementsOfOrders }: Pick<DrillDownStore, 'findSettlementsOfOrders'>,
): Promise<readonly (Sql | undefined)[]> {
  const ofOrder = text !== undefined && LIKE_AN_ORDER.test(text) ? await findSettlementsOfOrders([text]) : [];
  return [
    connectionId === undefined ? undefined : sql`s.connection_id = ${connectionId}`,
    states && sql`s.state = any(${states})`,
    currency === undefined ? undefined : sql`s.currency = ${currency}`,
    text === undefined
      ? undefined
      : sql`(starts_with(s.settlement_id, ${text}) or s.key = any(${ofOrder}::uuid[])
          or exists (select from entry e where e.settlement_key = s.key and ${isEntryNamed(text)}))`,
  ];
}

function entryConditions(wanted: EntriesWanted): readonly (Sql | undefined)[] {
  const { connectionId, states, companyCode, isCurrent, from, to, text, after } = wanted;
  return [
    connectionId === undefined ? undefined : sql`c.id = ${connectionId}`,
    states && sql`e.state = any(${states})`,
    companyCode === undefined ? undefined : sql`e.company_code = ${companyCode}`,
    isCurrent === undefined ? undefined : sql`(p.replaced_at is null) = ${isCurrent}`,
    from === undefined ? undefined : sql`e.posting_date >= ${from}::date`,
    to === undefined ? undefined : sql`e.posting_date <= ${to}::date`,
    text === undefined
      ? undefined
      : sql`(${isEntryNamed(text)} or starts_with(s.settlement_id, ${text}) or starts_with(a.name, ${text}))`,
    after && isEntryAfter(after),
  ];
}

function isEntryNamed(text: string): Sql {
  return sql`(starts_with(e.posting_key, ${text.toUpperCase()}) or e.sap_document_number = ${text}
    or e.reversed_by_document_number = ${text})`;
}

function isEntryAfter({ endAt, proposal, ordinal }: EntryPlace): Sql {
  return sql`(${ENDED}, e.proposal_id, -e.ordinal) < (${endAt}::bigint, ${proposal}::bigint, ${-ordinal}::integer)`;
}

function eventConditions(wanted: EventsWanted): readonly (Sql | undefined)[] {
  const { chain, subject, action, actor, correlationId, from, to, text, after } = wanted;
  return [
    after && sql`position < ${after.position}::bigint`,
    chain === undefined ? undefined : sql`chain = ${chain}`,
    subject === undefined ? undefined : wholeOrBeginning(sql`subject`, subject, '/'),
    action === undefined ? undefined : wholeOrBeginning(sql`action`, action, '.'),
    actor === undefined ? undefined : sql`event::json -> 'actor' ->> 'name' = ${actor}`,
    correlationId === undefined ? undefined : sql`event::json ->> 'correlationId' = ${correlationId}`,
    from === undefined ? undefined : sql`event::json ->> 'at' >= ${from}`,
    to === undefined ? undefined : sql`event::json ->> 'at' <= ${to}`,
    text === undefined ? undefined : sql`strpos(lower(event), ${text.toLowerCase()}) > 0`,
  ];
}

function wholeOrBeginning(column: Sql, text: string, mark: string): Sql {
  return text.endsWith(mark) ? sql`starts_with(${column}, ${text})` : sql`${column} = ${text}`;
}

/** As many records as one part may hold. */
export function limitOf({ limit }: { readonly limit: number }): number {
  assert(Number.isInteger(limit) && limit >= 1, `a part of a list holds at least one record, not ${limit}`);
  return Math.min(limit, PART_MAX);
}

/** One more than wanted was read: whether it is there says whether there is a next part. */
export function partOf<Item, Place>(
  found: readonly Item[],
  limit: number,
  placeOf: (item: Item) => Place,
): PartOf<Item, Place> {
  const last = found.length > limit ? found[limit - 1] : undefined;
  return { items: found.slice(0, limit), next: last === undefined ? null : placeOf(last) };
}
