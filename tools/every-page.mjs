// Every page of web/src/pages.tsx, with records of the service that it is opened on. test/tidy/every-page.test.ts holds the two
// against each other, so that a page which is added is looked at, too.

const list = (path) => async (get) => (await get(path)).items ?? [];
const settlements = list('settlements?limit=100');
const entries = list('entries?limit=100');

/** The page of the first record that fits; otherwise of the first one. */
const of =
  (page, read, fits = () => true, idOf = ({ id }) => id) =>
  async (get) => {
    const all = await read(get);
    const found = all.find(fits) ?? all[0];
    if (!found) throw new Error(`there is no record for ${page}`);
    return page.replace(/:\w+$/, encodeURIComponent(idOf(found)));
  };
const isPosted = ({ postedCount, reversedCount }) => postedCount > 0 && reversedCount === 0;

/** Orders of the first connection; where none was read, one that is in a settlement. */
async function orders(get) {
  const [connection] = await list('connections?')(get);
  const read = await list(`orders?connection=${connection.name}`)(get);
  if (read.length > 0) return read;
  const [{ id }] = (await entries(get)).filter(({ originKind }) => originKind === 'settlement');
  const { lines } = await get(`entries/${id}`);
  const { line } = lines.find(({ hasRows }) => hasRows);
  const cells = (await list(`entries/${id}/lines/${line}/rows?limit=100`)(get)).flatMap((row) => row.cells);
  return cells.filter((cell) => /^\d{3}-\d{7}-\d{7}$/.test(cell)).map((orderId) => ({ orderId }));
}

/**
 * `name`: of its picture. `path`: as in the table of pages. `address`: of one that is opened, asked of the API where it has a
 * record. `who`: whoever of the demo may open it, where the accountant may not.
 */
export const VIEWS = [
  { name: 'overview', path: '/' },
  { name: 'settlements', path: '/settlements' },
  { name: 'settlement', path: '/settlements/:id', address: of('/settlements/:id', settlements, isPosted) },
  {
    name: 'settlement-waiting',
    path: '/settlements/:id',
    address: of('/settlements/:id', settlements, ({ state, postedCount }) => state === 'proposed' && postedCount === 0),
  },
  {
    name: 'settlement-quarantined',
    path: '/settlements/:id',
    address: of('/settlements/:id', settlements, ({ state }) => state === 'quarantined'),
  },
  { name: 'entries', path: '/entries' },
  { name: 'entry', path: '/entries/:id', address: of('/entries/:id', entries, ({ document }) => document !== null) },
  {
    name: 'trace',
    path: '/trace',
    address: async (get) => {
      const posted = (await entries(get)).find(({ document }) => document !== null);
      if (!posted) return '/trace';
      const { sapDocumentNumber, companyCode, fiscalYear } = posted.document;
      return `/trace?document=${encodeURIComponent(`${sapDocumentNumber}/${companyCode}/${fiscalYear}`)}`;
    },
  },
  { name: 'accrual', path: '/accruals/:id', address: of('/accruals/:id', list('accruals?limit=10')) },
  { name: 'orders', path: '/orders' },
  {
    name: 'order',
    path: '/orders/:id',
    address: of(
      '/orders/:id',
      orders,
      ({ status }) => status === 'shipped',
      ({ orderId }) => orderId,
    ),
  },
  { name: 'preview', path: '/preview' },
  { name: 'mapping', path: '/mapping' },
  { name: 'customers', path: '/customers' },
  {
    name: 'customer',
    path: '/customers/:id',
    address: of(
      '/customers/:id',
      list('customers?limit=10'),
      () => true,
      ({ key }) => key,
    ),
  },
  ...[
    'payouts',
    'ledgers',
    'continuity',
    'orders',
    'summaries',
    'order-receivable',
    'journal',
    'fees',
    'sales',
    'profit',
  ].map((report) => ({
    name: `reconciliation-${report}`,
    path: '/reconciliation',
    address: async () => `/reconciliation?report=${report}`,
  })),
  { name: 'month-close', path: '/month-close' },
  { name: 'exceptions', path: '/exceptions' },
  { name: 'audit', path: '/audit', who: 'auditor' },
  { name: 'connections', path: '/connections', who: 'administrator' },
  {
    name: 'connection',
    path: '/connections/:name',
    who: 'administrator',
    address: of(
      '/connections/:name',
      list('connections?'),
      () => true,
      ({ name }) => name,
    ),
  },
  { name: 'add-connection', path: '/add-connection', who: 'administrator' },
  { name: 'jobs', path: '/jobs', who: 'administrator' },
  { name: 'users', path: '/users', who: 'administrator' },
  { name: 'account', path: '/account' },
];

/** Dialogs, each opened on the picture of its page by a button with one of these texts, or by the first row of a table. */
export const DIALOGS = [
  { name: 'approve', on: 'settlement-waiting', button: /^(Approve|Freigeben)$/ },
  { name: 'simulate', on: 'settlement-waiting', button: /^(Check by master data|Gegen Stammdaten prüfen)$/ },
  { name: 'reverse', on: 'settlement', button: /^(Reverse|Stornieren)$/ },
  { name: 'rows', on: 'entry', button: /^(Show the rows behind line 1|Zeilen zeigen: Position 1)$/ },
  { name: 'teach', on: 'mapping', button: /^(Teach…|Beibringen…)$/ },
  { name: 'sync-customers', on: 'customers', button: /^(Sync now…|Jetzt abgleichen…)$/ },
  { name: 'accrue', on: 'month-close', button: /^(Accrue and close…|Abgrenzen und schließen…)$/ },
  { name: 'replay', on: 'exceptions', button: /^(Work out anew|Neu bilden)/ },
  { name: 'audit-event', on: 'audit', row: true },
  { name: 'audit-keys', on: 'audit', button: /^(Signing keys|Signaturschlüssel)$/ },
  { name: 'posting', on: 'connection', button: /^(Change…|Ändern…)$/ },
  { name: 'job', on: 'jobs', row: true },
  { name: 'add-user', on: 'users', button: /^(Add user|Benutzer anlegen)$/ },
  { name: 'token', on: 'account', button: /^(Make a token|Token anlegen)$/ },
];

/** Where a view is; `get` asks the API below `/api/v1/`. */
export async function addressOf(view, get) {
  return view.address ? view.address(get) : view.path;
}

/** Opens a dialog of a page that is there, and leaves the page as it is where the dialog cannot be opened now. */
export async function openDialog(page, { button, row }) {
  const opener = row
    ? page.locator('[role=grid] [role=row][aria-rowindex="2"]').first()
    : page.getByRole('button', { name: button }).first();
  if ((await opener.count()) === 0 || !(await opener.isEnabled())) return false;
  await opener.click();
  await page.locator('ui5-dialog[open]').waitFor();
  return true;
}
