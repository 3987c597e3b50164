/** What a listener is told while the books change, also by other processes, and when it comes again. */
import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { assertMove } from '../../src/app/index.ts';
import { EventStream, resumedFrom } from '../../src/entrypoints/http/events/event-stream.ts';
import type { Identify } from '../../src/entrypoints/http/register-routes.ts';
import { createBooks, sql } from '../../src/store/index.ts';
import { openTestBooks, type TestBooks } from '../store/database.ts';
import { ANNA, addConnection, entry, line, postingKey, proposalOf, propose, receive } from '../store/samples.ts';
import { localUser } from './local-user.ts';
import { startTestPage, type TestPage } from './test-page.ts';

interface Told {
  readonly id: string | undefined;
  readonly event: string;
  readonly data: { readonly id?: string; readonly state?: string };
}

interface Listener {
  readonly status: Promise<number>;
  readonly told: Told[];
  readonly ended: Promise<void>;
  close(): void;
}

let test: TestBooks;
let page: TestPage;
let signedIn = new Set(['anna', 'bert', 'carl']);

const identify: Identify = async (asked) => {
  const name = String(asked.headers['x-as'] ?? 'anna');
  const who = await localUser(name)(asked);
  return signedIn.has(name) ? who && { ...who, userId: name } : undefined;
};

beforeAll(async () => {
  test = await openTestBooks();
  page = await startTestPage(test, { identify, beatEveryMs: 200 });
});
afterAll(async () => {
  await page.close();
  await test.close();
});

function listen(headers: Record<string, string> = {}): Listener {
  const told: Told[] = [];
  let finish = () => {};
  let answered = (_status: number) => {};
  const ended = new Promise<void>((resolve) => {
    finish = resolve;
  });
  const status = new Promise<number>((resolve) => {
    answered = resolve;
  });
  const { port } = new URL(page.url);
  const sent = request({ host: '127.0.0.1', port, path: '/api/v1/events', headers }, (answer) => {
    answered(answer.statusCode ?? 0);
    let text = '';
    answer.on('data', (chunk) => {
      text += String(chunk);
      const parts = text.split('\n\n');
      text = parts.pop() ?? '';
      told.push(...parts.map(read));
    });
    answer.on('close', finish);
    answer.on('error', finish);
  });
  sent.on('error', finish).end();
  return { status, told, ended, close: () => sent.destroy() };
}

function read(part: string): Told {
  const of = (name: string) => new RegExp(`^${name}: (.*)$`, 'm').exec(part)?.[1];
  return { id: of('id'), event: of('event') ?? '', data: JSON.parse(of('data') ?? '{}') };
}

const told = (listener: Listener, event: string) => listener.told.filter((each) => each.event === event);

/** Waits until a listener has been told so. */
const until = (listener: Listener, event: string, id?: string) =>
  expect.poll(() => told(listener, event).find(({ data }) => id === undefined || data.id === id), { timeout: 10_000 });

