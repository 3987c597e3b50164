import type { ReportColumn } from './report.ts';

/** Short names for columns, where a table is read by its columns. */
export const column = (key: string, title: string, kind: ReportColumn['kind'] = 'text'): ReportColumn => ({
  key,
  title,
  kind,
});
export const TEXT = (key: string, title: string): ReportColumn => column(key, title);
export const COUNT = (key: string, title: string): ReportColumn => column(key, title, 'count');
export const MONEY = (key: string, title: string): ReportColumn => column(key, title, 'money');
