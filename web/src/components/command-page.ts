/** A page that does what a command of the program does. */
export interface CommandPage {
  readonly to: string;
  /** Its name among the pages, for the words of the link. */
  readonly page:
    | 'settlements'
    | 'entries'
    | 'orders'
    | 'approvals'
    | 'mapping'
    | 'customers'
    | 'reconciliation'
    | 'monthClose'
    | 'audit'
    | 'connections'
    | 'jobs'
    | 'users';
}

/** Up to the end of the sentence, or to a word that belongs to the sentence again; `table.yaml` is one word. */
const COMMAND = /seller-ledger ([a-z-]+)(.*?)(?=[;,()]|[.:](?:\s|$)|\n|$)/;
/** `TEXT` and `FILE` stand for what a person gives. */
const IS_VALUE = /^(?!-)(?=.*[\da-z])[^\s]+$/;

/** By the group of a command: what stands behind which of its verbs has a page of its own. Behind the others stand files. */
const OF_ONE: Readonly<Record<string, readonly string[]>> = {
  settlements: ['show', 'approve', 'reverse', 'leave', 'compare', 'keep', 'replace', 'simulate'],
  entries: ['show', 'approve', 'refuse', 'post', 'reverse'],
  orders: ['show'],
  mapping: ['list', 'show', 'export', 'approve', 'reject', 'import', 'impact', 'unknown', 'teach', 'assign'],
  connections: ['update', 'ping', 'show', 'model', 'doctor', 'resume'],
  feeds: ['sync', 'status', 'unreadable'],
  schedule: ['show', 'pause', 'resume', 'run'],
  secrets: ['list', 'set'],
};

/** The page for the first command that a text names; `null`: only the command line does it. */
export function pageOfCommand(text: string): CommandPage | null {
  const [, group = '', rest = ''] = COMMAND.exec(text) ?? [];
  const [verb = '', value = ''] = rest.trim().split(/ +/);
  const given = (word: string) => (IS_VALUE.test(word) ? encodeURIComponent(word) : '');
  const one = OF_ONE[group]?.includes(verb) ? given(value) : '';
  switch (group) {
    case 'settlements':
      return { to: one ? `/settlements/${one}` : '/settlements', page: 'settlements' };
    case 'entries':
      return { to: one ? `/entries/${one}` : '/entries', page: 'entries' };
    case 'orders':
      return { to: one ? `/orders/${one}` : '/orders', page: 'orders' };
    case 'approvals':
      return { to: '/approvals', page: 'approvals' };
    case 'mapping':
      return { to: one ? `/mapping?connection=${one}` : '/mapping', page: 'mapping' };
    case 'customers':
      return { to: '/customers', page: 'customers' };
    case 'reconcile':
    case 'reports':
      return { to: '/reconciliation', page: 'reconciliation' };
    case 'accruals':
    case 'periods':
      return { to: '/month-close', page: 'monthClose' };
    case 'audit':
      return { to: '/audit', page: 'audit' };
    case 'sync':
      return { to: given(verb) ? `/connections/${given(verb)}` : '/connections', page: 'connections' };
    case 'connections':
    case 'feeds':
    case 'schedule':
    case 'secrets':
      return { to: one ? `/connections/${one}` : '/connections', page: 'connections' };
    case 'jobs':
      return { to: '/jobs', page: 'jobs' };
    case 'users':
      return { to: '/users', page: 'users' };
    default:
      return null;
  }
}
