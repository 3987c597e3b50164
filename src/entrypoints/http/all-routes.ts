import type { Route } from './route.ts';
import { aboutRoutes } from './routes/about-routes.ts';
import { auditRoutes } from './routes/audit-routes.ts';
import { periodRoutes } from './routes/period-routes.ts';
import { reportRoutes } from './routes/report-routes.ts';
import type { HttpOptions } from './server.ts';

/** Every route of the API. One line for each group, so that none is forgotten. */
export function allRoutes(options: HttpOptions): readonly Route[] {
  return [...aboutRoutes(options), ...auditRoutes(options), ...periodRoutes(options), ...reportRoutes(options)];
}