describe('a listener', () => {
  it('is told of settlements, entries, jobs and feeds by id and state only, whichever process changes them', async () => {
    const listener = listen();
    await until(listener, 'hello').toBeDefined();
    const { database, vault, processes } = test;
    const elsewhere = createBooks({ database, vault, processes, assertMove });
    const connection = await addConnection(elsewhere);
    const settlement = await receive(elsewhere, connection, '100000000001');
    await propose(elsewhere, settlement, proposalOf([entry(postingKey(1), [line(100n), line(-100n)])]));
    const record = await elsewhere.getEntry(postingKey(1));
    const problem = { code: 'X', kind: 'rejected', says: 'a', next: 'b' } as const;
    await elsewhere.annotateEntry({ id: record.id, state: 'proposed', actor: ANNA, problem });
    await database.query(sql`
      insert into job (id, name, connection_id, payload, key, queue, priority, requested_at, due_at, state, placement)
      values ('job-1', 'sync', null, '{}', 'job-1', 'q', 0, now(), now(), 'running', 1)`);
    await database.query(sql`
      insert into feed_run (connection_id, feed, started_at, finished_at, is_up_to_date, problems)
      values (${connection.id}, 'orders', now(), now(), true, '[]')`);
    await until(listener, 'feed').toMatchObject({ data: { id: `${connection.id}/orders`, state: 'up-to-date' } });
    await until(listener, 'job', 'job-1').toMatchObject({ data: { state: 'running' } });
    await until(listener, 'entry', record.id).toMatchObject({ data: { state: 'proposed' } });
    const states = () => told(listener, 'settlement').map(({ data }) => data);
    await expect
      .poll(states)
      .toEqual(['received', 'proven', 'proposed'].map((state) => ({ id: settlement.key, state })));
    await database.query(sql`update job set state = 'waiting' where id = 'job-1'`);
    await expect.poll(() => told(listener, 'job').at(-1)?.data.state, { timeout: 10_000 }).toBe('waiting');
    await database.query(sql`update job set state = 'done', ended_at = now() where id = 'job-1'`);
    await expect.poll(() => told(listener, 'job').at(-1)?.data.state, { timeout: 10_000 }).toBe('done');
    expect(states(), 'each once').toHaveLength(3);
    listener.close();
  });

  it('that comes again is told what it missed, and one that was away for long asks for everything anew', async () => {
    const first = listen();
    await until(first, 'hello').toMatchObject({ id: expect.stringMatching(/^\d+\.\d+$/) });
    const { id: last = '' } = told(first, 'hello')[0]!;
    first.close();
    await first.ended;
    const connection = await addConnection(test.books);
    const second = listen({ 'last-event-id': last });
    await until(second, 'connection', connection.id).toBeDefined();
    second.close();
    const [position = '', atMs = ''] = last.split('.');
    for (const old of [`${position}.${Number(atMs) - 700_000}`, `${Number(position) + 1_000}.${atMs}`, 'nonsense']) {
      const third = listen({ 'last-event-id': old });
      await until(third, 'reset').toBeDefined();
      third.close();
    }
  });

  it('is shown that the service is there, until its user signs out', async () => {
    const listener = listen({ 'x-as': 'bert' });
    await until(listener, 'beat').toBeDefined();
    signedIn = new Set(['anna', 'carl']);
    await listener.ended;
    expect(await listen({ 'x-as': 'bert' }).status).toBe(401);
  });

  it('EVENTS_TOO_MANY: may listen eight times at once; one that ends makes room', async () => {
    const listeners = Array.from({ length: 8 }, () => listen({ 'x-as': 'carl' }));
    expect(await Promise.all(listeners.map(({ status }) => status))).toEqual(Array(8).fill(200));
    expect(await listen({ 'x-as': 'carl' }).status).toBe(429);
    listeners[0]?.close();
    await expect
      .poll(async () => {
        const next = listen({ 'x-as': 'carl' });
        const status = await next.status;
        listeners.push(next);
        return status;
      })
      .toBe(200);
    for (const each of listeners) each.close();
  });

  it('does not keep the service from stopping', async () => {
    const own = await startTestPage(test, { identify });
    const { port } = new URL(own.url);
    const ended = new Promise<void>((resolve) => {
      request({ host: '127.0.0.1', port, path: '/api/v1/events' }, (answer) => {
        answer.once('data', () => void own.close());
        answer.on('error', () => resolve()).on('close', () => resolve());
      })
        .on('error', () => resolve())
        .end();
    });
    await ended;
    await own.close();
  });
});

describe('a stream', () => {
  const place = { position: 7, atMs: 1_000_000 };

  /** A listener that takes nothing while it is full. */
  function fakeResponse() {
    const written: string[] = [];
    let onDrain = () => {};
    const response = {
      isFull: false,
      destroyed: false,
      writableEnded: false,
      on: (_event: string, work: () => void) => {
        onDrain = work;
      },
      write: (text: string) => {
        written.push(text);
        return !response.isFull;
      },
      destroy: () => {
        response.destroyed = true;
      },
    };
    return { response, written, drain: () => onDrain(), stream: new EventStream(response as never, place) };
  }
  const changes = {
    changes: [{ type: 'entry', id: 'a', state: 'posted', mark: '1' }],
    place,
    isTooMuch: false,
  } as const;

  it('keeps nothing for a listener that is slow, but tells it to ask anew', () => {
    const { response, written, drain, stream } = fakeResponse();
    response.isFull = true;
    for (let time = 0; time < 1_000; time += 1) stream.tell(changes);
    expect(written).toHaveLength(1);
    response.isFull = false;
    drain();
    expect(written.at(-1)).toBe('id: 7.1000000\nevent: reset\ndata: {}\n\n');
  });

  it('ends a listener that takes nothing from one beat to the next', () => {
    const { response, stream } = fakeResponse();
    response.isFull = true;
    stream.beat();
    expect(response.destroyed).toBe(false);
    stream.beat();
    expect(response.destroyed).toBe(true);
  });

  it('goes on from a place of the last ten minutes only', () => {
    const now = { position: 7, atMs: 1_000_000 };
    expect(resumedFrom('5.999000', now)).toEqual({ position: 5, atMs: 999_000 });
    for (const text of ['', '8.999000', '5.399999', '5.1000001', '5', 'a.b', '-1.2']) {
      expect(resumedFrom(text, now), text).toBeUndefined();
    }
  });
});
