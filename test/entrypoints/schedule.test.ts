/** What is done by itself: the commands, and the settings that they show. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ClosedDays, type ScheduleRecord, SYSTEM } from '../../src/app/index.ts';
import { parseTimeZone } from '../../src/core/index.ts';
import { sayViews } from '../../src/entrypoints/cli/schedule-commands.ts';
import { connectionFromFile } from '../../src/entrypoints/connection-file.ts';
import { scheduleRow } from '../../src/entrypoints/http/told-view.ts';
import { scheduleSettingsSchema, scheduleWishesOf } from '../../src/entrypoints/schedule-settings.ts';
import { viewOf } from '../../src/entrypoints/schedule-view.ts';
import { type CommandLine, connection as connectionFile, openCommandLine } from './command-kit.ts';

let cli: CommandLine;
beforeAll(async () => {
  cli = await openCommandLine();
});
afterAll(() => cli.close());

interface View {
  readonly connection: string | null;
  readonly work: string;
  readonly state: string;
  readonly cadence: string;
  readonly isOn: boolean;
  readonly paused: { readonly by: string; readonly why: string } | null;
}
const views = async (...args: string[]): Promise<readonly View[]> => cli.json('schedule', 'show', ...args);
const stateOf = async (work: string) => (await views('acme')).find((each) => each.work === work)?.state;

describe('schedule show', () => {
  it('names every work with its cadence before any service has run, and those of the installation', async () => {
    const { exitCode, out } = await cli.run('schedule', 'show');
    expect(exitCode).toBe(0);
    expect(out).toMatch(/acme +orders +every 15 minutes +never/);
    expect(out).toMatch(/acme +settlements +every 4 hours, every 20 minutes around expected closings/);
    expect(out).toMatch(/\(installation\) +purge-buyers +daily at 03:17/);
    const works = (await views('acme')).filter(({ isOn }) => isOn).map(({ work }) => work);
    expect(works).toEqual(['credentials', 'finances', 'orders', 'payouts', 'posting', 'reconciliation', 'settlements']);
    expect((await cli.run('schedule', 'show', 'nobody')).exitCode).toBe(2);
  });
});

describe('closed days', () => {
  it('stand in the plan of the connection, with what keeps it closed today and the next opening', async () => {
    const year = new Date().getUTCFullYear();
    const closedDays = [{ on: `${year}-01-01/${year}-12-31`, why: 'year-end freeze' }];
    const path = join(cli.folder, 'closed.yaml');
    writeFileSync(path, JSON.stringify({ ...connectionFile('acme'), schedule: { timeZone: 'UTC', closedDays } }));
    const update = ['connections', 'update', 'acme', '--file', path, '--reason', 'the close of the year'];
    expect(await cli.run(...update)).toMatchObject({ exitCode: 0 });
    const { out } = await cli.run('schedule', 'show', 'acme');
    expect(out).toContain(`acme posts from ${year + 1}-01-01 00:00 (UTC) on: year-end freeze`);
    expect(out).toContain(`closed ${year}-01-01/${year}-12-31  year-end freeze`);
    expect(out).toMatch(/posting +every 15 minutes, sending nothing on closed days/);
  });

  const planned: Omit<ScheduleRecord, 'plan'> = {
    key: 'c:posting',
    connectionId: null,
    work: 'posting',
    isOn: true,
    nextDueAt: '2026-11-26T12:15:00Z',
    lastSlotAt: null,
    dispatchedAt: null,
    missedTurns: 0,
    servedSlotAt: null,
    servedAt: null,
    problem: null,
    owedSince: null,
    waitsSince: null,
    wishedAt: null,
    pause: null,
    askedAt: null,
  };
  const showing = (closedDays: readonly ClosedDays[], pause: ScheduleRecord['pause'] = null) => {
    const calendar = { timeZone: parseTimeZone('UTC'), quietHours: [] };
    const rule = { kind: 'every', everyMs: 900_000, phaseMs: 0 } as const;
    const plan = { rule, calendar, nearClosings: null, windows: [], closedDays };
    const view = viewOf({ ...planned, plan, pause }, { connection: 'acme', now: Date.parse('2026-11-26T12:00:00Z') });
    const said: string[] = [];
    const terminal = { say: (line = '') => said.push(line), paint: (_: string, text: string) => text };
    sayViews(terminal as never, [scheduleRow(view)]);
    return said.slice(said.findIndex((line) => /^acme (?:may post|posts)/.test(line)));
  };
  const day = (from: string, to = from) => ({ from, to, why: `day ${from}` });

  it('that are over are not told, of those to come the next three and how many more', () => {
    const over = Array.from({ length: 20 }, (_, each) => day(`2025-02-${String(each + 1).padStart(2, '0')}`));
    const said = showing([
      ...over,
      day('05-01'),
      day('2027-01-04'),
      day('12-31', '01-02'),
      day('2026-12-25'),
      day('11-24'),
    ]);
    expect(said).toEqual([
      'acme may post now',
      '  closed 2026-12-25  day 2026-12-25',
      '  closed 12-31/01-02  day 12-31',
      '  closed 2027-01-04  day 2027-01-04',
      '  and 2 more, later: they stand in the settings of the connection',
    ]);
    // control: what has begun and is not over comes first.
    expect(showing([day('2026-12-25'), day('2026-11-20', '2026-11-26')]).slice(0, 2)).toEqual([
      'acme posts from 2026-11-27 00:00 (UTC) on: day 2026-11-20',
      '  closed 2026-11-20/2026-11-26  day 2026-11-20',
    ]);
  });

  it('say nothing of posting while it is paused', () => {
    const pause = { at: '2026-11-26T11:00:00Z', by: SYSTEM, why: 'an audit', until: null };
    expect(showing([day('2026-12-25')], pause).join()).not.toMatch(/may post|posts from|closed 2026/);
  });
});

describe('schedule pause, resume and run', () => {
  it('say what they did, and the pause shows by whom and why', async () => {
    const paused = await cli.run('schedule', 'pause', 'acme', '--work', 'orders', '--why', 'an audit', '--until', '3h');
    expect(paused).toMatchObject({ exitCode: 0, out: expect.stringMatching(/^Paused until .* UTC: orders\./) });
    const orders = (await views('acme')).find(({ work }) => work === 'orders');
    expect(orders).toMatchObject({ state: 'paused', paused: { by: 'anna', why: 'an audit' } });
    expect((await cli.run('schedule', 'show', 'acme')).out).toMatch(/paused, until .* by anna: an audit/);
    expect(await stateOf('finances')).toBe('waits');
    expect((await cli.run('schedule', 'resume', 'acme', '--why', 'over')).out).toBe('Goes on: orders.\n');
    expect((await cli.run('schedule', 'resume', 'acme', '--why', 'over')).out).toBe('Nothing was paused.\n');
    expect(await stateOf('orders')).toBe('waits');
    expect((await cli.run('schedule', 'run', 'acme', '--work', 'orders', '--why', 'now')).out).toContain(
      'Asked for: orders.',
    );
    expect(await stateOf('orders')).toBe('asked for');
  });

  it('say of a work that is asked for in a pause that it is done all the same', async () => {
    const run = () => cli.run('schedule', 'run', 'acme', '--work', 'payouts', '--why', 'now');
    expect((await run()).out, 'control').not.toContain('Paused');
    await cli.run('schedule', 'pause', 'acme', '--work', 'payouts', '--why', 'an audit');
    expect((await run()).out).toContain('Paused, and done this once all the same: payouts.');
    expect(await stateOf('payouts')).toBe('asked for');
    await cli.run('schedule', 'resume', 'acme', '--why', 'over');
  });

  it('run a work in this process, with its end on record', async () => {
    const ran = await cli.run('schedule', 'run', '--installation', '--work', 'purge-buyers', '--here', '--why', 'now');
    expect(ran).toMatchObject({ exitCode: 0, out: 'purge-buyers: done\n' });
    const ended = await cli.json('schedule', 'run', 'acme', '--work', 'credentials', '--here', '--why', 'now');
    expect(ended).toEqual([{ work: 'credentials', problem: null }]);
    expect((await cli.run('schedule', 'show', 'acme')).out).toMatch(/credentials +daily at \d\d:\d\d +2/);
    const { rows } = await cli.database.pool.query("select event from audit_event where action = 'schedule.run'");
    const here = rows.map(({ event }) => JSON.parse(event)).filter(({ after }) => after.isHere);
    expect(here).toMatchObject([{ subject: 'installation/schedule' }, { actor: { name: 'anna' }, why: 'now' }]);
  });

  it.each([
    ['SCHEDULE_TARGET_UNCLEAR', ['pause', '--why', 'x']],
    ['SCHEDULE_TARGET_UNCLEAR', ['pause', 'acme', '--installation', '--why', 'x']],
    ['SCHEDULE_WORK_UNKNOWN', ['pause', 'acme', '--work', 'lunch', '--why', 'x']],
    ['SCHEDULE_WORK_OFF', ['run', 'acme', '--work', 'accrual', '--why', 'x']],
    ['SCHEDULE_UNTIL_INVALID', ['pause', 'acme', '--until', 'tomorrow', '--why', 'x']],
    ['SCHEDULE_UNTIL_INVALID', ['pause', 'acme', '--until', '2020-01-01T00:00Z', '--why', 'x']],
  ])('%s: %j', async (code, args) => {
    expect(await cli.run('schedule', ...args)).toMatchObject({ exitCode: 2, err: expect.stringContaining(code) });
  });
});

describe('the section schedule of a connection file', () => {
  const faultsOf = (schedule: object): string => {
    try {
      const content = { ...connectionFile('acme'), schedule };
      connectionFromFile(content, { path: 'f', folder: '.', readEnvironment: () => undefined });
      return '';
    } catch (error) {
      return String((error as { data?: string }).data);
    }
  };

  it('is taken as the guide shows it, and read again from what is stored', () => {
    const schedule = {
      timeZone: 'Europe/Berlin',
      quietHours: [{ from: '22:00', to: '05:00', weekdays: ['sat', 'sun'] }],
      postingWindows: [{ from: '06:00', to: '24:00' }],
      closedDays: [
        { on: '12-24/01-06', why: 'year-end freeze' },
        { on: '2027-03-26', why: 'Good Friday' },
      ],
      settlements: { every: '6h', nearClosings: '30m' },
      orders: { every: '30m' },
      vat: { at: ['06:10'], days: [4] },
      customers: { enabled: false },
      accrual: { onDay: 3, at: '05:00' },
    };
    expect(faultsOf(schedule)).toBe('');
    const stored = scheduleSettingsSchema.parse(schedule);
    expect(scheduleSettingsSchema.parse(stored)).toEqual(stored);
    expect(scheduleWishesOf(stored)).toMatchObject({
      timeZone: 'Europe/Berlin',
      quietHours: [{ from: 1_320, to: 300, weekdays: [6, 7] }],
      postingWindows: [{ from: 360, to: 1_440, weekdays: null }],
      closedDays: [
        { from: '12-24', to: '01-06', why: 'year-end freeze' },
        { from: '2027-03-26', to: '2027-03-26', why: 'Good Friday' },
      ],
      works: {
        settlements: { rule: { everyMs: 21_600_000 }, nearClosingsMs: 1_800_000 },
        orders: { rule: { everyMs: 1_800_000 } },
        vat: { rule: { times: [370], days: { daysOfMonth: [4] } } },
        customers: { enabled: false },
        accrual: { rule: { times: [300], days: { daysOfMonth: [3] } } },
      },
    });
  });

  it.each([
    [{ orders: { every: '15m', at: ['06:00'] } }, 'has every and at'],
    [{ orders: { days: [3] } }, 'has days but no at'],
    [{ orders: { at: ['06:00'], days: [3], weekdays: ['mon'] } }, 'has weekdays and days'],
    [{ orders: { every: '1m' } }, 'must be from 5m to 7d'],
    [{ orders: { every: '90 minutes' } }, 'must be a time such as 15m'],
    [{ vat: { at: ['6:10'] } }, 'must be a time of day'],
    [{ timeZone: 'Europe/Nowhere' }, 'must be a time zone'],
    [{ quietHours: [{ from: '00:00', to: '24:00' }] }, 'leaves less than an hour'],
    [{ quietHours: [{ from: '06:00', to: '06:00' }] }, 'must not end when it begins'],
    [
      { quietHours: [{ from: '22:00', to: '05:00' }], postingWindows: [{ from: '23:00', to: '04:00' }] },
      'lies in the quiet hours',
    ],
    [{ closedDays: [{ on: '2026-02-30', why: 'x' }] }, 'must be a day such as 2026-12-24'],
    [{ closedDays: [{ on: '24.12.2026', why: 'x' }] }, 'must be a day such as 2026-12-24'],
    [{ closedDays: [{ on: '2026-12-24/01-06', why: 'x' }] }, 'must have a year in both days or in none'],
    [{ closedDays: [{ on: '2027-01-06/2026-12-24', why: 'x' }] }, 'must not end before it begins'],
    [{ closedDays: [{ on: '2026-01-01/2028-01-01', why: 'x' }] }, 'must not be longer than a year'],
    [{ closedDays: [{ on: '12-24', why: ' ' }] }, 'must say why'],
    [{ closedDays: [{ on: '12-24' }] }, 'closedDays.0.why'],
    [{ closedDays: [{ on: '07-01/06-30', why: 'x' }] }, 'closes every day of the year'],
    [{ accrual: { at: '05:00' } }, 'must have onDay or onWorkday'],
    [{ accrual: { onDay: 3, onWorkday: 2 } }, 'must have onDay or onWorkday'],
    [{ lunch: { every: '1d' } }, 'has no setting lunch'],
  ])('%j is refused: %s', (schedule, fault) => {
    expect(faultsOf(schedule)).toContain(fault);
  });
});
