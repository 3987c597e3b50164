/** What a newcomer meets: the demo as it is installed lives, and a second start of it takes nothing away from the first. */
import { get } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ScheduleRow } from '../../src/entrypoints/http/contract/connections.ts';
import { freePort, Visitor } from '../entrypoints/sign-in-kit.ts';
import { runCli } from '../kill/cli.ts';
import { type RunningDemo, startDemo } from './demo.ts';

let demo: RunningDemo;
/** As this machine reaches it. */
let page: string;
let anna: Visitor;

beforeAll(async () => {
  const byNpm = { npm_lifecycle_event: 'start', npm_package_name: 'seller-ledger' };
  const port = String(await freePort());
  page = `http://localhost:${port}`;
  demo = await startDemo(byNpm, ['--port', port, '--public-url', 'https://ledger.example', '--metrics-port', '0']);
  anna = new Visitor(page);
  expect((await anna.signIn('anna', demo.password)).status).toBe(200);
}, 120_000);
afterAll(() => demo?.stop());

async function schedule(): Promise<readonly ScheduleRow[]> {
  const { body } = await anna.get('/schedules?connection=demo');
  return (body.items as ScheduleRow[]).filter(({ isOn }) => isOn);
}

/** Works that are overdue, in trouble or were never done. On a busy machine the demo does not wait for the slowest. */
async function notAtEase() {
  return (await schedule())
    .filter(({ state, problem, lastDoneAt }) => state !== 'waits' || problem !== null || lastDoneAt === null)
    .map(({ work, state, problem, lastDoneAt }) => ({ work, state, problem, lastDoneAt }));
}

/** What the page says to whoever calls it by that name. */
function answerTo(host: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    get(`${page}/sign-in`, { headers: { host } }, (answer) => resolve(answer.resume().statusCode)).on('error', reject);
  });
}

describe('the demo', () => {
  it('has posted, read orders and made customers when it says that it is ready, and nothing is overdue', async () => {
    expect((await schedule()).length).toBeGreaterThan(5);
    await expect.poll(notAtEase, { timeout: 60_000 }).toEqual([]);
    expect((await anna.get('/orders?connection=demo&limit=50')).body.items).toHaveLength(50);
    const { body: customers } = await anna.get('/customers?connection=demo');
    expect(customers.items.map(({ name }: { name: string }) => name).sort()).toEqual(['Amazon.ca', 'Amazon.com']);
  }, 90_000);

  it('shows documents, one settlement in quarantine, and an entry that its schedule leaves to two people', async () => {
    const stateOf = async (path: string) => (await anna.get(path)).body.items.length as number;
    expect(await stateOf('/settlements?limit=50')).toBe(4);
    expect(await stateOf('/settlements?state=quarantined')).toBe(1);
    expect(await stateOf('/entries?state=proposed')).toBeGreaterThan(0);
    expect(await stateOf('/entries?state=posted')).toBeGreaterThanOrEqual(2);
    expect(await stateOf('/entries?state=unknown')).toBe(0);
  });

  it('does at once what somebody has run now', async () => {
    const doneAt = async () => (await schedule()).find(({ work }) => work === 'payouts')?.lastDoneAt;
    const before = await doneAt();
    const wish = { connection: 'demo', work: 'payouts', why: 'to see it' };
    expect((await anna.post('/schedules/run', wish)).status).toBe(200);
    await expect.poll(doneAt, { interval: 500 }).not.toBe(before);
  });

  it('takes what a service takes: the address that people open, and a port for metrics', async () => {
    expect(demo.url).toBe('https://ledger.example');
    expect(await answerTo('ledger.example')).toBe(200);
    expect(await answerTo('control.example')).not.toBe(200);
    const metrics = /Metrics: (\S+)\/metrics/.exec(demo.text)?.[1];
    expect((await fetch(`${metrics}/health/ready`)).status).toBe(200);
  });

  it('names commands as a person can type them who has a clone only', () => {
    expect(demo.text).toContain('npm run cli -- --demo settlements list');
    expect(demo.text).toContain('npm run cli -- start --no-demo');
    expect(demo.text).not.toMatch(/seller-ledger (--demo|start)/);
  });

  it('started a second time names the page of the first, whose people sign in as before', async () => {
    // Without a port it would take the next free one, and beside the first nothing would tell of the mistake.
    const second = await runCli(['start', '--demo'], { SELLER_LEDGER_HOME: demo.home });
    expect(second).toMatchObject({ exitCode: 7, signal: null, out: '' });
    expect(second.err).toContain('DEMO_RUNNING');
    expect(second.err).toContain(`its page is ${demo.url}`);
    expect((await new Visitor(page).signIn('carla', demo.password)).status).toBe(200);
    await expect.poll(notAtEase, { timeout: 30_000 }).toEqual([]);
  }, 60_000);
});
