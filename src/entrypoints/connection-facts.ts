import {
  type AuditEvent,
  type Connection,
  type JsonObject,
  type SettlementRecord,
  settingsVersionOf,
  type WaitingApproval,
  type WaitingRuleChange,
  waitingApprovals,
} from '../app/index.ts';
import { isProblem, type ProblemFacts } from '../core/index.ts';
import { openApprovals, type Workspace, waitingChangesOf } from './composition.ts';
import { credentialAgeViews } from './connection-summaries.ts';
import { dayOf } from './credential-facts.ts';
import { sapPauseView, settlementDetail } from './http/views.ts';
import { scheduleViews } from './schedules.ts';

/** Among so many events of a connection the last request to either side is looked for. */
const EVENTS_MAX = 1_000;

export type ConnectionFacts = Awaited<ReturnType<typeof connectionFacts>>;

/** All that is known of a connection, without its secrets. Raises `CONNECTION_UNKNOWN` (invalid). */
export async function connectionFacts(workspace: Workspace, ref: string) {
  const { books, feedBooks, secrets } = workspace;
  const connection = await books.getConnection(ref);
  const { id, name, sellerAccount, createdAt } = connection;
  const now = await books.sharedNowMs();
  const today = dayOf(now);
  const events = await books.listEvents({ subject: `connection/${id}`, limit: EVENTS_MAX });
  const versions = await books.listMappings(id);
  const [settlement] = await books.listSettlements({ connectionId: id, limit: 1 });
  return {
    name,
    sellerAccount,
    createdAt,
    erasedAt: connection.erasedAt ?? null,
    settings: shownSettings(connection.settings),
    version: settingsVersionOf(connection),
    secrets: (await secrets.listSecrets(id)).map(({ name: secret, storedAt }) => ({ name: secret, storedAt })),
    credentials: await credentialAgeViews(workspace, connection, today),
    accountTable: {
      inUse: versions.findLast(({ approval }) => approval !== null)?.number ?? null,
      waiting: versions.filter(({ approval }) => approval === null).map(({ number }) => number),
    },
    model: await books.listModelPeriods(id),
    stoppedBy: (await feedBooks.stoppedBy(id)) ?? null,
    sapPause: sapPauseView(await books.sapPauseOf(id)),
    lastAsked: { amazon: lastOf(events, 'amazon.'), sap: lastOf(events, 'sap.') },
    newestSettlement: settlement ? await newestView(workspace, settlement) : null,
    feeds: await feedBooks.listFeedRuns(id),
    schedule: await scheduleViews(workspace, name),
    ...(await waitingOf(workspace, connection)),
  };
}

/** A settlement stays `proposed` while its entries go to SAP; how far they came is what people want to know. */
async function newestView({ books }: Workspace, settlement: SettlementRecord) {
  const { settlementId, state, key } = settlement;
  const { progress } = settlementDetail(settlement, await books.listEntries({ originKey: key }));
  return { settlementId, state, progress };
}

/** Settings that an older program wrote are shown all the same; `problem` says what is wrong with them. */
async function waitingOf(
  workspace: Workspace,
  connection: Connection,
): Promise<{
  readonly approvals: readonly WaitingApproval[];
  readonly changes: readonly WaitingRuleChange[];
  readonly problem: ProblemFacts | null;
}> {
  try {
    const { rules } = await openApprovals(workspace, connection.name);
    const approvals = await waitingApprovals(workspace.books, connection, rules);
    return { approvals, changes: await waitingChangesOf(workspace, connection), problem: null };
  } catch (thrown) {
    if (!isProblem(thrown)) throw thrown;
    return { approvals: [], changes: [], problem: thrown.toJSON() };
  }
}

/** The account table of the first day has hundreds of lines and a command of its own (`mapping export`). */
function shownSettings({ mapping: _, ...settings }: JsonObject): JsonObject {
  return settings;
}

function lastOf(events: readonly AuditEvent[], side: string): string | null {
  return events.findLast(({ action }) => action.startsWith(side))?.at ?? null;
}
