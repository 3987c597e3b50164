import type { shellTexts } from './texts/shell.ts';
import '@ui5/webcomponents-icons/dist/accounting-document-verification.js';
import '@ui5/webcomponents-icons/dist/activity-items.js';
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
import '@ui5/webcomponents-icons/dist/table-view.js';
import '@ui5/webcomponents-icons/dist/upload.js';
import { type ComponentType, lazy } from 'react';

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
    path: '/mapping',
    access: 'books.read',
    component: lazy(() => import('./pages/mapping.tsx').then((m) => ({ default: m.MappingPage }))),
    nav: { text: 'mapping', group: 'books', icon: 'table-view' },
  },
  {
    path: '/customers',
    access: 'books.read',
    component: lazy(() => import('./pages/customers.tsx').then((m) => ({ default: m.CustomersPage }))),
    nav: { text: 'customers', group: 'books', icon: 'customer' },
  },
  {
    path: '/customers/:id',
    access: 'books.read',
    component: lazy(() => import('./pages/customer.tsx').then((m) => ({ default: m.CustomerPage }))),
  },
  {
    path: '/orders',
    access: 'books.read',
    component: lazy(() => import('./pages/orders.tsx').then((m) => ({ default: m.OrdersPage }))),
    nav: { text: 'orders', group: 'work', icon: 'cart' },
  },
  {
    path: '/orders/:id',
    access: 'books.read',
    component: lazy(() => import('./pages/order.tsx').then((m) => ({ default: m.OrderPage }))),
  },
  {
    path: '/settlements',
    access: 'books.read',
    component: lazy(() => import('./pages/settlements.tsx').then((m) => ({ default: m.SettlementsPage }))),
    nav: { text: 'settlements', group: 'work', icon: 'money-bills' },
  },
  {
    path: '/settlements/:id',
    access: 'books.read',
    component: lazy(() => import('./pages/settlement.tsx').then((m) => ({ default: m.SettlementPage }))),
  },
  {
    path: '/entries',
    access: 'books.read',
    component: lazy(() => import('./pages/entries.tsx').then((m) => ({ default: m.EntriesPage }))),
    nav: { text: 'entries', group: 'books', icon: 'accounting-document-verification' },
  },
  {
    path: '/entries/:id',
    access: 'books.read',
    component: lazy(() => import('./pages/entry.tsx').then((m) => ({ default: m.EntryPage }))),
  },
  {
    path: '/trace',
    access: 'books.read',
    component: lazy(() => import('./pages/trace.tsx').then((m) => ({ default: m.TracePage }))),
  },
  {
    path: '/accruals/:id',
    access: 'books.read',
    component: lazy(() => import('./pages/accrual.tsx').then((m) => ({ default: m.AccrualPage }))),
  },
  {
    path: '/preview',
    access: 'books.read',
    component: lazy(() => import('./pages/preview.tsx').then((m) => ({ default: m.PreviewPage }))),
    nav: { text: 'preview', group: 'work', icon: 'upload' },
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
    path: '/audit',
    access: 'audit.read',
    component: lazy(() => import('./pages/audit.tsx').then((m) => ({ default: m.AuditPage }))),
    nav: { text: 'audit', group: 'control', icon: 'inspection' },
  },
  {
    path: '/exceptions',
    access: 'books.read',
    component: lazy(() => import('./pages/exceptions.tsx').then((m) => ({ default: m.ExceptionsPage }))),
    nav: { text: 'exceptions', group: 'work', icon: 'alert' },
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
