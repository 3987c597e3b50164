import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { type EpochSeconds, formatInstant, type LocalDate, parseLocalDate } from '../../core/index.ts';

const DAY_SECONDS = 86_400;
/** Two periods of 14 days close within it, for each marketplace, and their reports have appeared. */
const TRADING_DAYS = 32;
/** Amazon shows reports for 90 days; a demo begun longer ago starts anew. */
const REUSE_DAYS_MAX = 50;

/** The month of trading that a demo shows. Begun once and kept, so that a demo that is started again goes on. */
export interface DemoMonth {
  readonly from: LocalDate;
  readonly to: LocalDate;
  /** Of this demo alone: the pretend SAP's ledger. */
  readonly folder: string;
  readonly databaseName: string;
}

export function demoMonth(home: string, now: EpochSeconds): DemoMonth {
  const root = join(home, 'demo');
  mkdirSync(root, { recursive: true });
  const begun = readdirSync(root)
    .filter((name) => /^\d{4}-\d{2}-\d{2}$/.test(name))
    .sort()
    .at(-1);
  const oldest = dayOf(now - REUSE_DAYS_MAX * DAY_SECONDS);
  const to = begun !== undefined && begun >= oldest ? parseLocalDate(begun) : dayOf(now);
  const folder = join(root, to);
  mkdirSync(folder, { recursive: true });
  const from = dayOf(Date.parse(`${to}T00:00:00Z`) / 1000 - TRADING_DAYS * DAY_SECONDS);
  return { from, to, folder, databaseName: `demo_${to.replaceAll('-', '')}` };
}

function dayOf(at: EpochSeconds): LocalDate {
  return parseLocalDate(formatInstant(at).slice(0, 10));
}
