import scalar from '@scalar/fastify-api-reference';
import type { FastifyInstance } from 'fastify';
import { pathUnknown } from '../answers/problem-answers.ts';
import { API_ROOT, assertAllowed, type Identify } from '../register-routes.ts';

const READER = '/api/docs';
const FILES = '/api/docs/reader';
const SCRIPT = `${FILES}/js/scalar.js`;

/** What the reader shows and, above all, what it does not do: nothing of it asks another host, or sends a request of its own. */
const CONFIGURATION = {
  url: `${API_ROOT}/openapi.json`,
  withDefaultFonts: false,
  telemetry: false,
  agent: { disabled: true },
  mcp: { disabled: true },
  showDeveloperTools: 'never',
  hideTestRequestButton: true,
  hideClientButton: true,
  documentDownloadType: 'json',
  theme: 'none',
};

/** The reader of the description at `/api/docs`, for whoever is signed in. */
export async function serveApiReader(app: FastifyInstance, identify: Identify): Promise<void> {
  await app.register(scalar, {
    routePrefix: FILES,
    configuration: { url: `${API_ROOT}/openapi.json` },
    hooks: {
      // Its own page has its script in the page, which our rule refuses; ours below has not.
      onRequest: (request, _reply, done) => done(request.url === SCRIPT ? undefined : pathUnknown(request)),
    },
  });
  app.get(READER, { schema: { hide: true } }, async (request, reply) => {
    const who = await identify(request);
    if (!who) return reply.redirect('/sign-in', 303);
    assertAllowed('signed-in', who);
    return reply.header('content-security-policy', POLICY).type('text/html; charset=utf-8').send(readerPage());
  });
}

/**
 * As that of the page, but for styles: the reader writes style attributes and style elements of its own. They can load nothing
 * and send nothing, because images, fonts and requests come from and go to this service only.
 */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "font-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

function readerPage(): string {
  const configuration = JSON.stringify(CONFIGURATION).replaceAll('&', '&amp;').replaceAll('"', '&quot;');
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>seller-ledger API</title>
<link rel="icon" href="/icon.svg">
</head>
<body>
<script id="api-reference" type="application/json" data-url="${API_ROOT}/openapi.json" data-configuration="${configuration}"></script>
<script src="${SCRIPT}"></script>
<noscript>The description itself: <a href="${API_ROOT}/openapi.json">${API_ROOT}/openapi.json</a></noscript>
</body>
</html>
`;
}
