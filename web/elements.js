// Builds what the pages are made of. Text from Amazon and SAP is set as text, never as markup.

/** An element; attributes that are undefined and children that are undefined or null are left out. */
export function element(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== undefined) node.setAttribute(name, value);
  }
  node.append(...children.filter((child) => child !== undefined && child !== null));
  return node;
}

/** A link to another view of this page; each part is one step of its address. */
export const link = (parts, text, attributes = {}) =>
  element('a', { href: `#${parts.map(encodeURIComponent).join('/')}`, ...attributes }, text);

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
  withdrawn: 'quiet',
};

export const state = (name, words = name) => element('span', { class: `state ${TONES[name] ?? ''}` }, words);

/** How many of a thing, in words: `1 row`, `2,000 rows`. */
export const countOf = (number, one, many = `${one}s`) => `${count(number)} ${number === 1 ? one : many}`;

/** Decimal text with its thousands apart; the digits stay those of the API. */
export function money(amount) {
  const [whole, fraction] = amount.split('.');
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ',');
  return fraction === undefined ? grouped : `${grouped}.${fraction}`;
}

export const count = (number) => number.toLocaleString('en-US');

/** `2026-11-25T21:40:16.583Z` as `2026-11-25 21:40:16 UTC`. */
export const moment = (instant) => instant.replace('T', ' ').replace(/(\.\d+)?Z$/, ' UTC');

/**
 * A table that scrolls by itself when it is wider than the window, with the keyboard too. A column with `number` stands
 * to the right, one with `wrap` may break its text into lines.
 */
export function table(name, columns, rows, isCurrent = () => false) {
  const classOf = (column) => (column.number ? 'number' : column.wrap ? 'wrap' : undefined);
  const head = columns.map((column) => element('th', { scope: 'col', class: classOf(column) }, column.title));
  const body = rows.map((row) =>
    element(
      'tr',
      { 'aria-current': isCurrent(row) ? 'true' : undefined },
      ...columns.map((column) => element('td', { class: classOf(column) }, column.value(row) ?? '')),
    ),
  );
  const shown = element('table', {}, element('thead', {}, element('tr', {}, ...head)), element('tbody', {}, ...body));
  // The names of two tables of a page differ, because a refresh finds them again by it.
  return element('div', { class: 'scroll', role: 'region', 'aria-label': name, tabindex: '0' }, shown);
}

/** What is wrong and what to do next; `subject` is whose problem it is, where the page shows several. */
export function problemCard(problem, subject) {
  if (!problem) return undefined;
  return element(
    'div',
    { class: 'card problem' },
    problem.code
      ? element('div', {}, subject ? element('span', {}, subject, ' · ') : undefined, element('b', {}, problem.code))
      : undefined,
    element('div', {}, problem.says),
    element('div', { class: 'quiet' }, `Next: ${problem.next}`),
  );
}

/** Names and values beneath each other. */
export function facts(pairs) {
  return element(
    'div',
    { class: 'card' },
    element('dl', {}, ...pairs.flatMap(([name, value]) => [element('dt', {}, name), element('dd', {}, value)])),
  );
}

export const heading = (text) => element('h1', { tabindex: '-1' }, text);

export const wayBack = (...links) =>
  element(
    'nav',
    { 'aria-label': 'Way back' },
    ...[link([], 'Overview'), ...links].flatMap((one, index) => (index === 0 ? [one] : [' › ', one])),
  );
