import { Problem } from '../../core/index.ts';
import type { Api } from '../api-client/api.ts';
import type { ServiceApi } from '../api-client/api-over-http.ts';
import { programVersion } from '../package-root.ts';
import { withBooks } from './lazy.ts';
import type { CommandContext } from './program.ts';
import { userActor } from './user.ts';

type Work<Args extends unknown[]> = (context: CommandContext, ...args: Args) => Promise<number>;

/** Where a command can do its work besides on the books in this process. */
const reach = new WeakMap<object, 'service' | 'without books'>();

/**
 * A command whose facts come from the API: on the books in this process, or of the service that is named. It is written once, so
 * that it says the same in both.
 */
export function onApi<Args extends unknown[]>(
  work: (context: CommandContext, api: Api, ...args: Args) => Promise<number>,
): Work<Args> {
  return hereOrByService((context, ...args) => withOwnApi(context, (api) => work(context, api, ...args)), work);
}

/** A command that does something else on the books than through a service. */
export function hereOrByService<Args extends unknown[]>(
  here: Work<Args>,
  byService: (context: CommandContext, api: ServiceApi, ...args: Args) => Promise<number>,
): Work<Args> {
  const work: Work<Args> = async (context, ...args) => {
    if (!context.service) return here(context, ...args);
    const { apiOverHttp } = await import('../api-client/api-over-http.ts');
    return byService(context, await apiOverHttp({ ...context.service, programVersion: programVersion() }), ...args);
  };
  reach.set(work, 'service');
  return work;
}

/** A command that opens no books: it does the same whether a service is named or not. */
export function withoutBooks<Args extends unknown[]>(work: Work<Args>): Work<Args> {
  const own: Work<Args> = (...args) => work(...args);
  reach.set(own, 'without books');
  return own;
}

/** How far a command reaches; `undefined` for one that works on the books in this process alone. */
export function reachOf(work: object): 'service' | 'without books' | undefined {
  return reach.get(work);
}

async function withOwnApi<Result>(context: CommandContext, work: (api: Api) => Promise<Result>): Promise<Result> {
  return withBooks(context, async (workspace) => {
    const { apiInProcess } = await import('../api-client/api-in-process.ts');
    return work(apiInProcess(workspace, userActor(context.environment)));
  });
}

/** A command, or what was asked of it, takes the books themselves, and a service was named. */
export function notByService(what: string): Problem {
  return new Problem({
    code: 'COMMAND_NOT_BY_SERVICE',
    kind: 'invalid',
    says: `${what} works on the database itself, and not through a service.`,
    next: 'Run it where the service runs, without --service and SELLER_LEDGER_SERVICE, or name the database: --database-url URL. Which commands work through a service: docs/operations.md',
  });
}
