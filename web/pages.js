// What each page shows. `load` gives an answer of the API; each page returns its parts from top to bottom.

import {
  count,
  countOf,
  element,
  facts,
  heading,
  link,
  moment,
  money,
  problemCard,
  state,
  table,
  wayBack,
} from './elements.js';

/** A long list of trouble would push the figures out of sight; all of it is in the tables below it. */
const PROBLEMS_SHOWN_MAX = 10;
const LISTS_OF_ROWS_KEPT_MAX = 20;
/** States in which a settlement or an entry stays until somebody does something. */
const URGENT = ['quarantined', 'unknown', 'rejected'];

/** Once every entry is in SAP that is what a person wants to see, not the life cycle's last word. */
function settlementState(row) {
  const isAll = (number) => row.entryCount > 0 && number === row.entryCount;
  const shown = isAll(row.postedCount) ? 'posted' : isAll(row.reversedCount) ? 'reversed' : row.state;
  return state(shown, row.progress);
}

function accrualState(row) {
  return row.withdrawnAt === null ? settlementState({ ...row, state: 'proposed' }) : state('withdrawn');
}

function proofsOf(row) {
  // Nothing was computed yet, which is neither.
  if (row.state === 'received') return '–';
  return element('span', { class: row.proofsHold ? 'good' : 'bad' }, row.proofsHold ? '✓ hold' : '✗ fail');
}

const settlementColumns = [
  { title: 'Settlement', value: (row) => link(['settlement', row.id], row.settlementId) },
  { title: 'Connection', value: (row) => row.connection },
  { title: 'Period', value: (row) => `${row.startTime.slice(0, 10)} – ${row.endTime.slice(0, 10)}` },
  { title: 'Rows', number: true, value: (row) => count(row.lineCount) },
  { title: 'Total', number: true, value: (row) => money(row.totalAmount) },
  { title: 'Currency', value: (row) => row.currency },
  { title: 'Proofs', value: proofsOf },
  { title: 'State', value: settlementState },
];

const accrualColumns = [
  { title: 'Accrual', value: (row) => link(['accrual', row.id], row.name) },
  { title: 'Kind', value: (row) => row.kind },
  { title: 'Connection', value: (row) => row.connection },
  { title: 'Period', value: (row) => `${row.from} – ${row.to}` },
  { title: 'Sources', number: true, value: (row) => count(row.sourceCount) },
  { title: 'As of', value: (row) => moment(row.asOf) },
  { title: 'State', value: accrualState },
];

const entryColumns = [
  { title: 'Posting key', value: (row) => link(['entry', row.id], row.postingKey) },
  { title: 'Books', value: linkedOrigin },
  { title: 'Company code', value: (row) => row.companyCode },
  { title: 'Posting date', value: (row) => row.postingDate },
  { title: 'Debit = credit', number: true, value: (row) => `${money(row.debitTotal)} ${row.currency}` },
  { title: 'State', value: (row) => state(row.state, row.reverses ? `reversal, ${row.state}` : undefined) },
  { title: 'SAP document', value: (row) => documentOf(row) },
];

function documentOf(row) {
  return row.document
    ? `${row.document.sapDocumentNumber}/${row.document.companyCode}/${row.document.fiscalYear}`
    : '–';
}

const listOf = (name, columns, rows) =>
  rows.length ? table(name, columns, rows) : element('p', { class: 'quiet' }, 'None yet.');

const totalOf = (counts) => Object.values(counts).reduce((sum, number) => sum + number, 0);
const inState = (counts, ...names) => names.reduce((sum, name) => sum + (counts[name] ?? 0), 0);

