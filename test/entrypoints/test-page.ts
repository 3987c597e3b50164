import { silentLog } from '../../src/core/index.ts';
import { type Workspace, workspaceOn } from '../../src/entrypoints/composition.ts';
import { localUser } from '../../src/entrypoints/http/local-user.ts';
import type { Identify } from '../../src/entrypoints/http/register-routes.ts';
import type { Route } from '../../src/entrypoints/http/route.ts';
import { startHttp } from '../../src/entrypoints/http/server.ts';
import type { TestBooks } from '../store/database.ts';

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
    moreRoutes = [],
    beatEveryMs = 15_000,
    ...own
  }: Partial<Workspace> & {
    identify?: Identify;
    port?: number;
    moreRoutes?: readonly Route[];
    beatEveryMs?: number;
  } = {},
): Promise<TestPage> {
  return startHttp({
    workspace: testWorkspace(test, own),
    identify,
    port,
    about: () => ({ line: 'a test' }),
    isStrict: true,
    moreRoutes,
    beatEveryMs,
  });
}
