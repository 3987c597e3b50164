import { z } from 'zod';
import {
  type Asked,
  addUser,
  changeRoles,
  createToken,
  disableUser,
  enableUser,
  endSession,
  getUser,
  resetPassword,
  revokeToken,
  type TokenRecord,
  type UserRecord,
  unlockUser,
} from '../../../app/index.ts';
import { sessionLimitsOf } from '../../sign-in-settings.ts';
import {
  NewTokenBody,
  NewUserBody,
  RolesBody,
  SessionList,
  TokenList,
  TokenView,
  TokenWithSecret,
  UserList,
  UserView,
  UserWithPassword,
  WhyBody,
} from '../contract/access.ts';
import { type Call, route, type SignedIn } from '../route.ts';
import type { HttpOptions } from '../server.ts';
import { signInSettingsReader } from '../sign-in/read-settings.ts';

const Name = z.object({ name: z.string() });
const Id = z.object({ id: z.string() });

/** Users, and what each has: sessions and tokens. */
export function accessRoutes(options: HttpOptions) {
  return [...userRoutes(options), ...userChangeRoutes(options), ...sessionRoutes(options), ...tokenRoutes(options)];
}

const USERS = { access: 'users.manage', tag: 'Users' } as const;

function userRoutes({ workspace }: HttpOptions) {
  return [
    route({ method: 'GET', path: '/users', ...USERS, summary: 'All users', answer: UserList }, async ({ who }) => {
      const items = (await workspace.access.listUsers()).map((user) => userView(user, who));
      return { items, nextCursor: null, total: items.length };
    }),
    route(
      {
        method: 'POST',
        path: '/users',
        ...USERS,
        summary: 'Add a user; answers the password that signs in once',
        body: NewUserBody,
        answer: UserWithPassword,
        status: 201,
        answersSecret: true,
        withoutSecret: (answer) => ({ ...answer, password: null }),
      },
      async ({ body, ...call }) => {
        const { user, password } = await addUser(workspace, body, askedBy(call, body.why));
        return { user: userView(user, call.who), password };
      },
    ),
    route(
      {
        method: 'POST',
        path: '/users/:name/reset-password',
        ...USERS,
        summary: 'Give a user a new password that signs in once; their sessions end',
        params: Name,
        body: WhyBody,
        answer: UserWithPassword,
        answersSecret: true,
      },
      async ({ params, body, ...call }) => {
        const { user, password } = await resetPassword(workspace, params.name, askedBy(call, body.why));
        return { user: userView(user, call.who), password };
      },
    ),
  ];
}

function userChangeRoutes({ workspace: { access } }: HttpOptions) {
  const change = (
    verb: 'disable' | 'enable' | 'unlock',
    summary: string,
    perform: (name: string, asked: Asked) => Promise<UserRecord>,
  ) =>
    route(
      {
        method: 'POST',
        path: `/users/:name/${verb}`,
        ...USERS,
        summary,
        params: Name,
        body: WhyBody,
        answer: UserView,
      },
      async ({ params, body, ...call }) => userView(await perform(params.name, askedBy(call, body.why)), call.who),
    );
  return [
    route(
      {
        method: 'POST',
        path: '/users/:name/roles',
        ...USERS,
        summary: 'Replace the roles of a user; their sessions end',
        params: Name,
        body: RolesBody,
        answer: UserView,
      },
      async ({ params, body, ...call }) =>
        userView(await changeRoles(access, params.name, body.roles, askedBy(call, body.why)), call.who),
    ),
    change('disable', 'Let a user in no more', (name, asked) => disableUser(access, name, asked)),
    change('enable', 'Let a disabled user in again', (name, asked) => enableUser(access, name, asked)),
    change('unlock', 'Let a user try passwords again', (name, asked) => unlockUser(access, name, asked)),
  ];
}

const OWN = { access: 'own.manage', tag: 'Your own' } as const;

function sessionRoutes({ workspace }: HttpOptions) {
  const { access } = workspace;
  const readSettings = signInSettingsReader(workspace);
  return [
    route(
      { method: 'GET', path: '/sessions', ...OWN, summary: 'Your sessions', answer: SessionList },
      async ({ who }) => {
        const sessions = await access.listSessions(who.userId, sessionLimitsOf(await readSettings()));
        const items = sessions.map(({ userId: _, ...session }) => ({
          ...session,
          isThis: session.id === who.credentialId,
        }));
        return { items, nextCursor: null };
      },
    ),
    route(
      {
        method: 'POST',
        path: '/sessions/:id/end',
        ...OWN,
        summary: 'End one of your sessions',
        params: Id,
        answer: z.undefined(),
        status: 204,
      },
      async ({ params, who, actor }) => {
        await endSession(access, { id: params.id, userId: who.userId }, actor, 'session.end');
        return undefined;
      },
    ),
  ];
}

function tokenRoutes({ workspace }: HttpOptions) {
  const { access } = workspace;
  return [
    route(
      { method: 'GET', path: '/tokens', ...OWN, summary: 'Your API tokens, without their secrets', answer: TokenList },
      async ({ who }) => ({
        items: (await access.listTokens({ userId: who.userId })).map(tokenView),
        nextCursor: null,
      }),
    ),
    route(
      {
        method: 'POST',
        path: '/tokens',
        ...OWN,
        summary: 'Make an API token; answers its secret this once',
        body: NewTokenBody,
        answer: TokenWithSecret,
        status: 201,
        answersSecret: true,
      },
      async ({ body, ...call }) => {
        const owner = await getUser(access, call.who.name);
        const asked = askedBy(call, 'made by its owner');
        const { token, secret } = await createToken(workspace, owner, body, asked);
        return { token: tokenView(token), secret };
      },
    ),
    route(
      {
        method: 'POST',
        path: '/tokens/:id/revoke',
        ...OWN,
        summary: 'Take one of your tokens back',
        params: Id,
        answer: TokenView,
      },
      async ({ params, ...call }) => {
        const token = { id: params.id, userId: call.who.userId };
        return tokenView(await revokeToken(access, token, askedBy(call, 'revoked by its owner')));
      },
    ),
  ];
}

function askedBy({ actor, who }: Pick<Call<unknown, unknown, unknown, SignedIn>, 'actor' | 'who'>, why: string): Asked {
  return { actor, why, userId: who.userId };
}

function userView(user: UserRecord, who: SignedIn): UserView {
  const { name, displayName, roles, mustChangePassword, lockedUntil, disabledAt, lastSignInAt, createdAt } = user;
  return {
    name,
    displayName,
    roles: [...roles],
    signsInBy: user.identity ? 'single-sign-on' : 'password',
    mustChangePassword,
    lockedUntil,
    disabledAt,
    lastSignInAt,
    createdAt,
    isSelf: user.id === who.userId,
  };
}

function tokenView({ userId: _, userName: user, scopes, ...token }: TokenRecord): TokenView {
  return { ...token, user, scopes: [...scopes] };
}
