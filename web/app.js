// The pages talk only to the HTTP API. Text from Amazon and SAP is set as text, never as markup.

const main = document.getElementById('main');
const REFRESH_MS = 1500;
let shown = '';

function element(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name === 'onclick') node.addEventListener('click', value);
    else if (value !== undefined) node.setAttribute(name, value);
  }
  node.append(...children.filter((child) => child !== undefined && child !== null));
  return node;
}

async function load(path) {
  const answer = await fetch(`/api/v1/${path}`);
  const body = await answer.json();
  if (!answer.ok) throw new Error(`${body.says} ${body.next}`);
  return body;
}

const TONES = {
  posted: 'good',
  proposed: 'warn',
  approved: 'warn',
  sending: 'warn',
  proven: 'good',
  received: 'warn',
  unknown: 'bad',
  rejected: 'bad',
  quarantined: 'bad',
  reversed: 'warn',
};
const state = (name, words = name) => element('span', { class: `state ${TONES[name] ?? ''}` }, words);

function money(amount) {
  const [whole, fraction] = amount.split('.');
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ',');
  return fraction === undefined ? grouped : `${grouped}.${fraction}`;
}

function table(columns, rows) {
  const cell = (tag, column, content) => element(tag, { class: column.number ? 'number' : undefined }, content ?? '');
  return element(
    'div',
    { class: 'scroll' },
    element(
      'table',
      {},
      element('thead', {}, element('tr', {}, ...columns.map((column) => cell('th', column, column.title)))),
      element(
        'tbody',
        {},
        ...rows.map((row) => element('tr', {}, ...columns.map((column) => cell('td', column, column.value(row))))),
      ),
    ),
  );
}

function problemCard(problem) {
  return problem
    ? element(
        'div',
        { class: 'card problem' },
        element('b', {}, problem.code),
        element('div', {}, problem.says),
        element('div', { class: 'quiet' }, `Next: ${problem.next}`),
      )
    : undefined;
}

/** Once every entry is in SAP that is what a person wants to read, not the life cycle's last word. */
function settlementState(row) {
  if (row.state !== 'proposed') return state(row.state);
  return row.postedCount === row.entryCount
    ? state('posted')
    : state('proposed', `${row.postedCount} of ${row.entryCount} posted`);
}

const settlementColumns = [
  { title: 'Settlement', value: (row) => element('a', { href: `#settlement/${row.id}` }, row.settlementId) },
  { title: 'Connection', value: (row) => row.connection },
  { title: 'Period', value: (row) => `${row.startTime.slice(0, 10)} – ${row.endTime.slice(0, 10)}` },
  { title: 'Rows', number: true, value: (row) => row.lineCount.toLocaleString('en-US') },
  { title: 'Total', number: true, value: (row) => money(row.totalAmount) },
  { title: '', value: (row) => row.currency },
  {
    title: 'Proofs',
    value: (row) => element('span', { class: row.proofsHold ? 'good' : 'bad' }, row.proofsHold ? '✓ hold' : '✗ fail'),
  },
  { title: 'State', value: settlementState },
];

const entryColumns = [
  { title: 'Posting key', value: (row) => element('a', { href: `#entry/${row.id}` }, row.postingKey) },
  { title: 'Settlement', value: (row) => row.settlementId },
  { title: 'Company code', value: (row) => row.companyCode },
  { title: 'Posting date', value: (row) => row.postingDate },
  { title: 'Debit = credit', number: true, value: (row) => money(row.debitTotal) },
  { title: '', value: (row) => row.currency },
  { title: 'State', value: (row) => state(row.state) },
  { title: 'SAP document', value: (row) => documentOf(row) },
];

function documentOf(row) {
  return row.document
    ? `${row.document.sapDocumentNumber} / ${row.document.companyCode} / ${row.document.fiscalYear}`
    : '–';
}

