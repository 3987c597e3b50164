import { useQueryClient } from '@tanstack/react-query';
import { BusyIndicator } from '@ui5/webcomponents-react/BusyIndicator';
import { lazy, Suspense, useEffect, useState } from 'react';
import type { SessionAnswer } from '../../src/entrypoints/http/contract/access.ts';
import { setCsrfToken } from './api/client.ts';
import { useLiveAnswers } from './api/events.ts';
import { keepSession, sessionIsThere } from './api/session-gate.ts';
import { useAnswer } from './api/use-answer.ts';
import { ProblemStrip } from './components/problem-strip.tsx';
import { FirstPasswordPage, SignInPage } from './pages/sign-in.tsx';
import { loadPageOf } from './pages.tsx';
import { SESSION_PATH } from './session.ts';
import type { User } from './user.ts';

const loadSignedIn = () => import('./signed-in.tsx').then((m) => ({ default: m.SignedIn }));
const SignedIn = lazy(loadSignedIn);

/** Begins to load what whoever is signed in sees, while the service is asked who that is: one does not wait for the other. */
export function loadAhead(): void {
  void loadSignedIn().catch(() => {});
  loadPageOf(location.pathname);
}

/** Asks who is signed in, and then shows the page of the address. */
export function App() {
  const answer = useAnswer<SessionAnswer>(SESSION_PATH, { refreshMs: 60_000 });
  const { data: session, error } = answer;
  useLiveAnswers(session?.user?.name);
  const person = usePerson(session, answer.dataUpdatedAt);
  if (!session) return error ? <ProblemStrip problem={error.problem} /> : <BusyIndicator active delay={300} />;
  const { user, ways, line } = session;
  if (person.isOther) return <BusyIndicator active delay={300} />;
  if (person.user) {
    return (
      <Suspense fallback={<BusyIndicator active delay={300} />}>
        <SignedIn
          user={person.user}
          line={line}
          {...(!isIn(user) && { ended: { ways, hasToChange: user !== null } })}
        />
      </Suspense>
    );
  }
  if (!user) return <SignInPage ways={ways} />;
  return <FirstPasswordPage user={user} />;
}

/** Signed in, with a password of their own. */
function isIn(user: User | null): boolean {
  return user !== null && !user.mustChangePassword;
}

/**
 * Whoever this page is of: who was signed in last. While their session is over, the page stays as it is, and what it asks for waits until
 * they are signed in again, here or in another window. For another user it is loaded anew, so that nothing of the first one is left.
 */
function usePerson(session: SessionAnswer | undefined, answeredAt: number) {
  const queries = useQueryClient();
  const [person, setPerson] = useState<User>();
  const { user = null, csrfToken = null } = session ?? {};
  const isOther = person !== undefined && user !== null && user.name !== person.name;
  const isThere = isIn(user) && !isOther;
  if (isThere && user !== person) setPerson(user ?? undefined);
  const isKnown = person !== undefined;
  useEffect(() => {
    if (isOther) location.reload();
  }, [isOther]);
  useEffect(() => {
    if (!isKnown) return undefined;
    return keepSession(() => void queries.invalidateQueries({ queryKey: [SESSION_PATH] }));
  }, [isKnown, queries]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: once for each answer, also for one that says the same
  useEffect(() => {
    setCsrfToken(csrfToken ?? undefined);
    if (isThere) sessionIsThere();
  }, [csrfToken, isThere, answeredAt]);
  return { user: person, isOther };
}
