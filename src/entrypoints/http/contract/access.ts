import { z } from 'zod';

/** Who is signed in, in which ways one signs in here, and what this is: all that the page needs before it shows anything. */
export const SessionAnswer = z.object({
  user: z
    .object({
      name: z.string(),
      displayName: z.string(),
      roles: z.array(z.string()),
      permissions: z.array(z.string()),
      /** The password holds once; nothing else is allowed before another one is chosen. */
      mustChangePassword: z.boolean(),
      signsInBy: z.enum(['password', 'single-sign-on']),
    })
    .nullable(),
  /** Sent along with every write as `x-csrf-token`; `null` without a session. */
  csrfToken: z.string().nullable(),
  ways: z.object({ passwords: z.boolean(), singleSignOn: z.object({ label: z.string() }).nullable() }),
  /** What kind of service this is: `service`, or words for the demo. */
  line: z.string(),
});
export type SessionAnswer = z.infer<typeof SessionAnswer>;

export const SignInBody = z.strictObject({ name: z.string().min(1).max(200), password: z.string().min(1).max(1_000) });

export const PasswordBody = z.strictObject({
  password: z.string().min(1).max(1_000),
  newPassword: z.string().min(1).max(1_000),
});

export const SsoBody = z.strictObject({ returnTo: z.string().max(500).default('/') });
export const SsoAnswer = z.object({ url: z.string() });

/** One user, as administrators see it. */
export const UserView = z.object({
  name: z.string(),
  displayName: z.string(),
  roles: z.array(z.string()),
  signsInBy: z.enum(['password', 'single-sign-on']),
  mustChangePassword: z.boolean(),
  lockedUntil: z.string().nullable(),
  disabledAt: z.string().nullable(),
  lastSignInAt: z.string().nullable(),
  createdAt: z.string(),
  /** Whoever asks. */
  isSelf: z.boolean(),
});
export type UserView = z.infer<typeof UserView>;

export const UserList = z.object({ items: z.array(UserView), nextCursor: z.null(), total: z.number().int() });
export type UserList = z.infer<typeof UserList>;

export const UserWithPassword = z.object({
  user: UserView,
  /** Shown this once: `null` for whoever adds the user again with the same `Idempotency-Key`. */
  password: z.string().nullable(),
});
export type UserWithPassword = z.infer<typeof UserWithPassword>;

const why = z.string().trim().min(1).max(500);
export const WhyBody = z.strictObject({ why: why.default('asked for on the page') });
export const NewUserBody = z.strictObject({
  name: z.string().min(1).max(200),
  displayName: z.string().max(200).optional(),
  roles: z.array(z.string().max(100)).max(20),
  why: why.default('added on the page'),
});
export const RolesBody = z.strictObject({ roles: z.array(z.string().max(100)).max(20), why });

/** One session of whoever asks. */
export const SessionView = z.object({
  id: z.string(),
  startedAt: z.string(),
  lastSeenAt: z.string(),
  /** The browser in its own words. */
  agent: z.string(),
  isThis: z.boolean(),
});
export const SessionList = z.object({ items: z.array(SessionView), nextCursor: z.null() });
export type SessionList = z.infer<typeof SessionList>;

export const TokenView = z.object({
  id: z.string(),
  user: z.string(),
  label: z.string(),
  scopes: z.array(z.string()),
  createdAt: z.string(),
  expiresAt: z.string(),
  lastUsedAt: z.string().nullable(),
  revokedAt: z.string().nullable(),
});
export type TokenView = z.infer<typeof TokenView>;
export const TokenList = z.object({ items: z.array(TokenView), nextCursor: z.null() });
export type TokenList = z.infer<typeof TokenList>;

export const NewTokenBody = z.strictObject({
  label: z.string().min(1).max(100),
  scopes: z.array(z.string().max(100)).max(50),
  days: z.number().int().min(1).max(366).default(90),
});

/** The secret is shown this once. */
export const TokenWithSecret = z.object({ token: TokenView, secret: z.string() });
export type TokenWithSecret = z.infer<typeof TokenWithSecret>;
