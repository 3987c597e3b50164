import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { SimResponse } from '../../sim/http-shell.ts';
import {
  type Fault,
  type FaultKind,
  journalEntryPath,
  odataPrefix,
  type PretendSapOptions,
  type RunningPretendSap,
  startPretendSap,
  tokenPath,
  viewLedger,
} from '../../sim/sap/index.ts';
import {
  basic,
  call,
  createWorld,
  entryXml,
  masterData,
  post,
  readConfirmation,
  soapHeaders,
  startMs,
} from './sim-sap-kit.ts';

const openServers: RunningPretendSap[] = [];
const folders: string[] = [];

afterEach(async () => {
  for (const server of openServers.splice(0)) await server.close();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

async function start(options: Partial<PretendSapOptions> = {}): Promise<RunningPretendSap> {
  const server = await startPretendSap({ ...masterData, csrfOnSoap: false, nowMs: () => startMs, ...options });
  openServers.push(server);
  return server;
}

async function stop(server: RunningPretendSap): Promise<void> {
  openServers.splice(openServers.indexOf(server), 1);
  await server.close();
}

function createFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'pretend-sap-'));
  folders.push(folder);
  return folder;
}

/** Posts over the network; `lost` when the connection broke before a whole answer had come. */
async function send(server: RunningPretendSap, xml = entryXml()): Promise<{ status: number; body: string } | 'lost'> {
  try {
    const headers = { ...soapHeaders, authorization: basic };
    const response = await fetch(server.url + journalEntryPath, { method: 'POST', headers, body: xml });
    return { status: response.status, body: await response.text() };
  } catch {
    return 'lost';
  }
}

async function control(
  server: RunningPretendSap,
  method: string,
  path: string,
  body?: object,
): Promise<{ status: number; json: Record<string, unknown> }> {
  const init = body === undefined ? { method } : { method, body: JSON.stringify(body) };
  const response = await fetch(`${server.url}/_sim/${path}`, init);
  return { status: response.status, json: (await response.json()) as Record<string, unknown> };
}

/** What one fault does to one post, and to the post after it. */
function tryFault(fault: Fault): { first: SimResponse; second: SimResponse; bookedByFirst: number } {
  const world = createWorld({}, [fault]);
  const first = post(world, entryXml());
  const bookedByFirst = world.documents.length;
  return { first, second: post(world, entryXml()), bookedByFirst };
}

