/** The page that helps with an alert; `null`: none, only what `next` says. */
export function alertPath({
  rule,
  key,
  connection,
}: {
  readonly rule: string;
  readonly key: string;
  readonly connection: string | null;
}): string | null {
  const id = key.slice(key.indexOf(':') + 1);
  const ofConnection = connection === null ? '/connections' : `/connections/${encodeURIComponent(connection)}`;
  const of = (mark: string) => (connection === null ? '' : `${mark}connection=${encodeURIComponent(connection)}`);
  const isOne = /^[0-9a-f-]{36}$/.test(id);
  switch (rule) {
    case 'settlement-quarantined':
    case 'settlement-reissued':
      return isOne ? `/settlements/${id}` : '/exceptions';
    case 'entry-rejected':
    case 'entry-unknown':
    case 'entry-held':
      return isOne ? `/entries/${id}` : '/exceptions';
    case 'settlement-taken-back':
    case 'report-unreadable':
      return '/exceptions';
    case 'settlement-overdue':
    case 'settlement-missing':
      return `/reconciliation?report=continuity${of('&')}`;
    case 'approval-waiting':
    case 'rules-waiting':
      return '/approvals';
    case 'mapping-waiting':
      return `/mapping${of('?')}`;
    case 'connection-stopped':
    case 'sap-paused':
    case 'feed-behind':
    case 'schedule-behind':
    case 'accrual-waiting':
    case 'work-held':
    case 'work-paused':
    case 'credential-expiring':
      return ofConnection;
    case 'jobs-failing':
    case 'jobs-failed':
    case 'jobs-behind':
      return '/jobs';
    case 'audit-broken':
      return '/audit';
    default:
      return null;
  }
}
