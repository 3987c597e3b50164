import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Problem } from '../../core/index.ts';
import type { Workspace } from '../composition.ts';

const LEASE_MS = 60_000;
const RENEW_EVERY_MS = 20_000;
/** In the folder of the demo, while it runs. */
const PAGE_FILE = 'page.txt';

/**
 * Does the work while no other process runs the same demo, whose users and vendors would be changed under it. The work says
 * where its page is, and ends when it is `lost` to another process, whose page file stays. Raises `DEMO_RUNNING` (conflict) with the address of the other one.
 */
export async function asOnlyDemo<Result>(
  { workspace, folder }: { readonly workspace: Workspace; readonly folder: string },
  work: (sayPage: (url: string) => void, lost: Promise<void>) => Promise<Result>,
): Promise<Result> {
  const { books, clock } = workspace;
  const pageFile = join(folder, PAGE_FILE);
  const lease = await books.acquire('demo', LEASE_MS);
  if (!('fence' in lease)) throw runsAlready(readPage(pageFile), lease.heldBy);
  const ending = new AbortController();
  // The database may be away for a moment; what counts is the next time.
  const isStillOurs = () => lease.renew().catch(() => true);
  let isOurs = true;
  let lose = () => {};
  const lost = new Promise<void>((resolve) => {
    lose = resolve;
  });
  const renewed = (async () => {
    while (isOurs && !ending.signal.aborted) {
      await clock.sleep(RENEW_EVERY_MS, ending.signal).catch(() => {});
      if (!ending.signal.aborted) isOurs = await isStillOurs();
    }
    if (!isOurs) lose();
  })();
  try {
    rmSync(pageFile, { force: true });
    return await work((url) => writeFileSync(pageFile, url), lost);
  } finally {
    ending.abort();
    await renewed;
    if (isOurs && (await isStillOurs())) rmSync(pageFile, { force: true });
    await lease.release().catch(() => {});
  }
}

function readPage(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

function runsAlready(url: string | undefined, heldBy: string): Problem {
  return new Problem({
    code: 'DEMO_RUNNING',
    kind: 'conflict',
    says:
      url === undefined ? `This demo is being run by ${heldBy} already.` : `This demo runs already: its page is ${url}`,
    next: 'Open that page, or stop the demo with Ctrl-C where it runs. Another one beside it has a home of its own (--home FOLDER): seller-ledger start',
  });
}
