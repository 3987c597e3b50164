import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import {
  changeOwnPassword,
  endSession,
  getUser,
  hashOfSecret,
  type OpenedSession,
  openSession,
  SYSTEM,
  signInWithPassword,
} from '../../../app/index.ts';
import { isProblem, Problem } from '../../../core/index.ts';
import { PasswordBody, SessionAnswer, SignInBody, SsoAnswer, SsoBody } from '../contract/access.ts';
import { route, type SignedIn } from '../route.ts';
import type { HttpOptions } from '../server.ts';
import { sessionNeeded } from '../sign-in/assert-allowed.ts';
import { clearCookie, readCookie, setCookie } from '../sign-in/cookies.ts';
import { csrfTokenOf, signedIn } from '../sign-in/identify.ts';
import { type ReadSignInSettings, signInSettingsReader } from '../sign-in/read-settings.ts';
import { CALLBACK_PATH, createSingleSignOn } from '../sign-in/single-sign-on.ts';
import { type Site, siteOf } from '../sign-in/site.ts';

const TAG = 'Sign-in';

/** Signing in and out, in both ways, and one's own password. */
export function signInRoutes(options: HttpOptions) {
  const site = siteOf(options.publicUrl);
  const readSettings = signInSettingsReader(options.workspace);
  return [
    ...passwordRoutes(options, site, readSettings),
    ...singleSignOnRoutes(options, site, readSettings),
    route(
      {
        method: 'GET',
        path: '/session',
        access: 'public',
        tag: TAG,
        summary: 'Who is signed in, how one signs in here, and what kind of service this is',
        answer: SessionAnswer,
      },
      async ({ who }) => sessionAnswer(options, readSettings, who),
    ),
    route(
      {
        method: 'POST',
        path: '/sign-out',
        access: 'signed-in',
        tag: TAG,
        summary: 'End this session',
        answer: z.undefined(),
        status: 204,
      },
      async ({ who, actor, request, reply }) => {
        if (who.via === 'session') {
          const session = { id: who.credentialId, userId: who.userId };
          await endSession(options.workspace.access, session, actor, 'sign-out');
          clearCookie(site, request, reply, 'session');
        }
        return undefined;
      },
    ),
  ];
}

function passwordRoutes(options: HttpOptions, site: Site, readSettings: ReadSignInSettings) {
  const { workspace } = options;
  const answerOf = (opened: OpenedSession) =>
    sessionAnswer(options, readSettings, signedIn(opened.user, opened.session.id, csrfTokenOf(opened.secret)));
  return [
    route(
      {
        method: 'POST',
        path: '/sign-in',
        access: 'public',
        tag: TAG,
        summary: 'Sign in with name and password',
        description: 'Answers with a session in a cookie, for browsers. Programs send an API token instead.',
        body: SignInBody,
        answer: SessionAnswer,
        isIdempotent: false,
      },
      async ({ body, request, reply }) => {
        if (!(await readSettings()).passwords) throw passwordsOff();
        const opened = await signInWithPassword(workspace, { ...body, agent: agentOf(request) });
        await replaceSession(options, site, { request, reply, opened });
        return answerOf(opened);
      },
    ),
    route(
      {
        method: 'POST',
        path: '/session/password',
        access: 'signed-in',
        tag: TAG,
        summary: 'Change one’s own password; all other sessions end',
        body: PasswordBody,
        answer: SessionAnswer,
        answersSecret: true,
      },
      async ({ body, who, request, reply }) => {
        if (who.via !== 'session') throw sessionNeeded();
        const user = await changeOwnPassword(workspace, await getUser(workspace.access, who.name), body);
        const opened = await openSession(workspace, user, agentOf(request));
        setCookie(site, request, reply, 'session', opened.secret);
        return answerOf(opened);
      },
    ),
  ];
}

function singleSignOnRoutes(options: HttpOptions, site: Site, readSettings: ReadSignInSettings) {
  const { workspace } = options;
  const singleSignOn = createSingleSignOn(workspace, site, readSettings);
  return [
    route(
      {
        method: 'POST',
        path: '/sign-in/sso',
        access: 'public',
        tag: TAG,
        summary: 'Begin to sign in at the identity provider',
        body: SsoBody,
        answer: SsoAnswer,
        isIdempotent: false,
      },
      async ({ body, request, reply }) => ({ url: await singleSignOn.begin(request, reply, body.returnTo) }),
    ),
    route(
      {
        method: 'GET',
        path: CALLBACK_PATH,
        access: 'public',
        tag: TAG,
        summary: 'Where the identity provider sends the browser back to',
        query: z.looseObject({}),
        status: 302,
        answer: z.undefined(),
      },
      async ({ request, reply }) => {
        try {
          const { opened, returnTo } = await singleSignOn.finish(request, reply);
          await replaceSession(options, site, { request, reply, opened });
          return reply.redirect(returnTo);
        } catch (error) {
          if (!isProblem(error) || error.kind === 'defect') throw error;
          workspace.log.write('warn', 'sign-in.sso-failed', { code: error.code, says: error.says });
          return reply.redirect(`/sign-in?problem=${error.code}`);
        }
      },
    ),
  ];
}

/** A sign-in never goes on in the session that the browser had before. */
async function replaceSession(
  { workspace: { access } }: HttpOptions,
  site: Site,
  { request, reply, opened }: { request: FastifyRequest; reply: FastifyReply; opened: OpenedSession },
): Promise<void> {
  const before = readCookie(site, request, 'session');
  const found = before && (await access.findSession(hashOfSecret(before), { idleMs: 1e12, absoluteMs: 1e12 }, false));
  if (found) await endSession(access, found.session, SYSTEM, 'session.end');
  setCookie(site, request, reply, 'session', opened.secret);
}

async function sessionAnswer(
  { workspace: { access }, about }: HttpOptions,
  readSettings: ReadSignInSettings,
  who: SignedIn | undefined,
): Promise<SessionAnswer> {
  const { passwords, singleSignOn } = await readSettings();
  const ways = { passwords, singleSignOn: singleSignOn ? { label: singleSignOn.label } : null };
  const line = String(about().line ?? '');
  if (!who) return { user: null, csrfToken: null, ways, line };
  const { name, displayName, roles, permissions, csrfToken = null, mustChangePassword = false } = who;
  const isElsewhere = (await access.findUser(name))?.identity != null;
  return {
    user: {
      name,
      displayName,
      roles: [...roles],
      permissions: [...permissions],
      mustChangePassword,
      signsInBy: isElsewhere ? 'single-sign-on' : 'password',
    },
    csrfToken,
    ways,
    line,
  };
}

function agentOf(request: FastifyRequest): string {
  return request.headers['user-agent'] ?? '';
}

function passwordsOff(): Problem {
  return new Problem({
    code: 'PASSWORD_SIGN_IN_OFF',
    kind: 'invalid',
    says: 'Nobody signs in with a password here.',
    next: 'Use single sign-on. Where that fails: set signIn.passwords to true by seller-ledger settings update.',
  });
}
