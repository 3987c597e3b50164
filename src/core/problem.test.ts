import { describe, expect, it } from 'vitest';
import { assert, assertNever, isProblem, PROBLEM_KINDS, Problem, toProblem } from './problem.ts';

const facts = {
  code: 'AMOUNT_UNREADABLE',
  kind: 'invalid',
  says: '"1,2,3" is not an amount.',
  next: 'Download the file again.',
  where: { file: 'settlement.txt', row: 7, column: 'amount' },
  data: '1,2,3',
} as const;

describe('a problem', () => {
  it('prints the four parts a person needs, and no stack or cause', () => {
    const problem = new Problem(facts, { cause: new Error('secret detail') });
    expect(JSON.parse(JSON.stringify(problem))).toEqual(facts);
    expect(problem.message).toBe('AMOUNT_UNREADABLE: "1,2,3" is not an amount.');
  });

  it('leaves out the parts it does not have', () => {
    const { where: _, data: __, ...rest } = facts;
    expect(Object.keys(new Problem(rest).toJSON())).toEqual(['code', 'kind', 'says', 'next']);
  });

  it('keeps offending data that is an empty text', () => {
    expect(new Problem({ ...facts, data: '' }).toJSON().data).toBe('');
  });

  it('takes HTTP status and exit code from its kind, each kind its own', () => {
    expect(new Problem(facts)).toMatchObject({ httpStatus: 400, exitCode: 2 });
    expect(PROBLEM_KINDS).toEqual({
      invalid: { httpStatus: 400, exitCode: 2 },
      unmapped: { httpStatus: 422, exitCode: 3 },
      unproven: { httpStatus: 422, exitCode: 3 },
      rejected: { httpStatus: 422, exitCode: 4 },
      unavailable: { httpStatus: 503, exitCode: 5 },
      unknown: { httpStatus: 202, exitCode: 6 },
      conflict: { httpStatus: 409, exitCode: 7 },
      defect: { httpStatus: 500, exitCode: 70 },
    });
  });
});

describe('toProblem', () => {
  it('passes a problem through unchanged', () => {
    const problem = new Problem(facts);
    expect(toProblem(problem)).toBe(problem);
    expect(isProblem(problem)).toBe(true);
  });

  it.each([[new TypeError('x is undefined')], ['a thrown text'], [undefined], [null]])(
    'turns %s into a defect that keeps it as its cause',
    (thrown) => {
      const problem = toProblem(thrown);
      expect(problem).toMatchObject({ code: 'DEFECT', kind: 'defect', exitCode: 70 });
      expect(problem.cause).toBe(thrown);
    },
  );
});

describe('assertions', () => {
  it('stay silent when they hold and are defects when they do not', () => {
    expect(() => assert(true, 'never seen')).not.toThrow();
    expect(() => assert(false, 'two and two are four')).toThrow(
      expect.objectContaining({ kind: 'defect', says: 'two and two are four' }),
    );
  });

  it('name a value that an exhaustive match forgot', () => {
    expect(() => assertNever('parked' as never, 'an entry state')).toThrow(/an entry state .* "parked"/);
  });
});