/** The newest settlements and entries; the numbers above them are those of all. */
export async function overview(load) {
  const answer = await load('overview');
  const { counts, settlements, entries } = answer;
  const tile = (words, number, tone) =>
    element('div', { class: `tile ${number ? (tone ?? '') : ''}` }, element('b', {}, count(number)), words);
  const reversed = inState(counts.reversals, 'posted');
  const accruals = inState(counts.accruals, 'standing');
  return [
    heading('Overview'),
    element(
      'div',
      { class: 'tiles' },
      tile('settlements', totalOf(counts.settlements)),
      tile('in quarantine', inState(counts.settlements, 'quarantined'), 'alarm'),
      accruals > 0 ? tile(link(['accruals'], accruals === 1 ? 'accrual' : 'accruals'), accruals) : undefined,
      tile('entries posted', inState(counts.currentEntries, 'posted')),
      reversed > 0 ? tile('reversals posted', reversed) : undefined,
      tile('waiting to be posted', inState(counts.entries, 'proposed', 'approved', 'sending')),
      tile('outcome unknown', inState(counts.entries, 'unknown'), 'alarm'),
      tile('rejected by SAP', inState(counts.entries, 'rejected'), 'alarm'),
    ),
    ...attention(answer),
    element('h2', {}, 'Settlements'),
    listOf('Settlements', settlementColumns, settlements),
    wayThrough('settlements', { skip: 0, shown: settlements.length, total: totalOf(counts.settlements) }),
    element('h2', {}, 'Entries'),
    listOf('Entries', entryColumns, entries),
    wayThrough('entries', { skip: 0, shown: entries.length, total: totalOf(counts.entries) }),
  ];
}

/** What needs somebody, however old it is, and whatever else among the newest has a problem. */
function attention({ attention: urgent, connections, counts, settlements, entries }) {
  const withProblem = (first, others) => [
    ...first,
    ...others.filter((row) => row.problem && !first.some(({ id }) => id === row.id)),
  ];
  const cards = [
    ...connections.map((row) => [row, `Connection ${row.name}`]),
    ...withProblem(urgent.settlements, settlements).map((row) => [
      row,
      link(['settlement', row.id], `Settlement ${row.settlementId}`),
    ]),
    ...withProblem(urgent.entries, entries).map((row) => [row, link(['entry', row.id], `Entry ${row.postingKey}`)]),
  ].filter(([row]) => row.problem);
  if (cards.length === 0) return [];
  const urgentCount = inState(counts.settlements, ...URGENT) + inState(counts.entries, ...URGENT);
  const others = cards.filter(([row]) => !URGENT.includes(row.state));
  const listed = cards.slice(0, PROBLEMS_SHOWN_MAX);
  const more = Math.max(cards.length, urgentCount + others.length) - listed.length;
  return [
    element('h2', {}, 'Needs attention'),
    ...listed.map(([row, subject]) => problemCard(row.problem, subject)),
    more > 0
      ? element('p', { class: 'quiet' }, `And ${count(more)} more; the states in the lists show which.`)
      : undefined,
  ];
}

/** Which part of a list this is, with the ways to its other parts; nothing when it is all of it. */
function wayThrough(name, { skip, shown, total, limit = shown }) {
  if (skip === 0 && shown >= total) return undefined;
  const from = (number) => (number > 0 ? [name, number] : [name]);
  return element(
    'nav',
    { class: 'parts', 'aria-label': `Parts of the list of ${name}` },
    element(
      'span',
      {},
      shown === 0
        ? `None from here on, of ${count(total)}`
        : `${count(skip + 1)} to ${count(skip + shown)} of ${count(total)}, the newest first`,
    ),
    skip > 0 ? link(from(skip - limit), `newer ${name}`) : undefined,
    skip + shown < total ? link(from(skip + shown), `older ${name}`) : undefined,
  );
}

/** Some of all settlements, from the one after `skip`. */
export async function settlementList(load, skip = '0') {
  const found = await load(`settlements?skip=${encodeURIComponent(skip)}`);
  return [
    wayBack(),
    heading('Settlements'),
    listOf('Settlements', settlementColumns, found.settlements),
    wayThrough('settlements', { ...found, shown: found.settlements.length, total: found.settlementCount }),
  ];
}

/** Some of all entries, from the one after `skip`. */
export async function entryList(load, skip = '0') {
  const found = await load(`entries?skip=${encodeURIComponent(skip)}`);
  return [
    wayBack(),
    heading('Entries'),
    listOf('Entries', entryColumns, found.entries),
    wayThrough('entries', { ...found, shown: found.entries.length, total: found.entryCount }),
  ];
}

