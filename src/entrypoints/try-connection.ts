import { createAmazon, createTokenCache } from '../amazon/index.ts';
import type { Actor, ConnectionId } from '../app/index.ts';
import { isProblem, Problem, type ProblemField } from '../core/index.ts';
import { readAccountTable } from '../mapping/index.ts';
import { createSap, createSapSystems, type SapDoctorCheck, sapSystemOf } from '../sap/index.ts';
import { userAgentOf, type Workspace } from './composition.ts';
import {
  amazonSecretsOf,
  type ConnectionFile,
  type ConnectionSettings,
  FIELD_FAULT,
  sapSecretsOf,
  settingsOf,
} from './connection-file.ts';
import { createDestinationFinder } from './sap-destinations.ts';

/** What was found, and the settings that it is most likely about; none: it proves nothing against them. */
interface Fault {
  readonly paths: readonly string[];
  readonly code: string;
  readonly says: string;
}

const AMAZON_PATHS: Readonly<Record<string, readonly string[]>> = {
  AMAZON_CLIENT_REFUSED: ['amazon.clientId', 'amazon.clientSecret'],
  AMAZON_CLIENT_SECRET_EXPIRED: ['amazon.clientSecret'],
  AMAZON_LOGIN_REFUSED: ['amazon.clientId'],
  AMAZON_LOGIN_REVOKED: ['amazon.refreshToken'],
  AMAZON_LOGIN_UNAVAILABLE: ['amazon.lwaUrl'],
  AMAZON_THROTTLED: [],
  AMAZON_TOKEN_REFUSED: ['amazon.region'],
};

/** Refusals of whoever logs on, however well the address is spelt. */
const SAP_LOG_ON = ['SAP_LOGIN_REFUSED', 'SAP_TOKEN_REFUSED', 'SAP_OAUTH_NOT_TAKEN', 'SAP_NOT_AUTHORISED'];

export interface Trial {
  readonly file: Pick<ConnectionFile, 'name' | 'sellerAccount' | 'settings' | 'mapping' | 'secrets'>;
  readonly actor: Actor;
  /** Of a stored connection whose settings are to become these; absent: there is none yet. */
  readonly connectionId?: ConnectionId;
}

/**
 * Logs on at Amazon and in SAP with settings that are not stored yet, and puts on record who did so and what came of it. What SAP lacks
 * besides (a service, a right for one of them) is left to the doctor: no setting can mend it. Raises `CONNECTION_NOT_WORKING`
 * (invalid) with what does not work by setting.
 */
export async function assertConnectionWorks(workspace: Workspace, trial: Trial): Promise<void> {
  const { file } = trial;
  const settings = settingsOf(file);
  let found: readonly Fault[] | undefined;
  try {
    found = (
      await Promise.all([tryAmazon(workspace, file, settings), unlessUnusable(() => trySap(workspace, file, settings))])
    ).flat();
  } finally {
    await recordTrial(workspace, trial, settings, found);
  }
  const faults = found.filter(({ paths }) => paths.length > 0);
  if (faults.length === 0) return;
  const codes = [...new Set(faults.map(({ code }) => code))].join(', ');
  throw new Problem({
    code: 'CONNECTION_NOT_WORKING',
    kind: 'invalid',
    says: `${file.name} does not work as it is, so it was not stored: ${codes}.`,
    next: 'Correct the settings that are named, or store it untried and look at it later: seller-ledger connections doctor NAME.',
    data: faults.map(({ code, says }) => `${code}: ${says}`).join('\n'),
    fields: fieldsOf(faults),
  });
}

/** Secrets were used, whatever came of it: with which users, and never the secrets themselves. */
async function recordTrial(
  { books, log }: Workspace,
  { file, actor, connectionId }: Trial,
  { amazon, sap }: ConnectionSettings,
  found: readonly Fault[] | undefined,
): Promise<void> {
  const codes = [...new Set((found ?? []).map(({ code }) => code))];
  log.write('info', 'connection.tried', { connection: file.name, faults: codes.join(' ') });
  await books.record({
    actor,
    action: 'secret.try',
    subject: connectionId ? `connection/${connectionId}` : 'installation/connections',
    why: `to try connection ${file.name} before it is stored`,
    after: {
      connection: file.name,
      sellerAccount: file.sellerAccount,
      secretNames: Object.keys(file.secrets).sort(),
      amazonClientId: amazon.clientId,
      sapSystem: sapSystemOf(sap),
      sapLogOn: logOnOf(sap),
      outcome: outcomeOf(found),
      codes,
    },
  });
}

/** Whoever was not let through to try has not shown that it works. */
function outcomeOf(found: readonly Fault[] | undefined): 'not-ended' | 'does-not-work' | 'not-proven' | 'works' {
  if (found === undefined) return 'not-ended';
  if (found.some(({ paths }) => paths.length > 0)) return 'does-not-work';
  return found.length > 0 ? 'not-proven' : 'works';
}

