import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { packageRoot } from '../package-root.ts';

const PAGE_FOLDER = fileURLToPath(new URL('dist/web/', packageRoot()));
/** Files whose names change with their content. */
const HASHED = '/assets/';
const FOR_EVER = 'public, max-age=31536000, immutable';

/** Whether `npm run build` made the page. */
export function hasPage(): boolean {
  return existsSync(PAGE_FOLDER);
}

/** The page as `npm run build` made it, compressed as it made it too. */
export async function servePage(app: FastifyInstance): Promise<void> {
  if (!hasPage()) return;
  await app.register(fastifyStatic, {
    root: PAGE_FOLDER,
    preCompressed: true,
    cacheControl: false,
    setHeaders: (reply, path) => {
      // Whatever has one name for ever is asked for anew, and not sent again while it is the same.
      void reply.header('cache-control', path.includes(HASHED) ? FOR_EVER : 'no-cache');
    },
  });
}

/** The page itself, at whichever of its addresses. */
export function sendPage(_request: FastifyRequest, reply: FastifyReply): FastifyReply {
  return reply.sendFile('index.html');
}