/** Some of all accruals, from the one after `skip`. */
export async function accrualList(load, skip = '0') {
  const found = await load(`accruals?skip=${encodeURIComponent(skip)}`);
  return [
    wayBack(),
    heading('Accruals'),
    listOf('Accruals', accrualColumns, found.accruals),
    wayThrough('accruals', { ...found, shown: found.accruals.length, total: found.accrualCount }),
  ];
}

export async function accrual(load, id) {
  const found = await load(`accruals/${encodeURIComponent(id)}`);
  return [
    wayBack(link(['accruals'], 'Accruals')),
    heading(`Accrual ${found.name}`),
    facts([
      ['State', accrualState(found)],
      ['Kind', found.kind],
      ['Connection', found.connection],
      ['Period', `${found.from} – ${found.to}`],
      ['As of', moment(found.asOf)],
      ['Revision', count(found.revision)],
      ['Sources', `${count(found.sourceCount)} (SHA-256 ${found.sourcesSha256})`],
      ...(found.withdrawnAt === null ? [] : [['Withdrawn', moment(found.withdrawnAt)]]),
    ]),
    element('h2', {}, 'Entries'),
    listOf('Entries', entryColumns, found.entries),
  ];
}

export async function settlement(load, id) {
  const found = await load(`settlements/${encodeURIComponent(id)}`);
  return [
    wayBack(),
    heading(`Settlement ${found.settlementId}`),
    problemCard(found.problem),
    facts([
      ['State', settlementState(found)],
      ['Seller account', found.sellerAccount],
      ['Period', `${moment(found.startTime)} – ${moment(found.endTime)}`],
      ['Deposit date', found.depositDate],
      ['Total', `${money(found.totalAmount)} ${found.currency}`],
      ['Rows', count(found.lineCount)],
      ['File (SHA-256)', found.evidenceSha256],
    ]),
    element('h2', {}, 'Proofs'),
    found.proofs.length
      ? element('ul', { class: 'card proofs' }, ...found.proofs.map(proofItem))
      : element('p', { class: 'quiet' }, 'None yet.'),
    ...(found.quarantine.length ? [element('h2', {}, 'Cannot be booked'), quarantineTable(found)] : []),
    element('h2', {}, 'Entries'),
    listOf('Entries', entryColumns, found.entries),
  ];
}

function proofItem(proof) {
  return element(
    'li',
    {},
    element('span', { class: proof.ok ? 'good' : 'bad' }, proof.ok ? '✓ holds ' : '✗ fails '),
    element('b', {}, proof.name),
    ` ${proof.ok ? proof.actual : `expected ${proof.expected}, found ${proof.actual}`} `,
    element('span', { class: 'quiet' }, proof.says),
  );
}

function quarantineTable({ quarantine, currency }) {
  return table(
    'Cannot be booked',
    [
      { title: 'Why', value: (row) => row.code },
      { title: 'Transaction type', value: (row) => row.transactionType || '(blank)' },
      { title: 'Amount type', value: (row) => row.amountType || '(blank)' },
      { title: 'Amount description', value: (row) => row.amountDescription || '(blank)' },
      { title: 'Rows', number: true, value: (row) => count(row.count) },
      { title: `Amount in ${currency}`, number: true, value: (row) => money(row.amount) },
      { title: 'First row', number: true, value: (row) => count(row.firstRow) },
    ],
    quarantine,
  );
}

