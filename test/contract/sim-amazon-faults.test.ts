import { gunzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import { FAULT_KINDS, type FaultKind, type RunningPretendAmazon, startPretendAmazon } from '../../sim/amazon/index.ts';
import {
  APPLICATION,
  createKit,
  DOCUMENTS,
  type ErrorBody,
  type Kit,
  kitWorld,
  login,
  NOW_MS,
  REFRESH_TOKEN,
  REPORTS,
  type ReportsBody,
  SETTLEMENTS,
} from './sim-amazon-kit.ts';
import { decode, readFile } from './sim-amazon-reader.ts';

const LIST = `${REPORTS}?${SETTLEMENTS}`;
const germany = () => createKit({ worlds: [kitWorld('A1ONE', ['DE'])] });

/** A report whose document is compressed. */
function compressedDocument(kit: Kit): { id: string; url: string } {
  const { reports } = kit.get(LIST).json<ReportsBody>();
  for (const { reportDocumentId: id } of reports) {
    const document = kit.get(`${DOCUMENTS}/${id}`).json<{ url: string; compressionAlgorithm?: string }>();
    if (document.compressionAlgorithm) return { id, url: document.url };
  }
  throw new Error('no document of this world is compressed');
}

describe('a fault ordered at run time', () => {
  it('strikes as often as ordered, after as many as ordered, at the ordered operation only', () => {
    const kit = createKit();
    const headers = { 'user-agent': 'kit/1', 'x-amz-access-token': kit.token() };
    expect(kit.order({ kind: 'throttle', operation: 'getReports', after: 1, times: 2 }).status).toBe(200);
    const status = (url: string) => kit.send('GET', url, { headers }).status;
    expect(status('/sellers/v1/marketplaceParticipations')).toBe(200);
    expect([status(LIST), status(LIST), status(LIST), status(LIST)]).toEqual([200, 429, 429, 200]);
  });

  it('is forgotten when the controls are cleared', () => {
    const kit = createKit();
    kit.order({ kind: 'server-error', times: 100 });
    expect(login(kit, {}).status).toBe(500);
    kit.send('DELETE', '/_sim/faults');
    expect(kit.get(LIST).status).toBe(200);
  });

  it.each([
    ['an unknown kind', { kind: 'earthquake' }],
    ['a place where it cannot happen', { kind: 'empty-page', operation: 'download' }],
    ['half a time', { kind: 'delay', times: 0.5 }],
    ['a settlement that does not exist', { kind: 'reissue-settlement', settlementId: '1' }],
    ['a seller that does not exist', { kind: 'revoke-authorisation', sellerId: 'A9' }],
    ['no object', 'delay'],
  ])('is refused with a sentence for %s', (_what, order) => {
    const reply = createKit().order(order);
    expect(reply.status).toBe(400);
    expect(reply.json<{ says: string }>().says.length).toBeGreaterThan(10);
  });

  it('answers 500 and 503 in the shape of whoever is asked', () => {
    const kit = createKit();
    const address = kit.addressOf(kit.firstReport().reportDocumentId);
    const token = kit.token();
    const headers = { 'user-agent': 'kit/1', 'x-amz-access-token': token };
    kit.order([{ kind: 'server-error', times: 2 }, { kind: 'unavailable' }]);
    expect(kit.send('GET', LIST, { headers }).json<ErrorBody>().errors[0]?.code).toBe('InternalFailure');
    expect(kit.download(address).text).toContain('<Code>InternalError</Code>');
    expect(login(kit, {}).json()).toMatchObject({ error: 'temporarily_unavailable' });
  });

  it('ends an access token before its hour is over', () => {
    const kit = createKit();
    const headers = { 'user-agent': 'kit/1', 'x-amz-access-token': kit.token() };
    kit.order({ kind: 'expired-token' });
    const details = () => kit.send('GET', LIST, { headers }).json<ErrorBody>().errors?.[0]?.details;
    expect(details()).toBe('The access token you provided has expired.');
    expect(details()).toBe('The access token you provided has expired.');
    expect(kit.get(LIST).status).toBe(200);
  });

  it('says that the client secret was not rotated in time', () => {
    const kit = createKit();
    kit.order({ kind: 'expired-secret' });
    expect(kit.get(LIST).json<ErrorBody>().errors[0]?.details).toBe('The LWA secret token you provided has expired.');
  });

  it('shows an empty page whose page token leads to everything', () => {
    const kit = createKit();
    const expected = createKit().get(LIST).json<ReportsBody>().reports;
    kit.order({ kind: 'empty-page' });
    const empty = kit.get(LIST).json<ReportsBody>();
    expect(empty.reports).toEqual([]);
    const next = kit.get(`${REPORTS}?nextToken=${encodeURIComponent(empty.nextToken!)}`).json<ReportsBody>();
    expect(next.reports).toEqual(expected);
  });

  it('hands out an address that is too old already', () => {
    const kit = createKit();
    const { reportDocumentId } = kit.firstReport();
    kit.order({ kind: 'expired-url' });
    expect(kit.download(kit.addressOf(reportDocumentId)).status).toBe(403);
    expect(kit.download(kit.addressOf(reportDocumentId)).status).toBe(200);
  });

  it('cuts the compressed bytes, so that they do not unpack', () => {
    const kit = germany();
    const { url } = compressedDocument(kit);
    kit.order({ kind: 'truncated-gzip' });
    expect(() => gunzipSync(kit.download(url).bytes)).toThrow(/unexpected end/);
    expect(gunzipSync(kit.download(url).bytes).length).toBeGreaterThan(1000);
  });

  it('leaves the last rows out, so that only the total can tell', () => {
    const kit = germany();
    const { url } = compressedDocument(kit);
    kit.order({ kind: 'cut-rows' });
    const read = () => readFile(decode(gunzipSync(kit.download(url).bytes), 'Cp1252'));
    const balance = (file: ReturnType<typeof read>) =>
      file.rows.reduce((sum, row) => sum + row.minor, 0n) - file.totalMinor;
    const cut = read();
    const whole = read();
    expect(cut.rows.length).toBeLessThan(whole.rows.length);
    expect(balance(cut)).not.toBe(0n);
    expect(balance(whole)).toBe(0n);
  });

  it('names a charset in which the bytes cannot be read', () => {
    const kit = germany();
    const { url } = compressedDocument(kit);
    kit.order({ kind: 'wrong-charset' });
    const reply = kit.download(url);
    expect(reply.headers['content-type']).toBe('text/plain; charset=UTF-8');
    expect(() => new TextDecoder('utf-8', { fatal: true }).decode(gunzipSync(reply.bytes))).toThrow();
  });

  it('issues a settlement again under the same id with other content that still sums to its total', () => {
    const kit = germany();
    const settlement = kit.amazon.sellers[0]!.world.settlements[0]!;
    const before = kit.get(`${LIST}&pageSize=100`).json<ReportsBody>().reports;
    kit.nowMs += 60_000;
    kit.order({ kind: 'reissue-settlement', settlementId: settlement.settlementId });
    const [newest, ...rest] = kit.get(`${LIST}&pageSize=100`).json<ReportsBody>().reports;
    expect(rest).toEqual(before);
    const reply = kit.download(kit.addressOf(newest!.reportDocumentId));
    const file = readFile(decode(gunzipSync(reply.bytes), reply.headers['content-type']!));
    expect(file.settlementId).toBe(settlement.settlementId);
    expect(file.totalMinor).toBe(settlement.totalMinor - 1n);
    expect(file.rows.reduce((sum, row) => sum + row.minor, 0n)).toBe(file.totalMinor);
  });

  it.each([
    ['drop-reply', 'destroy'],
    ['cut-reply', 'truncate'],
    ['delay', 'delay'],
  ])('%s does the work and spoils the way back', (kind, delivery) => {
    const kit = createKit();
    kit.order({ kind, operation: 'getReports' });
    const reply = kit.get(LIST);
    expect(reply.delivery).toBe(delivery);
    expect(reply.status).toBe(200);
    expect(kit.get(LIST).delivery).toBe('reply');
  });
});

describe('a fault plan', () => {
  const perMille = Object.fromEntries(FAULT_KINDS.map((kind) => [kind, 60])) as Record<FaultKind, number>;
  const run = (seed: string, untilMs?: number): string[] => {
    const kit = createKit({ faultPlan: { seed, perMille, ...(untilMs !== undefined && { untilMs }) } });
    for (let i = 0; i < 400; i += 1) {
      kit.nowMs += 60_000;
      const token = /"access_token":"([^"]+)"/.exec(
        login(kit, { grant_type: 'refresh_token', refresh_token: REFRESH_TOKEN }).text,
      )?.[1];
      const headers = { 'user-agent': 'kit/1', ...(token && { 'x-amz-access-token': token }) };
      const id = /"reportDocumentId":"([^"]+)"/.exec(kit.send('GET', LIST, { headers }).text)?.[1] ?? 'none';
      const url = /"url":"([^"]+)"/.exec(kit.send('GET', `${DOCUMENTS}/${id}`, { headers }).text)?.[1];
      if (url) kit.download(url);
      kit.send('GET', '/finances/2024-06-19/transactions?postedAfter=2026-08-01&nextToken=x', { headers });
      kit.send('GET', '/finances/transfers/2024-06-01/payouts', { headers });
      kit.send('POST', REPORTS, { headers, body: '{}' });
    }
    return kit.amazon.log.all().flatMap((request) => (request.fault ? [`${request.sequence} ${request.fault}`] : []));
  };

  it('draws the same faults from the same seed and every kind sooner or later', () => {
    const faults = run('one');
    expect(run('one')).toEqual(faults);
    expect(new Set(faults.map((fault) => fault.split(' ')[1]))).toEqual(new Set(FAULT_KINDS));
  });

  it('control: draws other faults from another seed', () => {
    expect(run('two')).not.toEqual(run('one'));
  });

  it('comes to rest at its end', () => {
    expect(run('one', NOW_MS)).toEqual([]);
  });
});

