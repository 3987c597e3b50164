import { expect, it } from 'vitest';
import { createGate } from './gate.ts';

it('lets in so many at a time, the others in the order in which they came', async () => {
  const gate = createGate(2);
  const order: string[] = [];
  const come = async (name: string) => {
    const leave = await gate.enter();
    order.push(name);
    return leave!;
  };
  const [first, second] = await Promise.all([come('a'), come('b')]);
  const third = come('c');
  const fourth = come('d');
  await Promise.resolve();
  expect(order).toEqual(['a', 'b']);
  second();
  await third;
  // A newcomer does not overtake the one who waits.
  first();
  const fifth = come('e');
  await fourth;
  expect(order).toEqual(['a', 'b', 'c', 'd']);
  (await third)();
  await fifth;
  expect(order).toEqual(['a', 'b', 'c', 'd', 'e']);
});

it('a place left twice is one place', async () => {
  const gate = createGate(1);
  const leave = (await gate.enter())!;
  leave();
  leave();
  await gate.enter();
  const giveUp = new AbortController();
  const waiting = gate.enter(giveUp.signal);
  giveUp.abort();
  expect(await waiting).toBeNull();
});

it('who gives up while waiting takes no place, and control: the next one does', async () => {
  const gate = createGate(1);
  const leave = (await gate.enter())!;
  const giveUp = new AbortController();
  const impatient = gate.enter(giveUp.signal);
  const patient = gate.enter();
  giveUp.abort();
  expect(await impatient).toBeNull();
  leave();
  expect(await patient).not.toBeNull();
  expect(await gate.enter(AbortSignal.abort())).toBeNull();
});

it('narrowed, lets in nobody until enough have left, and widened, lets in who waits', async () => {
  const gate = createGate(2);
  const leaveFirst = (await gate.enter())!;
  const leaveSecond = (await gate.enter())!;
  gate.limit(1);
  let isIn = false;
  const third = gate.enter().then((leave) => {
    isIn = true;
    return leave!;
  });
  leaveFirst();
  await Promise.resolve();
  await Promise.resolve();
  expect(isIn).toBe(false);
  gate.limit(2);
  (await third)();
  leaveSecond();
});

it('limited to one, lets in one', async () => {
  const gate = createGate(3);
  gate.limit(1);
  const leave = (await gate.enter())!;
  const giveUp = new AbortController();
  const second = gate.enter(giveUp.signal);
  giveUp.abort();
  expect(await second).toBeNull();
  leave();
});
