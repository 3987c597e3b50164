import scalar from '@scalar/fastify-api-reference';
import type { FastifyInstance } from 'fastify';
import type { Randomness } from '../../../core/index.ts';
import { pathUnknown } from '../answers/problem-answers.ts';
import { API_ROOT, type Identify } from '../register-routes.ts';
import { assertAllowed } from '../sign-in/assert-allowed.ts';

const READER = '/api/docs';
const FILES = '/api/docs/reader';
const SCRIPT = `${FILES}/js/scalar.js`;
const OWN_SCRIPT = '/api/docs/styles.js';
const NONCE_BYTES = 16;

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
export async function serveApiReader(
  app: FastifyInstance,
  { identify, randomness }: { readonly identify: Identify; readonly randomness: Randomness },
): Promise<void> {
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
    const nonce = Buffer.from(randomness.bytes(NONCE_BYTES)).toString('base64url');
    return reply
      .header('content-security-policy', policyWith(nonce))
      .type('text/html; charset=utf-8')
      .send(readerPage(nonce));
  });
  app.get(OWN_SCRIPT, { schema: { hide: true } }, (_request, reply) =>
    reply.type('text/javascript; charset=utf-8').send(OWN_STYLES),
  );
}

/**
 * As that of the page, but that style elements with the number of this answer hold: the reader has its styles in its script. Text that
 * got into the page has no such number.
 */
function policyWith(nonce: string): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self' data:",
    "font-src 'self' data:",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}

/**
 * The reader writes its styles as text, which the policy refuses. Before it runs, this gives the style elements that scripts make the number,
 * and sets the styles of single elements through the document, which is what a script may do anyway.
 */
const OWN_STYLES = `{
  const nonce = document.querySelector('meta[property="csp-nonce"]').content;
  const create = Document.prototype.createElement;
  Document.prototype.createElement = function (name, options) {
    const made = create.call(this, name, options);
    if (made instanceof HTMLStyleElement) made.nonce = nonce;
    return made;
  };
  const setAttribute = Element.prototype.setAttribute;
  Element.prototype.setAttribute = function (name, value) {
    if (name !== 'style') return setAttribute.call(this, name, value);
    this.style.cssText = value;
  };
  const { get, set } = Object.getOwnPropertyDescriptor(Element.prototype, 'innerHTML');
  Object.defineProperty(Element.prototype, 'innerHTML', {
    configurable: true,
    enumerable: true,
    get,
    set(text) {
      set.call(this, String(text ?? '').replace(/(<[a-z][^<>]*?) style="/gi, '$1 data-own-style="'));
      for (const each of this.querySelectorAll('[data-own-style]')) {
        each.style.cssText = each.dataset.ownStyle;
        each.removeAttribute('data-own-style');
      }
    },
  });
}
`;

function readerPage(nonce: string): string {
  const configuration = JSON.stringify(CONFIGURATION).replaceAll('&', '&amp;').replaceAll('"', '&quot;');
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>seller-ledger API</title>
<meta property="csp-nonce" content="${nonce}">
<link rel="icon" href="/icon.svg">
</head>
<body>
<script id="api-reference" type="application/json" data-url="${API_ROOT}/openapi.json" data-configuration="${configuration}"></script>
<script src="${OWN_SCRIPT}"></script>
<script src="${SCRIPT}"></script>
<noscript>The description itself: <a href="${API_ROOT}/openapi.json">${API_ROOT}/openapi.json</a></noscript>
</body>
</html>
`;
}