function logOnOf({ authentication }: ConnectionSettings['sap']): string {
  switch (authentication.type) {
    case 'basic':
      return `basic ${authentication.user}`;
    case 'oauth2':
      return `oauth2 ${authentication.clientId}`;
    case 'destination':
      return `destination ${authentication.name}`;
    case 'certificate':
      return 'certificate';
  }
}

/** One for each setting, however much was found about it. */
function fieldsOf(faults: readonly Fault[]): readonly ProblemField[] {
  const byPath = new Map<string, string[]>();
  for (const { paths, code, says } of faults) {
    for (const path of paths) byPath.set(path, [...(byPath.get(path) ?? []), `${code}: ${says}`]);
  }
  return [...byPath].map(([path, says]) => ({ path, code: FIELD_FAULT, says: [...new Set(says)].join(' ') }));
}

async function tryAmazon(
  { clock, randomness, log, quotas, programVersion: version }: Workspace,
  file: Trial['file'],
  settings: ConnectionSettings,
): Promise<readonly Fault[]> {
  const amazon = createAmazon({
    settings: settings.amazon,
    secrets: amazonSecretsOf(file.secrets),
    sellerAccount: file.sellerAccount,
    userAgent: userAgentOf(version),
    clock,
    randomness,
    log,
    quotas,
    // A token that is kept from elsewhere would say nothing about these secrets.
    tokenCache: createTokenCache(),
    onExchange: () => {},
    onWait: () => {},
  });
  try {
    const found = await amazon.tryOut();
    return found.flatMap(({ name, problem }) => {
      if (!problem) return [];
      const { code, says } = problem;
      return [{ paths: AMAZON_PATHS[code] ?? placesOfCheck(name, code), code, says }];
    });
  } finally {
    await amazon.close();
  }
}

function placesOfCheck(check: string, code: string): readonly string[] {
  if (check === 'login') return ['amazon.lwaUrl'];
  if (code !== 'AMAZON_ACCESS_DENIED') return ['amazon.endpoint'];
  // Whoever may see the marketplaces and not the reports lacks a role at Amazon.
  return check === 'marketplaces' ? ['amazon.region', 'amazon.endpoint'] : [];
}

async function trySap(
  { clock, randomness, log }: Workspace,
  file: Trial['file'],
  settings: ConnectionSettings,
): Promise<readonly Fault[]> {
  // The company codes of the template are nobody's: that they are to be replaced, the doctor tells.
  const companyCodes = file.mapping === null ? [] : readAccountTable(file.mapping).companyCodes();
  const sap = createSap({
    systems: createSapSystems(createDestinationFinder()),
    settings: settings.sap,
    secrets: sapSecretsOf(file.secrets),
    clock,
    randomness,
    log,
    fiscalYearOf: () => undefined,
    taxDirectionOf: () => undefined,
  });
  try {
    const checks = await sap.ping({ companyCodes: companyCodes.map(({ companyCode }) => companyCode) });
    return checks.flatMap((check) => {
      const { ok, isNeeded, code, says } = check;
      return ok || !isNeeded || code === null ? [] : [{ paths: pathsOf(check, settings), code, says }];
    });
  } finally {
    await sap.close();
  }
}

/** What cannot even be tried, such as a key that is none, is a fault of the setting that the problem names. */
async function unlessUnusable(work: () => Promise<readonly Fault[]>): Promise<readonly Fault[]> {
  try {
    return await work();
  } catch (thrown) {
    if (!isProblem(thrown) || thrown.kind !== 'invalid' || !thrown.code.startsWith('SAP_')) throw thrown;
    const { code, says, where } = thrown;
    const isAddress = where?.path?.endsWith('Url') ?? false;
    return [{ paths: [`sap.${isAddress ? '' : 'authentication.'}${where?.path ?? 'type'}`], code, says }];
  }
}

/** The settings that a failed check of SAP is about; none for what is missing in SAP itself. */
function pathsOf({ name, code }: SapDoctorCheck, { sap }: ConnectionSettings): readonly string[] {
  const { authentication } = sap;
  const isOfLogOn = SAP_LOG_ON.includes(code ?? '');
  if (name.startsWith('company code ')) return code?.startsWith('SAP_COMPANY_CODE_') ? ['mapping'] : [];
  if (name === 'journal entry service') return isOfLogOn ? [] : ['sap.journalEntryUrl'];
  if (name !== 'log-on' && name !== 'session') return [];
  if (isOfLogOn || authentication.type === 'destination') return LOG_ON_PATHS[authentication.type];
  return name === 'log-on' && authentication.type === 'oauth2' ? ['sap.authentication.tokenUrl'] : ['sap.baseUrl'];
}

const LOG_ON_PATHS: Readonly<Record<ConnectionSettings['sap']['authentication']['type'], readonly string[]>> = {
  basic: ['sap.authentication.user', 'sap.authentication.password'],
  oauth2: ['sap.authentication.clientId', 'sap.authentication.clientSecret'],
  certificate: ['sap.authentication.certPem'],
  destination: ['sap.authentication.name'],
};
