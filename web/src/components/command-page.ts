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

const COMMAND = /seller-ledger ([a-z-]+)((?: [^\s;.,()]+)*)/;
/** `TEXT` and `FILE` stand for what a person gives. */
const IS_VALUE = /^(?!-)(?=.*[\da-z])[^\s]+$/;

/** The page for the first command that a text names; `null`: only the command line does it. */
export function pageOfCommand(text: string): CommandPage | null {
  const [, group = '', rest = ''] = COMMAND.exec(text) ?? [];
  const [verb = '', value = ''] = rest.trim().split(' ');
  const given = (word: string) => (IS_VALUE.test(word) ? encodeURIComponent(word) : '');
  const one = given(value);
  switch (group) {
    case 'settlements':
      return { to: one && verb !== 'list' ? `/settlements/${one}` : '/settlements', page: 'settlements' };
    case 'entries':
      return { to: one && verb !== 'list' ? `/entries/${one}` : '/entries', page: 'entries' };
    case 'orders':
      return { to: one && verb === 'show' ? `/orders/${one}` : '/orders', page: 'orders' };
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
      return { to: one && verb !== 'add' ? `/connections/${one}` : '/connections', page: 'connections' };
    case 'jobs':
      return { to: '/jobs', page: 'jobs' };
    case 'users':
      return { to: '/users', page: 'users' };
    default:
      return null;
  }
}