async function overview() {
  const { about, counts, settlements, entries } = await load('overview');
  document.getElementById('about').textContent = about.line ?? '';
  const { posted = 0, unknown = 0, rejected = 0 } = counts.entries;
  const settlementCount = sum(counts.settlements);
  const entryCount = sum(counts.entries);
  const tile = (label, number) => element('div', { class: 'tile' }, element('b', {}, String(number)), label);
  return [
    element('h1', {}, 'Overview'),
    element(
      'div',
      { class: 'tiles' },
      tile('settlements', settlementCount),
      tile('in quarantine', counts.settlements.quarantined ?? 0),
      tile('entries posted', posted),
      tile('waiting', entryCount - posted - unknown - rejected),
      tile('unknown', unknown),
      tile('rejected', rejected),
    ),
    element('h2', {}, 'Settlements'),
    settlements.length ? table(settlementColumns, settlements) : element('p', { class: 'quiet' }, 'None yet.'),
    parts('settlements', { skip: 0, shown: settlements.length, count: settlementCount }),
    element('h2', {}, 'Entries'),
    entries.length ? table(entryColumns, entries) : element('p', { class: 'quiet' }, 'None yet.'),
    parts('entries', { skip: 0, shown: entries.length, count: entryCount }),
  ];
}

const sum = (counts) => Object.values(counts).reduce((total, count) => total + count, 0);

/** Which part of a list this is, with the way to the older ones; nothing when it is all of it. */
function parts(name, { skip, shown, count }) {
  if (skip === 0 && shown >= count) return undefined;
  const number = (value) => value.toLocaleString('en-US');
  const older = skip + shown;
  return element(
    'p',
    { class: 'quiet' },
    shown ? `${number(skip + 1)} to ${number(older)} of ${number(count)}, the newest first. ` : 'No older ones. ',
    skip > 0 ? element('a', { href: `#${name}/0` }, 'newest') : undefined,
    skip > 0 && older < count ? ' · ' : undefined,
    older < count ? element('a', { href: `#${name}/${older}` }, 'older') : undefined,
  );
}

async function settlements(skip) {
  const found = await load(`settlements?skip=${encodeURIComponent(skip)}`);
  return [
    element('h1', {}, 'Settlements'),
    table(settlementColumns, found.settlements),
    parts('settlements', { skip: found.skip, shown: found.settlements.length, count: found.settlementCount }),
  ];
}

async function entries(skip) {
  const found = await load(`entries?skip=${encodeURIComponent(skip)}`);
  return [
    element('h1', {}, 'Entries'),
    table(entryColumns, found.entries),
    parts('entries', { skip: found.skip, shown: found.entries.length, count: found.entryCount }),
  ];
}

async function settlement(id) {
  const found = await load(`settlements/${encodeURIComponent(id)}`);
  return [
    element('h1', {}, `Settlement ${found.settlementId}`),
    problemCard(found.problem),
    element(
      'div',
      { class: 'card' },
      facts([
        ['State', settlementState(found)],
        ['Seller account', found.sellerAccount],
        ['Period', `${found.startTime} – ${found.endTime}`],
        ['Deposit date', found.depositDate],
        ['Total', `${money(found.totalAmount)} ${found.currency}`],
        ['Rows', found.lineCount.toLocaleString('en-US')],
        ['File (SHA-256)', found.evidenceSha256],
      ]),
    ),
    element('h2', {}, 'Proofs'),
    element(
      'ul',
      { class: 'card proofs' },
      ...found.proofs.map((proof) =>
        element(
          'li',
          {},
          element('span', { class: proof.ok ? 'good' : 'bad' }, proof.ok ? '✓ ' : '✗ '),
          element('b', {}, proof.name),
          ` ${proof.ok ? proof.actual : `expected ${proof.expected}, found ${proof.actual}`} `,
          element('span', { class: 'quiet' }, proof.says),
        ),
      ),
    ),
    found.quarantine.length ? element('h2', {}, 'Cannot be booked') : undefined,
    found.quarantine.length
      ? table(
          [
            { title: 'Why', value: (row) => row.code },
            { title: 'Transaction type', value: (row) => row.transactionType || '(blank)' },
            { title: 'Amount type', value: (row) => row.amountType || '(blank)' },
            { title: 'Amount description', value: (row) => row.amountDescription || '(blank)' },
            { title: 'Rows', number: true, value: (row) => String(row.count) },
            { title: 'Amount', number: true, value: (row) => money(row.amount) },
            { title: 'First row', number: true, value: (row) => String(row.firstRow) },
          ],
          found.quarantine,
        )
      : undefined,
    element('h2', {}, 'Entries'),
    found.entries.length ? table(entryColumns, found.entries) : element('p', { class: 'quiet' }, 'None.'),
  ];
}

function facts(pairs) {
  return element('dl', {}, ...pairs.flatMap(([name, value]) => [element('dt', {}, name), element('dd', {}, value)]));
}

