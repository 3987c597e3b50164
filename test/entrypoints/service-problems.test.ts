/** What may be wrong between the command line and a service, each by its name; and that the token goes to nobody else. */
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { Command } from 'commander';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PROBLEM_KINDS } from '../../src/core/index.ts';
import { reachOf } from '../../src/entrypoints/cli/on-api.ts';
import { createProgram } from '../../src/entrypoints/cli/program.ts';
import { programVersion } from '../../src/entrypoints/package-root.ts';
import { hasOpenssl, makeCertificates } from '../contract/tls-kit.ts';
import { readLeaves } from '../tidy/command-tree.ts';
import { readRoot } from '../tidy/document-checks.ts';
import { runInProcess } from './in-process.ts';
import { openServedCommandLine, type ServedCommandLine } from './service-kit.ts';
import { freePort } from './sign-in-kit.ts';

const TOKEN = 'slt_of-the-test';
const folder = mkdtempSync('/var/tmp/seller-ledger-service-problems-');
const servers: Server[] = [];
let served: ServedCommandLine;

beforeAll(async () => {
  served = await openServedCommandLine();
});
afterAll(async () => {
  for (const server of servers) server.close();
  await served.close();
  rmSync(folder, { recursive: true, force: true });
});

const LIST = ['connections', 'list'];

function run(service: string, words: readonly string[] = LIST, environment: Record<string, string> = {}) {
  return runInProcess(['--service', service, ...words], { SELLER_LEDGER_TOKEN: TOKEN, ...environment });
}

async function problemOf(...args: Parameters<typeof run>) {
  const [service, words = LIST, environment] = args;
  const { out, exitCode } = await run(service, [...words, '--json'], environment);
  return { exitCode, ...JSON.parse(out).problem };
}

