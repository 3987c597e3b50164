/**
 * Tries each thing the connector can do at Amazon, once, and tells from the pattern of what fails what is missing: the
 * client secret, the seller's authorisation, the region, a role, or the clock.
 */
import type { CredentialAge, SellerMarketplace } from '../app/index.ts';
import { type Clock, type LocalDate, localDateAt, parseTimeZone } from '../core/index.ts';
import { findMarketplaceById } from '../mapping/index.ts';
import { credentialAges } from './credential-ages.ts';
import { type LwaTokens, ROTATION_SCOPE } from './lwa-tokens.ts';
import { type AmazonCheck, checkClock, type Finding, notTried, onlyOnce, sayMarketplaces, tryOut } from './ping.ts';
import { createSellerMarketplaces } from './seller-marketplaces.ts';
import type { AmazonSettings } from './settings.ts';
import type { AmazonProbe, SpApi } from './sp-api.ts';
import type { SpApiClient } from './sp-api-client.ts';
import { ROLES } from './sp-api-problems.ts';

export interface DoctorRequest {
  /** Leaves out the one thing that makes something at Amazon: a report that nobody needs. Default false. */
  readonly isReadOnly?: boolean;
  /** Also asks for a restricted data token, which buyers and VAT reports need. Default false. */
  readonly withRestricted?: boolean;
  /** The days from which ages count where the settings say nothing; `null`: not known. */
  readonly secretIssuedOn?: LocalDate | null;
  readonly authorisedOn?: LocalDate | null;
}

export interface DoctorOptions {
  readonly settings: AmazonSettings;
  readonly tokens: LwaTokens;
  /** Of the application alone, without the seller. */
  readonly clientTokens: LwaTokens;
  readonly client: SpApiClient;
  readonly probesOf: (api: SpApi) => readonly AmazonProbe[];
  readonly clock: Clock;
}

interface Probed extends Finding {
  readonly role: string;
}

/** Operations about the report that is made for trying. */
const MAKING: readonly string[] = ['createReport', 'getReport'];
const RESTRICTED: readonly string[] = ['createRestrictedDataToken'];

/** Asks for each operation once. Raises nothing but an abort or a defect. */
export async function examineAmazon(
  options: DoctorOptions,
  request: DoctorRequest = {},
): Promise<readonly AmazonCheck[]> {
  const { client } = options;
  const logins = await examineLogin(options);
  const api = onlyOnce(client);
  const probes = options.probesOf(api).filter(({ name }) => isWanted(name, request));
  const ages = examineAges(options, request);
  if (logins.some(({ name, ok }) => name === 'login' && !ok))
    return [...logins, ...['clock', 'marketplaces', ...probes.map(({ name }) => name)].map(notTried), ...ages];
  const probed: Probed[] = [
    { ...(await examineMarketplaces(options.settings, api)), role: ROLES.getMarketplaceParticipations },
  ];
  for (const { name, run, role } of probes) {
    const isUsedUp = probed.some((each) => isThrottled(each) && operationOf(each.check.name) === operationOf(name));
    probed.push({ ...(isUsedUp ? quotaUsedUp(name) : await tryOut(name, run)), role });
  }
  return [...logins, checkClock(client.clockSkewMs), ...diagnose(probed, options.settings), ...ages];
}

function isWanted(probeName: string, request: DoctorRequest): boolean {
  const operation = operationOf(probeName);
  if (request.isReadOnly && MAKING.includes(operation)) return false;
  return request.withRestricted === true || !RESTRICTED.includes(operation);
}

/** A probe's name begins with its operation. */
function operationOf(probeName: string): string {
  return probeName.split(' ')[0] ?? '';
}

function isThrottled({ problem }: Finding): boolean {
  return problem?.code === 'AMAZON_THROTTLED';
}

/** Asking once more would wait for minutes, and a person is waiting. */
function quotaUsedUp(name: string): Finding {
  const says = 'not tried, because another program uses up the quota of this operation';
  return { check: { name, ok: false, says, next: 'Ask again in some minutes.' }, problem: null, isTried: false };
}

/** By both grants, because together they tell a wrong secret from an authorisation that was withdrawn. */
async function examineLogin({ tokens, clientTokens }: DoctorOptions): Promise<readonly AmazonCheck[]> {
  // What is kept from earlier would say nothing about now.
  tokens.discard();
  clientTokens.discard();
  const login = await tryOut('login', async () => {
    await tokens.get();
    return 'Login with Amazon issued an access token for the seller';
  });
  const application = await tryOut('client', async () => {
    await clientTokens.get();
    return 'Login with Amazon knows the client id and the client secret';
  });
  // Whatever else it has against the scope, it has recognised the client: only a wrong one is refused as AMAZON_CLIENT_REFUSED.
  const isRecognised = application.problem?.code === 'AMAZON_LOGIN_REFUSED';
  const client: AmazonCheck = isRecognised
    ? {
        name: 'client',
        ok: true,
        says: `Login with Amazon knows the client id and the client secret, and issues no token for ${ROTATION_SCOPE}, which is not needed`,
        next: null,
      }
    : application.check;
  const isRevoked = login.problem?.code === 'AMAZON_LOGIN_REVOKED' && client.ok;
  const next = 'The client id and secret are right: only the authorisation is missing. ';
  return [isRevoked ? { ...login.check, next: `${next}${login.check.next}` } : login.check, client];
}

