import type { ApprovalRules, Connection, EntryRecord, MappingVersion, WaitingApproval } from '../app/index.ts';
import { formatMoney, isProblem } from '../core/index.ts';
import type { Workspace } from './composition.ts';
import { entrySummary } from './http/views.ts';

/** Where the approvals of these entries stand, which are of one connection; without rules where its settings cannot be read. */
export async function approvalsOf(
  workspace: Workspace,
  records: readonly EntryRecord[],
): Promise<ReadonlyMap<EntryRecord['id'], WaitingApproval>> {
  const [first] = records;
  if (!first) return new Map();
  const { standingsOf } = await import('../app/index.ts');
  const rules = await rulesOf(workspace, first.connectionName);
  const all = await standingsOf(workspace.books, records, rules);
  return new Map(all.map((each) => [each.record.id, each]));
}

async function rulesOf(workspace: Workspace, connectionName: string): Promise<ApprovalRules> {
  try {
    const { openApprovals } = await import('./composition.ts');
    return (await openApprovals(workspace, connectionName)).rules;
  } catch (thrown) {
    if (!isProblem(thrown)) throw thrown;
    return { approval: 'automatic' };
  }
}

/** For programs. */
export function approvalView({ needs, standing }: WaitingApproval) {
  const { given, missing, refusal, excluded } = standing;
  const said = ({ person, at, why }: (typeof given)[number]) => ({ person, at, why });
  return {
    people: needs.people,
    because: needs.because,
    given: given.map(said),
    missing,
    refusal: refusal && said(refusal),
    excluded,
  };
}

/** The version of a connection's account table that waits for somebody else; one that a later one overtook waits no more. */
export async function waitingTableOf(
  { books }: Pick<Workspace, 'books'>,
  { id }: Pick<Connection, 'id'>,
): Promise<MappingVersion | undefined> {
  const newest = (await books.listMappings(id)).at(-1);
  return newest?.approval === null ? newest : undefined;
}

/** An entry or a reversal that waits, for programs. */
export function waitingView(waiting: WaitingApproval) {
  const { record, reversal, amount } = waiting;
  return { entry: entrySummary(record), reversal, amount: formatMoney(amount), ...approvalView(waiting) };
}
