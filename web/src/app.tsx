import { BusyIndicator } from '@ui5/webcomponents-react/BusyIndicator';
import { lazy, Suspense, useEffect } from 'react';
import type { SessionAnswer } from '../../src/entrypoints/http/contract/access.ts';
import { setCsrfToken } from './api/client.ts';
import { useLiveAnswers } from './api/events.ts';
import { useAnswer } from './api/use-answer.ts';
import { ProblemStrip } from './components/problem-strip.tsx';
import { FirstPasswordPage, SignInPage } from './pages/sign-in.tsx';
import { loadPageOf } from './pages.tsx';
import { SESSION_PATH } from './session.ts';

const loadSignedIn = () => import('./signed-in.tsx').then((m) => ({ default: m.SignedIn }));
const SignedIn = lazy(loadSignedIn);

/** Begins to load what whoever is signed in sees, while the service is asked who that is: one does not wait for the other. */
export function loadAhead(): void {
  void loadSignedIn().catch(() => {});
  loadPageOf(location.pathname);
}

/** Asks who is signed in, and then shows the page of the address. */
export function App() {
  const { data: session, error } = useAnswer<SessionAnswer>(SESSION_PATH, { refreshMs: 60_000 });
  useLiveAnswers(session?.user?.name);
  const csrfToken = session?.csrfToken ?? undefined;
  useEffect(() => setCsrfToken(csrfToken), [csrfToken]);
  if (!session) return error ? <ProblemStrip problem={error.problem} /> : <BusyIndicator active delay={300} />;
  const { user, ways, line } = session;
  if (!user) return <SignInPage ways={ways} />;
  if (user.mustChangePassword) return <FirstPasswordPage user={user} />;
  return (
    <Suspense fallback={<BusyIndicator active delay={300} />}>
      <SignedIn user={user} line={line} />
    </Suspense>
  );
}
