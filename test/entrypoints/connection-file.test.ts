import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import type { Connection } from '../../src/app/index.ts';
import { isProblem, type Problem } from '../../src/core/index.ts';
import {
  amazonSecretsOf,
  type ConnectionFile,
  connectionFromFile,
  readConnectionFile,
  sapSecretsOf,
  settingsOf,
} from '../../src/entrypoints/connection-file.ts';

import { readWsdl } from '../../src/sap/index.ts';
import { ownWsdl } from '../contract/own-wsdl.ts';

/** Looks like a secret and must come out nowhere but among the secrets. */
const CANARY = 'canary-5d41402abc';

const folder = mkdtempSync(join(tmpdir(), 'seller-ledger-connection-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

type Tree = { [name: string]: unknown };

function file(change: { amazon?: Tree; sap?: Tree; posting?: unknown } & Tree = {}): Tree {
  const { amazon, sap, ...rest } = change;
  return {
    name: 'amazon-us',
    sellerAccount: 'A2EXAMPLE1234',
    amazon: { region: 'NA', clientId: 'amzn1.example', clientSecret: 's3cret', refreshToken: 'Atzr|x', ...amazon },
    sap: {
      baseUrl: 'https://my300000-api.s4hana.example',
      journalEntryUrl: 'https://my300000-api.s4hana.example/sap/bc/srt/journal',
      createdByUser: 'AMZ_POST',
      authentication: { type: 'basic', user: 'AMZ_POST', password: 'pa55' },
      ...sap,
    },
    ...rest,
  };
}

function read(content: unknown, environment: Record<string, string> = {}): ConnectionFile {
  return connectionFromFile(content, { path: 'a.yaml', folder, readEnvironment: (name) => environment[name] });
}

function problemOf(work: () => unknown): Problem {
  try {
    work();
  } catch (error) {
    if (isProblem(error)) return error;
    throw error;
  }
  throw new Error('expected a problem, but there was none');
}

/** The faults of a refused file; fails when it is taken. */
function faultsOf(content: unknown, environment: Record<string, string> = {}): string[] {
  const problem = problemOf(() => read(content, environment));
  expect(problem).toMatchObject({ code: 'CONNECTION_FILE_INVALID', kind: 'invalid', where: { file: 'a.yaml' } });
  const faults = problem.data!.split('\n');
  expect(problem.says).toContain(`${faults.length} fault`);
  return faults;
}

function connectionOf({ name, sellerAccount, settings }: ConnectionFile): Connection {
  return { id: 'c1' as Connection['id'], name, sellerAccount, settings, createdAt: '2026-10-01T00:00:00Z' };
}

describe('a connection file', () => {
  it('needs only what cannot be guessed; the rest has defaults', () => {
    const settings = settingsOf(connectionOf(read(file())));
    expect(settings.amazon).toEqual({
      region: 'NA',
      endpoint: 'https://sellingpartnerapi-na.amazon.com',
      lwaUrl: 'https://api.amazon.com/auth/o2/token',
      clientId: 'amzn1.example',
    });
    expect(settings.posting).toMatchObject({ approval: 'automatic', quietPeriodMs: 300_000, bookFrom: null });
    expect(settings.simulation).toEqual({ mode: 'when-possible', maxAgeMs: 86_400_000, sapFillsCostObjects: false });
    expect(settings.sap.customViews).toEqual({});
    expect(settings.mapping).toBeNull();
  });

  it('keeps a lease longer than SAP may take for one request', () => {
    const { posting, sap } = settingsOf(connectionOf(read(file())));
    expect(posting.leaseMs).toBeGreaterThan(2 * sap.requestTimeoutMs);
    expect(posting.quietPeriodMs).toBeGreaterThan(2 * sap.requestTimeoutMs);
  });

  it('with a destination of SAP BTP needs no address, and reads the same again when stored', () => {
    const destination = {
      authentication: { type: 'destination', name: 'S4' },
      baseUrl: undefined,
      journalEntryUrl: '/x',
    };
    const first = read(file({ sap: destination }));
    const stored = JSON.parse(JSON.stringify(first.settings)) as ConnectionFile['settings'];
    expect(settingsOf(connectionOf({ ...first, settings: stored })).sap.authentication).toEqual(
      destination.authentication,
    );
    // control: without a destination somebody has to say where SAP is, and with one nobody else may.
    expect(faultsOf(file({ sap: { baseUrl: undefined } }))).toEqual([
      expect.stringMatching(/^sap\.baseUrl: is missing/),
    ]);
    expect(faultsOf(file({ sap: { ...destination, journalEntryUrl: 'https://sap.example/x' } }))).toEqual([
      expect.stringMatching(/^sap\.journalEntryUrl: must be the path alone/),
    ]);
  });

  it('may be YAML or JSON', () => {
    const yaml = join(folder, 'a.yaml');
    const json = join(folder, 'a.json');
    writeFileSync(yaml, stringify(file()));
    writeFileSync(json, JSON.stringify(file()));
    const none = () => undefined;
    expect(readConnectionFile(yaml, none)).toEqual(readConnectionFile(json, none));
    expect(readConnectionFile(yaml, none)).toEqual(read(file()));
  });

  it('stores its settings in a form that reads the same again', () => {
    const first = read(file({ posting: { approval: 'review', quietPeriodSeconds: 400, bookFrom: '2026-10-01' } }));
    const stored = JSON.parse(JSON.stringify(first.settings)) as ConnectionFile['settings'];
    expect(settingsOf(connectionOf({ ...first, settings: stored }))).toEqual(settingsOf(connectionOf(first)));
    expect(stored).toMatchObject({ posting: { approval: 'review', bookFrom: '2026-10-01' } });
    const limits = read(file({ posting: { fourEyesAbove: { EUR: '10.00' }, approverNot: 'nobody' } }));
    const { posting } = settingsOf(connectionOf({ ...limits, settings: JSON.parse(JSON.stringify(limits.settings)) }));
    expect(posting.fourEyesAbove).toEqual(new Map([['EUR', { currency: 'EUR', minor: 1_000n }]]));
    expect(posting).toMatchObject({ approval: 'automatic', approverNot: 'nobody', automaticUpTo: undefined });
  });

  it('shows in its guide an example that is taken as it is', () => {
    const guide = readFileSync(fileURLToPath(new URL('../../docs/connection-file.md', import.meta.url)), 'utf8');
    const example = /```yaml\n([\s\S]*?)```/.exec(guide)![1]!;
    const place = join(folder, 'guide');
    mkdirSync(place);
    writeFileSync(join(place, 'connection.yaml'), example);
    writeFileSync(join(place, 'refresh-token.txt'), 'Atzr|x\n');
    const template = readFileSync(fileURLToPath(new URL('../../templates/ycoa.yaml', import.meta.url)));
    writeFileSync(join(place, 'my-mapping.yaml'), template);
    const taken = readConnectionFile(join(place, 'connection.yaml'), (name) => `value-of-${name}`);
    expect(taken.secrets).toEqual({
      'amazon.clientSecret': 'value-of-AMAZON_CLIENT_SECRET',
      'amazon.refreshToken': 'Atzr|x',
      'sap.password': 'value-of-SAP_PASSWORD',
    });
  });
});

describe('a value that stands elsewhere', () => {
  it('is read from an environment variable, from the text of a file, or from its bytes in base 64', () => {
    const p12 = Buffer.from([0, 1, 2, 0xff, 0x0a]);
    writeFileSync(join(folder, 'token.txt'), 'Atzr|from-file\n');
    writeFileSync(join(folder, 'key.p12'), p12);
    const { settings, secrets } = read(
      file({
        amazon: { clientSecret: { env: 'SECRET' }, refreshToken: { file: 'token.txt' }, clientId: { env: 'CLIENT' } },
        sap: { authentication: { type: 'certificate', p12Base64: { fileBase64: 'key.p12' } } },
      }),
      { SECRET: 'from-env', CLIENT: 'amzn1.from-env' },
    );
    expect(secrets).toEqual({
      'amazon.clientSecret': 'from-env',
      'amazon.refreshToken': 'Atzr|from-file',
      'sap.p12Base64': p12.toString('base64'),
    });
    expect(settings).toMatchObject({ amazon: { clientId: 'amzn1.from-env' } });
  });

  it('is a fault with its place when it is not there, all of them at once', () => {
    expect(
      faultsOf(
        file({
          amazon: { clientSecret: { env: 'NOT_SET' }, refreshToken: { file: 'no-token.txt' } },
          sap: { authentication: { type: 'certificate', p12Base64: { fileBase64: 'no-key.p12' } } },
        }),
      ),
    ).toEqual([
      'amazon.clientSecret: the environment variable NOT_SET is not set',
      expect.stringMatching(/^amazon\.refreshToken: .*no-token\.txt cannot be read: it does not exist\.$/),
      expect.stringMatching(/^sap\.authentication\.p12Base64: .*no-key\.p12 cannot be read: it does not exist\.$/),
    ]);
  });

  it('is not mistaken for an object of settings with one member', () => {
    const { settings } = read(file({ sap: { extraHeaders: { 'X-Gateway': 'open' } } }));
    expect(settings).toMatchObject({ sap: { extraHeaders: { 'X-Gateway': 'open' } } });
  });
});

describe('secrets', () => {
  it('are split from the settings by their names and come back under them', () => {
    const { settings, secrets } = read(
      file({
        amazon: { clientSecret: `${CANARY}-1`, refreshToken: `${CANARY}-2` },
        sap: {
          authentication: { type: 'certificate', certPem: 'PEM', keyPem: `${CANARY}-3`, passphrase: `${CANARY}-4` },
          secretHeaders: { 'X-Api-Key': `${CANARY}-5` },
        },
      }),
    );
    expect(JSON.stringify(settings)).not.toContain(CANARY);
    expect(amazonSecretsOf(secrets)).toEqual({ clientSecret: `${CANARY}-1`, refreshToken: `${CANARY}-2` });
    expect(sapSecretsOf(secrets)).toEqual({
      keyPem: `${CANARY}-3`,
      passphrase: `${CANARY}-4`,
      headers: { 'X-Api-Key': `${CANARY}-5` },
    });
  });

  it('of a proxy stand beside its address and go the same way', () => {
    const proxy = { proxyUrl: 'http://proxy.example:8080', proxyUser: 'u' };
    const { settings, secrets } = read(
      file({ sap: { ...proxy, proxyPassword: `${CANARY}-1`, proxyAuthorization: `${CANARY}-2` } }),
    );
    expect(settings).toMatchObject({ sap: proxy });
    expect(JSON.stringify(settings)).not.toContain(CANARY);
    expect(sapSecretsOf(secrets)).toMatchObject({ proxyPassword: `${CANARY}-1`, proxyAuthorization: `${CANARY}-2` });
    expect(faultsOf(file({ sap: { ...proxy, proxyPassword: 31337001 } }))).toEqual([
      'sap.proxyPassword: must be text; put it in quotes',
    ]);
  });

  it.each([
    [
      'a destination',
      { type: 'destination', name: 'S4', bindings: CANARY },
      { baseUrl: undefined, journalEntryUrl: '/x' },
    ],
    ['basic', { type: 'basic', user: 'u', password: CANARY }],
    ['oauth2', { type: 'oauth2', tokenUrl: 'https://sap.example/token', clientId: 'c', clientSecret: CANARY }],
    ['PKCS #12', { type: 'certificate', p12Base64: CANARY, passphrase: CANARY }],
  ])('of %s stand nowhere in the settings', (_, authentication, rest?: Tree) => {
    const { settings, secrets } = read(file({ sap: { authentication, ...rest } }));
    expect(JSON.stringify(settings)).not.toContain(CANARY);
    expect(Object.values(secrets)).toContain(CANARY);
  });

  it('that are a number in YAML are a fault that says to quote them, and does not show them', () => {
    const faults = faultsOf(file({ sap: { authentication: { type: 'basic', user: 'u', password: 31337001 } } }));
    expect(faults).toEqual(['sap.authentication.password: must be text; put it in quotes']);
  });

  it('are in no problem, whatever else is wrong with the file', () => {
    const full = file({
      amazon: { region: 'MARS', clientSecret: CANARY, refreshToken: `${CANARY}|2`, surplus: CANARY },
      sap: { authentication: { type: 'telepathy', password: CANARY }, secretHeaders: { 'X-Api-Key': `${CANARY}\n` } },
      posting: { approval: CANARY },
    });
    const problem = problemOf(() => read(full));
    expect(problem.code).toBe('CONNECTION_FILE_INVALID');
    expect(`${JSON.stringify(problem)} ${problem.stack}`).not.toContain(CANARY);
    expect(problem.data!.split('\n').length).toBeGreaterThanOrEqual(5);
  });

  it.each([
    ['an alias without its anchor', `refreshToken: *${CANARY}`],
    ['a tag nobody knows', `refreshToken: !${CANARY} x`],
    ['a reserved character', `refreshToken: @${CANARY}`],
    ['a colon in the middle', `refreshToken: a: ${CANARY}`],
    ['a quote that is not closed', `refreshToken: "${CANARY}`],
    ['the same setting twice', `refreshToken: ${CANARY}\nrefreshToken: ${CANARY}`],
    ['a bracket that is not closed', `refreshToken: [${CANARY}`],
  ])('are in no problem about broken YAML: %s', (_, text) => {
    const path = join(folder, 'broken.yaml');
    writeFileSync(path, `${text}\n`);
    const problem = problemOf(() => readConnectionFile(path, () => undefined));
    expect(problem).toMatchObject({ code: 'CONNECTION_FILE_INVALID', kind: 'invalid' });
    expect(problem.data).toMatch(/line \d+, column \d+|quotes/);
    expect(`${JSON.stringify(problem)} ${problem.stack} ${String(problem.cause)}`).not.toContain(CANARY);
  });

  it('that are missing when they are needed are named, and those that are there are not shown', () => {
    const problem = problemOf(() => amazonSecretsOf({ 'amazon.clientSecret': CANARY }));
    expect(problem.data).toBe('refreshToken: is missing');
    expect(JSON.stringify(problem)).not.toContain(CANARY);
  });
});

describe('a fault of a connection file', () => {
  it.each<[string, Tree, RegExp]>([
    ['a name with capitals', { name: 'Amazon US' }, /^name: must be 1 to 40 small letters/],
    ['a name that is too long', { name: 'a'.repeat(41) }, /^name: /],
    ['no seller account', { sellerAccount: undefined }, /^sellerAccount: is missing$/],
    ['an empty seller account', { sellerAccount: null }, /^sellerAccount: is empty; it must be text/],
    ['a number without quotes', { sellerAccount: 123456 }, /^sellerAccount: must be text; put it in quotes$/],
    [
      'a seller account that is an e-mail address',
      { sellerAccount: 'me@example.com' },
      /^sellerAccount: .*merchant id/,
    ],
    ['a region that does not exist', { amazon: { region: 'US' } }, /^amazon\.region: must be NA, EU or FE$/m],
    ['no marketplaces', { amazon: { marketplaces: [] } }, /^amazon\.marketplaces: is empty$/m],
    [
      'a log-on that does not exist',
      { sap: { authentication: { type: 'magic' } } },
      /^sap\.authentication\.type: must be .*basic.* or /m,
    ],
    ['a setting that does not exist', { postings: {} }, /^the file: has no setting postings$/],
    ['one at Amazon', { amazon: { regoin: 'NA' } }, /^amazon: has no setting regoin/m],
    ['one at SAP', { sap: { baseURL: 'https://x.example' } }, /^sap: has no setting baseURL/m],
    ['one of posting', { posting: { aproval: 'review' } }, /^posting: has no setting aproval/m],
    ['plain http to Amazon', { amazon: { endpoint: 'http://amazon.example' } }, /^amazon\.endpoint: must be an https/],
    ['plain http to the login', { amazon: { lwaUrl: 'http://amazon.example' } }, /^amazon\.lwaUrl: must be an https/],
    ['plain http to SAP', { sap: { baseUrl: 'http://sap.example' } }, /^sap\.baseUrl: must be https/],
    [
      'plain http to the service',
      { sap: { journalEntryUrl: 'http://s.example/x' } },
      /^sap\.journalEntryUrl: must be https/,
    ],
    ['a way to simulate that does not exist', { posting: { simulate: 'always' } }, /^posting\.simulate: /],
    ['master data of any age', { posting: { masterDataHours: 0 } }, /^posting\.masterDataHours: /],
    [
      'posting periods neither by day nor by fiscal period',
      { sap: { customViews: { postingPeriods: { service: 'Y', set: 'Y', fields: { to: null } } } } },
      /^sap\.customViews\.postingPeriods\.fields: must name from and to/,
    ],
    [
      'an approval that does not exist',
      { posting: { approval: 'later' } },
      /^posting\.approval: must be automatic or review$/,
    ],
    [
      'a limit that is a number, which is not exact in YAML',
      { posting: { automaticUpTo: { EUR: 10_000 } } },
      /^posting\.automaticUpTo\.EUR: must be text; put it in quotes$/,
    ],
    [
      'a limit with more decimals than its currency has',
      { posting: { fourEyesAbove: { JPY: '10.5' } } },
      /^posting\.fourEyesAbove\.JPY: must be an amount in quotes/,
    ],
    [
      'a limit below nothing',
      { posting: { fourEyesAbove: { EUR: '-1.00' } } },
      /^posting\.fourEyesAbove\.EUR: must be an amount in quotes/,
    ],
    [
      'a limit in no currency',
      { posting: { automaticUpTo: { EURO: '1.00' } } },
      /^posting\.automaticUpTo\.EURO: is no ISO 4217 currency/,
    ],
    [
      'what the system would approve although it takes two people',
      { posting: { automaticUpTo: { EUR: '10.01' }, fourEyesAbove: { EUR: '10.00' } } },
      /^posting\.automaticUpTo\.EUR: is above posting\.fourEyesAbove\.EUR/,
    ],
    [
      'a quiet period of more than a day',
      { posting: { quietPeriodSeconds: 86_401 } },
      /^posting\.quietPeriodSeconds: must be at most 86400$/,
    ],
    [
      'a quiet period of half seconds',
      { posting: { quietPeriodSeconds: 300.5 } },
      /^posting\.quietPeriodSeconds: must be a whole number$/,
    ],
    [
      'a day that does not exist',
      { posting: { bookFrom: '2026-02-30' } },
      /^posting\.bookFrom: must be a calendar day/,
    ],
    [
      'a header that the program sets',
      { sap: { secretHeaders: { Authorization: 'x' } } },
      /^sap\.secretHeaders\.?.*: is set by the program itself$/,
    ],
    ['no address of SAP', { sap: { baseUrl: undefined } }, /^sap\.baseUrl: /],
  ])('%s is named', (_, change, fault) => {
    expect(faultsOf(JSON.parse(JSON.stringify(file(change))) as Tree)).toEqual([expect.stringMatching(fault)]);
  });

  it.each([
    ['an empty file', null],
    ['a list', []],
    ['a text', 'name: x'],
  ])('%s is no connection', (_, content) => {
    expect(faultsOf(content)).toEqual([expect.stringMatching(/^the file: .*must be a group of settings$/)]);
  });

  it('does not hide another: all are named at once', () => {
    const faults = faultsOf(
      file({ name: 'X', amazon: { region: 'US' }, sap: { client: '1' }, posting: { approval: 1 } }),
    );
    expect(faults.map((fault) => fault.split(':')[0])).toEqual([
      'name',
      'amazon.region',
      'sap.client',
      'posting.approval',
    ]);
  });

  it('is also one in settings that an older program stored, and names the connection', () => {
    const stored = { ...connectionOf(read(file())), settings: { amazon: {} } };
    expect(problemOf(() => settingsOf(stored))).toMatchObject({
      code: 'CONNECTION_FILE_INVALID',
      where: { file: 'connection amazon-us' },
    });
  });

  it('is a missing file or folder too, by its path', () => {
    expect(problemOf(() => readConnectionFile(join(folder, 'none.yaml'), () => undefined)).code).toBe(
      'FILE_UNREADABLE',
    );
    expect(problemOf(() => readConnectionFile(folder, () => undefined)).code).toBe('FILE_UNREADABLE');
  });
});

describe('plain http', () => {
  it.each(['http://localhost:4010', 'http://127.0.0.1:4010', 'http://[::1]:4010'])('is taken for %s', (address) => {
    const sap = { baseUrl: address, journalEntryUrl: `${address}/journal` };
    expect(read(file({ amazon: { endpoint: address, lwaUrl: `${address}/token` }, sap })).settings).toMatchObject({
      amazon: { endpoint: address },
      sap: { baseUrl: address },
    });
  });
});

describe('the quiet period', () => {
  it('must be longer than SAP may work on a request: not found before that proves nothing', () => {
    const posting = { quietPeriodSeconds: 240 };
    expect(faultsOf(file({ posting, sap: { requestTimeoutMs: 120_000 } }))).toEqual([
      'posting.quietPeriodSeconds: is 240 but must be longer than twice sap.requestTimeoutMs (240 s)',
    ]);
  });

  it('control: one second more is taken', () => {
    const { settings } = read(file({ posting: { quietPeriodSeconds: 241 }, sap: { requestTimeoutMs: 120_000 } }));
    expect(settings).toMatchObject({ posting: { quietPeriodSeconds: 241 } });
  });
});

describe('the WSDL of the journal entry service that a file names', () => {
  const wsdl = ownWsdl('2020');
  const named = () => read(file({ sap: { journalEntryWsdl: { file: 'service.wsdl' } } }));

  it('is stored as what it says, and settles what the release would', () => {
    writeFileSync(join(folder, 'service.wsdl'), wsdl);
    const stored = named();
    expect(JSON.stringify(stored.settings)).not.toContain('xsd:');
    // The database keeps no order of members, which must not matter.
    const back = JSON.parse(JSON.stringify(stored.settings), (_, value) =>
      shuffled(value),
    ) as ConnectionFile['settings'];
    const { sap } = settingsOf(connectionOf({ ...stored, settings: back }));
    expect(sap.journalEntryService).toEqual(readWsdl(wsdl));
    expect(settingsOf(connectionOf(read(file()))).sap).not.toHaveProperty('journalEntryService');
  });

  it.each([
    ['that lacks what an entry needs', wsdl.replace(/<xsd:element name="GLAccount"[^>]*>/, ''), 'SAP_WSDL_UNFIT'],
    ['that is another file', 'name: x', 'SAP_WSDL_UNREADABLE'],
  ])('%s is refused at once and not at the first post', (_name, text, code) => {
    writeFileSync(join(folder, 'service.wsdl'), text);
    expect(problemOf(named)).toMatchObject({ code, kind: 'invalid' });
  });

  it('is not what was stored by itself, and a release nobody knows is a fault', () => {
    expect(faultsOf(file({ sap: { journalEntryService: readWsdl(wsdl) } }))).toEqual([
      expect.stringContaining('journalEntryService'),
    ]);
    expect(faultsOf(file({ sap: { release: '2019' } }))).toEqual([expect.stringContaining('sap.release')]);
    expect(settingsOf(connectionOf(read(file()))).sap.release).toBe('2024');
    for (const release of ['2020', 2020]) {
      expect(settingsOf(connectionOf(read(file({ sap: { release } })))).sap.release).toBe('2020');
    }
  });
});

function shuffled(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).reverse());
}

describe('the account table a file names', () => {
  it('is stored with the connection as text, from beside the file', () => {
    const text = readFileSync(fileURLToPath(new URL('../../templates/ycoa.yaml', import.meta.url)), 'utf8');
    writeFileSync(join(folder, 'accounts.yaml'), text);
    expect(settingsOf(connectionOf(read(file({ mapping: 'accounts.yaml' })))).mapping).toEqual({
      name: 'accounts.yaml',
      text,
    });
  });

  it('with a fault is refused at once and not at the first sync', () => {
    writeFileSync(join(folder, 'wrong.yaml'), 'companyCodes: 7\n');
    expect(problemOf(() => read(file({ mapping: 'wrong.yaml' })))).toMatchObject({ code: 'MAPPING_INVALID' });
  });

  it('that does not exist is named', () => {
    expect(problemOf(() => read(file({ mapping: 'none.yaml' })))).toMatchObject({ code: 'FILE_UNREADABLE' });
  });
});
