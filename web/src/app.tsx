import { BusyIndicator } from '@ui5/webcomponents-react/BusyIndicator';
import { Suspense } from 'react';
import { Route, Routes } from 'react-router';
import type { About } from '../../src/entrypoints/http/contract/about.ts';
import { useLiveAnswers } from './api/events.ts';
import { useAnswer } from './api/use-answer.ts';
import { ProblemStrip } from './components/problem-strip.tsx';
import { NotFoundPage } from './pages/not-found.tsx';
import { PAGES } from './pages.tsx';
import { Shell } from './shell.tsx';
import { UserContext } from './user.ts';

/** Asks who is signed in, and then shows the page of the address. */
export function App() {
  const { data, error } = useAnswer<About>('/about', { refreshMs: 30_000 });
  useLiveAnswers(data?.user?.name);
  if (!data) return error ? <ProblemStrip problem={error.problem} /> : <BusyIndicator active delay={300} />;
  return (
    <UserContext value={data.user}>
      <Shell about={data}>
        <Suspense fallback={<BusyIndicator active delay={300} />}>
          <Routes>
            {PAGES.map(({ path, component: Component }) => (
              <Route key={path} path={path} element={<Component />} />
            ))}
            <Route path="*" element={<NotFoundPage />} />
          </Routes>
        </Suspense>
      </Shell>
    </UserContext>
  );
}
