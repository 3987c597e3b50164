import { type Clock, isProblem, type Problem, type Randomness } from '../core/index.ts';
import type { HttpAnswer } from './http.ts';
import { SapProblem } from './sap-problem.ts';
import type { SapSession } from './session.ts';
import { serviceRoot } from './wire.ts';

/** JSON in which every number stays the text it was, so that no amount passes through a binary float. */
export type ODataValue =
  | string
  | boolean
  | null
  | readonly ODataValue[]
  | { readonly [name: string]: ODataValue | undefined };
export type ODataRow = { readonly [name: string]: ODataValue | undefined };

export interface ODataQuery {
  readonly service: string;
  /** The entity set, or one entity: `A_CompanyCode('1010')`. */
  readonly resource: string;
  readonly filter?: string;
  readonly select: readonly string[];
  /** Related entities that come along. Their fields stand in `select` as `to_Customer/CompanyCode`. */
  readonly expand?: readonly string[];
  /** Paging by `$skip` is only stable in a stated order. */
  readonly orderBy?: readonly string[];
  readonly rowsMax?: number;
  /** More pages than this are a mistake of the question; default 20. */
  readonly pagesMax?: number;
  readonly signal?: AbortSignal | undefined;
}

export interface OData {
  /**
   * All rows of an entity set, every page. Reads are repeated when SAP is unavailable. Raises `rejected` and
   * `unavailable` problems.
   */
  readRows(query: ODataQuery): Promise<readonly ODataRow[]>;
  /** The same page by page, for answers that are too long to be held at once. Without `rowsMax`. */
  readPages(query: Omit<ODataQuery, 'rowsMax'>): AsyncIterable<readonly ODataRow[]>;
  /** One entity. */
  readRow(query: ODataQuery): Promise<ODataRow>;
}

/** One document has at most 999 items, so one page holds a document. */
const PAGE_SIZE = 1000;
const PAGES_MAX = 20;

const ATTEMPTS_MAX = 4;
const RETRY_DELAY_MS_MIN = 500;
const RETRY_DELAY_MS_MAX = 8_000;
/** If SAP asks for a longer pause, the caller waits as a job instead of this client. */
const RETRY_AFTER_MS_HONOURED_MAX = 30_000;

export function createOData(input: {
  baseUrl: string;
  session: SapSession;
  clock: Clock;
  randomness: Randomness;
}): OData {
  const { session, clock } = input;

  async function readJson(
    url: string,
    signal?: AbortSignal,
  ): Promise<{ row: ODataRow; realBaseUrl: string | undefined }> {
    for (let attempt = 1; ; attempt += 1) {
      signal?.throwIfAborted();
      try {
        const answer = await session.read({ url });
        return { row: readEnvelope(answer), realBaseUrl: answer.realBaseUrl };
      } catch (error) {
        if (!isProblem(error) || error.kind !== 'unavailable' || attempt >= ATTEMPTS_MAX) throw error;
        const delayMs = delayBefore(attempt, error, input.randomness);
        if (delayMs === null) throw error;
        await clock.sleep(delayMs, signal);
      }
    }
  }

  async function* readPages(query: ODataQuery): AsyncGenerator<readonly ODataRow[]> {
    const pagesMax = query.pagesMax ?? PAGES_MAX;
    let url = addressOf(input.baseUrl, query, { skip: 0 });
    let rowCount = 0;
    let skipped = 0;
    for (let page = 0; page < pagesMax; page += 1) {
      const { row, realBaseUrl } = await readJson(url, query.signal);
      const { rows, next } = rowsOf(row);
      rowCount += rows.length;
      yield rows;
      if (next !== null) url = nextAddress(next, url, realBaseUrl);
      // SAP may cut what was asked for into smaller pages: full is what came since the last `$skip`, not the last page.
      else if (rowCount - skipped >= (query.rowsMax ?? PAGE_SIZE)) {
        skipped = rowCount;
        url = addressOf(input.baseUrl, query, { skip: skipped });
      } else return;
    }
    throw tooManyRows(query, { pagesMax, rowCount });
  }

  return {
    async readRows(query) {
      const rows: ODataRow[] = [];
      for await (const page of readPages(query)) {
        rows.push(...page);
        if (query.rowsMax !== undefined && rows.length >= query.rowsMax) return rows.slice(0, query.rowsMax);
      }
      return rows;
    },
    readPages,
    readRow: async (query) => (await readJson(addressOf(input.baseUrl, query, null), query.signal)).row,
  };
}

