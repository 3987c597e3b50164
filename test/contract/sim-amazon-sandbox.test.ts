/** The pretend Amazon in the role of Amazon's static sandbox: every published pair of the operations used, as published. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { API_OPERATIONS, type ApiOperation } from '../../sim/amazon/index.ts';
import { areModelsMissing, MODEL_OF, type SandboxCase, sandboxCases } from './amazon-models.ts';
import { createKit, type Kit, type Reply } from './sim-amazon-kit.ts';

const CASES = new URL('../../../shared/specs/amazon/sandbox-cases.json', import.meta.url);

interface Parameters {
  readonly parameters: Readonly<Record<string, { readonly value: unknown }>>;
}

/** Sends a case as Amazon's model says: ids in the path, lists joined by commas, a body as JSON. */
function send(kit: Kit, operation: ApiOperation, { request }: SandboxCase): Reply {
  const place = MODEL_OF[operation];
  const values = Object.entries((request as Parameters).parameters).map(([name, { value }]) => [name, value] as const);
  let path: string = place.path;
  const query = new URLSearchParams();
  for (const [name, value] of values) {
    if (path.includes(`{${name}}`)) path = path.replace(`{${name}}`, encodeURIComponent(String(value)));
    else if (name !== 'body') query.set(name, String(value));
  }
  const body = values.find(([name]) => name === 'body')?.[1];
  return place.method === 'POST' ? kit.post(path, body) : kit.get(`${path}?${query}`);
}

describe.skipIf(areModelsMissing)('the pretend Amazon with the pairs of the static sandbox', () => {
  const pairs = areModelsMissing ? undefined : (JSON.parse(readFileSync(CASES, 'utf8')) as unknown);

  it.each(API_OPERATIONS)('answers every pair of %s with its status and its body', (operation) => {
    const kit = createKit({ sandboxCases: pairs });
    const cases = Object.entries(sandboxCases(operation)).flatMap(([status, list]) =>
      list.map((one) => ({ status: Number(status), one })),
    );
    expect(cases.length).toBeGreaterThan(0);
    for (const { status, one } of cases) {
      const reply = send(kit, operation, one);
      expect(reply.status).toBe(status);
      expect(reply.json()).toEqual(one.response);
    }
  });

  it('refuses what no pair asks, and still wants a login', () => {
    const kit = createKit({ sandboxCases: pairs });
    expect(kit.get('/orders/2026-01-01/orders?lastUpdatedAfter=2026-09-01T00:00:00Z').status).toBe(400);
    const bare = { headers: { 'user-agent': 'kit/1' } };
    expect(kit.send('GET', '/sellers/v1/marketplaceParticipations', bare).status).toBe(403);
  });

  it('allows fifteen requests at once and five a second, of every operation', () => {
    const kit = createKit({ sandboxCases: pairs });
    const ask = () => kit.get('/sellers/v1/marketplaceParticipations').status;
    expect(Array.from({ length: 16 }, ask)).toEqual([...Array(15).fill(200), 429]);
    kit.nowMs += 200;
    expect([ask(), ask()]).toEqual([200, 429]);
  });

  it('control: without the pairs it answers from its own world', () => {
    const [[, list] = ['', []]] = Object.entries(sandboxCases('listPayouts'));
    const reply = send(createKit(), 'listPayouts', list[0]!);
    expect(reply.status).toBe(200);
    expect(reply.json()).not.toEqual(list[0]!.response);
  });
});
