import type { Route } from './route.ts';
import { aboutRoutes } from './routes/about-routes.ts';
import { connectionRoutes } from './routes/connection-routes.ts';
import { eventRoutes } from './routes/event-routes.ts';
import { exceptionRoutes } from './routes/exception-routes.ts';
import { jobRoutes } from './routes/job-routes.ts';
import { overviewRoutes } from './routes/overview-routes.ts';
import { periodRoutes } from './routes/period-routes.ts';
import { reportRoutes } from './routes/report-routes.ts';
import { scheduleRoutes } from './routes/schedule-routes.ts';
import type { HttpOptions } from './server.ts';

/** Every route of the API. One line for each group, so that none is forgotten. */
export function allRoutes(options: HttpOptions): readonly Route[] {
  return [
    ...aboutRoutes(options),
    ...connectionRoutes(options),
    ...eventRoutes(options),
    ...exceptionRoutes(options),
    ...jobRoutes(options),
    ...overviewRoutes(options),
    ...periodRoutes(options),
    ...reportRoutes(options),
    ...scheduleRoutes(options),
  ];
}
