import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, it } from 'vitest';
import { readProcessTable } from './processes.ts';

const table = await readProcessTable({ pid: process.pid, hostName: 'machine' });

it('this process is alive, also when another process looks', async () => {
  expect(await table.stateOf(table.self)).toBe('alive');
  const other = await readProcessTable({ pid: process.ppid, hostName: 'machine' });
  expect(await other.stateOf(table.self)).toBe('alive');
});

it('a process that was killed is dead, even before its parent has taken note', async () => {
  const child = spawn('sleep', ['60']);
  await once(child, 'spawn');
  const { host } = table.self;
  const identity = { host, pid: child.pid!, startedAt: null };
  expect(await table.stateOf(identity)).toBe('alive');
  child.kill('SIGKILL');
  let state = await table.stateOf(identity);
  while (state === 'alive') state = await table.stateOf(identity);
  expect(state).toBe('dead');
});

it('a later process with the same id is not the one that was meant', async () => {
  expect(await table.stateOf({ ...table.self, startedAt: '1' })).toBe('dead');
  expect(await table.stateOf({ ...table.self, startedAt: null })).toBe('alive');
});

it('nothing is known about processes of another machine', async () => {
  expect(await table.stateOf({ ...table.self, host: 'other machine' })).toBe('elsewhere');
});

it('an id that cannot be a process is dead', async () => {
  for (const pid of [0, -1, 1.5, 2 ** 31]) {
    expect(await table.stateOf({ host: table.self.host, pid, startedAt: null })).toBe('dead');
  }
});