/** Something else at the address; tells which requests had the token. */
async function standIn(listener: RequestListener): Promise<{ readonly url: string; readonly asked: string[] }> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}${request.headers.authorization ? ' with the token' : ''}`);
    listener(request, response);
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
}

const about = (version: string) => JSON.stringify({ program: 'seller-ledger', version, line: 'x', user: null });

/** A service that says what it is, and answers everything else so. */
const ours =
  (other: RequestListener, version = programVersion()): RequestListener =>
  (request, response) => {
    if (request.url !== '/api/v1/about') return other(request, response);
    response.setHeader('content-type', 'application/json').end(about(version));
  };

describe('before anything is asked', () => {
  it.each(['ledger', 'ftp://ledger.example', 'https://ledger.example/path', 'https://anna:secret@ledger.example'])(
    'SERVICE_URL_INVALID: %s, which is not quoted',
    async (address) => {
      expect(await problemOf(address)).toMatchObject({ code: 'SERVICE_URL_INVALID', exitCode: 2 });
      expect((await run(address)).err).not.toContain('secret');
    },
  );

  it('SERVICE_NOT_TLS: http to another machine is refused, unless it is said that the network is safe', async () => {
    expect(await problemOf('http://10.255.255.1:4000')).toMatchObject({
      code: 'SERVICE_NOT_TLS',
      data: 'http://10.255.255.1:4000',
    });
    expect(await problemOf('http://localhost.evil.example')).toMatchObject({ code: 'SERVICE_NOT_TLS' });
    const isMeant = await problemOf('http://0.0.0.0:1', [...LIST, '--service-without-tls']);
    expect(isMeant).toMatchObject({ code: 'SERVICE_UNREACHABLE' });
  });

  it('SERVICE_TOKEN_MISSING, SERVICE_TOKEN_UNREADABLE: without a token, or with something else in its place', async () => {
    expect(await problemOf(served.url, LIST, { SELLER_LEDGER_TOKEN: '' })).toMatchObject({
      code: 'SERVICE_TOKEN_MISSING',
    });
    const path = join(folder, 'token');
    expect(await problemOf(served.url, [...LIST, '--token-file', path])).toMatchObject({
      code: 'SERVICE_TOKEN_UNREADABLE',
      data: path,
    });
    writeFileSync(path, 'two words\n');
    expect(await problemOf(served.url, [...LIST, '--token-file', path])).toMatchObject({
      code: 'SERVICE_TOKEN_UNREADABLE',
    });
    writeFileSync(path, `${await served.tokenFor('books.read')}\n`);
    expect(await run(served.url, [...LIST, '--token-file', path])).toMatchObject({ exitCode: 0 });
  });

  it('SERVICE_OR_DATABASE: two books in one command line; a variable gives way to what is written', async () => {
    expect(await problemOf(served.url, ['--home', folder, ...LIST])).toMatchObject({ code: 'SERVICE_OR_DATABASE' });
    expect(await problemOf(served.url, ['--demo', ...LIST])).toMatchObject({ code: 'SERVICE_OR_DATABASE' });
    process.env.SELLER_LEDGER_SERVICE = 'https://nowhere.invalid';
    try {
      expect(await served.own.run(...LIST)).toMatchObject({ exitCode: 0 });
      const byVariable = await runInProcess([...LIST], { SELLER_LEDGER_TOKEN: '' });
      expect(byVariable.err).toContain('SERVICE_TOKEN_MISSING');
    } finally {
      delete process.env.SELLER_LEDGER_SERVICE;
    }
  });
});

describe('what answers at the address', () => {
  it('SERVICE_UNREACHABLE: nobody', async () => {
    const problem = await problemOf(`http://127.0.0.1:${await freePort()}`);
    expect(problem).toMatchObject({ code: 'SERVICE_UNREACHABLE', kind: 'unavailable', exitCode: 5 });
    expect(problem.says).toContain('ECONNREFUSED');
  });

  it('SERVICE_NOT_OURS: something else, which never sees the token', async () => {
    const { url, asked } = await standIn((_, response) => response.end('<h1>Hello</h1>'));
    expect(await problemOf(url)).toMatchObject({ code: 'SERVICE_NOT_OURS' });
    expect(asked).toEqual(['GET /api/v1/about']);
  });

  it('SERVICE_REDIRECTS: is not followed, neither before the token was sent nor after', async () => {
    const other = await standIn((_, response) => response.end('{}'));
    const away: RequestListener = (_, response) => response.writeHead(302, { location: `${other.url}/in` }).end();
    const { url: early } = await standIn(away);
    expect(await problemOf(early)).toMatchObject({ code: 'SERVICE_REDIRECTS', data: other.url });
    const late = await standIn(ours(away));
    expect(await problemOf(late.url)).toMatchObject({ code: 'SERVICE_REDIRECTS', data: other.url });
    expect(late.asked.at(-1)).toMatch(/with the token$/);
    expect(other.asked).toEqual([]);
  });

  it('SERVICE_VERSION_DIFFERENT: one that may not understand this program; another last number does', async () => {
    const { url, asked } = await standIn(ours((_, response) => response.end('{}'), '99.0.0'));
    const problem = await problemOf(url);
    expect(problem).toMatchObject({ code: 'SERVICE_VERSION_DIFFERENT', data: '99.0.0' });
    expect(problem.next).toContain('seller-ledger@99.0.0');
    expect(asked).toEqual(['GET /api/v1/about']);
    const near = `${programVersion().split('.').slice(0, 2).join('.')}.999`;
    const empty = JSON.stringify({ items: [], nextCursor: null });
    const { url: patched } = await standIn(ours((_, response) => response.end(empty), near));
    expect(await run(patched)).toMatchObject({ exitCode: 0 });
  });

  it('SERVICE_ANSWER_UNREADABLE: a proxy, or an answer that is not what the description says', async () => {
    const { url } = await standIn(ours((_, response) => response.writeHead(502).end('<h1>Bad gateway</h1>')));
    expect(await problemOf(url)).toMatchObject({ code: 'SERVICE_ANSWER_UNREADABLE', data: '502' });
    const { url: less } = await standIn(ours((_, response) => response.end('{"items": [{}], "nextCursor": null}')));
    expect(await problemOf(less)).toMatchObject({ code: 'SERVICE_ANSWER_UNREADABLE', data: '200' });
  });

  it('SERVICE_ANSWER_LOST: of a write nobody knows then; it is not sent again', async () => {
    const { url, asked } = await standIn(ours((request) => request.socket.destroy()));
    const problem = await problemOf(url, ['entries', 'post', 'E1']);
    expect(problem).toMatchObject({ code: 'SERVICE_ANSWER_LOST', kind: 'unknown', exitCode: 6 });
    expect(asked.filter((each) => each.startsWith('POST'))).toHaveLength(1);
    expect(await problemOf(url)).toMatchObject({ code: 'SERVICE_UNREACHABLE' });
    // A proxy that gave up waiting has sent it on.
    const { url: behind } = await standIn(ours((_, response) => response.writeHead(504).end('gateway timeout')));
    expect(await problemOf(behind, ['entries', 'post', 'E1'])).toMatchObject({
      code: 'SERVICE_ANSWER_LOST',
      says: expect.stringContaining('HTTP 504'),
    });
  });

  it.skipIf(!hasOpenssl)('SERVICE_NOT_TRUSTED: a certificate that this machine does not know', async () => {
    const { url } = await startTls();
    const problem = await problemOf(url);
    expect(problem).toMatchObject({ code: 'SERVICE_NOT_TRUSTED', data: url });
    expect(problem.next).toContain('NODE_EXTRA_CA_CERTS');
  });
});

