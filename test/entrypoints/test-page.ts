import { silentLog } from '../../src/core/index.ts';
import { type Workspace, workspaceOn } from '../../src/entrypoints/composition.ts';
import type { Identify } from '../../src/entrypoints/http/register-routes.ts';
import { startHttp } from '../../src/entrypoints/http/server.ts';
import type { TestBooks } from '../store/database.ts';
import { localUser } from './local-user.ts';

export type TestPage = Awaited<ReturnType<typeof startHttp>>;

/** The workspace of the program on test books, whose own `books` and clock it keeps. */
export function testWorkspace(test: TestBooks, own: Partial<Workspace> = {}): Workspace {
  return { ...workspaceOn({ ...test, log: silentLog }), books: test.books, clock: test.clock, ...own };
}

/** The server on test books. Whoever asks has every right, unless `identify` says otherwise. */
export function startTestPage(
  test: TestBooks,
  {
    identify = localUser('tester'),
    port = 0,
    ...own
  }: Partial<Workspace> & { identify?: Identify; port?: number } = {},
): Promise<TestPage> {
  return startHttp({ workspace: testWorkspace(test, own), identify, port, about: () => ({ line: 'a test' }) });
}