async function examineMarketplaces(settings: AmazonSettings, api: SpApi): Promise<Finding> {
  let all: readonly SellerMarketplace[] = [];
  const finding = await tryOut('marketplaces', async () => {
    all = await createSellerMarketplaces({ api }).list();
    return sayMarketplaces(all);
  });
  if (finding.problem) return finding;
  const taken = all.filter(({ isParticipating }) => isParticipating);
  const isOfRegion = (id: string) => (findMarketplaceById(id)?.region ?? settings.region) === settings.region;
  const failed = (says: string, next: string): Finding => ({
    check: { name: 'marketplaces', ok: false, says, next },
    problem: null,
    isTried: true,
  });
  if (!taken.some(({ marketplaceId }) => isOfRegion(marketplaceId)))
    return failed(
      `${finding.check.says}, none of which is of region ${settings.region}`,
      'Name the region in which the seller authorised the application, and use the refresh token of that authorisation.',
    );
  const missing = (settings.marketplaces ?? []).filter((id) => !taken.some((each) => each.marketplaceId === id));
  if (missing.length === 0) return finding;
  const countries = missing.map((id) => findMarketplaceById(id)?.country ?? id).join(', ');
  return failed(
    `${finding.check.says}, but not in ${countries}, which the connection names`,
    'Take it out of amazon.marketplaces in the connection file.',
  );
}

/** Amazon gives every denial the same words; only which operations are denied tells the causes apart. */
function diagnose(probed: readonly Probed[], settings: AmazonSettings): readonly AmazonCheck[] {
  const isDenied = ({ problem }: Probed) => problem?.code === 'AMAZON_ACCESS_DENIED';
  const tried = probed.filter(({ isTried }) => isTried);
  const isAllDenied = tried.length > 1 && tried.every(isDenied);
  return probed.map((each) => {
    const { check, role } = each;
    if (isThrottled(each))
      return { ...check, ok: true, says: `works, but another program uses up its quota: ${check.says}`, next: null };
    if (!isDenied(each)) return check;
    const next = isAllDenied
      ? `Everything is denied: check that the seller authorised the application in region ${settings.region} and has not withdrawn it since, then authorise it again in Seller Central and store the new refresh token.`
      : `In the developer console, add the role ${role} to the application. Then authorise the application again in Seller Central and store the new refresh token: an authorisation covers only the roles there were when it was given.`;
    return { ...check, next };
  });
}

function examineAges(options: DoctorOptions, request: DoctorRequest): readonly AmazonCheck[] {
  const { settings, clock } = options;
  const today = localDateAt(clock.nowMs() / 1_000, parseTimeZone('UTC'));
  const secretIssuedOn = settings.secretIssuedOn ?? request.secretIssuedOn ?? null;
  const authorisedOn = settings.authorisedOn ?? request.authorisedOn ?? null;
  const ages = credentialAges({ secretIssuedOn, authorisedOn }, today);
  const ofKind = (kind: CredentialAge['kind']) => ages.find((age) => age.kind === kind);
  return [
    checkAge(ofKind('client-secret'), {
      name: 'secret age',
      what: 'client secret',
      setting: 'secretIssuedOn',
      isEnd: true,
      next: 'In the developer console rotate the client secret and store the new one in the connection. The refresh token stays valid.',
    }),
    checkAge(ofKind('authorisation'), {
      name: 'authorisation age',
      what: 'authorisation of the seller',
      setting: 'authorisedOn',
      // Amazon publishes the age for public applications only, so the login above has the last word.
      isEnd: false,
      next: 'In Seller Central, as the primary user, authorise the application again and store the new refresh token in the connection.',
    }),
  ];
}

function checkAge(
  age: CredentialAge | undefined,
  about: { name: string; what: string; setting: string; isEnd: boolean; next: string },
): AmazonCheck {
  const { name, what, setting, isEnd, next } = about;
  if (!age)
    return {
      name,
      ok: true,
      says: `when the ${what} was issued is not known`,
      next: `Write amazon.${setting}: YYYY-MM-DD into the connection file.`,
    };
  const { daysLeft, issuedOn, expiresOn, threshold } = age;
  const says = `the ${what} of ${issuedOn} ${daysLeft < 0 ? `ended on ${expiresOn}` : `lasts until ${expiresOn}, ${daysLeft} more ${daysLeft === 1 ? 'day' : 'days'}`}`;
  return { name, ok: daysLeft >= 0 || !isEnd, says, next: threshold === null ? null : next };
}
