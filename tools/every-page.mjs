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
  { name: 'approvals', path: '/approvals' },
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
  {
    name: 'accrual',
    path: '/accruals/:id',
    address: of('/accruals/:id', list('accruals?limit=10'), ({ postedCount }) => postedCount === 0),
  },
  { name: 'accrual-posted', path: '/accruals/:id', address: of('/accruals/:id', list('accruals?limit=10'), isPosted) },
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
  { name: 'mapping', path: '/mapping', who: 'editor' },
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
  { name: 'audit-managed', path: '/audit', who: 'administrator' },
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
  {
    name: 'connection-settings',
    path: '/connections/:name/settings',
    who: 'administrator',
    address: async (get) => {
      const [{ name }] = await list('connections?')(get);
      return `/connections/${encodeURIComponent(name)}/settings`;
    },
  },
  { name: 'add-connection', path: '/add-connection', who: 'administrator' },
  { name: 'jobs', path: '/jobs', who: 'administrator' },
  { name: 'users', path: '/users', who: 'administrator' },
  { name: 'account', path: '/account' },
];

const named = (name) => (page) => page.getByRole('button', { name }).first();
const inDialog = (name) => (page) => page.locator('ui5-dialog[open]').getByRole('button', { name }).first();
/** The first row of a table; of the one with this name where there are several. */
const row = (name) => (page) =>
  (name ? page.getByRole('grid', { name }) : page.getByRole('grid')).locator('[role=row][aria-rowindex="2"]').first();

const toKeys = named(/^(Signing keys|Signaturschlüssel)$/);

/** What has to be done before the opener is there. */
const toShowJob = async (page) => {
  await row()(page).click();
  await page.locator('ui5-dialog[open] ui5-button[design=Emphasized]').waitFor();
};
const toDraft = async (page) => {
  await named(/^(Add row|Zeile hinzufügen)$/)(page).click();
  const dialog = page.locator('ui5-dialog[open]');
  const values = [
    [dialog.getByRole('combobox', { name: /^(Kind|Art)$/ }), 'referral-fee'],
    [dialog.getByRole('textbox', { name: /^(Marketplace|Marktplatz)$/ }), 'Amazon.com'],
    [dialog.getByRole('combobox', { name: /^(G\/L account|Sachkonto)$/ }), '65003100'],
    [dialog.getByRole('textbox', { name: /^(Line text|Positionstext)$/ }), 'Fees'],
  ];
  // A field with suggestions takes the focus back a moment later, and with it what is typed into the next one.
  for (let isFilled = false; !isFilled; ) {
    isFilled = true;
    for (const [field, value] of values) {
      if ((await field.inputValue()) === value) continue;
      await field.fill(value);
      isFilled = false;
    }
  }
  await inDialog(/^(Take over|Übernehmen)$/)(page).click();
  await page.locator('ui5-dialog[open]').waitFor({ state: 'detached' });
};
/** Without a trial, which would ask the real Amazon. */
const toChangeSettings = async (page) => {
  const untried = (route) => route.continue({ postData: { ...route.request().postDataJSON(), isTried: false } });
  await page.route('**/settings/check', untried, { times: 1 });
  await page
    .getByRole('textbox', { name: /^(User shown in the document|Benutzer, den der Beleg zeigt)/ })
    .fill('NOBODY');
};
const toAddUser = async (page) => {
  await named(/^(Add user|Benutzer anlegen)$/)(page).click();
  const dialog = page.locator('ui5-dialog[open]');
  await dialog.locator('ui5-input input').first().fill('dora');
  await dialog.locator('ui5-textarea textarea').fill('for a look at it');
};

/**
 * Every dialog: the component that it is `of`, `on` which view, and its `opener`, once `first` is done where there is something to do
 * first. `onlyShows`: it sends nothing. `part`: of it alone, where it takes the place of another dialog.
 */