function tooManyRows(query: ODataQuery, read: { pagesMax: number; rowCount: number }): SapProblem {
  return new SapProblem({
    code: 'SAP_TOO_MANY_ROWS',
    kind: 'rejected',
    says: `SAP gives more than ${read.pagesMax} pages (${read.rowCount} rows so far) of ${query.resource} for one question.`,
    next: 'Ask for a shorter period where a command takes one; otherwise report this with the log.',
    data: query.resource,
  });
}

/**
 * What SAP asks for and full jitter on top, anything between nothing and a bound that doubles: many who were sent away at
 * once do not come back at once, and "after 0 seconds" is a pause all the same. `null` when SAP wants a longer pause than fits here.
 */
function delayBefore(attempt: number, problem: Problem, randomness: Randomness): number | null {
  const asked = (problem instanceof SapProblem ? problem.retryAfterMs : null) ?? 0;
  if (asked > RETRY_AFTER_MS_HONOURED_MAX) return null;
  const bound = Math.min(RETRY_DELAY_MS_MAX, RETRY_DELAY_MS_MIN * 2 ** (attempt - 1));
  return asked + Math.floor(bound * randomness.fraction());
}

/** The address of the first page, to know its length before it is asked for. */
export function lengthOfAddress(baseUrl: string, query: ODataQuery): number {
  // As it is sent: a quote, which is left alone until then, becomes three characters.
  return new URL(addressOf(baseUrl, query, { skip: 0 })).href.length;
}

function addressOf(baseUrl: string, query: ODataQuery, page: { skip: number } | null): string {
  const options: [string, string][] = [];
  if (query.filter !== undefined) options.push(['$filter', query.filter]);
  options.push(['$select', query.select.join(',')]);
  if (query.expand) options.push(['$expand', query.expand.join(',')]);
  if (query.orderBy) options.push(['$orderby', query.orderBy.join(',')]);
  if (page) options.push(['$top', String(query.rowsMax ?? PAGE_SIZE)]);
  if (page && page.skip > 0) options.push(['$skip', String(page.skip)]);
  options.push(['$format', 'json']);
  const search = options.map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join('&');
  return `${serviceRoot(baseUrl, query.service)}${query.resource}?${search}`;
}

/** A string literal of OData V2: in quotes, a quote in it doubled. The address is percent-encoded as a whole later. */
export function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/**
 * One entity by its key, ready for an address: `A_CompanyCode('1010')`, or with the names where the key has several
 * fields: `A_CustomerCompany(Customer='1',CompanyCode='1010')`.
 */
export function entityOf(set: string, key: Readonly<Record<string, string>>): string {
  const fields = Object.entries(key).map(([name, value]) => [name, encodeURIComponent(literal(value))] as const);
  const text = fields.length === 1 ? (fields[0]?.[1] ?? '') : fields.map((field) => field.join('=')).join(',');
  return `${set}(${text})`;
}

/** What SAP wants back with a change of this entity, so that nobody's work is overwritten; `null` when it gave none. */
export function etagOf(row: ODataRow): string | null {
  const metadata = row.__metadata;
  const etag = isRow(metadata) ? metadata.etag : undefined;
  return typeof etag === 'string' && etag !== '' ? etag : null;
}

