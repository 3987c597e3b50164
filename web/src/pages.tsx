import '@ui5/webcomponents-icons/dist/activity-items.js';
import '@ui5/webcomponents-icons/dist/alert.js';
import '@ui5/webcomponents-icons/dist/compare.js';
import '@ui5/webcomponents-icons/dist/connected.js';
import '@ui5/webcomponents-icons/dist/date-time.js';
import '@ui5/webcomponents-icons/dist/home.js';
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
    path: '/exceptions',
    access: 'books.read',
    component: lazy(() => import('./pages/exceptions.tsx').then((m) => ({ default: m.ExceptionsPage }))),
    nav: { text: 'exceptions', group: 'work', icon: 'alert' },
  },
  {
    path: '/reconciliation',
    access: 'books.read',
    component: lazy(() => import('./pages/reconciliation.tsx').then((m) => ({ default: m.ReconciliationPage }))),
    nav: { text: 'reconciliation', group: 'control', icon: 'compare' },
  },
  {
    path: '/month-close',
    access: 'books.read',
    component: lazy(() => import('./pages/month-close.tsx').then((m) => ({ default: m.MonthClosePage }))),
    nav: { text: 'monthClose', group: 'control', icon: 'date-time' },
  },
  {
    path: '/connections',
    access: 'books.read',
    component: lazy(() => import('./pages/connections.tsx').then((m) => ({ default: m.ConnectionsPage }))),
    nav: { text: 'connections', group: 'installation', icon: 'connected' },
  },
  {
    path: '/connections/:name',
    access: 'books.read',
    component: lazy(() => import('./pages/connection.tsx').then((m) => ({ default: m.ConnectionPage }))),
  },
  {
    path: '/add-connection',
    access: 'connections.manage',
    component: lazy(() => import('./pages/add-connection.tsx').then((m) => ({ default: m.AddConnectionPage }))),
  },
  {
    path: '/jobs',
    access: 'books.read',
    component: lazy(() => import('./pages/jobs.tsx').then((m) => ({ default: m.JobsPage }))),
    nav: { text: 'jobs', group: 'installation', icon: 'activity-items' },
  },
];
