/** What the tests of the SAP adapter share: a scripted SAP on a real socket, an example entry, and a ledger wired to both. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach } from 'vitest';
import type { z } from 'zod';
import type { EntryMessage } from '../../src/app/index.ts';
import {
  type Clock,
  type CurrencyCode,
  type LocalDate,
  type Log,
  money,
  type Randomness,
  uuidFromName,
} from '../../src/core/index.ts';
import type { CompanyCode, GlAccount, JournalEntry, JournalLine, PostingKey } from '../../src/ledger/index.ts';
import { openSapAccess } from '../../src/sap/access.ts';
import {
  createSap,
  type FindDestination,
  type Sap,
  type SapSecrets,
  type SapSystems,
  sapSettingsSchema,
} from '../../src/sap/index.ts';

export interface Received {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

export interface Reply {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string | string[]>>;
  readonly body?: string;
  /** `destroy` closes the socket without a byte; `truncate` promises all of the body and closes after half; `hang` never answers. */
  readonly delivery?: 'destroy' | 'truncate' | 'hang';
}

type Answer = (request: Received) => Reply | Promise<Reply>;

/** What the pretend SAP answers; each part can be replaced by a test. */
export interface Script {
  token: Answer;
  csrf: Answer;
  post: Answer;
  read: Answer;
}

const running: { close(): Promise<void> }[] = [];

afterEach(async () => {
  for (const one of running.splice(0)) await one.close();
});

const JSON_TYPE = { 'content-type': 'application/json' };

/** A SAP that gives tokens and books everything. */
export const friendly: Script = {
  token: () => ({
    headers: JSON_TYPE,
    body: '{"access_token":"token-1-abcdef","token_type":"bearer","expires_in":3600}',
  }),
  csrf: () => ({
    headers: {
      'x-csrf-token': 'csrf-token-1==',
      'set-cookie': [
        'SAP_SESSIONID_XYZ_100=abc%3d; path=/; secure; HttpOnly',
        'sap-usercontext=sap-client=100; path=/',
      ],
    },
  }),
  post: (request) => ({ headers: { 'content-type': 'text/xml' }, body: confirmationOf(request.body) }),
  read: () => ({ headers: JSON_TYPE, body: '{"d":{"results":[]}}' }),
};

