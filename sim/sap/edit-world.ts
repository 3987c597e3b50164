/** What a test or a demonstration may change in a running world, as JSON says it. Nothing changes when a part is wrong. */
import { isCurrencyCode } from '../../src/core/index.ts';
import type { NumberRange, RecordLock } from './obstacles.ts';
import { putGivenCustomer } from './partners/given-partners.ts';
import { type BusinessPartner, convertAlpha, type PretendSapWorld, type SapUser } from './world.ts';

type Row = Readonly<Record<string, unknown>>;

interface Kind {
  /** Fields that together name a row. */
  readonly keys: readonly string[];
  /** Fields that a new row needs beside them. */
  readonly needs: readonly string[];
  /** Fields that SAP pads with zeros to ten places. */
  readonly padded: readonly string[];
  readonly list: (world: PretendSapWorld) => readonly object[];
  readonly put: (world: PretendSapWorld, row: never, old: object | undefined) => void;
  readonly remove: (world: PretendSapWorld, old: never) => void;
}

function inMap(
  name: 'companyCodes' | 'glAccounts' | 'documentTypes',
  keys: readonly string[],
  needs: readonly string[],
  padded: readonly string[] = [],
): Kind {
  const keyOf = (row: Row): string => keys.map((key) => String(row[key])).join('/');
  return {
    keys,
    needs,
    padded,
    list: (world) => [...world[name].values()],
    put: (world, row: Row) => void (world[name] as Map<string, object>).set(keyOf(row), row),
    remove: (world, old: Row) => void world[name].delete(keyOf(old)),
  };
}

function inList(
  name: 'costCenters' | 'profitCenters' | 'taxCodes',
  keys: readonly string[],
  needs: readonly string[],
  padded: readonly string[],
): Kind {
  const replace = (list: object[], old: object | undefined, row: readonly object[]): void => {
    const at = old === undefined ? -1 : list.indexOf(old);
    if (at < 0) list.push(...row);
    else list.splice(at, 1, ...row);
  };
  return {
    keys,
    needs,
    padded,
    list: (world) => world[name],
    put: (world, row: object, old) => replace(world[name], old, [row]),
    remove: (world, old: object) => replace(world[name], old, []),
  };
}

const kinds: Readonly<Record<string, Kind>> = {
  companyCodes: inMap(
    'companyCodes',
    ['companyCode'],
    ['name', 'country', 'currency', 'chartOfAccounts', 'controllingArea'],
  ),
  glAccounts: inMap('glAccounts', ['chartOfAccounts', 'glAccount'], ['name', 'kind'], ['glAccount']),
  documentTypes: inMap('documentTypes', ['documentType'], ['accountTypes']),
  costCenters: inList(
    'costCenters',
    ['controllingArea', 'costCenter', 'validTo'],
    ['name', 'companyCode', 'validFrom'],
    ['costCenter'],
  ),
  profitCenters: inList(
    'profitCenters',
    ['controllingArea', 'profitCenter', 'validTo'],
    ['name', 'validFrom'],
    ['profitCenter'],
  ),
  taxCodes: inList('taxCodes', ['country', 'taxCode'], ['taxType', 'glAccount'], ['glAccount']),
};

type Step = () => void;

/**
 * `{"glAccounts": [{"chartOfAccounts": "YCOA", "glAccount": "11001000", "blockedForPosting": true}], "remove":
 * {"costCenters": […]}}`: a row that exists is changed in the fields given, another is added. `customers` only adds.
 * Returns the reason when a part is wrong.
 */
export function editMasterData(world: PretendSapWorld, body: Row): string | undefined {
  const steps: Step[] = [];
  for (const [name, value] of Object.entries(body)) {
    const reason = name === 'remove' ? planRemoval(world, value, steps) : planKind(world, name, value, steps);
    if (reason !== undefined) return reason;
  }
  for (const step of steps) step();
  return undefined;
}

function planKind(world: PretendSapWorld, name: string, value: unknown, steps: Step[]): string | undefined {
  if (name === 'customers') return planRows(value, (row) => planCustomer(world, row, steps));
  const kind = kindOf(name);
  if (!kind) return `${name}: one of ${[...Object.keys(kinds), 'customers'].join(', ')}`;
  return planRows(value, (row) => planRow(world, kind, name, row, steps));
}

function planRows(value: unknown, plan: (row: Row) => string | undefined): string | undefined {
  if (!Array.isArray(value)) return 'each kind of master data is a list of rows';
  for (const row of value as readonly unknown[]) {
    if (!isRow(row)) return 'each row is an object';
    const reason = plan(row);
    if (reason !== undefined) return reason;
  }
  return undefined;
}

function planRow(world: PretendSapWorld, kind: Kind, name: string, sent: Row, steps: Step[]): string | undefined {
  const row = pad(kind, sent);
  const old = find(kind, world, row);
  const missing = [...kind.keys, ...(old ? [] : kind.needs)].find((field) => typeof row[field] !== 'string');
  if (missing !== undefined) return `${name}: ${missing} is missing`;
  if (typeof row.currency === 'string' && !isCurrencyCode(row.currency))
    return `${name}: ${row.currency} is no currency`;
  steps.push(() => kind.put(world, { ...old, ...row } as never, old));
  return undefined;
}

function planCustomer(world: PretendSapWorld, row: Row, steps: Step[]): string | undefined {
  const missing = ['companyCode', 'number', 'name', 'reconciliationAccount'].find(
    (key) => typeof row[key] !== 'string',
  );
  if (missing !== undefined) return `customers: ${missing} is missing`;
  steps.push(() => putGivenCustomer(world.partners, row as object as BusinessPartner));
  return undefined;
}