describe('a planned fault', () => {
  it.each<[FaultKind, number, boolean]>([
    ['dropRequest', 0, false],
    ['dropReply', 1, false],
    ['delayReply', 1, true],
    ['truncateReply', 1, false],
    ['cutReply', 1, false],
    ['soapFault', 0, false],
    ['soapFaultAfterBooking', 1, false],
    ['throttle', 0, false],
    ['maintenance', 0, false],
    ['csrfRequired', 0, false],
    ['sessionLost', 0, false],
    ['tokenExpired', 0, false],
    ['periodClosed', 0, false],
    ['locked', 0, false],
  ])('%s books %i documents, and the next request is served again', (kind, booked, answered) => {
    const { first, second, bookedByFirst } = tryFault({ kind });
    expect(bookedByFirst).toBe(booked);
    const arrives = first.delivery === undefined || first.delivery.kind === 'delay';
    const body = String(first.body);
    const isConfirmed = arrives && first.status === 200 && body.endsWith('Envelope>') && body.includes('605(RW)');
    expect(isConfirmed).toBe(answered);
    expect([second.status, second.delivery]).toEqual([200, undefined]);
    expect(readConfirmation(second).maximumSeverity).toBe('1');
  });

  it('control: without a fault the first request is booked and answered', () => {
    const world = createWorld();
    expect(readConfirmation(post(world, entryXml())).log[0]).toMatch(/^605/);
    expect(world.documents).toHaveLength(1);
  });

  it('answers as the real one does: status, headers, reasons', () => {
    expect(tryFault({ kind: 'throttle', retryAfterS: 7 }).first).toMatchObject({
      status: 429,
      headers: { 'retry-after': '7' },
    });
    expect(tryFault({ kind: 'maintenance' }).first).toMatchObject({
      status: 503,
      headers: { 'content-type': 'text/html; charset=utf-8' },
    });
    expect(tryFault({ kind: 'maintenance', status: 200 }).first.status).toBe(200);
    expect(tryFault({ kind: 'csrfRequired' }).first).toMatchObject({
      status: 403,
      headers: { 'x-csrf-token': 'Required' },
    });
    expect(tryFault({ kind: 'soapFault' }).first.body).toContain('<faultcode>soap-env:Server</faultcode>');
    expect(readConfirmation(tryFault({ kind: 'periodClosed' }).first).log).toContain(
      '201(F5): Posting period 011 2026 is not open',
    );
    expect(readConfirmation(tryFault({ kind: 'locked' }).first).log[1]).toMatch(/^601\(MC\): /);
  });

  it('hits only the kind of request it is for, and as often as it says', () => {
    const world = createWorld({}, [
      { kind: 'throttle', on: 'odata', times: 2 },
      { kind: 'throttle', on: 'token' },
      { kind: 'maintenance', on: 'csrf' },
    ]);
    const root = `${odataPrefix}API_COMPANYCODE_SRV/`;
    const fetchHeaders = { 'x-csrf-token': 'Fetch' };
    expect(post(world, entryXml()).status).toBe(200);
    expect([1, 2, 3].map(() => call(world, 'GET', root).status)).toEqual([429, 429, 200]);
    expect([1, 2].map(() => call(world, 'HEAD', root, { headers: fetchHeaders }).status)).toEqual([503, 200]);
    expect([1, 2].map(() => call(world, 'POST', tokenPath).status)).toEqual([429, 400]);
  });

  it('waits for a request that would have been served: a refused one does not use it up', () => {
    const world = createWorld({ csrfOnSoap: true }, [{ kind: 'dropReply' }]);
    expect(post(world, entryXml()).status).toBe(403);
    expect(world.faults.pending).toHaveLength(1);
  });

  it('with a probability falls the same way for the same seed, and otherwise for another', () => {
    const fallsOf = (seed: string): string =>
      Array.from({ length: 64 }, () => undefined).reduce<{ world: ReturnType<typeof createWorld>; text: string }>(
        ({ world, text }) => ({ world, text: text + (post(world, entryXml()).status === 200 ? '.' : 'x') }),
        { world: createWorld({ seed }, [{ kind: 'throttle', probability: 0.3 }]), text: '' },
      ).text;
    expect(fallsOf('a')).toBe(fallsOf('a'));
    expect(fallsOf('a')).not.toBe(fallsOf('b'));
    const hits = fallsOf('a').replaceAll('.', '').length;
    expect(hits).toBeGreaterThan(8);
    expect(hits).toBeLessThan(32);
  });
});

