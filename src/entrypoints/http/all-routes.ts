import type { Route } from './route.ts';
import { aboutRoutes } from './routes/about-routes.ts';
import { accrualRoutes } from './routes/accrual-routes.ts';
import { customerRoutes } from './routes/customer-routes.ts';
import { entryRoutes } from './routes/entry-routes.ts';
import { mappingRoutes } from './routes/mapping-routes.ts';
import { orderRoutes } from './routes/order-routes.ts';
import { periodRoutes } from './routes/period-routes.ts';
import { previewRoutes } from './routes/preview-routes.ts';
import { reportRoutes } from './routes/report-routes.ts';
import { settlementRoutes } from './routes/settlement-routes.ts';
import { settlementWriteRoutes } from './routes/settlement-write-routes.ts';
import { traceRoutes } from './routes/trace-routes.ts';
import type { HttpOptions } from './server.ts';

/** Every route of the API. One line for each group, so that none is forgotten. */
export function allRoutes(options: HttpOptions): readonly Route[] {
  return [
    ...aboutRoutes(options),
    ...settlementRoutes(options),
    ...settlementWriteRoutes(options),
    ...entryRoutes(options),
    ...accrualRoutes(options),
    ...traceRoutes(options),
    ...previewRoutes(),
    ...periodRoutes(options),
    ...reportRoutes(options),
    ...mappingRoutes(options),
    ...customerRoutes(options),
    ...orderRoutes(options),
  ];
}
