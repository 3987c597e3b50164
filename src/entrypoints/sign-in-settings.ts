import { z } from 'zod';
import { type JsonObject, ROLES, type Secrets, type SessionLimits } from '../app/index.ts';
import { MINUTE_MS } from '../core/index.ts';
import { type TakenSecrets, takeSecrets } from './setting-secrets.ts';

const GROUPS_MAX = 200;

const line = z
  .string()
  .min(1)
  .max(300)
  .regex(/^[^\r\n]*$/, 'must be one line');

const singleSignOnSchema = z.strictObject({
  /** On the button: Sign in with … */
  label: line.max(60).default('single sign-on'),
  issuer: line.refine(isIssuer, 'must begin with https:// (http:// only on this machine)'),
  clientId: line,
  scopes: z.array(line).max(20).default(['openid', 'profile', 'email']),
  /** The claim that becomes the name in the audit log. */
  nameClaim: line.default('preferred_username'),
  displayNameClaim: line.default('name'),
  groupsClaim: line.default('groups'),
  /** Which roles a group gives. Groups that are not named give none. */
  roles: z
    .record(line, z.array(z.enum(ROLES)).min(1))
    .refine((roles) => Object.keys(roles).length <= GROUPS_MAX, `must have at most ${GROUPS_MAX} groups`),
});

/** How people sign in. Every member has a default but single sign-on. */
export const signInSchema = z
  .strictObject({
    passwords: z.boolean().default(true),
    idleMinutes: z.int().min(5).max(720).default(30),
    absoluteHours: z.int().min(1).max(168).default(12),
    singleSignOn: singleSignOnSchema.optional(),
  })
  .refine(({ passwords, singleSignOn }) => passwords || singleSignOn !== undefined, {
    path: ['passwords'],
    message: 'must stay on while there is no singleSignOn, or nobody could sign in',
  });

export type SignInSettings = z.output<typeof signInSchema>;
export type SingleSignOnSettings = z.output<typeof singleSignOnSchema>;

export const SIGN_IN_DEFAULTS: SignInSettings = signInSchema.parse({});
export const CLIENT_SECRET = 'signIn.singleSignOn.clientSecret';

export function sessionLimitsOf({ idleMinutes, absoluteHours }: SignInSettings): SessionLimits {
  return { idleMs: idleMinutes * MINUTE_MS, absoluteMs: absoluteHours * 60 * MINUTE_MS };
}

/** The secret of the client, out of what a file says. */
export function takeSignInSecrets(value: unknown): TakenSecrets {
  const { rest, secrets, faults } = takeSecrets(value, ['signIn', 'singleSignOn'], ['clientSecret']);
  return { rest, faults, secrets: Object.fromEntries(Object.values(secrets).map((text) => [CLIENT_SECRET, text])) };
}

/**
 * Which stored secret goes on holding, and what is missing. It is kept only for the issuer and client that it was given for, so that
 * nobody gets at it by naming another server.
 */
export function keepSignInSecrets(
  signIn: SignInSettings | undefined,
  given: Secrets,
  stored: { readonly settings: JsonObject; readonly secretNames: readonly string[] },
): { readonly kept: readonly string[]; readonly faults: readonly string[] } {
  const wanted = signIn?.singleSignOn;
  if (!wanted || CLIENT_SECRET in given) return { kept: [], faults: [] };
  const before = signInSchema.safeParse(stored.settings.signIn);
  const known = before.success ? before.data.singleSignOn : undefined;
  const isSame = known?.issuer === wanted.issuer && known.clientId === wanted.clientId;
  if (isSame && stored.secretNames.includes(CLIENT_SECRET)) return { kept: [CLIENT_SECRET], faults: [] };
  return { kept: [], faults: [`${CLIENT_SECRET}: is missing; give it with a new issuer or client`] };
}

function isIssuer(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname, username } = new URL(text);
  if (username !== '') return false;
  return protocol === 'https:' || (protocol === 'http:' && ['localhost', '127.0.0.1', '[::1]'].includes(hostname));
}
