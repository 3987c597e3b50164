import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { addUser, type Role } from '../../src/app/index.ts';
import type { Workspace } from '../../src/entrypoints/composition.ts';
import type { SessionAnswer } from '../../src/entrypoints/http/contract/access.ts';
import { type HttpOptions, startHttp } from '../../src/entrypoints/http/server.ts';
import type { TestBooks } from '../store/database.ts';
import { type TestPage, testWorkspace } from './test-page.ts';

export const OWN_PASSWORD = 'slow purple train window';

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: what the API answers is looked at by each test
  readonly body: any;
}

/** The service as it is started for people, on test books: whoever asks has to sign in. */
export async function startWithSignIn(
  test: TestBooks,
  options: Partial<HttpOptions> & { readonly own?: Partial<Workspace> } = {},
): Promise<TestPage & { readonly workspace: Workspace; readonly port: number }> {
  const { own, ...given } = options;
  const workspace = testWorkspace(test, own);
  const about = () => ({ line: 'a test' });
  const page = await startHttp({ workspace, port: 0, about, signInsPerMinute: 10_000, ...given });
  return { ...page, workspace, port: given.port ?? Number(new URL(page.url).port) };
}

/** Where a service listens whose own address is another one. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** A browser's half of the API: cookies, and the token of the session with every write. */
export class Visitor {
  readonly #url: string;
  readonly cookies = new Map<string, string>();
  csrfToken: string | null = null;

  constructor(url: string) {
    this.#url = url;
  }

  async ask(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Answer> {
    const answer = await fetch(path.startsWith('http') ? path : `${this.#url}/api/v1${path}`, {
      method,
      redirect: 'manual',
      headers: {
        ...(this.cookies.size > 0 && {
          cookie: [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; '),
        }),
        ...(this.csrfToken && { 'x-csrf-token': this.csrfToken }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    for (const cookie of answer.headers.getSetCookie()) {
      const [pair = ''] = cookie.split(';');
      const [name = '', value = ''] = pair.split('=');
      if (value === '') this.cookies.delete(name);
      else this.cookies.set(name, value);
    }
    const text = await answer.text();
    const isJson = answer.headers.get('content-type')?.includes('json') ?? false;
    return { status: answer.status, headers: answer.headers, body: isJson ? JSON.parse(text) : text };
  }

  get(path: string, headers?: Record<string, string>): Promise<Answer> {
    return this.ask('GET', path, undefined, headers);
  }

  post(path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer> {
    return this.ask('POST', path, body, headers);
  }

  async signIn(name: string, password: string): Promise<Answer> {
    const answer = await this.post('/sign-in', { name, password });
    this.csrfToken = (answer.body as SessionAnswer).csrfToken ?? null;
    return answer;
  }
}

/** A new user who has chosen a password of their own and is signed in. */
export async function visitorWith(
  page: { readonly url: string; readonly workspace: Workspace },
  name: string,
  ...roles: Role[]
): Promise<Visitor> {
  const { password } = await addUser(
    page.workspace,
    { name, roles },
    { actor: { kind: 'user', name: 'a test' }, why: 'for a test' },
  );
  const visitor = new Visitor(page.url);
  await visitor.signIn(name, password);
  const changed = await visitor.post('/session/password', { password, newPassword: OWN_PASSWORD });
  visitor.csrfToken = (changed.body as SessionAnswer).csrfToken;
  return visitor;
}