export class SapStandIn {
  readonly received: Received[] = [];
  readonly url: string;
  /** How many connections came about. */
  connectionCount = 0;
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  static async start(script: Partial<Script> = {}): Promise<SapStandIn> {
    const whole = { ...friendly, ...script };
    let standIn: SapStandIn | undefined;
    const server = createServer((request, response) => {
      void standIn?.answer(whole, request, response);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const started = new SapStandIn(server);
    standIn = started;
    server.on('connection', () => {
      started.connectionCount += 1;
    });
    running.push(started);
    return started;
  }

  /** What arrived for one purpose. */
  of(purpose: keyof Script): Received[] {
    return this.received.filter((request) => purposeOf(request) === purpose);
  }

  async answer(script: Script, request: IncomingMessage, response: ServerResponse): Promise<void> {
    let body = '';
    for await (const chunk of request) body += String(chunk);
    const received = { method: request.method ?? '', url: request.url ?? '', headers: request.headers, body };
    this.received.push(received);
    const reply = await script[purposeOf(received)](received);
    if (reply.delivery === 'hang') return;
    if (reply.delivery === 'destroy') {
      request.socket.destroy();
      return;
    }
    const text = reply.body ?? '';
    response.writeHead(reply.status ?? 200, { ...reply.headers, 'content-length': String(Buffer.byteLength(text)) });
    if (reply.delivery !== 'truncate') {
      response.end(text);
      return;
    }
    response.write(text.slice(0, Math.floor(text.length / 2)), () => request.socket.destroy());
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }
}

function purposeOf({ method, url, headers }: Received): keyof Script {
  if (url.startsWith('/token')) return 'token';
  if (headers['x-csrf-token']?.toString().toLowerCase() === 'fetch') return 'csrf';
  return method === 'POST' || method === 'PATCH' ? 'post' : 'read';
}

const idsOf = (request: string): string[] => [...request.matchAll(/<ID>([^<]+)<\/ID>/g)].map((match) => match[1] ?? '');

/** SAP's answer to a message: posted, unless told otherwise. */
export function confirmationOf(
  request: string,
  change: {
    document?: string;
    companyCode?: string;
    year?: string;
    severity?: string;
    items?: string;
    entryId?: string;
  } = {},
): string {
  const [bulkId = '', entryId = ''] = idsOf(request);
  const { document = '0100000042', companyCode = '1010', year = '2026', severity = '1' } = change;
  const items =
    change.items ??
    '<Item><TypeID>605(RW)</TypeID><SeverityCode>1</SeverityCode><Note>Document posted successfully</Note></Item>';
  return (
    '<soap-env:Envelope xmlns:soap-env="http://schemas.xmlsoap.org/soap/envelope/"><soap-env:Header/><soap-env:Body>' +
    '<n0:JournalEntryBulkCreateConfirmation xmlns:n0="http://sap.com/xi/SAPSCORE/SFIN">' +
    `<MessageHeader><ReferenceID>${bulkId}</ReferenceID></MessageHeader><JournalEntryCreateConfirmation>` +
    `<MessageHeader><ReferenceID>${change.entryId ?? entryId}</ReferenceID></MessageHeader>` +
    `<JournalEntryCreateConfirmation><AccountingDocument>${document}</AccountingDocument>` +
    `<CompanyCode>${companyCode}</CompanyCode><FiscalYear>${year}</FiscalYear></JournalEntryCreateConfirmation>` +
    `<Log><MaximumLogItemSeverityCode>${severity}</MaximumLogItemSeverityCode>${items}</Log>` +
    '</JournalEntryCreateConfirmation><Log/></n0:JournalEntryBulkCreateConfirmation></soap-env:Body></soap-env:Envelope>'
  );
}

/** Time passes when a test says so, or at once when somebody sleeps. */
export class TestClock implements Clock {
  ms = Date.parse('2026-11-23T07:00:00Z');
  readonly slept: number[] = [];

  nowMs(): number {
    return this.ms;
  }

  async sleep(ms: number): Promise<void> {
    this.slept.push(ms);
    this.ms += ms;
  }
}

export const halfway: Randomness = { bytes: (count) => new Uint8Array(count), fraction: () => 0.5 };

export type LoggedRequest = NonNullable<Parameters<Log['write']>[2]>;

function logInto(logged: string[], requests: LoggedRequest[]): Log {
  return {
    write(...line) {
      logged.push(JSON.stringify(line));
      const [, event, facts] = line;
      if (event === 'sap.request' && facts) requests.push(facts);
    },
  };
}

export interface Wired {
  readonly client: Sap;
  readonly ledger: Sap['ledger'];
  readonly clock: TestClock;
  /** What the log says of each request. */
  readonly requests: LoggedRequest[];
  readonly logged: string[];
}

type RawSettings = Partial<z.input<typeof sapSettingsSchema>>;

interface Opening {
  readonly settings?: RawSettings;
  readonly secrets?: SapSecrets;
  /** Shared with other connections; otherwise the access is its own. */
  readonly systems?: SapSystems;
  readonly findDestination?: FindDestination;
}

/** The shared way into that SAP, for what is built on it. */
export function accessFor(url: string, { settings, secrets, systems, findDestination }: Opening = {}) {
  const clock = new TestClock();
  const logged: string[] = [];
  const requests: LoggedRequest[] = [];
  const input = {
    settings: settingsFor(url, settings),
    secrets: secrets ?? { password: 'password-canary' },
    clock,
    randomness: halfway,
    log: logInto(logged, requests),
    findDestination,
  };
  const access = systems ? systems.open(input) : openSapAccess(input);
  running.unshift(access);
  return { access, clock, requests, logged };
}

function settingsFor(url: string, settings: RawSettings = {}) {
  const path = '/sap/bc/srt/scs_ext/sap/journalentrycreaterequestconfi';
  return sapSettingsSchema.parse({
    // Where a destination knows the host, the path is all there is to say.
    ...(settings.authentication?.type === 'destination'
      ? { journalEntryUrl: path }
      : { baseUrl: url, journalEntryUrl: `${url}${path}` }),
    authentication: { type: 'basic', user: 'AMZ_POST' },
    createdByUser: 'AMZ_POST',
    ...settings,
  });
}

/** A ledger that talks to that address, logged on by user and password unless the settings say otherwise. */
export function ledgerFor(
  url: string,
  change: Opening &
    Partial<Pick<Parameters<typeof createSap>[0], 'fiscalYearOf' | 'taxDirectionOf' | 'onExchange'>> = {},
): Wired {
  const { settings, secrets, systems, findDestination, ...rules } = change;
  const clock = new TestClock();
  const logged: string[] = [];
  const requests: LoggedRequest[] = [];
  const client = createSap({
    settings: settingsFor(url, settings),
    secrets: secrets ?? { password: 'password-canary' },
    clock,
    randomness: halfway,
    log: logInto(logged, requests),
    ...(systems && { systems }),
    findDestination,
    ...rules,
  });
  running.unshift(client);
  return { client, ledger: client.ledger, clock, requests, logged };
}

export const OAUTH = {
  settings: (url: string) => ({
    authentication: { type: 'oauth2' as const, tokenUrl: `${url}/token`, clientId: 'sb-client!b1|x' },
  }),
  secrets: { clientSecret: 'client-secret-canary' },
};

const EUR = 'EUR' as CurrencyCode;

export function line(change: Partial<JournalLine> & { minor?: bigint } = {}): JournalLine {
  const { minor = 119000n, ...rest } = change;
  return {
    kind: 'payout',
    glAccount: '11001000' as GlAccount,
    costCenter: null,
    profitCenter: null,
    taxCode: null,
    tax: null,
    amount: money(EUR, minor),
    text: 'Amazon clearing DE',
    buckets: [],
    ...rest,
  };
}

/** A settlement in small: clearing 1190, revenue with 19 % included, a fee, and a line without an amount. */
export function exampleEntry(change: Partial<JournalEntry> = {}): JournalEntry {
  return {
    postingKey: 'AMZABCDEFGHIJKLM' as PostingKey,
    companyCode: '1010' as CompanyCode,
    documentType: 'SA',
    documentDate: '2026-11-14' as LocalDate,
    postingDate: '2026-11-14' as LocalDate,
    currency: EUR,
    headerText: 'AMZ settlement 1-14.11.26',
    headerReference: '11223344556',
    part: 1,
    partCount: 1,
    lines: [
      line({ minor: 107100n }),
      line({
        minor: -119000n,
        glAccount: '41000000' as GlAccount,
        profitCenter: 'YB101',
        taxCode: 'A1',
        tax: { taxCode: 'A1', base: money(EUR, -100000n), amount: money(EUR, -19000n) },
        text: 'Amazon product sales',
      }),
      line({ minor: 11900n, glAccount: '65001100' as GlAccount, costCenter: '10101101', text: 'Amazon referral fees' }),
      line({ minor: 0n, text: 'Amazon nothing' }),
    ],
    ...change,
  };
}

export function exampleMessage(change: Partial<JournalEntry> = {}): EntryMessage {
  const entry = exampleEntry(change);
  return {
    entry,
    messageId: entry.postingKey,
    messageUuid: uuidFromName(`message ${entry.postingKey}`),
    entryMessageUuid: uuidFromName(`entry ${entry.postingKey}`),
    createdAt: '2026-11-23T07:00:00.000Z',
  };
}

/** An entry without a tax code, so that no tax direction is needed. */
export function plainMessage(key = 'AMZABCDEFGHIJKLM'): EntryMessage {
  return exampleMessage({
    postingKey: key as PostingKey,
    lines: [line({ minor: 100n }), line({ minor: -100n, glAccount: '41000000' as GlAccount })],
  });
}
