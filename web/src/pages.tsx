import { type ComponentType, lazy } from 'react';
import type { shellTexts } from './texts/shell.ts';

type Shell = (typeof shellTexts)['en'];

/** One page: where it is, who may open it, and where the navigation names it. */
export interface PageFacts {
  readonly path: string;
  /** Permission of the API that its first request takes. */
  readonly access: string;
  readonly component: ComponentType;
  /** Without it the page is reached from another one. */
  readonly nav?: { readonly text: keyof Shell['pages']; readonly group: keyof Shell['groups']; readonly icon: string };
}

/** Every page. Each is loaded when it is first opened. */
export const PAGES: readonly PageFacts[] = [
  {
    path: '/',
    access: 'books.read',
    component: lazy(() => import('./pages/overview.tsx').then((m) => ({ default: m.OverviewPage }))),
    nav: { text: 'overview', group: 'work', icon: 'home' },
  },
  {
    path: '/users',
    access: 'users.manage',
    component: lazy(() => import('./pages/users.tsx').then((m) => ({ default: m.UsersPage }))),
    nav: { text: 'users', group: 'installation', icon: 'group' },
  },
  {
    path: '/account',
    access: 'own.manage',
    component: lazy(() => import('./pages/account.tsx').then((m) => ({ default: m.AccountPage }))),
  },
];
