import { assert, type Problem, type Sha256 } from '../core/index.ts';
import type { ReportBytes, ReportOrder } from './amazon-reports.ts';
import type { FeedContext, FeedRunOptions } from './feed-context.ts';

export type ObtainedReport =
  | { readonly state: 'stored'; readonly sha256: Sha256; readonly bytes: ReportBytes }
  | { readonly state: 'no-data' }
  | { readonly state: 'failed'; readonly problem: Problem };

/** Takes one report as far as it goes; callable again at any state. `stored`: its bytes are evidence. */
export async function obtainReport(
  _context: FeedContext,
  _order: ReportOrder,
  _options: FeedRunOptions,
): Promise<ObtainedReport> {
  return assert(false, 'not built yet') as never;
}
