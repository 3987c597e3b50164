import type { Route } from './route.ts';
import { aboutRoutes } from './routes/about-routes.ts';
import { accessRoutes } from './routes/access-routes.ts';
import { auditRoutes } from './routes/audit-routes.ts';
import { periodRoutes } from './routes/period-routes.ts';
import { reportRoutes } from './routes/report-routes.ts';
import { signInRoutes } from './routes/sign-in-routes.ts';
import type { HttpOptions } from './server.ts';

/** The groups of the API, one line for each, so that none is forgotten. */
const GROUPS: readonly ((options: HttpOptions) => readonly Route[])[] = [
  aboutRoutes,
  accessRoutes,
  auditRoutes,
  periodRoutes,
  reportRoutes,
  signInRoutes,
];

/** Every route of the API. */
export function allRoutes(options: HttpOptions): readonly Route[] {
  return GROUPS.flatMap((group) => group(options));
}
