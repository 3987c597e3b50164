import { useQueryClient } from '@tanstack/react-query';
import { BusyIndicator } from '@ui5/webcomponents-react/BusyIndicator';
import { Suspense } from 'react';
import { Navigate, Route, Routes, useLocation } from 'react-router';
import { PageBoundary } from './components/page-boundary.tsx';
import { SignInAgain, type SignInAgainProps } from './components/sign-in-again.tsx';
import { MayNotPage } from './pages/may-not.tsx';
import { NotFoundPage } from './pages/not-found.tsx';
import { PAGES } from './pages.tsx';
import { SESSION_PATH } from './session.ts';
import { Shell } from './shell.tsx';
import { type User, UserContext } from './user.ts';

interface SignedInProps {
  readonly user: User;
  /** What kind of service this is. */
  readonly line: string;
  /** Their session is over: how one signs in, and whether all but another password is done. */
  readonly ended?: Pick<SignInAgainProps, 'ways' | 'hasToChange'>;
}

/** The page of the address, in its frame, as far as this user may see it. */
export function SignedIn({ user, line, ended }: SignedInProps) {
  const { pathname } = useLocation();
  const queries = useQueryClient();
  // Otherwise the page would fail again from what is kept, without asking anew.
  const forget = () => queries.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== SESSION_PATH });
  const may = (access: string) => user.permissions.includes(access);
  return (
    <UserContext value={user}>
      <Shell line={line} user={user}>
        <PageBoundary of={pathname} onFailed={forget}>
          <Suspense fallback={<BusyIndicator active delay={300} />}>
            <Routes>
              {PAGES.map(({ path, access, component: Component }) => (
                <Route key={path} path={path} element={may(access) ? <Component /> : <MayNotPage access={access} />} />
              ))}
              <Route path="/sign-in" element={<Navigate to="/" replace />} />
              <Route path="*" element={<NotFoundPage />} />
            </Routes>
          </Suspense>
        </PageBoundary>
      </Shell>
      {ended && <SignInAgain user={user} {...ended} />}
    </UserContext>
  );
}
