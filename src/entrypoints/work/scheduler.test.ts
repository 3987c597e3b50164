import { describe, expect, it } from 'vitest';
import { connection as connectionFile } from '../../../test/entrypoints/command-kit.ts';
import { sha256Of, silentLog } from '../../core/index.ts';
import type { Workspace } from '../composition.ts';
import { connectionFromFile } from '../connection-file.ts';
import { templateText } from '../files.ts';
import { planAll } from './scheduler.ts';

const COUNT = 200;
const PLANNERS = 4;

/** Books that only know which connection was planned, by whom. */
function manyConnections() {
  const { settings } = connectionFromFile(connectionFile('acme'), {
    path: 'f',
    folder: '.',
    readEnvironment: () => undefined,
  });
  const ids = Array.from({ length: COUNT }, (_, number) => `connection-${number}`);
  const planned: string[] = [];
  const books = {
    sharedNowMs: async () => Date.parse('2026-11-26T10:00:00Z'),
    connectionsToPlan: async () => ids.filter((id) => !planned.includes(id)).map((id) => ({ id, marker: 'm' })),
    listConnections: async () => ids.map((id) => ({ id, name: id, settings })),
    findMappingInUse: async () => ({ number: 1, sha256: sha256Of('table'), text: templateText() }),
    putPlans: async (id: string | null) => {
      if (id !== null) planned.push(id);
    },
  };
  const workspaceOf = (seed: number) =>
    ({ books, log: silentLog, randomness: { fraction: () => seed } }) as unknown as Workspace;
  return { planned, workspaceOf };
}

describe('planning a thousand connections', () => {
  it('is shared by the workers that begin at the same moment, and leaves no connection out', async () => {
    const { planned, workspaceOf } = manyConnections();
    await Promise.all(Array.from({ length: PLANNERS }, (_, each) => planAll({ workspace: workspaceOf(each / 10) })));
    expect(new Set(planned).size).toBe(COUNT);
    // Each for itself would come to four times as many; some are come upon by several at once.
    expect(planned.length).toBeLessThan(COUNT * 2);
  });

  it('keeps nothing waiting that is due meanwhile', async () => {
    const { planned, workspaceOf } = manyConnections();
    const seen: number[] = [];
    const between = async () => {
      seen.push(planned.length);
    };
    await planAll({ workspace: workspaceOf(0), between });
    expect(seen.slice(0, 3)).toEqual([20, 40, 60]);
    expect(seen).toHaveLength(COUNT / 20 - 1);
  });
});
