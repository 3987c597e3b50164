import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { bookCase, openAtEnd, renderBalances } from './balances.ts';
import { CASES, readCase, readCases } from './case-folder.ts';
import { evaluateOnce } from './evaluate-case.ts';

const several = readCases().filter(({ settlements }) => settlements.length > 1);

describe('what a settlement leaves open is closed by the ones that follow and by the bank', () => {
  it.each(several)('$name', async (golden) => {
    const steps = bookCase(await evaluateOnce(golden));
    await expect(renderBalances(steps)).toMatchFileSnapshot(join(CASES, golden.name, 'balances.txt'));
    expect(openAtEnd(steps)).toEqual(golden.open);
  });

  it('control: without the second settlement the reserve stays open', async () => {
    const { golden, settlements } = await evaluateOnce(readCase('movement-01-reserve-grows-and-shrinks'));
    const alone = openAtEnd(bookCase({ golden, settlements: settlements.slice(0, 1) }));
    expect([...alone.keys()]).toContain('12509100 USD');
  });
});
