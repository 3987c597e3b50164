import { expect, it } from 'vitest';
import { lookAtDisks } from './disk-facts.ts';

it('a folder that this machine does not see is left out, and says that another machine may see more', async () => {
  const seen = await lookAtDisks({ database: '/', backups: '/nowhere/backups' });
  expect(seen.disks).toEqual([{ holds: 'database', folder: '/', freeBytes: expect.any(Number) }]);
  expect(seen.isWhole).toBe(false);
  expect(await lookAtDisks({ database: null, backups: null })).toEqual({ disks: [], isWhole: true });
});

it('control: with every folder in sight an alert may be over', async () => {
  expect((await lookAtDisks({ database: '/', backups: null })).isWhole).toBe(true);
});
