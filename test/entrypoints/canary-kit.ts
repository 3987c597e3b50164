/** Finds a word wherever it got to and however it is written, and a man in the middle who repeats what he is told. */
import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Database } from '../../src/store/index.ts';

/** A text that was found, without the whole of it. */
export interface Finding {
  readonly word: string;
  readonly form: string;
  readonly place: string;
  readonly around: string;
}

/** The word as it may be written: as it is, and within base64 (wherever it begins there) and hexadecimal digits. */
export function formsOf(word: string): ReadonlyMap<string, string> {
  const forms = new Map([['as it is', word.toLowerCase()]]);
  for (let before = 0; before < 3; before += 1) {
    // Only what does not depend on its neighbours.
    const text = Buffer.from(`${'\0'.repeat(before)}${word}`)
      .toString('base64')
      .replace(/=+$/, '');
    const start = before === 0 ? 0 : before + 1;
    forms.set(`base64 ${before}`, text.slice(start, text.length - 2).toLowerCase());
  }
  forms.set('hexadecimal', Buffer.from(word).toString('hex'));
  return forms;
}

export type Search = (place: string, text: string) => Finding[];

/** All words in one go, because a database has many values. */
export function searchFor(words: readonly string[]): Search {
  const forms = words.flatMap((word) => [...formsOf(word)].map(([form, wanted]) => ({ word, form, wanted })));
  const any = new RegExp(forms.map(({ wanted }) => wanted.replace(/[^a-z0-9]/g, '\\$&')).join('|'), 'i');
  return (place, text) => {
    if (!any.test(text)) return [];
    const lower = text.toLowerCase();
    return forms.flatMap(({ word, form, wanted }) => {
      const at = lower.indexOf(wanted);
      return at < 0 ? [] : [{ word, form, place, around: text.slice(Math.max(0, at - 120), at + 60) }];
    });
  };
}

/** Every value of every column of every table, also of the job engine's; bytes also as the text they may be. */
export async function searchDatabase(search: Search, database: Database): Promise<Finding[]> {
  const { rows: columns } = await database.pool.query<{ place: string; name: string }>(
    `select format('%I.%I', table_schema, table_name) as place, quote_ident(column_name) as name
     from information_schema.columns where table_schema not in ('pg_catalog', 'information_schema')`,
  );
  const findings: Finding[] = [];
  for (const { place, name } of columns) {
    const { rows } = await database.pool.query<{ value: string }>(
      `select ${name}::text as value from ${place} where ${name} is not null`,
    );
    for (const { value } of rows) {
      findings.push(...search(`${place}.${name}`, value));
      if (value.startsWith('\\x')) {
        const bytes = Buffer.from(value.slice(2), 'hex').toString('latin1');
        findings.push(...search(`${place}.${name} as text`, bytes));
      }
    }
  }
  return findings;
}

/** How the man in the middle answers instead of whom he stands before. */
export type Mood = 'honest' | keyof typeof ANSWERS;

type Answer = (told: string) => { status: number; headers: Record<string, string>; body: string };

const json = { 'content-type': 'application/json' };
const escaped = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
const errorList = (message: string) =>
  JSON.stringify({
    errors: [{ code: 'InvalidInput', message, details: message }],
    error: 'invalid_client',
    error_description: message,
  });

/** Each repeats the whole request: its line, its headers and its body. */
const ANSWERS = {
  'refused log-on': (told) => ({
    status: 401,
    headers: { ...json, 'www-authenticate': oneLine(told) },
    body: errorList(told),
  }),
  forbidden: (told) => ({ status: 403, headers: json, body: errorList(told) }),
  'bad request': (told) => ({
    status: 400,
    headers: { ...json, 'x-amzn-requestid': oneLine(told) },
    body: errorList(told),
  }),
  'bad request, encoded': (told) => ({
    status: 400,
    headers: json,
    body: errorList(
      [Buffer.from(told).toString('base64'), Buffer.from(told).toString('hex'), encodeURIComponent(told)].join(' '),
    ),
  }),
  'OData error': (told) => ({
    status: 400,
    headers: json,
    body: JSON.stringify({
      error: {
        code: 'F5/201',
        message: { lang: 'en', value: told },
        innererror: { errordetails: [{ code: 'F5/201', message: told, severity: 'error' }] },
      },
    }),
  }),
  'SOAP fault': (told) => ({
    status: 500,
    headers: { 'content-type': 'text/xml' },
    body: `<soap-env:Envelope xmlns:soap-env="http://schemas.xmlsoap.org/soap/envelope/"><soap-env:Body><soap-env:Fault><faultcode>soap-env:Server</faultcode><faultstring>${escaped(told)}</faultstring><detail>${escaped(told)}</detail></soap-env:Fault></soap-env:Body></soap-env:Envelope>`,
  }),
  'error page': (told) => ({
    status: 502,
    headers: { 'content-type': 'text/html', server: 'proxy' },
    body: `<html><title>${escaped(told)}</title><body><h1>Proxy error</h1><pre>${escaped(told)}</pre></body></html>`,
  }),
  redirect: (told) => ({
    status: 302,
    headers: { location: `http://127.0.0.1:9/?told=${encodeURIComponent(told)}` },
    body: '',
  }),
  nonsense: (told) => ({ status: 200, headers: json, body: `{"told": ${JSON.stringify(told)}` }),
  'other JSON': (told) => ({
    status: 200,
    headers: json,
    body: JSON.stringify({ told, [told]: told, access_token: told, payload: { errors: told }, d: { results: told } }),
  }),
} satisfies Record<string, Answer>;

