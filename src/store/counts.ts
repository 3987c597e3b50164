import type { BookCounts, EntryState, OriginKey, SapDocumentKey, SettlementState } from '../app/index.ts';
import type { Database } from './database.ts';
import { sql } from './sql.ts';

interface StateCount<State> {
  readonly state: State;
  readonly count: number;
}

export function bookCounts(database: Database): BookCounts {
  return {
    async countRecords() {
      const rows = await database.query<StateCount<string> & { readonly of: string }>(sql`
        select 'settlements' as of, state, count(*)::integer as count from settlement group by state
        union all select 'accruals', case when replaced_at is null then 'standing' else 'withdrawn' end, count(*)::integer
          from proposal where accrual_key is not null group by 2
        union all select 'entries', state, count(*)::integer from entry group by state
        union all select 'current', e.state, count(*)::integer
          from entry e join proposal p on p.id = e.proposal_id and p.replaced_at is null
          where e.reverses_id is null group by e.state
        union all select 'reversals', state, count(*)::integer from entry where reverses_id is not null group by state`);
      const countsOf = <State extends string>(name: string) =>
        byState(rows.filter((row): row is StateCount<State> & { of: string } => row.of === name));
      return {
        settlements: countsOf<SettlementState>('settlements'),
        accruals: countsOf<'standing' | 'withdrawn'>('accruals'),
        entries: countsOf<EntryState>('entries'),
        currentEntries: countsOf<EntryState>('current'),
        reversals: countsOf<EntryState>('reversals'),
      };
    },

    async countPosted({ from, to }) {
      const [row] = await database.query<{ readonly entries: number; readonly origins: number }>(sql`
        select count(*)::integer as entries, count(distinct coalesce(settlement_key, accrual_key))::integer as origins
        from entry where state = 'posted' and reverses_id is null and posting_date between ${from} and ${to}`);
      return row ?? { entries: 0, origins: 0 };
    },

    async countEntries(keys) {
      const rows = await database.query<StateCount<EntryState> & { readonly key: OriginKey }>(sql`
        select coalesce(e.settlement_key, e.accrual_key) as key, e.state, count(*)::integer as count
        from entry e join proposal p on p.id = e.proposal_id and p.replaced_at is null
        where (e.settlement_key = any(${keys}::uuid[]) or e.accrual_key = any(${keys}::uuid[])) and e.reverses_id is null
        group by 1, e.state`);
      return new Map(
        keys.flatMap((key) => {
          const own = rows.filter((row) => row.key === key);
          return own.length === 0 ? [] : [[key, byState(own)]];
        }),
      );
    },

    async countHeldFaults(keys) {
      const rows = await database.query<{ readonly key: OriginKey; readonly faults: number }>(sql`
        select coalesce(e.settlement_key, e.accrual_key) as key,
          sum(coalesce(array_length(string_to_array(e.problem->>'data', chr(10)), 1), 1))::integer as faults
        from entry e join proposal p on p.id = e.proposal_id and p.replaced_at is null
        where (e.settlement_key = any(${keys}::uuid[]) or e.accrual_key = any(${keys}::uuid[]))
          and e.state in ('proposed', 'approved') and e.problem->>'code' = 'SIMULATION_FAILED'
        group by 1`);
      return new Map(rows.map(({ key, faults }) => [key, faults]));
    },

    async listDocuments(keys) {
      const rows = await database.query<SapDocumentKey & { readonly key: OriginKey }>(sql`
        select coalesce(e.settlement_key, e.accrual_key) as key, e.sap_company_code as "companyCode",
          e.fiscal_year as "fiscalYear", e.sap_document_number as "sapDocumentNumber"
        from entry e join proposal p on p.id = e.proposal_id and p.replaced_at is null
        where (e.settlement_key = any(${keys}::uuid[]) or e.accrual_key = any(${keys}::uuid[])) and e.reverses_id is null
          and e.state = 'posted' and e.sap_document_number is not null
        order by e.proposal_id, e.ordinal`);
      const found = new Map<OriginKey, SapDocumentKey[]>();
      for (const { key, ...document } of rows) found.set(key, [...(found.get(key) ?? []), document]);
      return found;
    },
  };
}

function byState<State extends string>(rows: readonly StateCount<State>[]): Partial<Record<State, number>> {
  return Object.fromEntries(rows.map(({ state, count }) => [state, count])) as Partial<Record<State, number>>;
}
