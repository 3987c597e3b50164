import { DAY_MS, isProblem, Problem } from '../../core/index.ts';
import type { SpApiRead } from '../exchange.ts';

/**
 * Awaits one page. A refused page that was asked for by its token is a token Amazon no longer takes: the first page was
 * answered, and everything else is repeated unchanged.
 */
export async function pageOf<Answer>(
  page: { readonly operation: SpApiRead; readonly list: string; readonly token: string | null },
  answer: Promise<Answer>,
): Promise<Answer> {
  try {
    return await answer;
  } catch (thrown) {
    if (page.token === null || !isProblem(thrown) || thrown.code !== 'AMAZON_REQUEST_REFUSED') throw thrown;
    throw tokenExpired(page.operation, page.list, thrown);
  }
}

/** For a token by which reading cannot go on. */
export function tokenExpired(operation: SpApiRead, list: string, cause: unknown): Problem {
  return new Problem(
    {
      code: 'AMAZON_PAGE_TOKEN_EXPIRED',
      kind: 'unavailable',
      says: `Reading ${operation} of ${list} cannot go on from the page it had come to: Amazon takes a page token for some five minutes.`,
      next: 'Nothing to do: it is read again from its beginning. What was read so far is stored.',
    },
    { cause },
  );
}

/** For a window of events to which Amazon would answer nothing at all, without an error. */
export function windowInvalid(window: { readonly from: string; readonly until: string }, daysMax: number): Problem {
  const days = Math.round(((Date.parse(window.until) - Date.parse(window.from)) / DAY_MS) * 10) / 10;
  return new Problem({
    code: 'FINANCES_WINDOW_INVALID',
    kind: 'invalid',
    says: `From ${window.from} until ${window.until} are ${days} days; Amazon answers with events for more than 0 and less than ${daysMax} days.`,
    next: `Ask for a shorter time, for example for ${daysMax / 2} days.`,
  });
}
