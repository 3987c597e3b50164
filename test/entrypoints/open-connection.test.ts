/** A connection of which one half cannot be opened leaves the other half closed. */
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { createTokenCache } from '../../src/amazon/index.ts';
import { assertCustomerMove, SYSTEM } from '../../src/app/index.ts';
import { silentLog } from '../../src/core/index.ts';
import { openConnection } from '../../src/entrypoints/composition.ts';
import { connectionFromFile } from '../../src/entrypoints/connection-file.ts';
import { systemClock, systemRandomness } from '../../src/entrypoints/system.ts';
import { createSapSystems } from '../../src/sap/index.ts';
import {
  createAccessStore,
  createChangeStore,
  createCustomerStore,
  createFeedBooks,
  createPrivacyStore,
  createQuotaStore,
  createReconciliationStore,
  createRequestStore,
  createSecretStore,
  scryptPasswords,
} from '../../src/store/index.ts';
import { openTestBooks, type TestBooks } from '../store/database.ts';

const clients = vi.hoisted(() => ({ opened: 0, closed: 0, signals: [] as (AbortSignal | undefined)[] }));
vi.mock('../../src/amazon/index.ts', async (importOriginal) => {
  const amazon = await importOriginal<typeof import('../../src/amazon/index.ts')>();
  return {
    ...amazon,
    createAmazon: (...args: Parameters<typeof amazon.createAmazon>) => {
      const client = amazon.createAmazon(...args);
      clients.opened += 1;
      clients.signals.push(args[0].signal);
      return {
        ...client,
        close: async () => {
          clients.closed += 1;
          await client.close();
        },
      };
    },
  };
});

let test: TestBooks;
beforeAll(async () => {
  test = await openTestBooks();
});
afterAll(() => test.close());

async function open(name: string, secretsWithout: string, signal?: AbortSignal) {
  const content = {
    name,
    sellerAccount: `A2${name.toUpperCase()}`,
    amazon: { region: 'NA', clientId: 'amzn1.test', clientSecret: 's', refreshToken: `token-of-${name}` },
    sap: {
      baseUrl: 'https://sap.invalid',
      journalEntryUrl: 'https://sap.invalid/post',
      createdByUser: 'TEST',
      authentication: { type: 'basic', user: 'u', password: 'p' },
    },
  };
  const file = connectionFromFile(content, { path: 'test', folder: '.', readEnvironment: () => undefined });
  const secrets = Object.fromEntries(Object.entries(file.secrets).filter(([secret]) => secret !== secretsWithout));
  await test.books.addConnection({ ...file, secrets }, SYSTEM);
  const facts = { clock: systemClock, randomness: systemRandomness, log: silentLog, programVersion: '0.0.0' };
  const feeds = {
    feedBooks: createFeedBooks(test),
    customers: createCustomerStore({ ...test, assertCustomerMove }),
    secrets: createSecretStore(test.database, test.vault),
    access: createAccessStore(test.database),
    passwords: scryptPasswords(),
    reconciliation: createReconciliationStore(test.database),
    privacy: createPrivacyStore(test),
    quotas: createQuotaStore(test.database),
    changes: createChangeStore(test.database),
    requests: createRequestStore(test.database),
    tokenCache: createTokenCache(),
    sapSystems: createSapSystems(),
  };
  const workspace = { ...test, ...facts, ...feeds, close: async () => {} };
  return openConnection(workspace, name, { actor: SYSTEM, ...(signal && { signal }) });
}

it('the client of Amazon is closed when that of SAP cannot be made', async () => {
  await expect(open('broken', 'sap.password')).rejects.toMatchObject({ code: 'SAP_SECRET_MISSING' });
  expect(clients).toMatchObject({ opened: 1, closed: 1 });
});

it.each([
  ['acmeus', 'sap.password', 'SAP_SECRET_MISSING'],
  ['acmeuk', 'amazon.refreshToken', 'CONNECTION_FILE_INVALID'],
])('of %s that lacks its secret %s says whose it is, and how it is stored', async (name, secret, code) => {
  const problem = await open(name, secret).catch((thrown: unknown) => thrown);
  expect(problem).toMatchObject({
    code,
    kind: 'invalid',
    says: expect.stringMatching(new RegExp(`onnection ${name}\\b`)),
  });
  const store = `seller-ledger secrets set ${name} ${secret} --file FILE --why TEXT`;
  expect(problem).toMatchObject({ next: expect.stringContaining(store) });
});

it('control: it stays open with a connection that works, until that is closed', async () => {
  const connection = await open('whole', 'none');
  expect(clients).toMatchObject({ opened: clients.closed + 1 });
  await connection.close();
  expect(clients).toMatchObject({ opened: clients.closed });
});

it('a stop reaches Amazon’s client, whose waits for its pace may take minutes', async () => {
  const stop = new AbortController();
  const connection = await open('stoppable', 'none', stop.signal);
  expect(clients.signals.at(-1)).toBe(stop.signal);
  expect(clients.signals.slice(0, -1), 'control').not.toContain(stop.signal);
  await connection.close();
});

it('what it asks of SAP is in the audit log of the connection, without its secrets', async () => {
  const connection = await open('told', 'none');
  const { id } = connection.context.connection;
  await connection.pingSap();
  await connection.close();
  const events = await test.books.listEvents({ chain: id });
  const [asked] = events.filter(({ action }) => action.startsWith('sap.'));
  expect(asked).toMatchObject({
    subject: `connection/${id}`,
    actor: { name: SYSTEM.name },
    after: { host: 'sap.invalid', status: null, outcome: 'not-sent' },
  });
  expect(JSON.stringify(events)).not.toMatch(/token-of-told|"p"/);
});
