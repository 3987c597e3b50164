import {
  type AlertRule,
  bounded,
  type Connection,
  continuityFindings,
  type FoundAlert,
  gatherConnection,
  SYSTEM,
  THOROUGH_RULES,
} from '../../app/index.ts';
import { toProblem } from '../../core/index.ts';
import type { Workspace } from '../composition.ts';
import { credentialAgesOf } from '../credential-facts.ts';
import { allConnections, reconciliationContext } from '../reconciliation.ts';

/** The last month of an authorisation, or the last week, in days. */
const CRITICAL_DAYS = 7;

/** What only shows when files and the whole audit log are read. A rule that could not be looked at everywhere is left out of `rules`. */
export async function findThoroughly(
  workspace: Workspace,
): Promise<{ readonly found: readonly FoundAlert[]; readonly rules: readonly AlertRule[] }> {
  const context = await reconciliationContext(workspace, SYSTEM);
  const found: FoundAlert[] = [...(await auditAlerts(workspace))];
  let isWhole = true;
  for (const each of await allConnections(workspace)) {
    found.push(...(await credentialAlerts(workspace, each.connection, context.today)));
    try {
      const { gaps } = continuityFindings(await gatherConnection(context, each), context.today);
      found.push(...gaps.map((gap) => gapAlert(each.connection, gap)));
    } catch (thrown) {
      const { code, says } = toProblem(thrown);
      workspace.log.write('error', 'alerts.look-failed', { connection: each.connection.name, code, says });
      isWhole = false;
    }
  }
  return { found: bounded(found), rules: THOROUGH_RULES.filter((rule) => isWhole || rule !== 'settlement-missing') };
}

async function auditAlerts({ books }: Workspace): Promise<readonly FoundAlert[]> {
  const { ok, firstBroken } = await books.verify();
  if (ok) return [];
  return [
    {
      key: 'audit-broken:log',
      rule: 'audit-broken',
      connectionId: null,
      severity: 'critical',
      says: `The audit log is broken at event ${firstBroken?.sequence ?? '?'}: something was changed, removed or put in.`,
      next: 'seller-ledger audit verify; docs/operations.md says what to do before anything else',
    },
  ];
}

async function credentialAlerts(
  { feedBooks }: Workspace,
  connection: Connection,
  today: Parameters<typeof credentialAgesOf>[1]['today'],
): Promise<readonly FoundAlert[]> {
  const ages = await credentialAgesOf(connection, { books: feedBooks, today });
  return ages
    .filter(({ threshold }) => threshold !== null)
    .map(({ kind, expiresOn, daysLeft }) => ({
      key: `credential-expiring:${connection.id}:${kind}:${expiresOn}`,
      rule: 'credential-expiring',
      connectionId: connection.id,
      severity: daysLeft <= CRITICAL_DAYS ? 'critical' : 'warning',
      says: `The ${kind === 'client-secret' ? 'client secret' : 'authorisation'} of ${connection.name} ${daysLeft < 0 ? 'ended' : 'ends'} on ${expiresOn}.`,
      next: `Renew it in Seller Central, then: seller-ledger connections update ${connection.name} --file FILE --why TEXT`,
    }));
}

type Gap = ReturnType<typeof continuityFindings>['gaps'][number];

function gapAlert({ id, name }: Connection, { after, before, days, daysLeft, deletedOn }: Gap): FoundAlert {
  const left =
    daysLeft < 0
      ? `Amazon has deleted its report on ${deletedOn}`
      : `Amazon deletes its report on ${deletedOn}, in ${daysLeft} ${daysLeft === 1 ? 'day' : 'days'}`;
  return {
    key: `settlement-missing:${id}:${after.settlementId}`,
    rule: 'settlement-missing',
    connectionId: id,
    severity: daysLeft <= 14 ? 'critical' : 'warning',
    says: `A settlement of ${name} is missing: ${days} ${days === 1 ? 'day' : 'days'} between ${after.settlementId} and ${before.settlementId}. ${left}.`,
    next: `seller-ledger sync ${name}; then: seller-ledger reconcile continuity ${name}`,
  };
}