describe('the truth', () => {
  interface Truth {
    readonly sellers: readonly {
      readonly sellerId: string;
      readonly settlements: readonly {
        readonly settlementId: string;
        readonly totalMinor: string;
        readonly isReported: boolean;
        readonly truth: readonly { readonly month: string; readonly minor: string }[];
      }[];
    }[];
  }

  it('is told for every seller and sums to every total', () => {
    const kit = createKit();
    const truth = kit.send('GET', '/_sim/truth?timeZone=Europe/Berlin').json<Truth>();
    expect(truth.sellers.map((seller) => seller.sellerId)).toEqual(['A1ONE', 'A2TWO']);
    for (const settlement of truth.sellers.flatMap((seller) => seller.settlements)) {
      const sum = settlement.truth.reduce((total, one) => total + BigInt(one.minor), 0n);
      expect(sum).toBe(BigInt(settlement.totalMinor));
      expect(settlement.isReported).toBe(true);
    }
    kit.nowMs = Date.parse('2026-07-21T00:00:00Z');
    const early = kit.send('GET', '/_sim/truth').json<Truth>();
    expect(early.sellers[0]?.settlements[0]?.isReported).toBe(false);
  });

  it('needs a time zone that exists', () => {
    expect(createKit().send('GET', '/_sim/truth?timeZone=Mars/Olympus').status).toBe(400);
  });
});

