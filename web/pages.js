// What each page shows. `load` gives an answer of the API; each page returns its parts from top to bottom.

import { count, element, facts, heading, link, moment, money, problemCard, state, table, wayBack } from './elements.js';

/** A long list of trouble would push the figures out of sight; all of it is in the tables below it. */
const PROBLEMS_SHOWN_MAX = 10;
const LISTS_OF_ROWS_KEPT_MAX = 20;

/** Once every entry is in SAP that is what a person wants to read, not the life cycle's last word. */
function settlementState(row) {
  if (row.state !== 'proposed') return state(row.state);
  if (row.entryCount === 0) return state('proposed', 'nothing to post');
  return row.postedCount === row.entryCount
    ? state('posted')
    : state('proposed', `${row.postedCount} of ${row.entryCount} posted`);
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

const entryColumns = [
  { title: 'Posting key', value: (row) => link(['entry', row.id], row.postingKey) },
  { title: 'Settlement', value: (row) => row.settlementId },
  { title: 'Company code', value: (row) => row.companyCode },
  { title: 'Posting date', value: (row) => row.postingDate },
  { title: 'Debit = credit', number: true, value: (row) => money(row.debitTotal) },
  { title: 'Currency', value: (row) => row.currency },
  { title: 'State', value: (row) => state(row.state) },
  { title: 'SAP document', value: (row) => documentOf(row) },
];

function documentOf(row) {
  return row.document
    ? `${row.document.sapDocumentNumber} / ${row.document.companyCode} / ${row.document.fiscalYear}`
    : '–';
}

const listOf = (name, columns, rows) =>
  rows.length ? table(name, columns, rows) : element('p', { class: 'quiet' }, 'None yet.');

export async function overview(load) {
  const { settlements, entries } = await load('overview');
  const inState = (rows, ...names) => rows.filter((row) => names.includes(row.state)).length;
  const tile = (words, number, tone) =>
    element('div', { class: `tile ${number ? (tone ?? '') : ''}` }, element('b', {}, count(number)), words);
  return [
    heading('Overview'),
    element(
      'div',
      { class: 'tiles' },
      tile('settlements', settlements.length),
      tile('in quarantine', inState(settlements, 'quarantined'), 'alarm'),
      tile('entries posted', inState(entries, 'posted')),
      tile('waiting to be posted', inState(entries, 'proposed', 'approved', 'sending')),
      tile('outcome unknown', inState(entries, 'unknown'), 'alarm'),
      tile('rejected by SAP', inState(entries, 'rejected'), 'alarm'),
    ),
    ...attention(settlements, entries),
    element('h2', {}, 'Settlements'),
    listOf('Settlements', settlementColumns, settlements),
    element('h2', {}, 'Entries'),
    listOf('Entries', entryColumns, entries),
  ];
}

function attention(settlements, entries) {
  const cards = [
    ...settlements.map((row) => [row.problem, link(['settlement', row.id], `Settlement ${row.settlementId}`)]),
    ...entries.map((row) => [row.problem, link(['entry', row.id], `Entry ${row.postingKey}`)]),
  ].filter(([problem]) => problem);
  if (cards.length === 0) return [];
  const more = cards.length - PROBLEMS_SHOWN_MAX;
  return [
    element('h2', {}, 'Needs attention'),
    ...cards.slice(0, PROBLEMS_SHOWN_MAX).map(([problem, subject]) => problemCard(problem, subject)),
    more > 0 ? element('p', { class: 'quiet' }, `And ${count(more)} more; the states below show which.`) : undefined,
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
export async function entry(load, id, line, skip) {
  const found = await load(`entries/${encodeURIComponent(id)}`);
  return [
    wayBack(link(['settlement', found.settlementId], `Settlement ${found.settlementId}`)),
    heading(`Entry ${found.postingKey}`),
    problemCard(found.problem),
    facts([
      ['State', state(found.state)],
      ['SAP document', documentOf(found)],
      ['Company code', found.companyCode],
      ['Posting date', found.postingDate],
      ['Debit = credit', `${money(found.debitTotal)} ${found.currency}`],
      ['Header text', found.headerText],
      ['Digest', found.digest],
    ]),
    element('h2', {}, 'Lines'),
    table('Lines', lineColumns(id, found.currency), found.lines, (row) => String(row.line) === line),
    line === undefined ? undefined : await rowsBehind(load, found, { id, line, skip }),
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

const isCredit = (row) => row.amount.startsWith('-');
const sizeOf = (row) => money(row.amount.replace('-', ''));

function lineColumns(id, currency) {
  const costObject = (row) =>
    row.costCenter ? `CC ${row.costCenter}` : row.profitCenter ? `PC ${row.profitCenter}` : '';
  const rows = (row) =>
    row.hasRows
      ? link(['entry', id, row.line], 'show', { 'aria-label': `show Amazon’s rows behind line ${row.line}` })
      : '';
  return [
    { title: '#', number: true, value: (row) => String(row.line) },
    { title: 'G/L account', value: (row) => row.glAccount },
    { title: 'Cost object', value: costObject },
    { title: 'Tax', value: (row) => row.taxCode ?? '' },
    { title: 'Text', value: (row) => row.text },
    { title: `Debit in ${currency}`, number: true, value: (row) => (isCredit(row) ? '' : sizeOf(row)) },
    { title: `Credit in ${currency}`, number: true, value: (row) => (isCredit(row) ? sizeOf(row) : '') },
    { title: 'Amazon’s rows', value: rows },
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
  const { header, rows, rowCount, skip, evidenceSha256 } = await readRows(load, found.digest, place);
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

function partsOf({ id, line }, { skip, shown, rowCount }) {
  const words =
    shown === rowCount
      ? `${count(rowCount)} ${rowCount === 1 ? 'row' : 'rows'}`
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
