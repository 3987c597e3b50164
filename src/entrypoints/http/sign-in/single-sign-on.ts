import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Configuration, IDToken } from 'openid-client';
import {
  hashOfSecret,
  type IdentityFacts,
  newSecret,
  type OpenedSession,
  SYSTEM,
  signInByIdentity,
} from '../../../app/index.ts';
import { isProblem, Problem } from '../../../core/index.ts';
import type { Workspace } from '../../composition.ts';
import { CLIENT_SECRET, type SingleSignOnSettings } from '../../sign-in-settings.ts';
import { API_ROOT } from '../register-routes.ts';
import { clearCookie, readCookie, setCookie } from './cookies.ts';
import type { ReadSignInSettings } from './read-settings.ts';
import type { Site } from './site.ts';

export const CALLBACK_PATH = '/sign-in/sso/callback';
/** Time to type a password and a second factor there. */
const ATTEMPT_SECONDS = 900;
const DISCOVERY_KEPT_MS = 600_000;
const TIMEOUT_SECONDS = 15;

/** Sign-in at an identity provider by OpenID Connect: authorisation code with PKCE, state and nonce. */
export interface SingleSignOn {
  /** The address there to which the browser goes. Raises `SSO_NOT_SET_UP`, `SSO_UNREACHABLE`. */
  begin(request: FastifyRequest, reply: FastifyReply, returnTo: string): Promise<string>;
  /** Takes the browser when it comes back. Raises `SSO_REFUSED`, `SSO_CLAIMS_INVALID`, and as `signInByIdentity`. */
  finish(
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<{ readonly opened: OpenedSession; readonly returnTo: string }>;
}

interface Checks {
  readonly state: string;
  readonly nonce: string;
  readonly verifier: string;
  readonly returnTo: string;
}

export function createSingleSignOn(workspace: Workspace, site: Site, readSettings: ReadSignInSettings): SingleSignOn {
  const { access, randomness } = workspace;
  const configurationOf = discoverer(workspace);
  const settingsInUse = async () => {
    const { singleSignOn } = await readSettings();
    if (!singleSignOn) throw notSetUp();
    return singleSignOn;
  };
  return {
    async begin(request, reply, returnTo) {
      const settings = await settingsInUse();
      const client = await import('openid-client');
      const configuration = await configurationOf(settings);
      const checks: Checks = {
        state: client.randomState(),
        nonce: client.randomNonce(),
        verifier: client.randomPKCECodeVerifier(),
        returnTo: pathOf(returnTo),
      };
      const browser = newSecret(randomness);
      await access.keepAttempt(hashOfSecret(browser), { ...checks }, ATTEMPT_SECONDS);
      setCookie(site, request, reply, 'sso', browser);
      return client.buildAuthorizationUrl(configuration, {
        redirect_uri: callbackOf(site, request).href,
        scope: settings.scopes.join(' '),
        state: checks.state,
        nonce: checks.nonce,
        code_challenge: await client.calculatePKCECodeChallenge(checks.verifier),
        code_challenge_method: 'S256',
      }).href;
    },

    async finish(request, reply) {
      const settings = await settingsInUse();
      const browser = readCookie(site, request, 'sso');
      clearCookie(site, request, reply, 'sso');
      const checks = browser && ((await access.takeAttempt(hashOfSecret(browser))) as Checks | undefined);
      if (!checks) throw refused('it was not begun in this browser, or too long ago');
      const facts = await identityOf(await configurationOf(settings), settings, { site, request, checks });
      const opened = await signInByIdentity(workspace, facts, request.headers['user-agent'] ?? '');
      return { opened, returnTo: checks.returnTo };
    },
  };
}

/** What the issuer says of itself, kept for a while. */
function discoverer({ books, clock }: Workspace) {
  let kept: { readonly key: string; readonly atMs: number; readonly found: Promise<Configuration> } | undefined;
  return async (settings: SingleSignOnSettings): Promise<Configuration> => {
    const key = `${settings.issuer} ${settings.clientId}`;
    if (kept?.key === key && clock.nowMs() - kept.atMs < DISCOVERY_KEPT_MS) return kept.found;
    const found = discover(books, settings);
    const mine = { key, atMs: clock.nowMs(), found };
    kept = mine;
    found.catch(() => {
      if (kept === mine) kept = undefined;
    });
    return found;
  };
}

async function discover(books: Workspace['books'], settings: SingleSignOnSettings): Promise<Configuration> {
  const client = await import('openid-client');
  const issuer = new URL(settings.issuer);
  const secrets = await books.openInstallationSecrets(SYSTEM, 'to let people sign in at the identity provider');
  try {
    return await client.discovery(
      issuer,
      settings.clientId,
      undefined,
      client.ClientSecretBasic(secrets[CLIENT_SECRET] ?? ''),
      { timeout: TIMEOUT_SECONDS, ...(issuer.protocol === 'http:' && { execute: [client.allowInsecureRequests] }) },
    );
  } catch (error) {
    throw new Problem(
      {
        code: 'SSO_UNREACHABLE',
        kind: 'unavailable',
        says: `The identity provider ${settings.issuer} does not say how to sign in.`,
        next: 'Look whether signIn.singleSignOn.issuer is right and reached from here, then try again.',
        data: settings.issuer,
      },
      { cause: error },
    );
  }
}

async function identityOf(
  configuration: Configuration,
  settings: SingleSignOnSettings,
  { site, request, checks }: { readonly site: Site; readonly request: FastifyRequest; readonly checks: Checks },
): Promise<IdentityFacts> {
  const client = await import('openid-client');
  const address = callbackOf(site, request);
  address.search = new URL(request.url, address).search;
  try {
    const tokens = await client.authorizationCodeGrant(configuration, address, {
      expectedState: checks.state,
      expectedNonce: checks.nonce,
      pkceCodeVerifier: checks.verifier,
      idTokenExpected: true,
    });
    const claims = tokens.claims();
    if (!claims) throw refused('it sent no identity');
    const isWhole = [settings.groupsClaim, settings.nameClaim].every((name) => name in claims);
    const hasMore = configuration.serverMetadata().userinfo_endpoint !== undefined;
    const more = isWhole || !hasMore ? {} : await client.fetchUserInfo(configuration, tokens.access_token, claims.sub);
    return factsOf({ ...more, ...claims }, settings);
  } catch (error) {
    if (isProblem(error)) throw error;
    throw refused((error as { code?: string }).code ?? 'its answer cannot be used', error);
  }
}

function factsOf(claims: IDToken, settings: SingleSignOnSettings): IdentityFacts {
  const name = claims[settings.nameClaim];
  if (typeof name !== 'string' || name.trim() === '') throw claimsInvalid(settings.nameClaim);
  const displayName = claims[settings.displayNameClaim];
  const groups = claims[settings.groupsClaim];
  const held = (Array.isArray(groups) ? groups : [groups]).filter((group) => typeof group === 'string');
  return {
    issuer: claims.iss,
    subject: claims.sub,
    name,
    displayName: typeof displayName === 'string' && displayName.trim() !== '' ? displayName.slice(0, 200) : name,
    roles: held.flatMap((group) => (Object.hasOwn(settings.roles, group) ? (settings.roles[group] ?? []) : [])),
  };
}

/** As it stands in the settings of the client at the identity provider. */
function callbackOf({ publicUrl }: Site, request: FastifyRequest): URL {
  return new URL(`${API_ROOT}${CALLBACK_PATH}`, publicUrl ?? `http://${request.headers.host}`);
}

/** A path of this page, so that nobody is led to another site after signing in. */
function pathOf(text: string): string {
  return /^\/(?![/\\])[\x21-\x7e]*$/.test(text) && !text.includes('\\') ? text : '/';
}

function notSetUp(): Problem {
  return new Problem({
    code: 'SSO_NOT_SET_UP',
    kind: 'invalid',
    says: 'Single sign-on is not set up here.',
    next: 'Sign in with name and password; docs/sign-in.md says how single sign-on is set up.',
  });
}

function refused(why: string, cause?: unknown): Problem {
  return new Problem(
    {
      code: 'SSO_REFUSED',
      kind: 'invalid',
      says: `The sign-in at the identity provider did not end well: ${why}.`,
      next: 'Begin again at the sign-in page of this program.',
    },
    { cause },
  );
}

function claimsInvalid(claim: string): Problem {
  return new Problem({
    code: 'SSO_CLAIMS_INVALID',
    kind: 'invalid',
    says: `The identity provider sends no claim ${claim}, which would be the name of the user.`,
    next: 'Let it send that claim, or name another: signIn.singleSignOn.nameClaim in the settings.',
    data: claim,
  });
}