/** Followed word for word, but never to another host: our credentials would go with it. */
function nextAddress(next: string, current: string, realBaseUrl: string | undefined): string {
  const url = URL.canParse(next, current) ? new URL(next, current) : null;
  // With a destination SAP writes the real host, which stands nowhere in our addresses.
  if (realBaseUrl !== undefined && url?.href.startsWith(`${realBaseUrl}/`)) {
    return `${new URL(current).origin}${url.href.slice(realBaseUrl.length)}`;
  }
  if (url !== null && url.origin === new URL(current).origin) return url.href;
  throw new SapProblem({
    code: 'SAP_NEXT_PAGE_ELSEWHERE',
    kind: 'rejected',
    says: `SAP names its next page on another host (${url?.host ?? 'unreadable'}), which is not followed.`,
    next: 'Let the proxy before SAP pass the host name on, so that SAP writes addresses of this host.',
    data: url?.host ?? 'unreadable address',
  });
}

function readEnvelope(answer: HttpAnswer): ODataRow {
  const body = parseJsonKeepingNumbers(answer.text);
  if (isRow(body) && isRow(body.d)) return body.d;
  throw new SapProblem({
    code: 'SAP_ANSWER_NOT_ODATA',
    kind: 'unavailable',
    says: `SAP answered HTTP ${answer.status}, but not with OData JSON (${answer.headers['content-type'] ?? 'no content type'}).`,
    next: 'It is tried again. If it lasts, check that baseUrl is the API host and that no gateway changes answers.',
    data: `${answer.text.length} characters`,
  });
}

function rowsOf(envelope: ODataRow): { rows: readonly ODataRow[]; next: string | null } {
  const { results, __next: next } = envelope;
  if (!Array.isArray(results)) throw unexpected('a list of rows', envelope);
  const rows = results.map((row: ODataValue) => {
    if (!isRow(row)) throw unexpected('a row', envelope);
    return row;
  });
  return { rows, next: typeof next === 'string' && next !== '' ? next : null };
}

export function isRow(value: ODataValue | undefined): value is ODataRow {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** `undefined` when the text is not JSON. */
export function parseJsonKeepingNumbers(text: string): ODataValue | undefined {
  // Strings are matched first and kept, so only numbers outside of strings get quotes.
  const quoted = text.replace(/"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g, (token) =>
    token.startsWith('"') ? token : `"${token}"`,
  );
  try {
    return JSON.parse(quoted) as ODataValue;
  } catch {
    return undefined;
  }
}

/** Raises `SAP_FIELD_UNREADABLE` (rejected) when the field is missing, empty or not a text. */
export function textField(row: ODataRow, name: string): string {
  const value = row[name];
  if (typeof value === 'string' && value !== '') return value;
  throw unexpected(`a value in ${name}`, row);
}

/** Blank when SAP leaves the field empty or out. */
export function optionalText(row: ODataRow, name: string): string {
  const value = row[name];
  return typeof value === 'string' ? value : '';
}

/** OData's Edm.Boolean; SAP also writes flags as `X` and blank. */
export function flagField(row: ODataRow, name: string): boolean {
  const value = row[name];
  if (typeof value === 'boolean') return value;
  if (value === 'X' || value === 'true') return true;
  if (value === '' || value === 'false') return false;
  throw unexpected(`yes or no in ${name}`, row);
}

/** `/Date(1731542400000)/` as `YYYY-MM-DD`; SAP means midnight UTC of the day. */
export function dateField(row: ODataRow, name: string): string {
  // The last day of all, 9999-12-31, with which SAP says "without end", has fifteen digits.
  const match = /^\/Date\((-?\d{1,15})(?:[+-]\d{4})?\)\/$/.exec(textField(row, name));
  const day = new Date(Number(match?.[1] ?? Number.NaN));
  if (Number.isNaN(day.getTime())) throw unexpected(`a date in ${name}`, row);
  return day.toISOString().slice(0, 10);
}

export function unexpected(what: string, row: ODataRow): SapProblem {
  return new SapProblem({
    code: 'SAP_FIELD_UNREADABLE',
    kind: 'rejected',
    says: `SAP's answer does not hold ${what}.`,
    next: 'Compare the service’s metadata ($metadata) with the fields this program reads; report the difference.',
    data: JSON.stringify(row).slice(0, 300),
  });
}
