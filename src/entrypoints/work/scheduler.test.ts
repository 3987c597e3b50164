import { describe, expect, it } from 'vitest';
import { connection as connectionFile } from '../../../test/entrypoints/command-kit.ts';
import { type Log, sha256Of } from '../../core/index.ts';
import type { Workspace } from '../composition.ts';
import { connectionFromFile } from '../connection-file.ts';
import { templateText } from '../files.ts';
import { planAll } from './scheduler.ts';

const COUNT = 200;
const PLANNERS = 4;

/** Books that only know which connection was planned, by whom. */
function manyConnections(heldFor: (id: string) => boolean = () => false) {
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
      if (id !== null && heldFor(id)) return false;
      if (id !== null) planned.push(id);
      return true;
    },
  };
  const told: unknown[] = [];
  const log: Log = { write: (level, event, facts) => void told.push({ level, event, ...facts }) };
  const workspaceOf = (seed: number) => ({ books, log, randomness: { fraction: () => seed } }) as unknown as Workspace;
  return { planned, workspaceOf, told };
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

  it('leaves out the one whose rows somebody holds, tries it once more at the end, and says so', async () => {
    const tries: string[] = [];
    const held = (id: string) => {
      if (id === 'connection-7') tries.push(id);
      return id === 'connection-7' || (id === 'connection-8' && tries.length < 2);
    };
    const { planned, workspaceOf, told } = manyConnections(held);
    await planAll({ workspace: workspaceOf(0) });
    expect(tries).toHaveLength(2);
    expect(planned).toHaveLength(COUNT - 1);
    expect(told).toMatchObject([{ level: 'warn', event: 'schedule.plan-held', connection: 'connection-7' }]);
    const free = manyConnections();
    await planAll({ workspace: free.workspaceOf(0) });
    expect(free.told, 'control').toEqual([]);
  });
});