export const DIALOGS = [
  {
    name: 'approve',
    of: 'settlement-actions PlainDialog',
    on: 'settlement-waiting',
    opener: named(/^(Approve|Freigeben)$/),
  },
  {
    name: 'simulate',
    of: 'simulation-dialog SimulationDialog',
    on: 'settlement-waiting',
    opener: named(/^(Check by master data|Gegen Stammdaten prüfen)$/),
    onlyShows: true,
  },
  {
    name: 'reverse',
    of: 'settlement-actions ReverseDialog',
    on: 'settlement',
    opener: named(/^(Reverse|Stornieren)$/),
  },
  {
    name: 'replace',
    of: 'settlement-files DecideDialog',
    on: 'settlement',
    opener: named(/^(Use the other file|Andere Datei verwenden)$/),
  },
  { name: 'entry-reverse', of: 'entry-actions EntryDialog', on: 'entry', opener: named(/^(Reverse|Stornieren)$/) },
  {
    name: 'rows',
    of: 'rows-dialog RowsDialog',
    on: 'entry',
    opener: named(/^(Show the rows behind line 1|Zeilen zeigen: Position 1)$/),
    onlyShows: true,
  },
  { name: 'accrual-approve', of: 'accrual AskDialog', on: 'accrual', opener: named(/^(Approve|Freigeben)$/) },
  {
    name: 'accrual-reverse',
    of: 'accrual ReverseDialog',
    on: 'accrual-posted',
    opener: named(/^(Reverse|Stornieren)$/),
  },
  { name: 'buyer', of: 'order Buyer', on: 'order', opener: named(/^(Show the buyer…|Käufer zeigen…)$/) },
  { name: 'teach', of: 'teach-dialog TeachDialog', on: 'mapping', opener: named(/^(Teach…|Beibringen…)$/) },
  {
    name: 'table-row',
    of: 'row-dialog RowDialog',
    on: 'mapping',
    opener: named(/^(Add row|Zeile hinzufügen)$/),
    onlyShows: true,
  },
  {
    name: 'table-version',
    of: 'versions VersionDialog',
    on: 'mapping',
    opener: row(/^(Versions|Versionen)/),
    onlyShows: true,
  },
  { name: 'table-decide', of: 'versions DecisionDialog', on: 'mapping', opener: named(/^(Approve…|Freigeben…)$/) },
  {
    name: 'table-save',
    of: 'save-dialog SaveDialog',
    on: 'mapping',
    first: toDraft,
    opener: named(/^(Check and save…|Prüfen und speichern…)$/),
  },
  {
    name: 'sync-customers',
    of: 'customers SyncDialog',
    on: 'customers',
    opener: named(/^(Sync now…|Jetzt abgleichen…)$/),
  },
  {
    name: 'adopt',
    of: 'customer AdoptDialog',
    on: 'customer',
    opener: named(/^(It is another business partner…|Es ist ein anderer Geschäftspartner…)$/),
  },
  {
    name: 'accrue',
    of: 'month-close AccrueDialog',
    on: 'month-close',
    opener: named(/^(Accrue and close…|Abgrenzen und schließen…)$/),
  },
  {
    name: 'close',
    of: 'month-close MoveDialog',
    on: 'month-close',
    opener: named(/^(Close without accrual…|Ohne Abgrenzung schließen…)$/),
  },
  { name: 'replay', of: 'exceptions ReplayDialog', on: 'exceptions', opener: named(/^(Work out anew|Neu bilden)/) },
  { name: 'audit-event', of: 'audit EventDialog', on: 'audit', opener: row(), onlyShows: true },
  { name: 'audit-keys', of: 'audit-keys KeysDialog', on: 'audit', opener: toKeys, onlyShows: true },
  {
    name: 'audit-key-replace',
    of: 'audit-keys ReplaceDialog',
    on: 'audit',
    first: (page) => toKeys(page).click(),
    opener: inDialog(/^(Replace the key|Schlüssel ersetzen)$/),
    part: 'ui5-textarea',
  },
  { name: 'posting', of: 'posting-section PostingDialog', on: 'connection', opener: named(/^(Change…|Ändern…)$/) },
  {
    name: 'change-settings',
    of: 'change-dialog ChangeDialog',
    on: 'connection-settings',
    first: toChangeSettings,
    opener: named(/^(Show what changes|Zeigen, was sich ändert)$/),
  },
  { name: 'pause', of: 'schedule-section ScheduleDialog', on: 'connection', opener: named(/^(Pause|Pausieren): /) },
  {
    name: 'replace-secret',
    of: 'secret-section SecretDialog',
    on: 'connection',
    opener: named(/^(Replace…|Ersetzen…) /),
  },
  {
    name: 'resume',
    of: 'connection Resume',
    on: 'connection',
    opener: named(/^(Let it work again|Wieder arbeiten lassen)$/),
  },
  { name: 'job', of: 'job-dialog JobDialog', on: 'jobs', opener: row(), onlyShows: true },
  {
    name: 'job-again',
    of: 'job-dialog JobDialog',
    on: 'jobs',
    first: toShowJob,
    opener: inDialog(/^(Try again|Erneut versuchen)$/),
  },
  { name: 'jobs-again', of: 'jobs Causes', on: 'jobs', opener: named(/^(Try all again|Alle erneut versuchen) /) },
  {
    name: 'accept-rules',
    of: 'approvals AcceptDialog',
    on: 'approvals',
    opener: named(/^(Accept the rules of |Regeln von )/),
  },
  { name: 'add-user', of: 'user-dialog UserDialog', on: 'users', opener: named(/^(Add user|Benutzer anlegen)$/) },
  { name: 'token', of: 'account-tokens TokenDialog', on: 'account', opener: named(/^(Make a token|Token anlegen)$/) },
  {
    name: 'password-once',
    of: 'secret-dialog SecretDialog',
    on: 'users',
    first: toAddUser,
    opener: inDialog(/^(Add user|Benutzer anlegen)$/),
    onlyShows: true,
    part: '.secret',
  },
];

/** Where a view is; `get` asks the API below `/api/v1/`. */
export async function addressOf(view, get) {
  return view.address ? view.address(get) : view.path;
}

/** Opens a dialog of a page that is there, and gives what opened it; nothing where it cannot be opened now. */
export async function openDialog(page, { first, opener, part }) {
  const dialogs = page.locator('ui5-dialog[open]');
  await first?.(page);
  const before = await dialogs.count();
  const found = opener(page);
  if ((await found.count()) === 0) return undefined;
  await found.click();
  await (part ? page.locator(`ui5-dialog[open] ${part}`) : dialogs.nth(before)).waitFor();
  return found;
}