/** The entry; with a line, Amazon's rows behind it as well, from the one after `skip`. */
export async function entry(load, id, line, skip = '0') {
  const found = await load(`entries/${encodeURIComponent(id)}`);
  return [
    found.settlementId
      ? wayBack(link(['settlement', found.settlementId], `Settlement ${found.settlementId}`))
      : wayBack(link(['accrual', found.originId], originOf(found))),
    heading(`Entry ${found.postingKey}`),
    problemCard(found.problem),
    found.isCurrent ? undefined : replacedNote(found),
    facts([
      ['State', state(found.state)],
      ['SAP document', documentOf(found)],
      ...reversalFacts(found),
      ['Company code', found.companyCode],
      ['Posting date', found.postingDate],
      ['Debit = credit', `${money(found.debitTotal)} ${found.currency}`],
      ['Header text', found.headerText],
      ['Digest', found.digest],
    ]),
    element('h2', {}, 'Lines'),
    table('Lines', lineColumns(id, found), found.lines, (row) => String(row.line) === line),
    // The numbers behind its lines are those of another proposal by now.
    line === undefined || !found.isCurrent ? undefined : await rowsBehind(load, found, { id, line, skip }),
    ...(found.messages.length ? [element('h2', {}, 'SAP’s messages'), messageTable(found.messages)] : []),
    element('h2', {}, 'History'),
    table(
      'History',
      [
        { title: 'When', value: (row) => moment(row.at) },
        { title: 'Who', value: (row) => row.actor },
        { title: 'What', value: (row) => row.action },
        { title: 'Why', wrap: true, value: (row) => row.why },
      ],
      found.history,
    ),
  ];
}

/** What the entry takes back, and what took it back or is to. */
function reversalFacts({ companyCode, reverses, reversalKey, reversedBy }) {
  const facts = [];
  if (reverses) {
    const { postingKey, sapDocumentNumber, fiscalYear, reason } = reverses;
    facts.push([
      'Reverses',
      named(postingKey, `SAP document ${sapDocumentNumber}/${companyCode}/${fiscalYear}, reason ${reason}`),
    ]);
  }
  if (reversedBy) {
    const words = `SAP document ${reversedBy.sapDocumentNumber}/${companyCode}/${reversedBy.fiscalYear}`;
    facts.push(['Reversed by', reversalKey ? named(reversalKey, words) : `${words}, booked in SAP by somebody else`]);
  } else if (reversalKey) {
    facts.push(['Reversal', named(reversalKey, 'not booked yet')]);
  }
  return facts;
}

function named(postingKey, words) {
  return element('span', {}, link(['entry', postingKey], postingKey), ` (${words})`);
}

function linkedOrigin(row) {
  return link(row.settlementId ? ['settlement', row.settlementId] : ['accrual', row.originId], originOf(row));
}

/** What an entry books: a settlement by its id, or an accrual by its name. */
function originOf({ settlementId, originName }) {
  return settlementId ?? `accrual ${originName}`;
}

function replacedNote({ settlementId, state: stateNow, reverses }) {
  if (reverses) {
    const words = stateNow === 'withdrawn' ? 'This reversal was never booked.' : 'It belongs to an earlier proposal.';
    return element('p', { class: 'card' }, words);
  }
  if (!settlementId) {
    const words = stateNow === 'withdrawn' ? 'This entry was never booked' : 'This entry was taken back in SAP';
    return element(
      'p',
      { class: 'card' },
      `${words}. What stands instead of it is among the `,
      link(['accruals'], 'accruals'),
      '.',
    );
  }
  return element(
    'p',
    { class: 'card' },
    `This entry was ${stateNow === 'withdrawn' ? 'never booked' : 'taken back'}. A new proposal took its place; Amazon’s rows are behind the entries of `,
    link(['settlement', settlementId], `settlement ${settlementId}`),
    '.',
  );
}

const isCredit = (row) => row.amount.startsWith('-');
const sizeOf = (row) => money(row.amount.replace('-', ''));

function lineColumns(id, { currency, settlementId }) {
  const costObject = (row) =>
    row.costCenter ? `CC ${row.costCenter}` : row.profitCenter ? `PC ${row.profitCenter}` : '';
  const account = (row) => (row.customer ? `${row.glAccount} customer ${row.customer}` : row.glAccount);
  const rows = (row) =>
    row.hasRows
      ? link(['entry', id, row.line], 'show', { 'aria-label': `show Amazon’s rows behind line ${row.line}` })
      : '';
  return [
    { title: '#', number: true, value: (row) => String(row.line) },
    { title: 'G/L account', value: account },
    { title: 'Cost object', value: costObject },
    { title: 'Tax', value: (row) => row.taxCode ?? '' },
    { title: 'Text', value: (row) => row.text },
    { title: `Debit in ${currency}`, number: true, value: (row) => (isCredit(row) ? '' : sizeOf(row)) },
    { title: `Credit in ${currency}`, number: true, value: (row) => (isCredit(row) ? sizeOf(row) : '') },
    // Behind an accrual are events and orders, no rows of a file.
    ...(settlementId ? [{ title: 'Amazon’s rows', value: rows }] : []),
  ];
}

