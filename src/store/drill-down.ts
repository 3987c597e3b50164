import type { AccrualKey, DrillDownStore, EntryId, SettlementKey } from '../app/index.ts';
import type { Database } from './database.ts';
import { bucketColumn, readRunBlock, runBlocks } from './settlement-rows.ts';
import { sql } from './sql.ts';

export function drillDownStore(database: Database): DrillDownStore {
  return {
    bucketColumn: (key) => bucketColumn(database, key),

    async findSettlementsOfOrders(orderIds) {
      const found = new Set<SettlementKey>();
      for (const block of await runBlocks(database)) {
        const { key, first, last } = block;
        if (found.has(key) || !orderIds.some((orderId) => orderId >= first && orderId <= last)) continue;
        const runs = await readRunBlock(database, block);
        if (runs.some(({ orderId }) => orderIds.includes(orderId))) found.add(key);
      }
      return [...found];
    },

    async findAccrualsOfOrders(orderIds) {
      const rows = await database.query<{ key: AccrualKey }>(sql`
        select a.key from accrual a
        where exists (select from accrued_order o where o.accrual_key = a.key and o.order_id = any(${orderIds}))
        order by a.period_from, a.name, a.revision`);
      return rows.map(({ key }) => key);
    },

    async findEntriesOfDocument({ numbers, companyCode, fiscalYear }) {
      const rows = await database.query<{ id: EntryId }>(sql`
        select id from entry where (${companyCode}::text is null or company_code = ${companyCode}) and (
          (sap_document_number = any(${numbers}) and (${fiscalYear}::text is null or fiscal_year = ${fiscalYear}))
          or (reversed_by_document_number = any(${numbers})
            and (${fiscalYear}::text is null or reversed_by_fiscal_year = ${fiscalYear})))
        order by posting_date, posting_key`);
      return rows.map(({ id }) => id);
    },
  };
}