describe('the request log', () => {
  it('tells what was asked and keeps no secret', () => {
    const kit = createKit();
    const address = kit.addressOf(kit.firstReport().reportDocumentId);
    kit.download(address);
    const text = kit.send('GET', '/_sim/requests').text;
    for (const secret of [
      APPLICATION.clientSecret,
      REFRESH_TOKEN,
      'Atza|',
      new URL(address).searchParams.get('X-Amz-Signature')!,
    ]) {
      expect(text).not.toContain(secret);
    }
    const operations = kit.send('GET', '/_sim/requests').json<{ requests: { operation: string }[] }>();
    expect(operations.requests.map((request) => request.operation)).toEqual([
      'token',
      'getReports',
      'token',
      'getReportDocument',
      'download',
    ]);
    const lists = kit.send('GET', '/_sim/requests?operation=getReports').json<{ requests: unknown[] }>();
    expect(lists.requests).toHaveLength(1);
  });
});

describe('a pretend Amazon on the loopback interface', () => {
  let running: RunningPretendAmazon | undefined;
  afterEach(() => running?.close());

  const start = async (): Promise<RunningPretendAmazon> => {
    running = await startPretendAmazon({
      sellers: [{ world: kitWorld('A1ONE', ['JP']), ...APPLICATION, refreshToken: REFRESH_TOKEN }],
      nowMs: () => NOW_MS,
    });
    return running;
  };

  const tokenFrom = async (url: string): Promise<string> => {
    const body = new URLSearchParams({
      grant_type: 'refresh_token',
      refresh_token: REFRESH_TOKEN,
      client_id: APPLICATION.clientId,
      client_secret: APPLICATION.clientSecret,
    });
    const reply = await fetch(`${url}/auth/o2/token`, { method: 'POST', body });
    return ((await reply.json()) as { access_token: string }).access_token;
  };

  it('serves login, list and document through real sockets, the document from another address', async () => {
    const { url, storeUrl } = await start();
    const headers = { 'x-amz-access-token': await tokenFrom(url) };
    const list = (await (await fetch(`${url}${LIST}`, { headers })).json()) as ReportsBody;
    const described = await fetch(`${url}${DOCUMENTS}/${list.reports[0]!.reportDocumentId}`, { headers });
    const document = (await described.json()) as { url: string; compressionAlgorithm?: string };
    expect(new URL(document.url).origin).toBe(storeUrl);
    expect(storeUrl).not.toBe(url);
    const downloaded = await fetch(document.url);
    const bytes = new Uint8Array(await downloaded.arrayBuffer());
    const file = readFile(
      decode(document.compressionAlgorithm ? gunzipSync(bytes) : bytes, downloaded.headers.get('content-type')!),
    );
    expect(file.rows.reduce((sum, row) => sum + row.minor, 0n)).toBe(file.totalMinor);
  });

  it('cuts the connection where a reply is dropped', async () => {
    const { url } = await start();
    await fetch(`${url}/_sim/faults`, { method: 'POST', body: JSON.stringify({ kind: 'drop-reply' }) });
    await expect(tokenFrom(url)).rejects.toThrow(/fetch failed/);
    expect(await tokenFrom(url)).toMatch(/^Atza/);
  });
});
