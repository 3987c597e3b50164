import { hostname, platform, release } from 'node:os';
import { fileURLToPath } from 'node:url';
import {
  type Amazon,
  type AmazonCheck,
  createAmazon,
  createTokenCache,
  digestSettlementContent,
  formatUserAgent,
  postalAddressOf,
  readSettlementFile,
  type TokenCache,
} from '../amazon/index.ts';
import {
  type AccessStore,
  type Actor,
  type ApprovalDesk,
  assertCustomerMove,
  assertMove,
  type Books,
  type ChangeStore,
  type Connection,
  type ConnectionContext,
  type CustomerContext,
  type CustomerStore,
  type FeedBooks,
  type FeedContext,
  type FeedProgress,
  type MappingApprovalRule,
  type MappingContext,
  type MappingVersionText,
  type MasterDataAccess,
  mappingInUse,
  marketplacesTakenPartIn,
  type Passwords,
  type PrivacyStore,
  type QuotaStore,
  type ReconciliationStore,
  type RequestStore,
  type SecretStore,
  type Secrets,
  type SyncProgress,
  tableOfVersion,
  type WaitingRuleChange,
} from '../app/index.ts';
import type { Clock, Log, LogLevel, Randomness } from '../core/index.ts';
import type { CompanyCode } from '../ledger/index.ts';
import { type AccountTable, findMarketplaceById } from '../mapping/index.ts';
import { createSap, createSapSystems, type SapDoctorCheck, type SapSystems, sapSystemOf } from '../sap/index.ts';
import {
  createAccessStore,
  createBooks,
  createChangeStore,
  createCustomerStore,
  createFeedBooks,
  createMasterDataStore,
  createPrivacyStore,
  createQuotaStore,
  createReconciliationStore,
  createRequestStore,
  createSecretStore,
  type Database,
  type OpenDatabaseOptions,
  openDatabase,
  openDatabaseAsItIs,
  openVault,
  type ProcessTable,
  readProcessTable,
  scryptPasswords,
  type Vault,
} from '../store/index.ts';
import { rulesInForce, waitingRuleChanges } from './approval-settings.ts';
import { calmLog } from './calm-log.ts';
import { amazonSecretsOf, type ConnectionSettings, sapSecretsOf, settingsOf } from './connection-file.ts';
import { dayOf } from './credential-facts.ts';
import { customerRulesOf } from './customer-settings.ts';
import { type Environment, isRoot } from './environment.ts';
import { feedRulesOf } from './feed-settings.ts';
import { TEMPLATE_NAME, templateText } from './files.ts';
import { createLog } from './log.ts';
import { closingOnFailure, namingConnection } from './opening.ts';
import { programVersion } from './package-root.ts';
import { createDestinationFinder } from './sap-destinations.ts';
import { recordSapExchanges } from './sap-exchanges.ts';
import { postingHoursOf } from './schedule-settings.ts';
import { systemClock, systemRandomness } from './system.ts';
import { trialPlaceOf } from './trial-place.ts';
import { keySourcesOf } from './vault-keys.ts';
import { watchOfClock } from './warn-of-clock.ts';

/** The books and what every use case needs besides a connection. */
export interface Workspace {
  readonly books: Books;
  /** What the feeds store, beside the books. */
  readonly feedBooks: FeedBooks;
  /** The key map of customers in SAP. */
  readonly customers: CustomerStore;
  /** Deposits, and what the reconciliation reads beside books and feeds. */
  readonly reconciliation: ReconciliationStore;
  /** Holds, purges and erasures. */
  readonly privacy: PrivacyStore;
  /** What changes in the books, whoever changes it. */
  readonly changes: ChangeStore;
  /** Writes of the API by the keys of their callers. */
  readonly requests: RequestStore;
  /** Secrets one by one. */
  readonly secrets: SecretStore;
  /** Users, sessions and API tokens. */
  readonly access: AccessStore;
  readonly passwords: Passwords;
  /** Amazon's allowances, shared by all processes on the same database. */
  readonly quotas: QuotaStore;
  /** Amazon's access tokens, shared by all connections of this process. */
  readonly tokenCache: TokenCache;
  /** SAP's sessions and tokens, shared likewise. */
  readonly sapSystems: SapSystems;
  readonly database: Database;
  /** What can be known of the processes of this machine. */
  readonly processes: ProcessTable;
  readonly clock: Clock;
  readonly randomness: Randomness;
  readonly log: Log;
  readonly programVersion: string;
  close(): Promise<void>;
}

