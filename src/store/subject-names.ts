import type { Session, Sql } from './sql.ts';
import { sql } from './sql.ts';

/** What people call a record, by the id that the audit log has of it. An entry in SAP has its document as well. */
const NAMES: Readonly<Record<string, (ids: readonly string[]) => Sql>> = {
  user: (ids) => sql`select id::text, name from app_user where id = any(${ids}::uuid[])`,
  connection: (ids) => sql`select id::text, name from connection where id = any(${ids}::uuid[])`,
  settlement: (ids) =>
    sql`select key::text as id, settlement_id as name from settlement where key = any(${ids}::uuid[])`,
  accrual: (ids) => sql`select key::text as id, name from accrual where key = any(${ids}::uuid[])`,
  entry: (ids) => sql`
    select id::text, posting_key || coalesce(
        ' (' || sap_document_number || '/' || sap_company_code || '/' || fiscal_year || ')', '') as name
      from entry where id = any(${ids}::uuid[])`,
};

const SUBJECT = /^([a-z]+)\/([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})$/;

/**
 * The name of each of these subjects of the audit log: of a user and a connection its own, of a settlement Amazon's number, of an
 * entry its posting key and its document in SAP. What has no name, or is here no more, is left out.
 */
export async function nameSubjects(
  session: Session,
  subjects: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const wanted = new Map<string, Set<string>>();
  for (const subject of subjects) {
    const [, kind = '', id = ''] = SUBJECT.exec(subject) ?? [];
    if (Object.hasOwn(NAMES, kind)) wanted.set(kind, (wanted.get(kind) ?? new Set()).add(id));
  }
  const names = new Map<string, string>();
  for (const [kind, ids] of wanted) {
    const statement = NAMES[kind]?.([...ids]);
    const rows = statement ? await session.query<{ id: string; name: string }>(statement) : [];
    for (const { id, name } of rows) names.set(`${kind}/${id}`, name);
  }
  return names;
}
