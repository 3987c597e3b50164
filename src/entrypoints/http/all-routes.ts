import type { Route } from './route.ts';
import { aboutRoutes } from './routes/about-routes.ts';
import { accessRoutes } from './routes/access-routes.ts';
import { eventRoutes } from './routes/event-routes.ts';
import { jobRoutes } from './routes/job-routes.ts';
import { signInRoutes } from './routes/sign-in-routes.ts';
import type { ServedOptions } from './server.ts';

/** Every route of the API. One line for each group, so that none is forgotten. */
export function allRoutes(options: ServedOptions): readonly Route[] {
  return [
    ...aboutRoutes(options),
    ...signInRoutes(options),
    ...accessRoutes(options),
    ...jobRoutes(options),
    ...eventRoutes(options),
  ];
}
