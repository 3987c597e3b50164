// Shows the page its address names and keeps it fresh. The pages talk only to the HTTP API.

import { heading, problemCard, wayBack } from './elements.js';
import { accrual, accrualList, entry, entryList, overview, settlement, settlementList } from './pages.js';

const REFRESH_MS = 1500;
/** Each takes the further parts of its address. */
const PAGES = new Map([
  ['', { show: overview }],
  ['settlements', { show: settlementList }],
  ['entries', { show: entryList }],
  ['accruals', { show: accrualList }],
  ['settlement', { show: settlement, needsId: true }],
  ['accrual', { show: accrual, needsId: true }],
  ['entry', { show: entry, needsId: true }],
]);

const main = document.getElementById('main');
const status = document.getElementById('connection-state');
/** The address whose page is on the screen, its markup, and when it was last known to be true. */
let shown = { at: undefined, markup: '', fresh: undefined, isAnswer: false };
/** An address that nothing will ever be found at: asking again is of no use. */
let hopeless;

class Unreachable extends Error {}

/** The answer to an address that cannot be shown, with a code and a next step. */
class Refused extends Error {
  constructor(problem) {
    super(problem.says);
    this.problem = problem;
  }
}

async function load(path) {
  let answer;
  let body;
  try {
    answer = await fetch(`/api/v1/${path}`);
    body = await answer.json();
  } catch (error) {
    throw new Unreachable('The service does not answer', { cause: error });
  }
  if (answer.ok) return body;
  throw new Refused(body);
}

// These two are said by the page itself, so they have no code to look up.
const NOT_FOUND = {
  kind: 'invalid',
  says: 'There is no page at this address.',
  next: 'Go back to the overview.',
};
const NO_ANSWER = {
  says: 'The service does not answer.',
  next: 'Start it: seller-ledger start. This page goes on by itself.',
};
const refusal = (problem) => [wayBack(), heading('Cannot be shown'), problemCard(problem)];

function partsOfAddress(at) {
  try {
    return at.slice(1).split('/').map(decodeURIComponent);
  } catch {
    return ['%'];
  }
}

async function partsAt(at) {
  const [name, ...parts] = partsOfAddress(at);
  const page = PAGES.get(name);
  if (!page || (page.needsId && !parts[0])) throw new Refused(NOT_FOUND);
  return page.show(load, ...parts);
}

async function render() {
  const at = location.hash;
  const isVisit = at !== shown.at;
  if (isVisit) status.textContent = 'Loading…';
  try {
    const parts = await partsAt(at);
    // Somebody went on to another page while this one was on its way.
    if (at !== location.hash) return;
    put(at, parts);
    status.textContent = '';
  } catch (error) {
    if (at === location.hash) putFailure(at, error, isVisit);
  }
}

function putFailure(at, error, isVisit) {
  status.textContent = '';
  if (error instanceof Refused) {
    if (error.problem.kind === 'invalid') hopeless = at;
    put(at, refusal(error.problem));
  } else if (error instanceof Unreachable) {
    // Old figures stay on the screen, as long as they are those of this address, and are called old.
    if (isVisit || !shown.isAnswer) put(at, refusal(NO_ANSWER), false);
    else status.textContent = `The service does not answer; trying again. Figures of ${shown.fresh}.`;
  } else {
    status.textContent = 'This page failed; the browser’s console says why.';
    console.error(error);
  }
}

function put(at, parts, isAnswer = true) {
  const next = document.createElement('div');
  next.append(...parts.filter(Boolean));
  const isVisit = at !== shown.at;
  const isFirst = shown.fresh === undefined;
  const markup = next.innerHTML;
  const isSame = !isVisit && markup === shown.markup;
  shown = { at, markup, fresh: new Date().toLocaleTimeString(), isAnswer };
  // A page that did not change is left alone, so that a selection stays.
  if (isSame) return;
  const restore = isVisit ? () => {} : rememberPlace();
  main.replaceChildren(next);
  restore();
  const title = main.querySelector('h1')?.textContent ?? '';
  document.title = `${title} – seller-ledger`;
  if (isVisit && !isFirst) goTo(main.querySelector('#rows') ?? main.querySelector('h1'));
}

/** Whoever reads with the keyboard or a screen reader goes on where the new page begins. */
function goTo(place) {
  place?.focus({ preventScroll: true });
  if (place?.id === 'rows') place.scrollIntoView({ block: 'start' });
  else scrollTo(0, 0);
}

/** Where the focus is and how far each table is scrolled, to be found again in the new markup. */
function rememberPlace() {
  const nameOf = (node) => node.getAttribute('href') ?? node.getAttribute('aria-label') ?? node.tagName;
  const places = () => [...main.querySelectorAll('a, [tabindex]')];
  const active = document.activeElement;
  const alike = places().filter((node) => main.contains(active) && nameOf(node) === nameOf(active));
  const position = alike.indexOf(active);
  const scrolled = new Map([...main.querySelectorAll('.scroll')].map((node) => [nameOf(node), node.scrollLeft]));
  return () => {
    for (const node of main.querySelectorAll('.scroll')) node.scrollLeft = scrolled.get(nameOf(node)) ?? 0;
    const again = position < 0 ? [] : places().filter((node) => nameOf(node) === nameOf(active));
    (again[position] ?? again[0])?.focus({ preventScroll: true });
  };
}

/** What kind of service this is; on every page, whichever one is opened first. */
async function sayAbout() {
  try {
    document.getElementById('about').textContent = (await load('overview')).about.line ?? '';
    return true;
  } catch {
    return false;
  }
}

async function keepFresh() {
  let isAboutKnown = false;
  for (;;) {
    if (!document.hidden && location.hash !== hopeless) await render();
    if (!isAboutKnown) isAboutKnown = await sayAbout();
    await new Promise((resolve) => setTimeout(resolve, REFRESH_MS));
  }
}

addEventListener('hashchange', render);
void keepFresh();
