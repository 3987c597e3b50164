import { once } from 'node:events';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { AmazonOptions } from '../../src/amazon/create-amazon.ts';
import {
  collect,
  createWorld,
  DOCUMENTS,
  problemOf,
  type Reply,
  type Responder,
  type World,
} from './amazon-stand-in.ts';

const REPORT = gzipSync(Buffer.from('settlement-id\tamount\n1\tZürich\n'.repeat(2_000), 'utf8'));
const ID = 'amzn1.spdoc.1.4.eu/ä?x';
const STORAGE = '/bucket/document';

/** Issues signed addresses that name their turn; `store` answers for the storage host. */
async function storage(
  store: Responder,
  options: { overrides?: Partial<AmazonOptions>; document?: object } = {},
): Promise<World> {
  let issued = 0;
  const world: World = await createWorld((request, response) => {
    if (!request.path.startsWith(DOCUMENTS)) return store(request, response);
    issued += 1;
    const url = `${world.server.url}${STORAGE}?turn=${issued}&X-Amz-Signature=canary-signature&X-Amz-Expires=300`;
    return { body: { reportDocumentId: ID, url, compressionAlgorithm: 'GZIP', ...options.document } };
  }, options.overrides);
  return world;
}

const whole: Reply = {
  headers: {
    'content-type': 'text/plain; charset=Cp1252',
    etag: '"abc"',
    'last-modified': 'Fri, 20 Nov 2026 04:00:00 GMT',
    'x-amz-request-id': 'S3-1',
    'x-amz-id-2': 'internal',
    'set-cookie': 'session=canary',
  },
  body: REPORT,
};

async function bytesOf(download: { bytes: AsyncIterable<Uint8Array> }): Promise<Buffer> {
  return Buffer.concat(await collect(download.bytes));
}

describe('the download of a report', () => {
  it('gives the bytes exactly as delivered, gzip and all', async () => {
    const world = await storage(() => whole);
    const download = await world.amazon.reports.download(ID);
    expect((await bytesOf(download)).equals(REPORT)).toBe(true);
    expect(download.contentType).toBe('text/plain; charset=Cp1252');
  });

  it('does not undo gzip even when the storage host calls it a content encoding', async () => {
    const world = await storage(() => ({ ...whole, headers: { ...whole.headers, 'content-encoding': 'gzip' } }));
    expect((await bytesOf(await world.amazon.reports.download(ID))).equals(REPORT)).toBe(true);
  });

  it('keeps the headers that are evidence and no other', async () => {
    const world = await storage(() => whole);
    const { headers } = await world.amazon.reports.download(ID);
    expect(headers).toEqual({
      'content-type': 'text/plain; charset=Cp1252',
      'content-length': String(REPORT.byteLength),
      etag: '"abc"',
      'last-modified': 'Fri, 20 Nov 2026 04:00:00 GMT',
      'x-amz-request-id': 'S3-1',
      compressionAlgorithm: 'GZIP',
    });
  });

  it('of a document that is not compressed names no algorithm', async () => {
    const world = await storage(() => whole, { document: { compressionAlgorithm: undefined } });
    expect((await world.amazon.reports.download(ID)).headers).not.toHaveProperty('compressionAlgorithm');
  });

  it('sends no token and no other header of Amazon to the storage host', async () => {
    const world = await storage(() => whole);
    await bytesOf(await world.amazon.reports.download(ID));
    const [request] = world.asked(STORAGE);
    expect(Object.keys(request!.headers).sort()).toEqual(['connection', 'host']);
    expect(request?.query.get('X-Amz-Signature')).toBe('canary-signature');
  });

  it('control: the request for the address before it did carry the token', async () => {
    const world = await storage(() => whole);
    await bytesOf(await world.amazon.reports.download(ID));
    expect(world.asked(DOCUMENTS)[0]?.headers['x-amz-access-token']).toBe('Atza|canary-access-1');
  });

  it('encodes the document id into the path', async () => {
    const world = await storage(() => whole);
    await world.amazon.reports.download(ID);
    expect(decodeURIComponent(world.asked(DOCUMENTS)[0]!.path)).toBe(`${DOCUMENTS}${ID}`);
    expect(world.asked(DOCUMENTS)[0]!.path.slice(DOCUMENTS.length)).not.toMatch(/[/?]/);
  });

  it('never lets the signed address into a record, a log or the result', async () => {
    const world = await storage(() => whole);
    const { headers, contentType } = await world.amazon.reports.download(ID);
    expect(JSON.stringify([world.exchanges, world.logged, world.waits, headers, contentType])).not.toContain('canary');
    expect(world.exchanges.at(-1)).toMatchObject({
      operation: 'downloadReportDocument',
      status: 200,
      amazonRequestId: 'S3-1',
    });
  });

  it.each([400, 403])('whose address has expired (%i) is tried again with a fresh one', async (status) => {
    const world = await storage((request) =>
      request.query.get('turn') === '1' ? { status, body: '<Error/>' } : whole,
    );
    expect((await bytesOf(await world.amazon.reports.download(ID))).equals(REPORT)).toBe(true);
    expect(world.asked(STORAGE).map((request) => request.query.get('turn'))).toEqual(['1', '2']);
  });

  it('is given up after two fresh addresses', async () => {
    const world = await storage(() => ({ status: 403, body: '<Error><Code>AccessDenied</Code></Error>' }));
    const problem = await problemOf(world.amazon.reports.download(ID));
    expect(problem).toMatchObject({ code: 'REPORT_DOWNLOAD_REFUSED', kind: 'rejected' });
    expect(world.asked(DOCUMENTS)).toHaveLength(3);
    expect(world.asked(STORAGE)).toHaveLength(3);
  });

  it.each([404, 302, 206])('answered %i by the storage host is refused at once', async (status) => {
    const world = await storage(() => ({ status, headers: { location: 'http://127.0.0.1:1/' } }));
    expect(await problemOf(world.amazon.reports.download(ID))).toMatchObject({ code: 'REPORT_DOWNLOAD_REFUSED' });
    expect(world.asked(STORAGE)).toHaveLength(1);
  });

  it('is repeated with the same address when the storage host is away for a moment', async () => {
    let failures = 2;
    const world = await storage(() => {
      failures -= 1;
      return failures >= 0 ? { status: 503 } : whole;
    });
    expect((await bytesOf(await world.amazon.reports.download(ID))).equals(REPORT)).toBe(true);
    expect(world.asked(STORAGE).map((request) => request.query.get('turn'))).toEqual(['1', '1', '1']);
  });

  it('frees the connection of an answer that is no report, however long it is', async () => {
    const freed: Promise<unknown>[] = [];
    const world = await storage((request, response) => {
      if (request.query.get('turn') === '2') return whole;
      freed.push(once(response, 'close'));
      return { status: 403, body: new Uint8Array(16 * 1024 * 1024) };
    });
    await bytesOf(await world.amazon.reports.download(ID));
    expect(freed).toHaveLength(1);
    await freed[0];
  });

  it('asks for a fresh address when the old one has become too old while waiting', async () => {
    const world = await storage((request) => {
      if (request.query.get('turn') === '2') return whole;
      world.clock.advance(239_000);
      return { status: 503 };
    });
    await world.amazon.reports.download(ID);
    expect(world.asked(STORAGE).map((request) => request.query.get('turn'))).toEqual(['1', '1', '2']);
  });

  it('is given up after five tries', async () => {
    const world = await storage((_, response) => {
      response.destroy();
      return 'handled';
    });
    expect(await problemOf(world.amazon.reports.download(ID))).toMatchObject({
      code: 'AMAZON_UNAVAILABLE',
      kind: 'unavailable',
    });
    expect(world.asked(STORAGE)).toHaveLength(5);
  });

  it.each(['http://storage.example.com/x', 'file:///etc/passwd'])('does not follow the address %s', async (url) => {
    const world = await storage(() => whole, { document: { url } });
    const problem = await problemOf(world.amazon.reports.download(ID));
    expect(problem).toMatchObject({ code: 'AMAZON_ANSWER_UNREADABLE' });
    expect(problem.says).not.toContain(url);
  });
});