export interface WorkspaceOptions {
  readonly environment: Environment;
  readonly home: string;
  readonly databaseUrl: string | undefined;
  /** For a command a person watches, errors are enough: it prints what matters. A service logs more. */
  readonly logLevel?: LogLevel;
  /** In the embedded server only; default `seller_ledger`. */
  readonly databaseName?: string;
  /** Most connections to the database at once; default 20. */
  readonly poolSizeMax?: number;
  /** `false`: raises `DATABASE_OLDER` where the schema is not yet that of this program. */
  readonly mayMigrate?: boolean;
}

/** Opens the database (the embedded one unless an address is given), brings its schema up to date, opens the vault. */
export async function openWorkspace(options: WorkspaceOptions): Promise<Workspace> {
  const { environment, home } = options;
  const { database, processes, log } = await openBooksDatabase(options);
  try {
    const { vault } = await openVault({ database, sources: keySourcesOf(environment, home, systemClock) });
    return workspaceOn({ database, vault, processes, log });
  } catch (error) {
    await database.close();
    throw error;
  }
}

export interface WorkspaceParts {
  readonly database: Database;
  readonly vault: Vault;
  readonly processes: ProcessTable;
  readonly log: Log;
}

/** A workspace on an open database; its `close` closes the database. */
export function workspaceOn({ database, vault, processes, log }: WorkspaceParts): Workspace {
  return {
    books: createBooks({ database, vault, assertMove, processes, watch: watchOfClock(log) }),
    feedBooks: createFeedBooks({ database, vault }),
    customers: createCustomerStore({ database, vault, assertCustomerMove }),
    reconciliation: createReconciliationStore(database),
    privacy: createPrivacyStore({ database }),
    changes: createChangeStore(database),
    requests: createRequestStore(database),
    secrets: createSecretStore(database, vault),
    access: createAccessStore(database, undefined, (name) => vault.fingerprint(`sign-in ${name}`)),
    passwords: scryptPasswords(),
    quotas: createQuotaStore(database),
    tokenCache: createTokenCache(),
    sapSystems: createSapSystems(createDestinationFinder()),
    database,
    processes,
    clock: systemClock,
    randomness: systemRandomness,
    log,
    programVersion: programVersion(),
    close: () => database.close(),
  };
}

/** The database as it is, for a command that fills it or looks at what is there before it is brought up to date. */
export async function openDatabaseFor(options: WorkspaceOptions): Promise<Database> {
  const log = createLog(options.environment, options.logLevel ?? 'error');
  const processes = await readProcessTable({ pid: process.pid, hostName: hostname() });
  return openDatabaseAsItIs(databaseOptionsOf(options, { log, processes }));
}

/** The database alone, its schema up to date, without the vault. */
export async function openBooksDatabase(
  options: WorkspaceOptions,
): Promise<{ readonly database: Database; readonly processes: ProcessTable; readonly log: Log }> {
  const log = calmLog(createLog(options.environment, options.logLevel ?? 'error'), systemClock);
  const processes = await readProcessTable({ pid: process.pid, hostName: hostname() });
  const database = await openDatabase(databaseOptionsOf(options, { log, processes }));
  return { database, processes, log };
}

function databaseOptionsOf(
  { databaseUrl, home, databaseName, poolSizeMax, mayMigrate }: WorkspaceOptions,
  given: { readonly log: Log; readonly processes: ProcessTable },
): OpenDatabaseOptions {
  const own = { isRoot: isRoot(), supervisorCommand: supervisorCommand(), clock: systemClock };
  return { databaseUrl, home, databaseName, poolSizeMax, mayMigrate, ...own, ...given };
}

/** The small program that stops the embedded server when nobody is connected any more. */
function supervisorCommand(): readonly string[] {
  return [process.execPath, fileURLToPath(new URL('./postgres-supervisor.js', import.meta.url))];
}

/** Opens the books for one command and closes them whatever happens. */
export async function withBooks<Result>(
  options: WorkspaceOptions,
  work: (workspace: Workspace) => Promise<Result>,
): Promise<Result> {
  const workspace = await openWorkspace(options);
  try {
    return await work(workspace);
  } finally {
    await workspace.close();
  }
}

/** A connection with its clients, for one command or one sync. */
export interface OpenConnection {
  readonly context: ConnectionContext;
  /** The version of the account table that `context.table` is. */
  readonly mapping: MappingVersionText;
  customerContext(onProgress: (says: string) => void): CustomerContext;
  /** SAP's master data, also where the connection does not simulate. */
  readonly masterData: MasterDataAccess;
  pingAmazon(): Promise<readonly AmazonCheck[]>;
  pingSap(): Promise<readonly SapDoctorCheck[]>;
  /** Everything the connector uses in SAP, each part tried once. Raises `SAP_TRIAL_NO_ACCOUNT` (invalid). */
  doctorSap(request: { readonly tryPosting: boolean }): Promise<readonly SapDoctorCheck[]>;
  close(): Promise<void>;
}

