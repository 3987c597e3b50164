import type { Route } from './route.ts';
import { aboutRoutes } from './routes/about-routes.ts';
import { accessRoutes } from './routes/access-routes.ts';
import { auditRoutes } from './routes/audit-routes.ts';
import { eventRoutes } from './routes/event-routes.ts';
import { jobRoutes } from './routes/job-routes.ts';
import { periodRoutes } from './routes/period-routes.ts';
import { reportRoutes } from './routes/report-routes.ts';
import { signInRoutes } from './routes/sign-in-routes.ts';
import type { ServedOptions } from './server.ts';

/** The groups of the API, one line for each, so that none is forgotten. */
const GROUPS: readonly ((options: ServedOptions) => readonly Route[])[] = [
  aboutRoutes,
  accessRoutes,
  auditRoutes,
  eventRoutes,
  jobRoutes,
  periodRoutes,
  reportRoutes,
  signInRoutes,
];

/** Every route of the API. */
export function allRoutes(options: ServedOptions): readonly Route[] {
  return GROUPS.flatMap((group) => group(options));
}