function planRemoval(world: PretendSapWorld, value: unknown, steps: Step[]): string | undefined {
  if (!isRow(value)) return 'remove: an object of lists';
  for (const [name, rows] of Object.entries(value)) {
    const kind = kindOf(name);
    if (!kind) return `remove: one of ${Object.keys(kinds).join(', ')}`;
    const reason = planRows(rows, (row) => {
      const old = find(kind, world, pad(kind, row));
      if (!old) return `${name}: there is no such row`;
      steps.push(() => kind.remove(world, old as never));
      return undefined;
    });
    if (reason !== undefined) return reason;
  }
  return undefined;
}

function kindOf(name: string): Kind | undefined {
  return Object.hasOwn(kinds, name) ? kinds[name] : undefined;
}

function pad(kind: Kind, row: Row): Row {
  const padded = kind.padded
    .filter((field) => typeof row[field] === 'string')
    .map((field) => [field, convertAlpha(String(row[field]), 10)] as const);
  return { ...row, ...Object.fromEntries(padded) };
}

function find(kind: Kind, world: PretendSapWorld, row: Row): object | undefined {
  return kind.list(world).find((each) => {
    const values = new Map(Object.entries(each));
    return kind.keys.every((key) => values.get(key) === row[key]);
  });
}

/** `{"locks": [{"object": "customer", "number": "4711", "user": "MILLER", "until": "2026-11-23T08:00:00Z"}]}`: all there are. */
export function setLocks(world: PretendSapWorld, body: Row): string | undefined {
  const locks: RecordLock[] = [];
  const reason = planRows(body.locks, ({ object, number, user, until }) => {
    const untilMs = typeof until === 'string' ? Date.parse(until) : Number.NaN;
    if (!/^(customer|supplier|glAccount|businessPartner)$/.test(String(object))) return 'object: customer, supplier, …';
    if (typeof number !== 'string' || Number.isNaN(untilMs)) return 'a lock has a number and an end';
    const holder = typeof user === 'string' ? user : 'OTHER_USER';
    locks.push({ object: object as RecordLock['object'], number, user: holder, untilMs });
    return undefined;
  });
  if (reason === undefined) world.locks.splice(0, world.locks.length, ...locks);
  return reason;
}

/** `{"companyCode": "1010", "fiscalYear": "2026", "from": "100000000", "to": "100000099"}`, or `"maintained": false`. */
export function setNumberRange(world: PretendSapWorld, body: Row): string | undefined {
  const { companyCode, fiscalYear, from, to, maintained } = body;
  if (typeof companyCode !== 'string' || !world.companyCodes.has(companyCode)) return 'companyCode is unknown';
  if (typeof fiscalYear !== 'string' || !/^\d{4}$/.test(fiscalYear)) return 'fiscalYear has four digits';
  const isNumber = (value: unknown): value is string => typeof value === 'string' && /^\d{1,10}$/.test(value);
  let range: NumberRange = 'missing';
  if (maintained !== false) {
    if (!isNumber(from) || !isNumber(to)) return 'from and to have up to ten digits';
    range = { from, to };
  }
  world.numberRanges.set(`${companyCode}/${fiscalYear}`, range);
  return undefined;
}

/** `{"user": "AMZ_POST", "isLocked": true, "mayPost": false, "services": […], "postsIn": ["1010"]}`: null forgets a limit. */
export function setUser(world: PretendSapWorld, body: Row): string | undefined {
  const { user, isLocked, mayPost, services, postsIn, password } = body;
  if (typeof user !== 'string' || user === '') return 'user is missing';
  const isNames = (value: unknown): boolean => Array.isArray(value) && value.every((each) => typeof each === 'string');
  for (const [name, flag] of Object.entries({ isLocked, mayPost })) {
    if (flag !== undefined && flag !== null && typeof flag !== 'boolean') return `${name}: true or false`;
  }
  for (const [name, list] of Object.entries({ services, postsIn })) {
    if (list !== undefined && list !== null && !isNames(list)) return `${name}: a list of names`;
  }
  // A user known by its OAuth client only has no password; this one fits none.
  const known: SapUser = world.users.get(user) ?? { user, password: world.nextName('password') };
  const next: Record<string, unknown> = { ...known };
  for (const [name, value] of Object.entries({ password, isLocked, mayPost, services, postsIn })) {
    if (value === null) delete next[name];
    else if (value !== undefined) next[name] = value;
  }
  world.users.set(user, next as object as SapUser);
  return undefined;
}

/** `{"missing": ["API_BUSINESS_PARTNER"]}`: the services that no arrangement contains. */
export function setServices(world: PretendSapWorld, { missing }: Row): string | undefined {
  if (!Array.isArray(missing) || !missing.every((name) => typeof name === 'string')) return 'missing: a list of names';
  world.missingServices.clear();
  for (const name of missing) world.missingServices.add(String(name));
  return undefined;
}

/** `{"skewMs": 300000}`: SAP's clock is five minutes ahead. */
export function setClock(world: PretendSapWorld, { skewMs }: Row): string | undefined {
  if (typeof skewMs !== 'number' || !Number.isInteger(skewMs)) return 'skewMs is a whole number';
  world.clockSkewMs = skewMs;
  return undefined;
}

function isRow(value: unknown): value is Row {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
