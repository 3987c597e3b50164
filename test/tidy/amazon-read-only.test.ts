/** src/amazon changes nothing at Amazon but by asking for reports: proven from the source, so that it stays so. */
import { describe, expect, it } from 'vitest';
import { codeOf, listFiles, type SourceFile } from './source-files.ts';

const HTTP_FILE = 'src/amazon/http.ts';
const LOGIN_FILE = 'src/amazon/lwa-tokens.ts';
const CLIENT_FILE = 'src/amazon/sp-api-client.ts';

const PORT_FILES = ['src/app/amazon-feeds.ts', 'src/app/amazon-reports.ts', 'src/app/ports.ts'];
/** Who may ask for what is not a GET: the reports on request, and the doctor's view of the client. */
const MAY_POST = /^src\/amazon\/(requested-reports\/|ping\.ts$)/;

/** What Amazon offers for changing things, and what it is about to remove: none of it may be named in code. */
const BANNED_WORDS = ['initiatePayout', '/applications/', 'cancelReport', '/schedules', '/orders/v0', '/finances/v0'];

const files = listFiles('src/amazon', ['.ts']).filter((file) => !file.path.endsWith('.test.ts'));
const codeIn = (path: string) => codeOf(files.find((file) => file.path === path)!.text);

/** Sentences about ways to send something other than a GET, the login form, or JSON to one of the two addresses. */
function violationsOf(sources: readonly SourceFile[]): string[] {
  return sources.flatMap(({ path, text }) => {
    const code = codeOf(text);
    const found: string[] = [];
    const isHttp = path === HTTP_FILE;
    if (/(['"`])(PUT|PATCH|DELETE|HEAD|OPTIONS|TRACE|CONNECT)\1/i.test(code))
      found.push(`${path} names another method`);
    if (!isHttp && /(['"`])POST\1/i.test(code)) found.push(`${path} names the method POST`);
    const opensConnections =
      /from\s*['"](undici|node:https?|https?|node:net|node:tls|node:http2|axios|got)(\/[^'"]*)?['"]|import\s*\(|\brequire\s*\(|\bfetch\s*\(|\bWebSocket\b/;
    if (!isHttp && opensConnections.test(code)) found.push(`${path} opens connections by itself`);
    if (path !== LOGIN_FILE && !isHttp && /\bpostForm\b/.test(code)) found.push(`${path} sends a form`);
    if (path !== CLIENT_FILE && !isHttp && /\bpostJson\b/.test(code)) found.push(`${path} sends JSON`);
    if (!MAY_POST.test(path) && /\.post\b/.test(code)) found.push(`${path} asks for something that is not a GET`);
    for (const word of BANNED_WORDS) if (code.includes(word)) found.push(`${path} names ${word}`);
    return found;
  });
}

/** The names of the members of each interface of a file, in order. */
function membersOf(text: string): Readonly<Record<string, readonly string[]>> {
  const found: Record<string, string[]> = {};
  for (const [, name = '', body = ''] of codeOf(text).matchAll(/^export interface (\w+)[^{]*\{([\s\S]*?)\n\}/gm)) {
    found[name] = [...body.matchAll(/^ {2}(?:readonly )?(\w+)\??[(:<]/gm)].map((match) => match[1] ?? '');
  }
  return found;
}

const isWriteLike = (name: string) =>
  /^(add|cancel|change|create|delete|initiate|make|patch|post|put|remove|send|set|submit|update|upload|write)(?![a-z])/.test(
    name,
  );

describe('src/amazon', () => {
  it('sends nothing but GET, one form to Login with Amazon, and JSON from the client alone', () => {
    const paths = files.map((file) => file.path);
    expect(paths).toEqual(expect.arrayContaining([HTTP_FILE, LOGIN_FILE, CLIENT_FILE]));
    expect(files.length).toBeGreaterThan(25);
    expect(violationsOf(files)).toEqual([]);
  });

  it('has one place that opens connections, and it offers no choice of a method', () => {
    const code = codeIn(HTTP_FILE);
    const methods = [...code.matchAll(/method:\s*'(\w+)'\s*[,}]/g)].map((match) => match[1]);
    expect(methods.sort()).toEqual(['GET', 'GET', 'POST', 'POST']);
    expect(code).toMatch(/readonly method: 'GET' \| 'POST';/);
    expect([...code.matchAll(/['"`]POST['"`]/g)]).toHaveLength(3);
    const offered = /export class HttpClient \{([\s\S]*?)\n\}/.exec(code)?.[1] ?? '';
    const members = [...offered.matchAll(/^ {2}(?:async )?(\w+)\(/gm)].map((match) => match[1]);
    expect(members).toEqual(['constructor', 'get', 'postForm', 'postJson', 'open', 'close']);
    for (const member of ['postForm', 'postJson'])
      expect(code).toMatch(new RegExp(`  ${member}\\([^]*?method: 'POST'[^]*?\\n  \\}`));
  });

  it('sends the form to the address of Login with Amazon and to no other', () => {
    const calls = [...codeIn(LOGIN_FILE).matchAll(/postForm\(\s*([^,]+),/g)].map((match) => match[1]);
    expect(calls).toEqual(['new URL(settings.lwaUrl)']);
  });

  it('sends JSON to two addresses and to no other: one makes a report, one issues a token', () => {
    const code = codeIn(CLIENT_FILE);
    const table = /const POST_PATHS[^=]*= \{([^}]*)\}/.exec(code)?.[1] ?? '';
    const paths = [...table.matchAll(/(\w+): '([^']*)'/g)].map((match) => [match[1], match[2]]);
    expect(paths).toEqual([
      ['createReport', '/reports/2021-06-30/reports'],
      ['createRestrictedDataToken', '/tokens/2021-03-01/restrictedDataToken'],
    ]);
    expect(table.replace(/\w+: '[^']*',?/g, '').trim()).toBe('');
    const calls = [...code.matchAll(/postJson\(\s*([^,]+),/g)].map((match) => match[1]);
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the text of the source is compared.
    expect(calls).toEqual(['new URL(`${endpoint}${POST_PATHS[operation]}`)']);
    expect([...code.matchAll(/\bPOST_PATHS\b/g)]).toHaveLength(2);
  });

  it('offers its callers one way to write: to ask for a report', () => {
    const feeds = Object.assign(
      {},
      ...listFiles('src/app', ['.ts'])
        .filter(({ path }) => PORT_FILES.includes(path))
        .map(({ text }) => membersOf(text)),
    ) as Record<string, readonly string[]>;
    const ports = {
      SettlementReports: ['list', 'download'],
      SellerMarketplaces: ['list'],
      OrdersFeed: ['search', 'costOf', 'get'],
      FinancesFeed: ['events', 'summaryOfSettlement', 'balances'],
      PayoutsFeed: ['list'],
      RequestedReports: ['create', 'find', 'state', 'wait', 'download'],
      ReportReaders: ['orders', 'reimbursements', 'vatLines'],
    };
    for (const [name, members] of Object.entries(ports)) expect({ [name]: feeds[name] }).toEqual({ [name]: members });
    expect(feeds.AmazonFeeds).toEqual(['marketplaces', 'orders', 'finances', 'payouts', 'requested', 'readers']);
    const writing = Object.entries(ports).flatMap(([name, members]) =>
      members.filter(isWriteLike).map((member) => `${name}.${member}`),
    );
    expect(writing).toEqual(['RequestedReports.create']);
    const whole = membersOf(files.find(({ path }) => path === 'src/amazon/create-amazon.ts')!.text).Amazon;
    expect(whole).toEqual(['reports', 'feeds', 'ping', 'tryOut', 'doctor', 'close']);
  });

  it.each([
    ["http.request({ method: 'DELETE' })"],
    ['await send("PUT")'],
    ["const verb = 'post';"],
    ["import { request } from 'undici';"],
    ["import http from 'node:http';"],
    ["const { request } = await import('undici');"],
    ["await fetch('https://sellingpartnerapi-eu.amazon.com', options)"],
    ['await this.#http.postForm(url, form, {}, limits)'],
    ['await this.#http.postJson(url, body, {}, limits)'],
    ['const post = http.postJson;'],
    ["await api.post({ operation: 'initiatePayout', body })"],
    ["const path = '/applications/2023-11-30/clientSecret';"],
    ["const path = '/orders/v0/orders';"],
    ["await api.post({ operation: 'createReport', body })"],
    ["const path = '/finances/v0/financialEventGroups';"],
    ["const path = '/reports/2021-06-30/schedules';"],
    ['client.cancelReport(id)'],
  ])('control: a planted %s is found', (text) => {
    expect(violationsOf([{ path: 'src/amazon/planted.ts', text }])).not.toEqual([]);
  });

  it('control: prose about methods is not taken for code, and a member called method is no request', () => {
    expect(violationsOf([{ path: 'src/amazon/prose.ts', text: "// never 'DELETE', never fetch(\n" }])).toEqual([]);
    const restricted = "const body = { restrictedResources: [{ method: 'GET', path }] };";
    expect(violationsOf([{ path: 'src/amazon/restricted.ts', text: restricted }])).toEqual([]);
  });

  it('control: a member of a port that writes is found', () => {
    const planted =
      'export interface PayoutsFeed {\n  list(window: TimeWindow): Page;\n  initiate(amount: Money): void;\n}\n';
    expect(membersOf(planted).PayoutsFeed).toEqual(['list', 'initiate']);
    expect(['initiate', 'create', 'sendInvoice', 'updateStatus'].every(isWriteLike)).toBe(true);
    expect(['list', 'find', 'download', 'balances', 'settlements'].filter(isWriteLike)).toEqual([]);
  });
});
