import type { Route } from './route.ts';
import { aboutRoutes } from './routes/about-routes.ts';
import { eventRoutes } from './routes/event-routes.ts';
import { jobRoutes } from './routes/job-routes.ts';
import type { HttpOptions } from './server.ts';

/** Every route of the API. One line for each group, so that none is forgotten. */
export function allRoutes(options: HttpOptions): readonly Route[] {
  return [...aboutRoutes(options), ...jobRoutes(options), ...eventRoutes(options)];
}
