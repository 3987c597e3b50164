import fastifySwagger from '@fastify/swagger';
import type { FastifyInstance } from 'fastify';
import { jsonSchemaTransform, jsonSchemaTransformObject } from 'fastify-type-provider-zod';
import type { Route } from '../route.ts';
import { completeDocument, type OpenApiDocument, SHARED_COMPONENTS } from './complete-document.ts';

/** What the groups of routes are for. A group without a line here stops a test. */
export const TAGS: Readonly<Record<string, string>> = {
  'Account table': 'Which account each kind of row goes to, in versions that people propose and approve.',
  Accruals: 'What is accrued at the end of a month, and the orders model.',
  Audit: 'Who did what, when and why, and the proof that nothing of it was changed.',
  Connections: 'Seller accounts with the SAP system each is joined to: settings, tests, feeds and schedules.',
  Customers: 'Marketplace customers in SAP.',
  Exceptions: 'What needs a person, with what helps.',
  Jobs: 'The work that is done by itself: what waits, runs, ended and failed, and what a person does about it.',
  'Journal entries': 'Balanced documents: proposed, approved, sent, posted, reversed.',
  Orders: 'Orders as Amazon tells them, and what became of each.',
  Overview: 'How the books stand.',
  Periods: 'Months that are closed, and what stands against closing one.',
  Preview: 'A settlement file as it would be booked, without storing it.',
  Reconciliation: 'What lies between settlements, and between them, the bank and the orders.',
  Reports: 'Reports as the command line writes them.',
  Schedules: 'When what is done by itself: the turns of each work, now, later, or not.',
  Service: 'What this service is, its description, and what happens while one looks.',
  Settlements: 'What Amazon reported for one payout period, with its proofs and its entries.',
  'Sign-in': 'By password or single sign-on, and out again.',
  Trace: 'From a row of Amazon to a document of SAP and back.',
  Users: 'Who may do what.',
  'Your own': 'Your own password, sessions and tokens.',
};

const ABOUT = [
  'Everything that the page and the command line do with the books, for programs. Amounts are decimal text with the digits of their',
  'currency, debit positive. Times are ISO 8601 UTC, days are YYYY-MM-DD. How to sign in, to go through lists, to repeat writes',
  'safely and to read problems: docs/api.md.',
].join(' ');

/** Collects the description while routes are added, so call it before. The document is `app.swagger()` once the server is ready. */
export async function describeApi(
  app: FastifyInstance,
  { version, routes }: { readonly version: string; readonly routes: readonly Route[] },
): Promise<void> {
  const used = new Set(routes.map(({ facts }) => facts.tag));
  await app.register(fastifySwagger, {
    hideUntagged: true,
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'seller-ledger',
        version,
        description: ABOUT,
        license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
      },
      servers: [{ url: '/', description: 'This service' }],
      tags: [...used].sort().map((name) => ({ name, description: TAGS[name] ?? '' })),
      components: {
        ...(SHARED_COMPONENTS as object),
        securitySchemes: {
          session: {
            type: 'apiKey',
            in: 'cookie',
            name: '__Host-seller-ledger-session',
            description: 'Of the page, after sign-in. Writes need the header X-CSRF-Token beside it.',
          },
          token: {
            type: 'http',
            scheme: 'bearer',
            description:
              'A personal token, made on the page under "My account". It may do what its owner may, or less.',
          },
        },
      },
    },
    transform: jsonSchemaTransform,
    transformObject: (document) =>
      completeDocument(jsonSchemaTransformObject(document) as OpenApiDocument, routes) as ReturnType<
        typeof jsonSchemaTransformObject
      >,
  });
}
