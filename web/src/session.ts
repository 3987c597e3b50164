import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { SessionAnswer } from '../../src/entrypoints/http/contract/access.ts';
import { ApiProblem, type ProblemBody, setCsrfToken, write } from './api/client.ts';

/** Where the answer of the service about the session is kept. */
export const SESSION_PATH = '/session';

/** Signs in and out, and changes the password. Nothing of one user stays for the next one. */
export function useSession() {
  const queries = useQueryClient();
  const [problem, setProblem] = useState<ProblemBody>();
  const [isBusy, setBusy] = useState(false);
  const perform = async <Answer>(work: () => Promise<Answer>): Promise<Answer | undefined> => {
    setBusy(true);
    setProblem(undefined);
    try {
      return await work();
    } catch (error) {
      if (error instanceof ApiProblem) setProblem(error.problem);
      else throw error;
      return undefined;
    } finally {
      setBusy(false);
    }
  };
  const take = (session: SessionAnswer | undefined) => {
    if (!session) return false;
    setCsrfToken(session.csrfToken ?? undefined);
    const before = queries.getQueryData<SessionAnswer>([SESSION_PATH])?.user;
    if (before?.name !== session.user?.name)
      queries.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== SESSION_PATH });
    queries.setQueryData([SESSION_PATH], session);
    return true;
  };
  return {
    problem,
    isBusy,
    signIn: async (name: string, password: string) =>
      take(await perform(() => write<SessionAnswer>('POST', '/sign-in', { name, password }))),
    /** For whoever was signed in here; of another user nothing is shown on what the first one left. */
    signInAgain: async (name: string, password: string) => {
      const session = await perform(() => write<SessionAnswer>('POST', '/sign-in', { name, password }));
      if (session) queries.setQueryData([SESSION_PATH], session);
    },
    changePassword: async (password: string, newPassword: string) =>
      take(await perform(() => write<SessionAnswer>('POST', '/session/password', { password, newPassword }))),
    goToIdentityProvider: async () => {
      const returnTo = location.pathname === '/sign-in' ? '/' : `${location.pathname}${location.search}`;
      const answer = await perform(() => write<{ url: string }>('POST', '/sign-in/sso', { returnTo }));
      if (answer) location.assign(answer.url);
    },
    /** In a window of its own, which has to be opened at once; `false` where the browser lets none open. */
    goToIdentityProviderElsewhere: async () => {
      const elsewhere = window.open('', '_blank');
      if (!elsewhere) return false;
      const answer = await perform(() => write<{ url: string }>('POST', '/sign-in/sso', { returnTo: '/account' }));
      if (answer) elsewhere.location.assign(answer.url);
      else elsewhere.close();
      return true;
    },
    signOut: async () => {
      await perform(() => write('POST', '/sign-out'));
      setCsrfToken(undefined);
      // Everything that was read is forgotten with the page itself.
      location.assign('/sign-in');
    },
  };
}
