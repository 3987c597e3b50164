import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { currentActivity, inActivity } from './activity.ts';

const first = { correlationId: '1', name: 'command sync' };
const second = { correlationId: '2', name: 'job orders' };

it('what is done side by side belongs to the activity that began it', async () => {
  const late = async () => {
    await sleep(1);
    return currentActivity();
  };
  const both = [inActivity(first, late), inActivity(second, late)];
  expect(currentActivity()).toBeUndefined();
  expect(await Promise.all(both)).toEqual([first, second]);
});
