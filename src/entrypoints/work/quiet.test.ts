import { expect, it } from 'vitest';
import type { ConnectionId } from '../../app/index.ts';
import { parseTimeZone } from '../../core/index.ts';
import type { Workspace } from '../composition.ts';
import { isQuietAt } from './quiet.ts';
import type { TurnPayload } from './turn.ts';

const plan = {
  calendar: {
    timeZone: parseTimeZone('Europe/Berlin'),
    quietHours: [{ from: 22 * 60, to: 5 * 60, weekdays: null }],
  },
};
const books = { getConnection: async () => ({ id: 'one' }), listSchedules: async () => [{ work: 'orders', plan }] };
const workspace = { books } as unknown as Workspace;
const turn: TurnPayload = {
  key: 'one:orders',
  connection: 'one',
  connectionId: 'one' as ConnectionId,
  slotAt: '',
  part: 1,
};

it.each([
  ['a long load stops for the quiet hours of its connection', '2026-11-26T22:00:00Z', 'orders', true],
  ['control: it goes on before them', '2026-11-26T20:59:59Z', 'orders', false],
  ['control: it goes on after them', '2026-11-27T04:00:00Z', 'orders', false],
  ['what has no schedule has no quiet hours', '2026-11-26T22:00:00Z', 'vat', false],
] as const)('%s', async (_rule, at, work, expected) => {
  expect(await isQuietAt(workspace, { turn, work }, Date.parse(at))).toBe(expected);
});
