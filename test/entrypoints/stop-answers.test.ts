/** Whoever stops the service closes the books after it, so nothing that is being answered may still need them. */
import { once } from 'node:events';
import { request as ask } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { Log } from '../../src/core/index.ts';
import { type Route, route } from '../../src/entrypoints/http/route.ts';
import { startHttp } from '../../src/entrypoints/http/server.ts';
import { openTestBooks, type TestBooks } from '../store/database.ts';
import { localUser } from './local-user.ts';
import { testWorkspace } from './test-page.ts';

let test: TestBooks;
beforeAll(async () => {
  test = await openTestBooks();
});
afterAll(() => test.close());

/** A server whose report is made in two steps with the books, and the second waits for a word. */
async function serving(options: { readonly drainMsMax?: number; readonly heedsSignal?: boolean } = {}) {
  const { heedsSignal = false, ...given } = options;
  let isOpen = true;
  const books = () => {
    if (!isOpen) throw new Error('Cannot use a pool after calling end on the pool');
    return test.books.listConnections();
  };
  const told: string[] = [];
  const log: Log = { write: (_level, event) => void told.push(event) };
  let goOn = () => {};
  const word = new Promise<void>((resolve) => {
    goOn = resolve;
  });
  let began = () => {};
  const begun = new Promise<void>((resolve) => {
    began = resolve;
  });
  const slow: Route = route(
    {
      method: 'GET',
      path: '/try/slow',
      access: 'books.read',
      tag: 'Service',
      summary: 'Takes its time',
      answer: z.object({ text: z.string() }),
    },
    async ({ signal }) => {
      await books();
      began();
      await (heedsSignal ? Promise.race([word, once(signal, 'abort').then(() => signal.throwIfAborted())]) : word);
      await books();
      return { text: 'x'.repeat(200_000) };
    },
  );
  const page = await startHttp({
    workspace: { ...testWorkspace(test), log },
    identify: localUser('anna'),
    port: 0,
    about: () => ({}),
    moreRoutes: [slow],
    ...given,
  });
  const at = `${page.url.replace('localhost', '127.0.0.1')}/api/v1`;
  return {
    at,
    told,
    goOn,
    begun,
    /** As a program does that ends: the books are closed once the server is. */
    stop: async () => {
      await page.close();
      isOpen = false;
    },
  };
}

const answerOf = async (address: string) => {
  const answer = await fetch(address);
  return { status: answer.status, length: (await answer.text()).length };
};

describe('a stop', () => {
  it('waits for the answer that is under way, to its last byte', async () => {
    const { at, told, goOn, begun, stop } = await serving();
    const answer = answerOf(`${at}/try/slow`);
    await begun;
    let isStopped = false;
    const stopping = stop().then(() => {
      isStopped = true;
    });
    // Whoever asks from now on is told to go elsewhere.
    await expect.poll(async () => (await fetch(`${at}/try/slow`)).status).toBe(503);
    expect(isStopped).toBe(false);
    goOn();
    expect(await answer).toEqual({ status: 200, length: 200_011 });
    await stopping;
    expect(told).not.toContain('page.failed');
    expect(told).not.toContain('http.cut-off');
  });

  it('also waits for work whose caller has gone', async () => {
    const { at, told, goOn, begun, stop } = await serving();
    const asked = ask(`${at}/try/slow`);
    asked.on('error', () => {});
    asked.end();
    await begun;
    asked.destroy();
    let isStopped = false;
    const stopping = stop().then(() => {
      isStopped = true;
    });
    await expect.poll(async () => (await fetch(`${at}/try/slow`)).status).toBe(503);
    expect(isStopped).toBe(false);
    goOn();
    await stopping;
    expect(told).not.toContain('page.failed');
  });

  it('cuts off what takes too long, which is no defect', async () => {
    const { at, told, begun, stop } = await serving({ drainMsMax: 50, heedsSignal: true });
    const answer = answerOf(`${at}/try/slow`).catch(() => 'cut off');
    await begun;
    await stop();
    expect(await answer).toBe('cut off');
    expect(told).toContain('http.cut-off');
    expect(told).not.toContain('page.failed');
  });

  it('ends streams of events at once', async () => {
    const { at, told, stop } = await serving({ drainMsMax: 60_000 });
    const stream = await fetch(`${at}/events`);
    const text = stream.text();
    await stop();
    expect(await text).toContain('event: hello');
    expect(told, 'control: it was not cut off').not.toContain('http.cut-off');
  });
});
