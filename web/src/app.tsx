import { BusyIndicator } from '@ui5/webcomponents-react/BusyIndicator';
import { Suspense, useEffect } from 'react';
import { Navigate, Route, Routes } from 'react-router';
import type { About } from '../../src/entrypoints/http/contract/about.ts';
import type { SessionAnswer } from '../../src/entrypoints/http/contract/access.ts';
import { setCsrfToken } from './api/client.ts';
import { useLiveAnswers } from './api/events.ts';
import { useAnswer } from './api/use-answer.ts';
import { ProblemStrip } from './components/problem-strip.tsx';
import { MayNotPage } from './pages/may-not.tsx';
import { NotFoundPage } from './pages/not-found.tsx';
import { FirstPasswordPage, SignInPage } from './pages/sign-in.tsx';
import { PAGES } from './pages.tsx';
import { SESSION_PATH } from './session.ts';
import { Shell } from './shell.tsx';
import { type User, UserContext } from './user.ts';

/** Asks who is signed in, and then shows the page of the address. */
export function App() {
  const { data: session, error } = useAnswer<SessionAnswer>(SESSION_PATH, { refreshMs: 60_000 });
  useLiveAnswers(session?.user?.name);
  const csrfToken = session?.csrfToken ?? undefined;
  useEffect(() => setCsrfToken(csrfToken), [csrfToken]);
  if (!session) return error ? <ProblemStrip problem={error.problem} /> : <BusyIndicator active delay={300} />;
  const { user, ways } = session;
  if (!user) return <SignInPage ways={ways} />;
  if (user.mustChangePassword) return <FirstPasswordPage user={user} />;
  return <SignedIn user={user} />;
}

function SignedIn({ user }: { readonly user: User }) {
  const { data: about, error } = useAnswer<About>('/about', { refreshMs: 30_000 });
  if (!about) return error ? <ProblemStrip problem={error.problem} /> : <BusyIndicator active delay={300} />;
  const may = (access: string) => user.permissions.includes(access);
  return (
    <UserContext value={user}>
      <Shell about={about} user={user}>
        <Suspense fallback={<BusyIndicator active delay={300} />}>
          <Routes>
            {PAGES.map(({ path, access, component: Component }) => (
              <Route key={path} path={path} element={may(access) ? <Component /> : <MayNotPage access={access} />} />
            ))}
            <Route path="/sign-in" element={<Navigate to="/" replace />} />
            <Route path="*" element={<NotFoundPage />} />
          </Routes>
        </Suspense>
      </Shell>
    </UserContext>
  );
}
