import { describe, expect, it } from 'vitest';
import { Problem, silentLog } from '../../core/index.ts';
import {
  MASTER_DATA_KINDS,
  type MasterDataKind,
  type MasterDataPart,
  type MasterDataQuestion,
  type MasterDataSource,
  type MasterDataStore,
} from '../master-data.ts';
import { MasterDataLoader, type Wanted } from './load-master-data.ts';
import { simulateEntries } from './simulate-entries.ts';
import { faultless, goodEntry, rows } from './simulation.fixture.ts';

const HOUR = 3_600_000;
const START = Date.parse('2026-11-23T06:00:00Z');

/** A SAP and a store in memory, on one clock. */
class World implements MasterDataSource, MasterDataStore {
  readonly system = 'sap';
  kinds: readonly MasterDataKind[] = MASTER_DATA_KINDS;
  nowMs = START;
  readonly asked: MasterDataQuestion[] = [];
  readonly parts = new Map<string, MasterDataPart>();
  fails: (question: MasterDataQuestion) => Problem | undefined = () => undefined;
  data: { [Kind in MasterDataKind]: { rows: readonly unknown[] } } = { ...faultless };

  async read(question: MasterDataQuestion): Promise<never> {
    this.asked.push(question);
    const problem = this.fails(question);
    if (problem) throw problem;
    return this.data[question.kind].rows as never;
  }

  async listMasterData() {
    return [...this.parts.values()];
  }

  async keepMasterData(_: string, part: Parameters<MasterDataStore['keepMasterData']>[1]) {
    const { kind, scope } = part;
    const at = new Date(this.nowMs).toISOString();
    const before = this.parts.get(`${kind}${scope}`);
    const none = { covers: 'all' as const, rows: null, readAt: null };
    const after =
      'problem' in part
        ? { ...none, ...before, kind, scope, askedAt: at, problem: part.problem }
        : { kind, scope, covers: part.covers, rows: part.rows as never, readAt: at, askedAt: at, problem: null };
    this.parts.set(`${kind}${scope}`, after);
    return after;
  }

  /** Loads what the good entry needs and says which kinds SAP was asked for. */
  async load(options: { isForced?: boolean; wanted?: Partial<Wanted> } = {}) {
    const { wanted, ...rest } = options;
    const before = this.asked.length;
    const loader = await MasterDataLoader.open({
      source: this,
      store: this,
      maxAgeMs: 24 * HOUR,
      nowMs: async () => this.nowMs,
      log: silentLog,
      ...rest,
    });
    await loader.load({ ...WANTED, ...wanted });
    return { loader, asked: this.asked.slice(before).map(({ kind }) => kind) };
  }
}

const entry = goodEntry();
const WANTED: Wanted = {
  companyCodes: ['1010'],
  documentTypes: ['SA'],
  uses: entry.lines
    .filter(({ amount }) => amount.minor !== 0n)
    .map((line) => ({ ...line, companyCode: '1010', customer: line.customer ?? null })),
  withPeriods: true,
};
const simulate = (loader: MasterDataLoader) =>
  simulateEntries([entry], loader.view(), { sapFillsCostObjects: false }, '2026-11-23' as never);
const problemOf = (code: string, kind: 'unavailable' | 'rejected') =>
  new Problem({ code, kind, says: `${code} it is.`, next: 'Wait.' });