describe('a download that is cut short', () => {
  const half = REPORT.subarray(0, REPORT.byteLength / 2);

  it('is a problem that says how much arrived, never a shorter report', async () => {
    const world = await storage((_, response) => {
      response.writeHead(200, { 'content-length': REPORT.byteLength });
      response.write(half, () => response.destroy());
      return 'handled';
    });
    const download = await world.amazon.reports.download(ID);
    const problem = await problemOf(bytesOf(download));
    expect(problem).toMatchObject({ code: 'REPORT_DOWNLOAD_INCOMPLETE', kind: 'unavailable' });
    expect(problem.says).toContain(`${half.byteLength} of ${REPORT.byteLength} bytes`);
  });

  it('is a problem when the answer was sent in pieces of no stated length', async () => {
    const world = await storage((_, response) => {
      response.writeHead(200, { 'transfer-encoding': 'chunked' });
      response.write(half, () => response.destroy());
      return 'handled';
    });
    const download = await world.amazon.reports.download(ID);
    expect(await problemOf(bytesOf(download))).toMatchObject({ code: 'REPORT_DOWNLOAD_INCOMPLETE' });
  });

  it('is a problem when nothing more comes', async () => {
    const world = await storage(
      (_, response) => {
        response.writeHead(200, { 'content-length': REPORT.byteLength });
        response.write(half);
        return 'handled';
      },
      { overrides: { timeoutMs: 100 } },
    );
    const download = await world.amazon.reports.download(ID);
    expect(await problemOf(bytesOf(download))).toMatchObject({ code: 'REPORT_DOWNLOAD_INCOMPLETE' });
  });

  it('control: an answer in pieces that ends properly is whole', async () => {
    const world = await storage((_, response) => {
      response.writeHead(200, { 'transfer-encoding': 'chunked' });
      response.write(half);
      response.end(REPORT.subarray(half.byteLength));
      return 'handled';
    });
    expect((await bytesOf(await world.amazon.reports.download(ID))).equals(REPORT)).toBe(true);
  });

  it('leaves the connection usable: the next download works', async () => {
    let isFirst = true;
    const world = await storage((_, response) => {
      if (!isFirst) return whole;
      isFirst = false;
      response.writeHead(200, { 'content-length': REPORT.byteLength });
      response.write(half, () => response.destroy());
      return 'handled';
    });
    await problemOf(bytesOf(await world.amazon.reports.download(ID)));
    expect((await bytesOf(await world.amazon.reports.download(ID))).equals(REPORT)).toBe(true);
  });

  it('and one larger than the limit is not taken', async () => {
    const overrides = { reportBytesMax: REPORT.byteLength - 1 };
    const world = await storage(() => whole, { overrides });
    const download = await world.amazon.reports.download(ID);
    expect(await problemOf(bytesOf(download))).toMatchObject({ code: 'REPORT_TOO_LARGE', kind: 'rejected' });
    const control = await storage(() => whole, { overrides: { reportBytesMax: REPORT.byteLength } });
    expect(await bytesOf(await control.amazon.reports.download(ID))).toHaveLength(REPORT.byteLength);
  });
});