/** On whose behalf a connection is used, and who watches. */
export interface ConnectionUse {
  readonly actor: Actor;
  readonly onProgress?: (event: SyncProgress) => void;
  /** Ends every request to Amazon and every wait for its pace with the signal's reason. */
  readonly signal?: AbortSignal;
}

export async function openConnection(workspace: Workspace, name: string, use: ConnectionUse): Promise<OpenConnection> {
  const { books, clock, randomness, log, sapSystems: systems } = workspace;
  const connection = await books.getConnection(name);
  const settings = settingsOf(connection);
  const posting = rulesInForce(settings.posting, await books.listRuleChanges(connection.id));
  const secrets = await books.openSecrets(connection.id, use.actor, `to work on connection ${name}`);
  const mapping = await mappingOf(books, connection, settings);
  const table = tableOfVersion(connection, mapping);
  const amazon = openAmazon(workspace, { connection, settings, secrets, use });
  const exchanges = recordSapExchanges(books, connection, use.actor);
  const sap = await closingOnFailure(amazon, () =>
    namingConnection(name, () =>
      createSap({
        onExchange: exchanges.onExchange,
        systems,
        settings: settings.sap,
        secrets: sapSecretsOf(secrets),
        clock,
        randomness,
        log,
        fiscalYearOf: (companyCode) => table.companyCode(companyCode)?.fiscalYear,
        taxDirectionOf: (taxCode) => table.taxDirection(taxCode),
      }),
    ),
  );
  const companyCodes = () => table.companyCodes().map(({ companyCode }): CompanyCode => companyCode);
  const { mode, ...ages } = settings.simulation;
  const masterData = { ...ages, source: sap.masterData, store: createMasterDataStore(workspace.database) };
  return {
    masterData,
    mapping,
    context: {
      connection,
      books,
      reports: amazon.reports,
      ledger: sap.ledger,
      table,
      posting,
      postingHours: postingHoursOf(settings.schedule, table),
      simulation: mode === 'off' ? undefined : { mode, ...masterData },
      readSettlement: readSettlementFile,
      digestContent: digestSettlementContent,
      clock,
      randomness,
      log,
      programVersion: workspace.programVersion,
      actor: use.actor,
      onProgress: use.onProgress ?? (() => {}),
    },
    customerContext: (onProgress) =>
      customerContextOf(workspace, {
        connection,
        settings,
        table,
        amazon,
        partners: sap.partners,
        actor: use.actor,
        onProgress,
      }),
    pingAmazon: () => amazon.ping(),
    pingSap: () => sap.ping({ companyCodes: companyCodes() }),
    doctorSap: async ({ tryPosting }) => {
      const trial = tryPosting
        ? trialPlaceOf(table, dayOf(clock.nowMs()), await bookedInto(workspace, connection, table))
        : null;
      return sap.doctor({ companyCodes: companyCodes(), trial });
    },
    close: async () => {
      await Promise.all([amazon.close(), sap.close()]);
      await exchanges.finish();
    },
  };
}

/** The company code of the newest entry; before there is one, that of a marketplace in which the seller takes part. */
async function bookedInto(
  { books, feedBooks }: Workspace,
  { id }: Connection,
  table: AccountTable,
): Promise<CompanyCode | undefined> {
  const [newest] = await books.listEntries({ connectionId: id, limit: 1 });
  if (newest) return newest.entry.companyCode;
  const listed = (await feedBooks.listMarketplaces(id))?.marketplaces ?? [];
  const taken = listed.find(({ isParticipating }) => isParticipating);
  const store = taken && findMarketplaceById(taken.marketplaceId);
  return store && table.marketplace(store.name)?.companyCode;
}

function customerContextOf(
  { books, feedBooks, customers, clock, log }: Workspace,
  opened: Pick<CustomerContext, 'connection' | 'table' | 'partners' | 'actor' | 'onProgress'> & {
    readonly settings: ConnectionSettings;
    readonly amazon: Amazon;
  },
): CustomerContext {
  const { settings, amazon, ...parts } = opened;
  const { connection } = parts;
  return {
    ...parts,
    books: { ...books, ...feedBooks, ...customers },
    sapSystem: sapSystemOf(settings.sap),
    rules: customerRulesOf(settings.customers),
    region: settings.amazon.region,
    // Before any feed has run nobody has asked yet, and a customer of a store where nothing is sold would stay in SAP.
    takesPartIn: async () =>
      settings.amazon.marketplaces ??
      marketplacesTakenPartIn({ books: feedBooks, amazon: amazon.feeds, connection, clock }),
    addressOf: postalAddressOf,
    times: settings.posting,
    clock,
    log,
  };
}

/** A connection's side at Amazon alone: what only reads there needs no SAP. */
export interface OpenFeeds {
  readonly feedContext: FeedContext;
  /** Everything the connector can do at Amazon, each operation tried once. */
  doctor(request: { readonly isReadOnly: boolean }): Promise<readonly AmazonCheck[]>;
  close(): Promise<void>;
}