function messageTable(messages) {
  return table(
    'SAP’s messages',
    [
      { title: 'Message', value: (row) => row.typeId },
      { title: 'Severity', value: (row) => row.severity },
      { title: 'Text', wrap: true, value: (row) => row.text },
    ],
    messages,
  );
}

/** Rows that were read before. They cannot change: the digest stands for the entry, and the file's bytes are kept. */
const known = new Map();

async function readRows(load, digest, { id, line, skip }) {
  const key = `${digest}/${line}/${skip}`;
  const found =
    known.get(key) ??
    (await load(
      `entries/${encodeURIComponent(id)}/lines/${encodeURIComponent(line)}/rows?skip=${encodeURIComponent(skip)}`,
    ));
  if (known.size >= LISTS_OF_ROWS_KEPT_MAX) known.clear();
  known.set(key, found);
  return found;
}

async function rowsBehind(load, found, place) {
  const { header, rows, rowCount, sum, tiesToLine, skip, evidenceSha256 } = await readRows(load, found.digest, place);
  const amount = header.indexOf('amount');
  const used = header
    .map((_, index) => index)
    .filter((index) => index !== amount && rows.some((row) => row.cells[index]));
  const line = found.lines.find((one) => String(one.line) === place.line);
  const name = `Amazon’s rows behind line ${place.line}`;
  return element(
    'section',
    { class: 'rows' },
    element('h2', { id: 'rows', tabindex: '-1' }, `${name}: ${line.text}`),
    element(
      'p',
      {},
      `The line is a ${isCredit(line) ? 'credit' : 'debit'} of ${sizeOf(line)} ${found.currency}. `,
      ...tieOf({ rowCount, sum, tiesToLine }),
    ),
    element(
      'p',
      { class: 'quiet' },
      'Amazon counts from the seller’s side: its plus is a credit here, its minus a debit.',
    ),
    table(
      name,
      [
        { title: 'Row', number: true, value: (row) => String(row.row) },
        // First what an accountant adds up, as the file writes it.
        { title: 'amount', number: true, value: (row) => row.cells[amount] ?? '' },
        ...used.map((index) => ({ title: header[index], value: (row) => row.cells[index] ?? '' })),
      ],
      rows,
    ),
    partsOf(place, { skip, shown: rows.length, rowCount }),
    element('p', { class: 'quiet' }, `As they stand in the file with SHA-256 ${evidenceSha256}`),
  );
}

/** Whether the rows, added up from the file, are the line. */
function tieOf({ rowCount, sum, tiesToLine }) {
  if (tiesToLine === null) return ['It balances the entry: no row of Amazon’s is behind it.'];
  return [
    `${rowCount === 1 ? 'Its one row comes' : `Its ${count(rowCount)} rows come`} to ${money(sum)} in the file: `,
    element('span', { class: tiesToLine ? 'good' : 'bad' }, tiesToLine ? '✓ it ties.' : '✗ it does not tie.'),
  ];
}

function partsOf({ id, line }, { skip, shown, rowCount }) {
  const words =
    shown === rowCount
      ? countOf(rowCount, 'row')
      : shown === 0
        ? `None from here on, of ${count(rowCount)} rows`
        : `Rows ${count(skip + 1)} to ${count(skip + shown)} of ${count(rowCount)}`;
  const from = (number) => ['entry', id, line, ...(number > 0 ? [number] : [])];
  return element(
    'p',
    { class: 'parts' },
    element('span', {}, words),
    skip > 0 ? link(from(0), 'from the first row') : undefined,
    skip + shown < rowCount ? link(from(skip + shown), 'next rows') : undefined,
    link(['entry', id], 'close'),
  );
}
