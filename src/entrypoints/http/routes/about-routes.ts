import { z } from 'zod';
import { About } from '../contract/about.ts';
import { route } from '../route.ts';
import type { HttpOptions } from '../server.ts';

/** What this service is, and who asks. */
export function aboutRoutes({ workspace, about }: HttpOptions) {
  return [
    route(
      {
        method: 'GET',
        path: '/about',
        access: 'public',
        tag: 'Service',
        summary: 'What this service is and who is signed in',
        answer: About,
      },
      ({ who }) => ({
        program: 'seller-ledger',
        version: workspace.programVersion,
        line: String(about().line ?? ''),
        user: who
          ? {
              name: who.name,
              displayName: who.displayName,
              roles: [...who.roles],
              permissions: [...who.permissions],
            }
          : null,
      }),
    ),
    route(
      {
        method: 'GET',
        path: '/openapi.json',
        access: 'signed-in',
        tag: 'Service',
        summary: 'This description, for programs',
        description: 'OpenAPI 3.1. The same is read by people at /api/docs.',
        answer: z.record(z.string(), z.unknown()),
      },
      ({ request }) => ({ ...request.server.swagger() }),
    ),
  ];
}