async function entry(id) {
  const found = await load(`entries/${encodeURIComponent(id)}`);
  const rowsPlace = element('div', { id: 'rows' });
  const showRows = async (line) => {
    rowsPlace.replaceChildren(element('p', { class: 'quiet' }, 'Reading Amazon’s file…'));
    rowsPlace.replaceChildren(...(await rowsBehind(id, line)));
    rowsPlace.scrollIntoView({ behavior: 'smooth', block: 'start' });
  };
  return [
    element('h1', {}, `Entry ${found.postingKey}`),
    problemCard(found.problem),
    element(
      'div',
      { class: 'card' },
      facts([
        ['State', state(found.state)],
        ['SAP document', documentOf(found)],
        ['Company code', found.companyCode],
        ['Posting date', found.postingDate],
        ['Header text', found.headerText],
        ['Settlement', found.settlementId],
        ['Digest', found.digest],
      ]),
    ),
    element('h2', {}, 'Lines'),
    table(
      [
        { title: '#', number: true, value: (row) => String(row.line) },
        { title: 'G/L account', value: (row) => row.glAccount },
        {
          title: 'Cost object',
          value: (row) => (row.costCenter ? `CC ${row.costCenter}` : row.profitCenter ? `PC ${row.profitCenter}` : ''),
        },
        { title: 'Tax', value: (row) => row.taxCode ?? '' },
        { title: 'Text', value: (row) => row.text },
        { title: 'Debit', number: true, value: (row) => (row.amount.startsWith('-') ? '' : money(row.amount)) },
        {
          title: 'Credit',
          number: true,
          value: (row) => (row.amount.startsWith('-') ? money(row.amount.slice(1)) : ''),
        },
        {
          title: 'Amazon rows',
          value: (row) =>
            row.hasRows
              ? element('button', { class: 'link', type: 'button', onclick: () => showRows(row) }, 'show')
              : '',
        },
      ],
      found.lines,
    ),
    rowsPlace,
    found.messages.length ? element('h2', {}, 'SAP’s messages') : undefined,
    found.messages.length
      ? table(
          [
            { title: 'Message', value: (row) => row.typeId },
            { title: 'Severity', value: (row) => row.severity },
            { title: 'Text', value: (row) => row.text },
          ],
          found.messages,
        )
      : undefined,
    element('h2', {}, 'History'),
    table(
      [
        { title: 'When', value: (row) => row.at },
        { title: 'Who', value: (row) => row.actor },
        { title: 'What', value: (row) => row.action },
        { title: 'Why', value: (row) => row.why },
      ],
      found.history,
    ),
  ];
}

async function rowsBehind(id, line) {
  const { header, rows, rowCount, evidenceSha256 } = await load(
    `entries/${encodeURIComponent(id)}/lines/${line.line}/rows`,
  );
  const amount = header.indexOf('amount');
  const used = header
    .map((_, index) => index)
    .filter((index) => index !== amount && rows.some((row) => row.cells[index]));
  return [
    element('h2', {}, `Amazon’s rows behind line ${line.line}: ${line.text}`),
    element(
      'p',
      { class: 'quiet' },
      `${rowCount.toLocaleString('en-US')} rows${rows.length < rowCount ? `, the first ${rows.length} shown` : ''}, in file ${evidenceSha256}`,
    ),
    table(
      [
        { title: 'Row', number: true, value: (row) => String(row.row) },
        // First what an accountant adds up, as the file writes it.
        { title: 'amount', number: true, value: (row) => row.cells[amount] ?? '' },
        ...used.map((index) => ({ title: header[index], value: (row) => row.cells[index] ?? '' })),
      ],
      rows,
    ),
  ];
}

async function render() {
  const [page = '', id = ''] = location.hash.slice(1).split('/');
  const pages = { settlement, entry, settlements, entries };
  try {
    const nodes = await (pages[page]?.(decodeURIComponent(id)) ?? overview());
    document.getElementById('connection-state').textContent = '';
    const next = element('div', {}, ...nodes.filter(Boolean));
    // A page that did not change is left alone, so that a selection or an open list of rows stays.
    if (location.hash + next.innerHTML === shown) return;
    shown = location.hash + next.innerHTML;
    main.replaceChildren(next);
  } catch (error) {
    document.getElementById('connection-state').textContent =
      error instanceof TypeError ? 'The service does not answer; trying again…' : String(error.message);
  }
}

addEventListener('hashchange', render);
await render();
setInterval(render, REFRESH_MS);
