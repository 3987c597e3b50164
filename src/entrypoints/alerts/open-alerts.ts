import { ALERT_SEVERITIES, type AlertRecord, type AlertRule, THOROUGH_RULES } from '../../app/index.ts';
import { createAlertStore } from '../../store/index.ts';
import type { Workspace } from '../composition.ts';
import { quickFindings } from './alert-work.ts';

/** An alert as it is at this moment; what is known of it only once it was taken over is `null` before. */
export type OpenAlert = Pick<AlertRecord, 'key' | 'rule' | 'severity' | 'says' | 'next' | 'connection'> &
  Partial<Pick<AlertRecord, 'firstSeen' | 'acknowledged' | 'isMuted'>>;

/**
 * What needs a person now, the most severe first, without waiting for the next look of the service. Rules that read files or the
 * whole audit log are as the last thorough look found them.
 */
export async function openAlerts(workspace: Workspace): Promise<readonly OpenAlert[]> {
  const { found } = await quickFindings(workspace);
  const stored = await createAlertStore(workspace.database).listAlerts();
  const names = new Map((await workspace.books.listConnections()).map(({ id, name }) => [id as string, name]));
  const known = new Map(stored.map((alert) => [alert.key, alert]));
  const now = found.map(({ connectionId, ...alert }): OpenAlert => {
    const { firstSeen, acknowledged, isMuted } = known.get(alert.key) ?? {};
    const connection = connectionId === null ? null : (names.get(connectionId) ?? null);
    return { ...alert, connection, ...(firstSeen !== undefined && { firstSeen, acknowledged, isMuted }) } as OpenAlert;
  });
  const thorough = stored.filter(({ rule }) => (THOROUGH_RULES as readonly AlertRule[]).includes(rule));
  return [...now, ...thorough].sort(
    (a, b) => ALERT_SEVERITIES.indexOf(b.severity) - ALERT_SEVERITIES.indexOf(a.severity),
  );
}
