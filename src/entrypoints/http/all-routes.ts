import type { Route } from './route.ts';
import { aboutRoutes } from './routes/about-routes.ts';
import { accessRoutes } from './routes/access-routes.ts';
import { accrualRoutes } from './routes/accrual-routes.ts';
import { approvalRoutes } from './routes/approval-routes.ts';
import { auditRoutes } from './routes/audit-routes.ts';
import { connectionRoutes } from './routes/connection-routes.ts';
import { customerRoutes } from './routes/customer-routes.ts';
import { entryRoutes } from './routes/entry-routes.ts';
import { eventRoutes } from './routes/event-routes.ts';
import { exceptionRoutes } from './routes/exception-routes.ts';
import { jobRoutes } from './routes/job-routes.ts';
import { mappingRoutes } from './routes/mapping-routes.ts';
import { orderRoutes } from './routes/order-routes.ts';
import { overviewRoutes } from './routes/overview-routes.ts';
import { periodRoutes } from './routes/period-routes.ts';
import { previewRoutes } from './routes/preview-routes.ts';
import { reportRoutes } from './routes/report-routes.ts';
import { scheduleRoutes } from './routes/schedule-routes.ts';
import { settlementRoutes } from './routes/settlement-routes.ts';
import { settlementWriteRoutes } from './routes/settlement-write-routes.ts';
import { signInRoutes } from './routes/sign-in-routes.ts';
import { traceRoutes } from './routes/trace-routes.ts';
import type { ServedOptions } from './server.ts';

/** The groups of the API, one line for each, so that none is forgotten. */
const GROUPS: readonly ((options: ServedOptions) => readonly Route[])[] = [
  aboutRoutes,
  accessRoutes,
  accrualRoutes,
  approvalRoutes,
  auditRoutes,
  connectionRoutes,
  customerRoutes,
  entryRoutes,
  eventRoutes,
  exceptionRoutes,
  jobRoutes,
  mappingRoutes,
  orderRoutes,
  overviewRoutes,
  periodRoutes,
  previewRoutes,
  reportRoutes,
  scheduleRoutes,
  settlementRoutes,
  settlementWriteRoutes,
  signInRoutes,
  traceRoutes,
];

/** Every route of the API. */
export function allRoutes(options: ServedOptions): readonly Route[] {
  return GROUPS.flatMap((group) => group(options));
}
