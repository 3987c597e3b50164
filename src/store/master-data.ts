import type { MasterDataKind, MasterDataPart, MasterDataStore } from '../app/index.ts';
import { assert, type ProblemFacts } from '../core/index.ts';
import type { Database } from './database.ts';
import { problemToJson, toJson } from './json.ts';
import { sql } from './sql.ts';
import { databaseTime, type ReadTime } from './store-time.ts';

interface PartRow {
  readonly kind: MasterDataKind;
  readonly scope: string;
  readonly names: readonly string[] | null;
  readonly rows: MasterDataPart['rows'];
  readonly read_at: string | null;
  readonly asked_at: string;
  readonly problem: ProblemFacts | null;
}

/** What was read of SAP's master data, shared by all processes and by all connections to one system. */
export function createMasterDataStore(database: Database, readTime: ReadTime = databaseTime): MasterDataStore {
  return {
    async listMasterData(system) {
      const rows = await database.query<PartRow>(sql`
        select kind, scope, names, rows, read_at, asked_at, problem from master_data
        where system = ${system} order by kind, scope`);
      return rows.map(partOf);
    },

    async keepMasterData(system, part) {
      const { kind, scope } = part;
      const at = await readTime(database);
      const [row] =
        'problem' in part
          ? // The rows of an earlier time stay: they are better than none, and their age is shown.
            await database.query<PartRow>(sql`
              insert into master_data (system, kind, scope, asked_at, problem)
              values (${system}, ${kind}, ${scope}, ${at}, ${problemToJson(part.problem)})
              on conflict (system, kind, scope) do update set asked_at = excluded.asked_at, problem = excluded.problem
              returning kind, scope, names, rows, read_at, asked_at, problem`)
          : await database.query<PartRow>(sql`
              insert into master_data (system, kind, scope, names, rows, read_at, asked_at)
              values (${system}, ${kind}, ${scope}, ${part.covers === 'all' ? null : toJson(part.covers)},
                ${toJson(part.rows)}, ${at}, ${at})
              on conflict (system, kind, scope) do update set names = excluded.names, rows = excluded.rows,
                read_at = excluded.read_at, asked_at = excluded.asked_at, problem = null
              returning kind, scope, names, rows, read_at, asked_at, problem`);
      assert(row !== undefined, 'a part that was kept comes back');
      return partOf(row);
    },
  };
}

function partOf({ kind, scope, names, rows, read_at, asked_at, problem }: PartRow): MasterDataPart {
  return { kind, scope, covers: names ?? 'all', rows, readAt: read_at, askedAt: asked_at, problem };
}
