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
import { allOf, type Session, type Sql, sql } from './sql.ts';

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
      const { after } = wanted;
      const limit = limitOf(wanted);
      const found = await database.snapshot(async (session) => {
        const conditions = [...eventConditions(wanted), ...(await timeConditions(session, wanted))];
        const named = await numbersIn(session, wanted.text, conditions);
        const all = allOf([...conditions, named, after && sql`position < ${after.position}::bigint`]);
        return readEvents(session, sql`where ${all} order by position desc limit ${limit + 1}`);
      });
      return partOf(found, limit, ({ position }: AuditEvent) => ({ position }));
    },
  };
}

async function settlementConditions(
  { connectionId, states, currency, posted, text }: SettlementsWanted,
  { findSettlementsOfOrders }: Pick<DrillDownStore, 'findSettlementsOfOrders'>,
): Promise<readonly (Sql | undefined)[]> {
  const ofOrder = text !== undefined && LIKE_AN_ORDER.test(text) ? await findSettlementsOfOrders([text]) : [];
  return [
    connectionId === undefined ? undefined : sql`s.connection_id = ${connectionId}`,
    states && sql`s.state = any(${states})`,
    currency === undefined ? undefined : sql`s.currency = ${currency}`,
    posted && isPosted(posted),
    text === undefined
      ? undefined
      : sql`(starts_with(s.settlement_id, ${text}) or s.key = any(${ofOrder}::uuid[])
          or exists (select from entry e where e.settlement_key = s.key and ${isEntryNamed(text)}))`,
  ];
}

/** By the entries that stand for it now, as its progress counts them. */
function isPosted(wanted: NonNullable<SettlementsWanted['posted']>): Sql {
  const has = (states: Sql) => sql`exists (select from entry e join proposal p on p.id = e.proposal_id
    where e.settlement_key = s.key and p.replaced_at is null and e.reverses_id is null and ${states})`;
  const posted = has(sql`e.state = 'posted'`);
  const other = has(sql`e.state not in ('posted', 'withdrawn')`);
  if (wanted === 'fully') return sql`(s.state = 'proposed' and ${posted} and not ${other})`;
  if (wanted === 'partly') return sql`(s.state = 'proposed' and ${posted} and ${other})`;
  return sql`(s.state <> 'proposed' or (not ${posted} and ${other}))`;
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
  const { chain, subject, action, actor, correlationId } = wanted;
  return [
    chain === undefined ? undefined : sql`chain = ${chain}`,
    subject === undefined ? undefined : wholeOrBeginning(sql`subject`, subject, '/'),
    action === undefined ? undefined : wholeOrBeginning(sql`action`, action, '.'),
    actor === undefined ? undefined : sql`audit_json(event) -> 'actor' ->> 'name' = ${actor}`,
    correlationId === undefined ? undefined : sql`audit_json(event) ->> 'correlationId' = ${correlationId}`,
  ];
}

const AT = sql`audit_json(event) ->> 'at'`;

/**
 * Times and the places that they can be at, because reading the time out of each event would take seconds. Places rise with times
 * but for the moments at which a clock was set back: what was written elsewhere then is found by the index of times.
 */
async function timeConditions(session: Session, { from, to }: EventsWanted): Promise<readonly Sql[]> {
  if (from === undefined && to === undefined) return [];
  // The planner does not know what it costs to read an event, and would read them all.
  await session.query(sql`select set_config('enable_seqscan', 'off', true)`);
  const conditions: Sql[] = [];
  if (to !== undefined) {
    const [last] = await session.query<Place>(
      sql`select position from audit_event where ${AT} <= ${to} order by ${AT} desc, position desc limit 1`,
    );
    const [later] = await session.query<Place>(sql`
      with later as materialized (
        select position from audit_event where ${AT} <= ${to} and position > ${last?.position ?? null}::bigint)
      select max(position) as position from later`);
    conditions.push(sql`position <= ${later?.position ?? last?.position ?? 0n} and ${AT} <= ${to}`);
  }
  if (from !== undefined) {
    const [first] = await session.query<Place>(
      sql`select position from audit_event where ${AT} >= ${from} order by ${AT}, position limit 1`,
    );
    if (!first) return [sql`false`];
    const [earlier] = await session.query<Place>(sql`
      with earlier as materialized (
        select position from audit_event where ${AT} >= ${from} and position < ${first.position})
      select min(position) as position from earlier`);
    conditions.push(sql`position >= ${earlier?.position ?? first.position} and ${AT} >= ${from}`);
  }
  return conditions;
}

interface Place {
  readonly position: bigint | null;
}

/** As `audit_numbers` of the schema finds them. */
const NUMBER = /^(?=.*[0-9])[a-z0-9]+(?:-[a-z0-9]+)*$/;
const NUMBER_LENGTHS = { min: 5, max: 36 };

/**
 * A whole number that some event of those has which are wanted, in whatever part of the list, is found by its index; anything else is
 * looked for in the text of every event.
 */
async function numbersIn(
  session: Session,
  text: string | undefined,
  conditions: readonly (Sql | undefined)[],
): Promise<Sql | undefined> {
  if (text === undefined) return undefined;
  const word = text.toLowerCase();
  const isNumber = NUMBER.test(word) && word.length >= NUMBER_LENGTHS.min && word.length <= NUMBER_LENGTHS.max;
  const hasNumber = sql`audit_numbers(event) @> array[${word}]`;
  const isWhole = allOf([hasNumber, ...conditions]);
  if (isNumber && (await session.query(sql`select from audit_event where ${isWhole} limit 1`)).length > 0)
    return hasNumber;
  return sql`strpos(lower(event), ${word}) > 0`;
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