describe('the server', () => {
  it('breaks the connection where the plan says so, and has booked what it says', async () => {
    const server = await start({ faults: [{ kind: 'dropRequest' }, { kind: 'dropReply' }, { kind: 'cutReply' }] });
    expect([await send(server), server.world.documents.length]).toEqual(['lost', 0]);
    expect([await send(server), server.world.documents.length]).toEqual(['lost', 1]);
    expect([await send(server), server.world.documents.length]).toEqual(['lost', 2]);
    expect(await send(server)).toMatchObject({ status: 200 });
  });

  it('sends a cut answer as complete HTTP when the plan says "truncate"', async () => {
    const server = await start({ faults: [{ kind: 'truncateReply' }] });
    const answer = await send(server);
    expect(answer).toMatchObject({ status: 200 });
    expect((answer as { body: string }).body).toMatch(/^<soap-env:Envelope/);
    expect((answer as { body: string }).body).not.toMatch(/Envelope>$/);
  });

  it('closes at once even while an answer is delayed', async () => {
    const server = await start({ faults: [{ kind: 'delayReply', delayMs: 60_000 }] });
    const waiting = send(server);
    while (server.world.documents.length === 0) await new Promise((resolve) => setImmediate(resolve));
    await stop(server);
    expect(await waiting).toBe('lost');
  });

  it('takes faults and periods at run time, and shows the ledger', async () => {
    const server = await start();
    expect(await control(server, 'POST', 'faults', { faults: [{ kind: 'throttle', times: 2 }] })).toMatchObject({
      status: 200,
      json: { faults: [{ kind: 'throttle', times: 2 }] },
    });
    expect(await send(server)).toMatchObject({ status: 429 });
    expect((await control(server, 'GET', 'faults')).json).toEqual({ faults: [{ kind: 'throttle', times: 1 }] });
    await control(server, 'DELETE', 'faults');
    const november = { companyCode: '1010', fiscalYear: '2026', period: '011' };
    await control(server, 'POST', 'periods', { ...november, open: false });
    expect(await send(server)).toMatchObject({ body: expect.stringContaining('201(F5)') });
    await control(server, 'POST', 'periods', { ...november, open: true });
    expect(await send(server)).toMatchObject({ body: expect.stringContaining('605(RW)') });
    const { documents } = (await control(server, 'GET', 'ledger')).json as { documents: unknown[] };
    expect(documents).toEqual([
      expect.objectContaining({
        accountingDocument: '0100000000',
        documentReferenceId: 'AMZ-1',
        totals: [{ currency: 'EUR', debit: '119.00', credit: '119.00' }],
      }),
    ]);
    expect((await control(server, 'GET', 'ledger/balances')).json).toEqual({
      balances: [
        { companyCode: '1010', glAccount: '0011001000', currency: 'EUR', balance: '119.00' },
        { companyCode: '1010', glAccount: '0041000000', currency: 'EUR', balance: '-119.00' },
      ],
    });
  });

  it.each<[string, string, object]>([
    ['POST', 'faults', { faults: [{ kind: 'explode' }] }],
    ['POST', 'faults', { faults: [{ kind: 'throttle', probability: 2 }] }],
    ['POST', 'faults', { faults: [{ kind: 'throttle', times: 0 }] }],
    ['POST', 'faults', { kind: 'throttle' }],
    ['POST', 'periods', { companyCode: '9999', fiscalYear: '2026', period: '011', open: false }],
    ['POST', 'periods', { companyCode: '1010', fiscalYear: '2026', period: '17', open: false }],
  ])('answers 400 to %s %s %j and plans nothing', async (method, path, body) => {
    const server = await start();
    const { status, json } = await control(server, method, path, body);
    expect([status, typeof json.error]).toEqual([400, 'string']);
    expect(server.world.faults.pending).toEqual([]);
    expect(server.world.closedPeriods.size).toBe(0);
  });

  it('gives its control only to this machine: a foreign host name is refused', async () => {
    const server = await start();
    const statusFor = (host: string) =>
      new Promise<number>((resolve, reject) => {
        const outgoing = httpRequest(`${server.url}/_sim/ledger`, { headers: { host } }, (incoming) => {
          incoming.resume();
          resolve(incoming.statusCode ?? 0);
        });
        outgoing.on('error', reject);
        outgoing.end();
      });
    expect(await statusFor('evil.example')).toBe(403);
    expect(await statusFor('localhost:1')).toBe(200);
  });
});