export async function openFeeds(
  workspace: Workspace,
  name: string,
  use: Pick<ConnectionUse, 'actor' | 'signal'> & { readonly onProgress?: (event: FeedProgress) => void },
): Promise<OpenFeeds> {
  const { books, feedBooks, clock, log } = workspace;
  const connection = await books.getConnection(name);
  const settings = settingsOf(connection);
  const secrets = await books.openSecrets(connection.id, use.actor, `to read the feeds of connection ${name}`);
  const amazon = openAmazon(workspace, { connection, settings, secrets, use });
  return {
    feedContext: {
      connection,
      books: { ...books, ...feedBooks },
      amazon: amazon.feeds,
      rules: feedRulesOf(settings.feeds, connection, settings.amazon.marketplaces ?? null),
      region: settings.amazon.region,
      clock,
      log,
      actor: use.actor,
      onProgress: use.onProgress ?? (() => {}),
    },
    doctor: async ({ isReadOnly }) => {
      const days = await feedBooks.secretDays(connection.id);
      return amazon.doctor({
        isReadOnly,
        withRestricted: settings.feeds.buyers || settings.feeds.vat.enabled,
        secretIssuedOn: days['amazon.clientSecret'] ?? null,
        authorisedOn: days['amazon.refreshToken'] ?? null,
      });
    },
    close: () => amazon.close(),
  };
}

interface AmazonUse {
  readonly actor: Actor;
  readonly signal?: AbortSignal;
  readonly onProgress?: (event: { step: 'waiting'; untilMs: number; says: string }) => void;
}

/** How this program names itself to Amazon. */
export function userAgentOf(version: string): string {
  return formatUserAgent({ version, language: process.versions.node, platform: `${platform()}/${release()}` });
}

function openAmazon(
  { books, clock, randomness, log, programVersion: version, quotas, tokenCache }: Workspace,
  opened: { connection: Connection; settings: ConnectionSettings; secrets: Secrets; use: AmazonUse },
): Amazon {
  const { connection, settings, secrets, use } = opened;
  return createAmazon({
    settings: settings.amazon,
    secrets: amazonSecretsOf(secrets, connection.name),
    sellerAccount: connection.sellerAccount,
    userAgent: userAgentOf(version),
    clock,
    randomness,
    log,
    quotas,
    tokenCache,
    onExchange: async (exchange) => {
      const { operation, status } = exchange;
      // While Amazon makes a report it is asked hundreds of times; what came of it is recorded by the report's own states.
      if (operation === 'getReport' && status === 200) {
        log.write('debug', 'amazon.getReport', { connection: connection.name });
        return;
      }
      await books.record({
        actor: use.actor,
        action: `amazon.${operation}`,
        subject: `connection/${connection.id}`,
        why: `request to Amazon answered ${status ?? 'nothing'}`,
        after: { ...exchange },
      });
    },
    onWait: ({ untilMs, says }) => use.onProgress?.({ step: 'waiting', untilMs, says }),
    ...(use.signal && { signal: use.signal }),
  });
}

/** Where people approve what is booked for a connection. */
export async function openApprovals({ books }: Pick<Workspace, 'books'>, name: string): Promise<ApprovalDesk> {
  const connection = await books.getConnection(name);
  return { books, rules: rulesInForce(settingsOf(connection).posting, await books.listRuleChanges(connection.id)) };
}

/** What somebody loosened in a connection's approval rules and nobody else has accepted. */
export async function waitingChangesOf(
  { books }: Pick<Workspace, 'books'>,
  connection: Connection,
): Promise<readonly WaitingRuleChange[]> {
  return waitingRuleChanges(settingsOf(connection).posting, await books.listRuleChanges(connection.id));
}

/** A connection's account table, without its clients. */
export interface OpenMapping extends MappingContext {
  /** Who approves a new version. */
  readonly rule: MappingApprovalRule;
}

/** The connection with the version of its account table that it is booked by. */
export async function openMapping({ books }: Pick<Workspace, 'books'>, name: string): Promise<OpenMapping> {
  const connection = await books.getConnection(name);
  const settings = settingsOf(connection);
  return { books, connection, inUse: await mappingOf(books, connection, settings), rule: settings.mappingApproval };
}

/** The version of its account table that the connection is booked by, which is its first one when it had none. */
export function mappingOf(
  books: Books,
  connection: Connection,
  { mapping }: Pick<ConnectionSettings, 'mapping'>,
  author?: Actor,
): Promise<MappingVersionText> {
  return mappingInUse(books, connection, mapping ?? { name: TEMPLATE_NAME, text: templateText() }, author);
}