describe('master data', () => {
  it('is read once per kind and scope, then taken from what is kept until it is too old', async () => {
    const world = new World();
    const first = await world.load();
    expect([...first.asked].sort()).toEqual([...MASTER_DATA_KINDS].sort());
    expect(simulate(first.loader)).toEqual([]);
    world.nowMs += 24 * HOUR;
    expect((await world.load()).asked).toEqual([]);
    world.nowMs += 1;
    expect((await world.load()).asked).toHaveLength(MASTER_DATA_KINDS.length);
  });

  it('is read anew when a person asks for it', async () => {
    const world = new World();
    await world.load();
    expect((await world.load({ isForced: true })).asked).toHaveLength(MASTER_DATA_KINDS.length);
  });

  it.each([
    ['that is away', 'SAP_UNREACHABLE', 'unavailable'],
    ['that refuses one service', 'SAP_SERVICE_NOT_ACTIVE', 'rejected'],
  ] as const)('asked for anew of a SAP %s is told as old, however young it is', async (_, code, kind) => {
    const world = new World();
    await world.load();
    world.nowMs += 60_000;
    world.fails = (question) =>
      code === 'SAP_UNREACHABLE' || question.kind === 'customers' ? problemOf(code, kind) : undefined;
    const { loader } = await world.load({ isForced: true });
    const told = loader.outdated();
    expect(told).toHaveLength(code === 'SAP_UNREACHABLE' ? MASTER_DATA_KINDS.length : 1);
    for (const { says } of told) expect(says).toMatch(new RegExp(`, 1 minute ago, .*${code} it is`));
    expect((await world.load()).loader.outdated(), 'control: nobody asked for it anew').toEqual([]);
  });

  it('that is read by name is asked for again only for names that are new', async () => {
    const world = new World();
    await world.load();
    const uses = [...WANTED.uses, { ...WANTED.uses[1]!, customer: '42' }];
    const { asked, loader } = await world.load({ wanted: { uses } });
    expect(asked).toEqual(['customers']);
    expect(world.asked.at(-1)?.names).toEqual(['1000123', '42']);
    expect(loader.view().find('customers', '1010', '42').state).toBe('absent');
  });

  it('too large to be read as a whole is read by name from then on', async () => {
    const world = new World();
    world.fails = ({ kind, names }) =>
      kind === 'cost-centers' && names === 'all' ? problemOf('SAP_TOO_MANY_ROWS', 'rejected') : undefined;
    const { loader } = await world.load();
    world.nowMs += 25 * HOUR;
    await world.load();
    const questions = world.asked.filter(({ kind }) => kind === 'cost-centers').map(({ names }) => names);
    expect(questions).toEqual(['all', ['10101101'], ['10101101']]);
    expect(simulate(loader)).toEqual([]);
  });

  it('that SAP refuses is named, and SAP is not asked again within the hour', async () => {
    const world = new World();
    world.fails = ({ kind }) => (kind === 'customers' ? problemOf('SAP_SERVICE_NOT_ACTIVE', 'rejected') : undefined);
    const { loader } = await world.load();
    expect(simulate(loader).map(({ code, about }) => [code, about?.kind])).toEqual([
      ['SIMULATION_NOT_READ', 'customers'],
    ]);
    world.nowMs += HOUR - 1;
    expect((await world.load()).asked).toEqual([]);
    world.nowMs += 1;
    expect((await world.load()).asked).toEqual(['customers']);
  });

  it.each([
    ['that is away', 'SAP_UNREACHABLE', 'unavailable'],
    ['that refuses the log-on', 'SAP_LOGIN_REFUSED', 'rejected'],
  ] as const)(
    'of a SAP %s is what is kept, however old, and its age is told; SAP is asked once',
    async (_, code, kind) => {
      const world = new World();
      await world.load();
      world.nowMs += 72 * HOUR;
      world.fails = () => problemOf(code, kind);
      const { loader, asked } = await world.load();
      expect(asked).toEqual(['company-codes']);
      expect(simulate(loader)).toEqual([]);
      const told = loader.outdated();
      expect(told).toHaveLength(MASTER_DATA_KINDS.length);
      expect(told[0]).toMatchObject({ code: 'SIMULATION_MASTER_DATA_OLD', severity: 'warning' });
      expect(told[0]?.says).toContain('72 hours ago');
      world.fails = () => undefined;
      expect((await world.load()).asked).toHaveLength(MASTER_DATA_KINDS.length);
    },
  );

  it('of a SAP that was never reached is not checked, and the reason is SAP’s', async () => {
    const world = new World();
    world.fails = () => problemOf('SAP_UNREACHABLE', 'unavailable');
    const { loader } = await world.load();
    const findings = simulate(loader);
    expect(findings.every(({ severity }) => severity === 'not-checked')).toBe(true);
    expect(findings[0]?.says).toContain('SAP_UNREACHABLE');
    expect(loader.outdated()).toEqual([]);
  });

  it('raises what is neither a refusal nor an absence', async () => {
    const world = new World();
    world.fails = () => new Problem({ code: 'DEFECT', kind: 'defect', says: 'x', next: 'y' });
    await expect(world.load()).rejects.toMatchObject({ kind: 'defect' });
  });
});

describe('a fault that may be out of date', () => {
  async function spoilt(ageMs: number) {
    const world = new World();
    world.data = { ...faultless, 'cost-centers': { rows: [] } };
    await world.load();
    world.data = { ...faultless, 'cost-centers': { rows: [rows.costCenter('10101101')] } };
    world.nowMs += ageMs;
    const { loader } = await world.load();
    return { world, loader, before: simulate(loader) };
  }

  it('is looked at again before it is told: only what it rests on is read', async () => {
    const { world, loader, before } = await spoilt(5_000);
    const asked = world.asked.length;
    expect(before.map(({ code }) => code)).toEqual(['SIMULATION_COST_CENTER_UNKNOWN']);
    expect(await loader.readAgain(before)).toBe(true);
    expect(world.asked.slice(asked).map(({ kind }) => kind)).toEqual(['cost-centers']);
    expect(simulate(loader)).toEqual([]);
  });

  it('of two parts is looked at again in both', async () => {
    const world = new World();
    world.data = { ...faultless, 'cost-centers': { rows: [] }, customers: { rows: [] } };
    await world.load();
    world.data = { ...faultless };
    world.nowMs += 5 * 60_000;
    const { loader } = await world.load();
    const before = simulate(loader);
    const asked = world.asked.length;
    expect(before.map(({ code }) => code).sort()).toEqual([
      'SIMULATION_COST_CENTER_UNKNOWN',
      'SIMULATION_CUSTOMER_UNKNOWN',
    ]);
    expect(await loader.readAgain(before)).toBe(true);
    expect(new Set(world.asked.slice(asked).map(({ kind }) => kind))).toEqual(new Set(['cost-centers', 'customers']));
    expect(simulate(loader)).toEqual([]);
  });

  it('control: one that was read just now is not read again, and none without a fault is', async () => {
    const { world, loader, before } = await spoilt(4_999);
    const asked = world.asked.length;
    expect(await loader.readAgain(before)).toBe(false);
    expect(await loader.readAgain([])).toBe(false);
    expect(world.asked.length).toBe(asked);
  });
});