describe('a ledger on disk', () => {
  it('survives the server, and numbering goes on where it stopped', async () => {
    const statePath = join(createFolder(), 'new', 'ledger.jsonl');
    const first = await start({ statePath });
    await send(first, entryXml({ reference: 'ONE' }));
    await send(first, entryXml({ reference: 'TWO' }));
    await send(first, entryXml({ reverses: '010000000010102026', date: '2026-11-23' }));
    const before = viewLedger(first.world);
    expect(before).toHaveLength(3);
    await stop(first);
    const second = await start({ statePath });
    expect(viewLedger(second.world)).toEqual(before);
    expect((await send(second, entryXml({ reference: 'THREE' }))) as object).toMatchObject({
      body: expect.stringContaining('<AccountingDocument>0100000003</AccountingDocument>'),
    });
    expect(await send(second, entryXml({ reverses: '010000000010102026' }))).toMatchObject({
      body: expect.stringContaining('Document was already reversed'),
    });
  });

  it('is written before the answer leaves: a lost reply is in it', async () => {
    const statePath = join(createFolder(), 'ledger.jsonl');
    const server = await start({ statePath, faults: [{ kind: 'dropReply' }] });
    expect(await send(server)).toBe('lost');
    const lines = readFileSync(statePath, 'utf8').trim().split('\n');
    expect(lines.map((line) => (JSON.parse(line) as { kind: string }).kind)).toEqual(['started', 'booked']);
  });

  it('control: without a path it ends with the server', async () => {
    const first = await start();
    await send(first);
    await stop(first);
    expect((await start()).world.documents).toEqual([]);
  });

  it('drops a torn last line, which was never answered, and books on', async () => {
    const statePath = join(createFolder(), 'ledger.jsonl');
    const first = await start({ statePath });
    await send(first);
    await stop(first);
    appendFileSync(statePath, '{"kind":"booked","document":{"companyC');
    const second = await start({ statePath });
    expect(second.world.documents).toHaveLength(1);
    await send(second);
    await stop(second);
    expect((await start({ statePath })).world.documents).toHaveLength(2);
  });

  it('damaged before its end stops the start and names the line', async () => {
    const statePath = join(createFolder(), 'ledger.jsonl');
    writeFileSync(statePath, '{"kind":"started"}\nnot json\n{"kind":"started"}\n');
    await expect(start({ statePath })).rejects.toThrow(/ledger\.jsonl:2: .*damaged/);
  });

  it('forgets sessions and tokens with the server, so that old ones are refused', async () => {
    const statePath = join(createFolder(), 'ledger.jsonl');
    const logOn = async (server: RunningPretendSap) => {
      const headers = { authorization: basic, 'x-csrf-token': 'Fetch' };
      const response = await fetch(`${server.url}${odataPrefix}API_COMPANYCODE_SRV/`, { headers });
      const cookie = response.headers
        .getSetCookie()
        .map((each) => each.split(';')[0])
        .join('; ');
      return { authorization: basic, 'x-csrf-token': response.headers.get('x-csrf-token') ?? '', cookie };
    };
    const write = async (server: RunningPretendSap, headers: Record<string, string>) => {
      const init = { method: 'POST', headers: { ...soapHeaders, ...headers }, body: entryXml() };
      return (await fetch(server.url + journalEntryPath, init)).status;
    };
    const first = await start({ statePath, csrfOnSoap: true });
    const old = await logOn(first);
    expect(await write(first, old)).toBe(200);
    await stop(first);
    const second = await start({ statePath, csrfOnSoap: true });
    const fresh = await logOn(second);
    expect(fresh['x-csrf-token']).not.toBe(old['x-csrf-token']);
    expect([await write(second, old), await write(second, fresh)]).toEqual([403, 200]);
  });
});

describe('the world', () => {
  it('gives the same bytes for the same seed, clock and requests', () => {
    const run = (seed: string): string => {
      const world = createWorld({ seed });
      const answers = [post(world, entryXml()), post(world, '<broken'), call(world, 'GET', `${odataPrefix}X/`)];
      return JSON.stringify(answers);
    };
    expect(run('one')).toBe(run('one'));
    expect(run('one')).not.toBe(run('two'));
  });

  it('refuses master data that contradicts itself', () => {
    const [account] = masterData.glAccounts;
    const padded = { ...account!, glAccount: account!.glAccount.padStart(10, '0') };
    expect(() => createWorld({ glAccounts: [account!, padded] })).toThrow(/YCOA\/0011001000 is given twice/);
    expect(() => createWorld({ companyCodes: [{ ...masterData.companyCodes[0]!, currency: 'QQQ' }] })).toThrow(/QQQ/);
  });
});