const certificates = hasOpenssl ? makeCertificates() : undefined;

async function startTls(): Promise<{ readonly url: string }> {
  certificates?.make('service');
  const options = { key: certificates?.text('service.key'), cert: certificates?.text('service.crt') };
  const server = createTlsServer(options, (_, response) => response.end());
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { url: `https://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

describe('what the service says', () => {
  it('TOKEN_REFUSED: a wrong token, in the four parts', async () => {
    const { exitCode, err } = await run(served.url);
    expect(exitCode).toBe(2);
    expect(err).toMatch(
      /^Problem TOKEN_REFUSED \(invalid\)\n {2}where {2}seller-ledger connections list\n {2}what {3}The token/,
    );
    expect(err).not.toContain(TOKEN);
  });

  it('TOKEN_SCOPE_MISSING: a token without the scope says which it is', async () => {
    const token = await served.tokenFor('books.read');
    const problem = await problemOf(served.url, ['audit', 'list'], { SELLER_LEDGER_TOKEN: token });
    expect(problem).toMatchObject({ code: 'TOKEN_SCOPE_MISSING', data: 'audit.read' });
    expect(await run(served.url, LIST, { SELLER_LEDGER_TOKEN: token })).toMatchObject({ exitCode: 0 });
  });

  it('SERVICE_EVENTS_ENDED: a service that stops telling how a sync goes is not waited for', async () => {
    const worker = { id: 'w', host: 'h', pid: 1, version: '1', concurrency: 1, running: 0 };
    const times = { startedAt: 'x', lastSeenAt: 'x', endedAt: null, endedHow: null };
    const answers: Readonly<Record<string, unknown>> = {
      '/api/v1/workers': { items: [{ ...worker, ...times }] },
      '/api/v1/jobs': { items: [], nextCursor: null },
      '/api/v1/schedules/run': { works: ['settlements'], until: null },
    };
    const { url, asked } = await standIn(
      ours((request, response) => {
        const path = (request.url ?? '').split('?')[0] ?? '';
        if (path === '/api/v1/events')
          response.end('event: hello\ndata: {}\n\n: a comment\n\nevent: beat\ndata: no\n\n');
        else response.setHeader('content-type', 'application/json').end(JSON.stringify(answers[path]));
      }),
    );
    expect(await problemOf(url, ['sync', 'acme'])).toMatchObject({ code: 'SERVICE_EVENTS_ENDED', exitCode: 5 });
    expect(asked.filter((each) => each.startsWith('POST /api/v1/schedules/run'))).toHaveLength(1);
  });

  it('sync waits for the turn that it asked for, tells how it goes, and ends as it does', async () => {
    const worker = { id: 'w', host: 'h', pid: 1, version: '1', concurrency: 1, running: 0 };
    const times = { startedAt: 'x', lastSeenAt: 'x', endedAt: null, endedHow: null };
    const job = (id: string, state: string) => ({
      ...{ id, name: 'settlements', connectionId: null, connection: 'acme', about: 'acme', key: 'k', queue: 'q' },
      ...{ priority: 0, requestedAt: 'x', dueAt: 'x', state, replacedBy: null, endedAt: state === 'done' ? 'y' : null },
    });
    const attempt = { number: 1, workerId: 'w', host: 'h', pid: 1, correlationId: 'c', startedAt: 'x' };
    let state = 'none';
    let isRejected = false;
    const rejected = { code: 'SAP_REJECTED', kind: 'rejected', says: 'The period is closed.', next: 'Open it.' };
    const jobs = () => (state === 'none' ? [job('old', 'done')] : [job('new', state), job('old', 'done')]);
    const ended = { ...attempt, endedAt: 'y', outcome: 'done', problem: null };
    const answerTo = (path: string) => {
      if (path === '/api/v1/workers') return { items: [{ ...worker, ...times }] };
      if (path === '/api/v1/jobs')
        return { items: jobs().map((each) => ({ ...each, attemptCount: 1, lastAttempt: null })), nextCursor: null };
      if (path === '/api/v1/jobs/new') return { ...job('new', state), attempts: state === 'done' ? [ended] : [] };
      if (path === '/api/v1/settlements') return { items: [] };
      if (path === '/api/v1/entries') return { items: isRejected ? [{ problem: rejected }] : [] };
      return path === '/api/v1/schedules' ? { items: [] } : { works: ['settlements'], until: null };
    };
    const { url } = await standIn(
      ours((request, response) => {
        const path = (request.url ?? '').split('?')[0] ?? '';
        if (path === '/api/v1/schedules/run') state = 'running';
        if (path !== '/api/v1/events') {
          response.setHeader('content-type', 'application/json').end(JSON.stringify(answerTo(path)));
          return;
        }
        const tell = (type: string, data: object) =>
          response.write(`event: ${type}\ndata: ${JSON.stringify(data)}\n\n`);
        tell('hello', {});
        const following = setInterval(() => {
          if (state === 'none') return;
          tell('entry', { id: 'e', state: 'posted' });
          state = 'done';
          tell('job', { id: 'new', state: 'done' });
        }, 5);
        request.socket.once('close', () => clearInterval(following));
      }),
    );
    expect(await run(url, ['sync', 'acme'])).toEqual({
      exitCode: 0,
      out: 'Sync of acme by the service: done, job new\n',
      err: '',
    });
    // What SAP refused is no success, though the turn is done.
    state = 'none';
    isRejected = true;
    expect(await run(url, ['sync', 'acme'])).toMatchObject({
      exitCode: PROBLEM_KINDS.rejected.exitCode,
      out: expect.stringContaining('SAP_REJECTED  The period is closed.'),
    });
  });

  it('SERVICE_WITHOUT_WORKER: nobody would sync', async () => {
    const { exitCode, err } = await served.run('sync', 'acme');
    expect(exitCode).toBe(5);
    expect(err).toContain('SERVICE_WITHOUT_WORKER');
  });
});

/** Every command with how far it reaches. */
async function reaches(): Promise<ReadonlyMap<string, ReturnType<typeof reachOf>>> {
  const found = new Map<string, ReturnType<typeof reachOf>>();
  let reach: ReturnType<typeof reachOf>;
  const action = Command.prototype.action;
  const program = await (async () => {
    const handlers = new Map<Command, ReturnType<typeof reachOf>>();
    Command.prototype.action = function (this: Command, handler) {
      handlers.set(this, reach);
      return action.call(this, handler);
    };
    try {
      await createProgram([], (work) => {
        reach = reachOf(work);
        return async () => {};
      });
      return handlers;
    } finally {
      Command.prototype.action = action;
    }
  })();
  for (const [command, how] of program) {
    const words: string[] = [];
    for (let each: Command | null = command; each?.parent; each = each.parent) words.unshift(each.name());
    found.set(words.join(' '), how);
  }
  return found;
}

describe('a command that has no way through a service', () => {
  it('COMMAND_NOT_BY_SERVICE: says so and opens no database', async () => {
    const home = join(folder, 'home');
    const environment = { SELLER_LEDGER_TOKEN: TOKEN, XDG_DATA_HOME: home };
    for (const line of [
      ['users', 'list'],
      ['tokens', 'list'],
      ['schedule', 'run', 'acme', '--why', 'x', '--here'],
      ['sync', 'acme', '--now'],
      ['audit', 'verify', '--everything'],
    ]) {
      const { exitCode, err } = await served.run(...line);
      expect(err, line.join(' ')).toContain('COMMAND_NOT_BY_SERVICE');
      expect(exitCode).toBe(2);
    }
    const { out } = await runInProcess(['--service', served.url, 'users', 'list', '--json'], environment);
    expect(JSON.parse(out).problem.says).toBe(
      'seller-ledger users list works on the database itself, and not through a service.',
    );
    expect(existsSync(home)).toBe(false);
  });

  it('control: one that opens no books does its work, whatever service is named', async () => {
    expect(await run('https://nowhere.invalid', ['mapping', 'template'])).toMatchObject({ exitCode: 0 });
  });

  it('is every one that docs/operations.md does not list', async () => {
    const found = await reaches();
    expect([...found.keys()].sort()).toEqual((await readLeaves()).map(({ path }) => path).sort());
    const byService = [...found].filter(([, how]) => how === 'service').map(([path]) => path);
    const [, table = ''] =
      /### Commands that work through a service\n([\s\S]*?)\n#/.exec(readRoot('docs/operations.md')) ?? [];
    const listed = [...table.matchAll(/`([a-z][a-z -]*)`/g)].map(([, words = '']) => words);
    expect(listed.filter((words) => !words.startsWith('--')).sort()).toEqual(byService.sort());
    expect(byService.length).toBeGreaterThan(40);
  });
});
