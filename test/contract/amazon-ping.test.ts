import { describe, expect, it } from 'vitest';
import { connect, createWorld, LWA_PATH, REPORTS, type Reply, report, START_MS, serve } from './amazon-stand-in.ts';

const PARTICIPATIONS = '/sellers/v1/marketplaceParticipations';

function participation(name: string, isParticipating = true) {
  return {
    marketplace: { id: name, name, countryCode: 'DE', somethingNew: true },
    participation: { isParticipating, hasSuspendedListings: false },
  };
}

function createPing(replies: Partial<Record<string, Reply>> = {}, amazonMs = START_MS) {
  const date = new Date(amazonMs).toUTCString();
  return createWorld((request) => {
    const usual: Record<string, Reply> = {
      [PARTICIPATIONS]: { body: { payload: [participation('Amazon.de'), participation('Amazon.fr', false)] } },
      [REPORTS]: { body: { reports: [report('1'), report('2')] } },
    };
    const reply = replies[request.path] ?? usual[request.path] ?? { status: 404 };
    return { ...reply, headers: { date, ...reply.headers } };
  });
}

describe('the check of a connection to Amazon', () => {
  it('says of each thing a sync needs that it works, and asks for each once', async () => {
    const world = await createPing();
    expect(await world.amazon.ping()).toEqual([
      { name: 'login', ok: true, says: 'Login with Amazon issued an access token', next: null },
      { name: 'marketplaces', ok: true, says: 'the seller takes part in 1 marketplace: Amazon.de', next: null },
      { name: 'reports', ok: true, says: '2 settlement reports of the last 89 days can be read', next: null },
      { name: 'clock', ok: true, says: "this machine's clock is 0 s ahead of Amazon's", next: null },
    ]);
    expect(world.server.received.map((request) => request.path)).toEqual([LWA_PATH, PARTICIPATIONS, REPORTS]);
  });

  it('names the missing role when only the reports are denied', async () => {
    const world = await createPing({ [REPORTS]: { status: 403, body: { errors: [{ code: 'Unauthorized' }] } } });
    const checks = await world.amazon.ping();
    expect(checks.map((check) => [check.name, check.ok])).toEqual([
      ['login', true],
      ['marketplaces', true],
      ['reports', false],
      ['clock', true],
    ]);
    expect(checks[2]?.says).toMatch(/^AMAZON_ACCESS_DENIED/);
    expect(checks[2]?.next).toMatch(/Finance and Accounting/);
  });

  it('tries nothing more when the login does not work, and says so', async () => {
    const server = await serve(() => ({ status: 400, body: { error: 'invalid_grant' } }));
    const world = connect(server);
    const checks = await world.amazon.ping();
    expect(checks.map((check) => check.ok)).toEqual([false, false, false, false]);
    expect(checks[0]?.says).toMatch(/^AMAZON_LOGIN_REVOKED/);
    expect(checks[1]?.says).toMatch(/not tried/);
    expect(server.received).toHaveLength(1);
  });

  it.each([
    [503, 'AMAZON_UNAVAILABLE'],
    [429, 'AMAZON_THROTTLED'],
  ])('does not wait and repeat when Amazon answers %i: a person is waiting', async (status, code) => {
    const world = await createPing({ [PARTICIPATIONS]: { status } });
    const checks = await world.amazon.ping();
    expect(checks[1]?.says).toContain(code);
    expect(world.asked(PARTICIPATIONS)).toHaveLength(1);
    expect(world.clock.nowMs()).toBe(START_MS);
  });

  it.each([
    [10 * 60_000, 'behind'],
    [-10 * 60_000, 'ahead of'],
  ])('finds a clock that is %i ms off', async (ms, word) => {
    const world = await createPing({}, START_MS + ms);
    const clock = (await world.amazon.ping())[3];
    expect(clock).toMatchObject({ ok: false, says: `this machine's clock is 600 s ${word} Amazon's` });
    expect(clock?.next).toMatch(/NTP/);
  });

  it('does not hold the clock for right when Amazon sent no time', async () => {
    const broken = { headers: { date: 'x' }, body: { payload: [] } };
    const world = await createPing({ [PARTICIPATIONS]: broken, [REPORTS]: { ...broken, body: { reports: [] } } });
    const checks = await world.amazon.ping();
    expect(checks[1]?.says).toBe('the seller takes part in 0 marketplaces');
    expect(checks[3]).toMatchObject({ ok: false, says: 'Amazon sent no time to compare with' });
  });
});