export const MOODS = Object.keys(ANSWERS) as (keyof typeof ANSWERS)[];

function oneLine(text: string): string {
  return text.replace(/[^\x20-\x7e]+/g, ' ').slice(0, 4_000);
}

export interface Middleman {
  readonly url: string;
  mood: Mood;
  /** Whether he lets log-ons through whatever his mood is, so that what comes after is asked at all. */
  letsLogOn: boolean;
  /** How many requests he has repeated. */
  readonly repeated: number;
  /** Tokens that the other side gave out for a while: access tokens, sessions, signed addresses. */
  readonly learned: ReadonlySet<string>;
  close(): Promise<void>;
}

/** Stands before a pretend vendor. */
export async function startMiddleman(target: string): Promise<Middleman> {
  const state = { mood: 'honest' as Mood, letsLogOn: true, repeated: 0, learned: new Set<string>() };
  const server = createServer((asked, answer) => void serve(target, state, asked, answer));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return Object.assign(state, { url, close: () => closeServer(server) });
}

async function serve(
  target: string,
  state: { mood: Mood; letsLogOn: boolean; repeated: number; learned: Set<string> },
  asked: IncomingMessage,
  answer: ServerResponse,
): Promise<void> {
  const body = await bytesOf(asked);
  const isLogOn = /token/.test(asked.url ?? '') || asked.headers['x-csrf-token'] === 'Fetch';
  if (state.mood !== 'honest' && !(isLogOn && state.letsLogOn)) {
    state.repeated += 1;
    const lines = Object.entries(asked.headers).map(([name, value]) => `${name}: ${value}`);
    const told = [`${asked.method} ${asked.url}`, ...lines, '', body.toString('utf8')].join('\n');
    const { status, headers, body: text } = ANSWERS[state.mood](told);
    answer.writeHead(status, headers).end(text);
    return;
  }
  const { status, headers, bytes } = await forward(target, asked, body);
  for (const token of tokensIn(bytes.toString('utf8'), headers)) state.learned.add(token);
  delete headers['transfer-encoding'];
  answer.writeHead(status, headers).end(bytes);
}

function forward(
  target: string,
  asked: IncomingMessage,
  body: Buffer,
): Promise<{ status: number; headers: IncomingMessage['headers']; bytes: Buffer }> {
  return new Promise((resolve, reject) => {
    const { host } = new URL(target);
    const headers = { ...asked.headers, host };
    const sent = request(`${target}${asked.url}`, { method: asked.method, headers }, async (reply) => {
      resolve({ status: reply.statusCode ?? 500, headers: reply.headers, bytes: await bytesOf(reply) });
    });
    sent.on('error', reject).end(body);
  });
}

async function bytesOf(stream: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

const TOKEN_CHARS_MIN = 12;

function tokensIn(text: string, headers: IncomingMessage['headers']): string[] {
  const named = [...text.matchAll(/"(?:access_token|restrictedDataToken)"\s*:\s*"([^"]+)"/g)].map(
    ([, token = '']) => token,
  );
  const signed = [...text.matchAll(/[?&]X-Amz-(?:Signature|Security-Token)=([^&"\s]+)/gi)].map(
    ([, token = '']) => token,
  );
  const session = [headers['x-csrf-token'], ...(headers['set-cookie'] ?? []).map((line) => line.split(/[=;]/)[1])];
  return [...named, ...signed, ...session].filter(
    (token): token is string => typeof token === 'string' && token.length >= TOKEN_CHARS_MIN,
  );
}

function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
