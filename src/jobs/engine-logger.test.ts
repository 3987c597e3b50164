import { expect, it } from 'vitest';
import { engineLogger } from './engine-logger.ts';

it('the same trouble of the engine is the same line, however long it waits for its next try', () => {
  const messages: unknown[] = [];
  const logger = engineLogger({ write: (_level, _event, facts) => messages.push(facts?.message) });
  for (const wait of ['92ms', '2151ms']) logger.error(`Error with notify listener (trying again in ${wait}): refused`);
  logger.error('Error with notify listener (trying again in 92ms): starting up');
  const same = 'Error with notify listener: refused';
  expect(messages).toEqual([same, same, 'Error with notify listener: starting up']);
});
