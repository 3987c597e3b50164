/** The program with a database of its own and one connection, for tests of commands. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, vi } from 'vitest';
import { runCli } from '../../src/entrypoints/cli/program.ts';
import type { Database } from '../../src/store/index.ts';
import { openTestDatabase, urlOf } from '../store/database.ts';
import { QUICK_FOLDER } from '../store/quick-folder.ts';
import { DIALECTS, type SettlementFacts, settlementBytes } from './settlement-files.ts';

export interface Ending {
  readonly exitCode: number;
  readonly out: string;
  readonly err: string;
}

export interface CommandLine {
  readonly database: Database;
  readonly folder: string;
  /** What the commands find there. */
  readonly environment: Record<string, string>;
  run(...args: string[]): Promise<Ending>;
  // biome-ignore lint/suspicious/noExplicitAny: what a command prints has no type
  json(...args: string[]): Promise<any>;
  /** Imports a settlement for the connection `acme`. */
  importFile(facts: SettlementFacts): Promise<Ending>;
  close(): Promise<void>;
}

export const SECRETS = {
  clientSecret: 'clientsecret-4711',
  refreshToken: 'refreshtoken-4712',
  password: 'password-4713',
};

export async function openCommandLine(): Promise<CommandLine> {
  const folder = mkdtempSync(`${QUICK_FOLDER}/seller-ledger-commands-`);
  const database = await openTestDatabase();
  const environment: Record<string, string> = { SELLER_LEDGER_USER: 'anna' };
  const run = async (...args: string[]): Promise<Ending> => {
    const text = { out: '', err: '' };
    for (const [stream, name] of [[process.stdout, 'out'] as const, [process.stderr, 'err'] as const]) {
      vi.spyOn(stream, 'write').mockImplementation((chunk) => {
        text[name] += String(chunk);
        return true;
      });
    }
    const line = ['node', 'seller-ledger', '--home', folder, '--database-url', urlOf(database), ...args];
    const exitCode = await runCli(line, environment);
    vi.restoreAllMocks();
    return { exitCode, ...text };
  };
  const file = join(folder, 'acme.yaml');
  writeFileSync(file, JSON.stringify(connection('acme')));
  expect(await run('connections', 'add', '--file', file)).toMatchObject({ exitCode: 0 });
  return {
    database,
    folder,
    environment,
    run,
    json: async (...args) => JSON.parse((await run(...args, '--json')).out),
    importFile: (facts) => {
      const path = join(folder, `${facts.settlementId}.txt`);
      writeFileSync(path, settlementBytes(facts, DIALECTS.US));
      return run('settlements', 'import', path, '--connection', 'acme');
    },
    close: async () => {
      await database.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

export function connection(name: string) {
  return {
    name,
    sellerAccount: `A2${name.toUpperCase()}`,
    amazon: {
      region: 'NA',
      clientId: 'amzn1.test',
      clientSecret: SECRETS.clientSecret,
      refreshToken: SECRETS.refreshToken,
    },
    sap: {
      baseUrl: 'https://sap.invalid',
      journalEntryUrl: 'https://sap.invalid/post',
      createdByUser: 'TEST',
      authentication: { type: 'basic', user: 'u', password: SECRETS.password },
    },
    posting: { approval: 'review' },
  };
}
