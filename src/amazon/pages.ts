import { Problem } from '../core/index.ts';
import type { SpApiOperation } from './exchange.ts';

/** For a list whose pages go on beyond any sensible number, or whose next token came twice. `pages` were read. */
export function endlessPages(operation: SpApiOperation, pages: number): Problem {
  return new Problem({
    code: 'AMAZON_PAGES_ENDLESS',
    kind: 'unavailable',
    says: `The pages of ${operation} did not end after ${pages}, or Amazon named one of them twice.`,
    next: 'Sync again later; what was read so far is stored. If it stays so, report it.',
  });
}
