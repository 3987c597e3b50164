import './ui5/start.ts';
import { QueryCache, QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { ThemeProvider } from '@ui5/webcomponents-react/ThemeProvider';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { BrowserRouter } from 'react-router';
import { ApiProblem } from './api/client.ts';
import { App, loadAhead } from './app.tsx';
import { PageBoundary } from './components/page-boundary.tsx';
import { LookProvider } from './look.tsx';
import { noteMissingPart } from './missing-part.ts';
import { SESSION_PATH } from './session.ts';

const RELOADED = 'seller-ledger.reloaded';
/** What cannot be loaded after that either is told, instead of tried for ever. */
const RELOAD_EVERY_MS = 10_000;

// Where the program was replaced meanwhile, the files that this page would load next are gone, and the page as it is now has its own.
addEventListener('vite:preloadError', ({ payload }) => {
  noteMissingPart(payload);
  const before = Number(sessionStorage.getItem(RELOADED) ?? 0);
  if (Date.now() - before < RELOAD_EVERY_MS) return;
  sessionStorage.setItem(RELOADED, String(Date.now()));
  location.reload();
});
loadAhead();

const queries: QueryClient = new QueryClient({
  // A session that ended shows the sign-in page, whoever noticed it.
  queryCache: new QueryCache({
    onError: (error) => {
      if (error instanceof ApiProblem && error.status === 401)
        void queries.invalidateQueries({ queryKey: [SESSION_PATH] });
    },
  }),
  // A browser without a way to the internet says that it is offline. The service is elsewhere, often on the same machine.
  defaultOptions: {
    queries: {
      // What the service refused it refuses again; what did not answer is asked a few times.
      retry: (count, error) => !(error instanceof ApiProblem && error.status < 500) && count < 2,
      staleTime: 1_000,
      networkMode: 'always',
    },
    mutations: { networkMode: 'always' },
  },
});

// As SAP's own pages: close together with a mouse, with room for a finger otherwise.
document.body.classList.toggle('ui5-content-density-compact', matchMedia('(pointer: fine)').matches);

createRoot(document.getElementById('root') as HTMLElement).render(
  <StrictMode>
    <QueryClientProvider client={queries}>
      <LookProvider>
        <ThemeProvider>
          <BrowserRouter>
            {/* Of whatever is around the pages. */}
            <PageBoundary of="">
              <App />
            </PageBoundary>
          </BrowserRouter>
        </ThemeProvider>
      </LookProvider>
    </QueryClientProvider>
  </StrictMode>,
);
