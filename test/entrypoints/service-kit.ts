/** A service on the books of a command line, and the same commands through it. */
import { addUser, createToken, PERMISSIONS, type Permission, ROLES } from '../../src/app/index.ts';
import { openWorkspace, type Workspace } from '../../src/entrypoints/composition.ts';
import { startHttp } from '../../src/entrypoints/http/server.ts';
import { urlOf } from '../store/database.ts';
import { type CommandLine, type Ending, openCommandLine } from './command-kit.ts';
import { runInProcess } from './in-process.ts';

export interface ServedCommandLine {
  /** On the database itself. */
  readonly own: CommandLine;
  readonly url: string;
  readonly workspace: Workspace;
  /** Through the service, as anna, who may do everything. */
  run(...args: string[]): Promise<Ending>;
  /** A token of anna's that may do this alone. */
  tokenFor(...scopes: Permission[]): Promise<string>;
  close(): Promise<void>;
}

export async function openServedCommandLine(): Promise<ServedCommandLine> {
  const own = await openCommandLine();
  const workspace = await openWorkspace({ environment: {}, home: own.folder, databaseUrl: urlOf(own.database) });
  const http = await startHttp({ workspace, port: 0, about: () => ({ line: 'a test' }), isStrict: true });
  const asked = { actor: { kind: 'user', name: 'setup' }, why: 'a test' } as const;
  const { user } = await addUser(workspace, { name: 'anna', roles: [...ROLES] }, asked);
  const tokenFor = async (...scopes: Permission[]) =>
    (await createToken(workspace, user, { label: 'laptop', scopes, days: 1 }, asked)).secret;
  const token = await tokenFor(...PERMISSIONS.filter((permission) => permission !== 'own.manage'));
  const url = http.url.replace('localhost', '127.0.0.1');
  return {
    own,
    url,
    workspace,
    run: (...args) => runInProcess(['--service', url, ...args], { SELLER_LEDGER_TOKEN: token }),
    tokenFor,
    close: async () => {
      await http.close();
      await workspace.close();
      await own.close();
    },
  };
}
