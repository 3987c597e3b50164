import { silentLog } from '../../src/core/index.ts';
import { type Workspace, workspaceOn } from '../../src/entrypoints/composition.ts';
import type { Identify } from '../../src/entrypoints/http/register-routes.ts';
import type { Route } from '../../src/entrypoints/http/route.ts';
import { startHttp } from '../../src/entrypoints/http/server.ts';
import { scryptPasswords } from '../../src/store/index.ts';
import type { TestBooks } from '../store/database.ts';
import { localUser } from './local-user.ts';

export type TestPage = Awaited<ReturnType<typeof startHttp>>;

/** The workspace of the program on test books, whose own `books` and clock it keeps. */
export function testWorkspace(test: TestBooks, own: Partial<Workspace> = {}): Workspace {
  const workspace = workspaceOn({ ...test, log: silentLog });
  return { ...workspace, books: test.books, clock: test.clock, passwords: CHEAP_PASSWORDS, ...own };
}

/** Hashes that cost nothing, for users who exist for a test only. */
export const CHEAP_PASSWORDS = scryptPasswords({ ln: 4, r: 8, p: 1 });

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
