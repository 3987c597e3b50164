import type { shellTexts } from './texts/shell.ts';
import '@ui5/webcomponents-icons/dist/accounting-document-verification.js';
import '@ui5/webcomponents-icons/dist/activity-items.js';
import '@ui5/webcomponents-icons/dist/approvals.js';
import '@ui5/webcomponents-icons/dist/alert.js';
import '@ui5/webcomponents-icons/dist/cart.js';
import '@ui5/webcomponents-icons/dist/compare.js';
import '@ui5/webcomponents-icons/dist/connected.js';
import '@ui5/webcomponents-icons/dist/customer.js';
import '@ui5/webcomponents-icons/dist/date-time.js';
import '@ui5/webcomponents-icons/dist/group.js';
import '@ui5/webcomponents-icons/dist/home.js';
import '@ui5/webcomponents-icons/dist/inspection.js';
import '@ui5/webcomponents-icons/dist/money-bills.js';
import '@ui5/webcomponents-icons/dist/org-chart.js';
import '@ui5/webcomponents-icons/dist/table-view.js';
import '@ui5/webcomponents-icons/dist/upload.js';
import { type ComponentType, lazy } from 'react';
import { matchPath } from 'react-router';

type Shell = (typeof shellTexts)['en'];

/** One page: where it is, who may open it, and where the navigation names it. */
export interface PageFacts {
  readonly path: string;
  /** Permission of the API that its first request takes. */
  readonly access: string;
  readonly component: ComponentType;
  /** Begins to load it. */
  readonly load: () => Promise<unknown>;
  /** Without it the page is reached from another one. */
  readonly nav?: { readonly text: keyof Shell['pages']; readonly group: keyof Shell['groups']; readonly icon: string };
}

function page(load: () => Promise<ComponentType>): Pick<PageFacts, 'component' | 'load'> {
  return { component: lazy(async () => ({ default: await load() })), load };
}

/** Begins to load the page of an address, for whoever is sure to come to it. One that cannot be loaded says so when it is shown. */
export function loadPageOf(pathname: string): void {
  void PAGES.find(({ path }) => matchPath(path, pathname))
    ?.load()
    .catch(() => {});
}

/** The permission that the page of an address takes; nothing where there is no page. */
export function accessOf(pathname: string): string | undefined {
  return PAGES.find(({ path }) => matchPath(path, pathname))?.access;
}

/** Every page. Each is loaded when it is first opened. */
export const PAGES: readonly PageFacts[] = [
  {
    path: '/',
    access: 'books.read',
    ...page(() => import('./pages/overview.tsx').then((m) => m.OverviewPage)),
    nav: { text: 'overview', group: 'work', icon: 'home' },
  },
  {
    path: '/approvals',
    access: 'books.read',
    ...page(() => import('./pages/approvals.tsx').then((m) => m.ApprovalsPage)),
    nav: { text: 'approvals', group: 'work', icon: 'approvals' },
  },
  {
    path: '/mapping',
    access: 'books.read',
    ...page(() => import('./pages/mapping.tsx').then((m) => m.MappingPage)),
    nav: { text: 'mapping', group: 'books', icon: 'table-view' },
  },
  {
    path: '/customers',
    access: 'books.read',
    ...page(() => import('./pages/customers.tsx').then((m) => m.CustomersPage)),
    nav: { text: 'customers', group: 'books', icon: 'customer' },
  },
  {
    path: '/customers/:id',
    access: 'books.read',
    ...page(() => import('./pages/customer.tsx').then((m) => m.CustomerPage)),
  },
  {
    path: '/orders',
    access: 'books.read',
    ...page(() => import('./pages/orders.tsx').then((m) => m.OrdersPage)),
    nav: { text: 'orders', group: 'work', icon: 'cart' },
  },
  {
    path: '/orders/:id',
    access: 'books.read',
    ...page(() => import('./pages/order.tsx').then((m) => m.OrderPage)),
  },
  {
    path: '/settlements',
    access: 'books.read',
    ...page(() => import('./pages/settlements.tsx').then((m) => m.SettlementsPage)),
    nav: { text: 'settlements', group: 'work', icon: 'money-bills' },
  },
  {
    path: '/settlements/:id',
    access: 'books.read',
    ...page(() => import('./pages/settlement.tsx').then((m) => m.SettlementPage)),
  },
  {
    path: '/entries',
    access: 'books.read',
    ...page(() => import('./pages/entries.tsx').then((m) => m.EntriesPage)),
    nav: { text: 'entries', group: 'books', icon: 'accounting-document-verification' },
  },
  {
    path: '/entries/:id',
    access: 'books.read',
    ...page(() => import('./pages/entry.tsx').then((m) => m.EntryPage)),
  },
  {
    path: '/trace',
    access: 'books.read',
    ...page(() => import('./pages/trace.tsx').then((m) => m.TracePage)),
    nav: { text: 'trace', group: 'control', icon: 'org-chart' },
  },
  {
    path: '/accruals/:id',
    access: 'books.read',
    ...page(() => import('./pages/accrual.tsx').then((m) => m.AccrualPage)),
  },
  {
    path: '/preview',
    access: 'books.read',
    ...page(() => import('./pages/preview.tsx').then((m) => m.PreviewPage)),
    nav: { text: 'preview', group: 'work', icon: 'upload' },
  },
  {
    path: '/users',
    access: 'users.manage',
    ...page(() => import('./pages/users.tsx').then((m) => m.UsersPage)),
    nav: { text: 'users', group: 'installation', icon: 'group' },
  },
  {
    path: '/account',
    access: 'own.manage',
    ...page(() => import('./pages/account.tsx').then((m) => m.AccountPage)),
  },
  {
    path: '/reconciliation',
    access: 'books.read',
    ...page(() => import('./pages/reconciliation.tsx').then((m) => m.ReconciliationPage)),
    nav: { text: 'reconciliation', group: 'control', icon: 'compare' },
  },
  {
    path: '/month-close',
    access: 'books.read',
    ...page(() => import('./pages/month-close.tsx').then((m) => m.MonthClosePage)),
    nav: { text: 'monthClose', group: 'control', icon: 'date-time' },
  },
  {
    path: '/audit',
    access: 'audit.read',
    ...page(() => import('./pages/audit.tsx').then((m) => m.AuditPage)),
    nav: { text: 'audit', group: 'control', icon: 'inspection' },
  },
  {
    path: '/exceptions',
    access: 'books.read',
    ...page(() => import('./pages/exceptions.tsx').then((m) => m.ExceptionsPage)),
    nav: { text: 'exceptions', group: 'work', icon: 'alert' },
  },
  {
    path: '/connections',
    access: 'books.read',
    ...page(() => import('./pages/connections.tsx').then((m) => m.ConnectionsPage)),
    nav: { text: 'connections', group: 'installation', icon: 'connected' },
  },
  {
    path: '/connections/:name',
    access: 'books.read',
    ...page(() => import('./pages/connection.tsx').then((m) => m.ConnectionPage)),
  },
  {
    path: '/connections/:name/settings',
    access: 'connections.manage',
    ...page(() => import('./pages/connection-settings.tsx').then((m) => m.ConnectionSettingsPage)),
  },
  {
    path: '/add-connection',
    access: 'connections.manage',
    ...page(() => import('./pages/add-connection.tsx').then((m) => m.AddConnectionPage)),
  },
  {
    path: '/jobs',
    access: 'books.read',
    ...page(() => import('./pages/jobs.tsx').then((m) => m.JobsPage)),
    nav: { text: 'jobs', group: 'installation', icon: 'activity-items' },
  },
];
