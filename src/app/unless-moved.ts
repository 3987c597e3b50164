import { isProblem } from '../core/index.ts';

/**
 * Does the work on one record; `undefined` when somebody else moved the record meanwhile, for example a person who approved
 * it. Nothing is wrong then: whoever comes next finds it as it is now.
 */
export async function unlessMoved<Result>(work: () => Promise<Result>): Promise<Result | undefined> {
  try {
    return await work();
  } catch (thrown) {
    if (isProblem(thrown) && thrown.code === 'STATE_MOVED') return undefined;
    throw thrown;
  }
}
