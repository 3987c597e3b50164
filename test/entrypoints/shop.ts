import {
  type Actor,
  prepareRows,
  receiveEvidence,
  recordPrepared,
  type SettlementRecord,
} from '../../src/app/index.ts';
import { openMapping, type Workspace } from '../../src/entrypoints/composition.ts';
import { connectionFromFile } from '../../src/entrypoints/connection-file.ts';
import type { Identify } from '../../src/entrypoints/http/register-routes.ts';
import { withConnection } from '../../src/entrypoints/with-connection.ts';
import { startVendors, type Vendors } from '../simulation/vendors.ts';
import { openTestBooks, type TestBooks } from '../store/database.ts';
import { startTestPage, type TestPage, testWorkspace } from './test-page.ts';

const ACTOR = { kind: 'user', name: 'tester' } as const;

/** A connection with real settings to the pretend SAP, whose entries people approve, and the server on it. */
export interface Shop {
  readonly vendors: Vendors;
  readonly test: TestBooks;
  readonly workspace: Workspace;
  readonly page: TestPage;
  receive(bytes: Uint8Array): Promise<SettlementRecord>;
  /** Teaches the account table one value, by default as the tester, and leaves what waits for it waiting. */
  teach(words: Readonly<Record<string, string>>, author?: Actor): Promise<void>;
  close(): Promise<void>;
}

/** `more` goes into the connection file. */
export async function openShop(seed: string, more: object = {}, identify?: Identify): Promise<Shop> {
  const vendors = await startVendors({ seed });
  const test = await openTestBooks({ clock: vendors.clock });
  const workspace = testWorkspace(test);
  const file = connectionFromFile(
    { ...connectionOf(vendors), ...more },
    {
      path: 'shop',
      folder: '.',
      readEnvironment: () => undefined,
    },
  );
  await test.books.addConnection(file, ACTOR);
  const page = await startTestPage(test, { ...(identify && { identify }) });
  return {
    vendors,
    test,
    workspace,
    page,
    receive: async (bytes) => {
      const chunks = (async function* () {
        yield bytes;
      })();
      const { sha256 } = await test.books.putEvidence(chunks, { origin: 'file:test', contentType: null, headers: {} });
      return withConnection(workspace, 'shop', { actor: ACTOR }, ({ context }) =>
        receiveEvidence(context, sha256, 'test'),
      );
    },
    teach: async (words, author = ACTOR) => {
      const mapping = await openMapping(workspace, 'shop');
      const row = { section: 'vocabulary', cells: new Map(Object.entries(words)) };
      const prepared = await prepareRows(mapping, { name: 'taught', rows: () => [row] });
      await recordPrepared(mapping, prepared, { author, reason: 'looked up', rule: mapping.rule });
    },
    close: async () => {
      await page.close();
      await test.close();
      await vendors.close();
    },
  };
}

function connectionOf({ sap, amazon }: Vendors) {
  return {
    name: 'shop',
    sellerAccount: 'A2SHOP',
    amazon: { region: 'NA', endpoint: amazon.url, clientId: 'amzn1.test', clientSecret: 's', refreshToken: 'token' },
    posting: { approval: 'review', approverNot: 'nobody' },
    sap: {
      baseUrl: sap.url,
      journalEntryUrl: `${sap.url}/sap/bc/srt/scs_ext/sap/journalentrycreaterequestconfi`,
      createdByUser: 'TEST',
      authentication: {
        type: 'oauth2',
        tokenUrl: `${sap.url}/sap/bc/sec/oauth2/token`,
        clientId: 'sap-test',
        clientSecret: 'sap-secret',
      },
    },
  };
}
