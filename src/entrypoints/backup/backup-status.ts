import type { AuditEvent } from '../../app/index.ts';
import { HOUR_MS } from '../../core/index.ts';
import type { Workspace } from '../composition.ts';
import { type BackupSettings, newestBackupIn } from './backup-settings.ts';
import { BACKUP_SUBJECT } from './record-backup.ts';
import { backupSettingsOf, type KeptBackup, listBackups } from './scheduled-backup.ts';

/** One daily backup may fail without anybody having to get up. */
const OLD_AFTER_HOURS = 50;
/** Of the events about backups; one or two come a day. */
const EVENTS_MAX = 1_000;

/** What is known of the backups of these books. */
export interface BackupStatus {
  /** `null`: no daily backup is asked for. */
  readonly settings: BackupSettings | null;
  /** When the newest backup on record was made, whoever made it and wherever it lies. */
  readonly lastBackupAt: string | null;
  readonly lastDrill: { readonly at: string; readonly isWhole: boolean } | null;
  /** Daily backups are asked for, and the newest in their folder is too old or there is none. */
  readonly isOverdue: boolean;
  /** In the folder of the settings, as this machine sees it. */
  readonly kept: readonly KeptBackup[];
}

/** From the audit log, so that it is the same on every machine; only what lies in the folder is seen from this one. */
export async function backupStatus({ books, database }: Pick<Workspace, 'books' | 'database'>): Promise<BackupStatus> {
  const settings = (await backupSettingsOf({ books })) ?? null;
  const events = await books.listEvents({ subject: BACKUP_SUBJECT, limit: EVENTS_MAX });
  const lastBackupAt = newest(events, 'backup.create')?.at ?? null;
  const drill = newest(events, 'backup.drill');
  const faults = (drill?.after as { faults?: readonly string[] } | null | undefined)?.faults;
  const daily = settings && newestBackupIn(settings.folder, events.flatMap(madeOf));
  const ageMs = (await books.sharedNowMs()) - (daily ? Date.parse(daily.at) : Number.NEGATIVE_INFINITY);
  return {
    settings,
    lastBackupAt,
    lastDrill: drill ? { at: drill.at, isWhole: faults?.length === 0 } : null,
    isOverdue: settings !== null && ageMs > OLD_AFTER_HOURS * HOUR_MS,
    kept: settings ? await listBackups({ database }, settings.folder) : [],
  };
}

function madeOf({ action, at, after }: AuditEvent): { readonly file: string; readonly at: string }[] {
  const file = (after as { file?: unknown } | null | undefined)?.file;
  return action === 'backup.create' && typeof file === 'string' ? [{ file, at }] : [];
}

function newest(events: readonly AuditEvent[], action: string): AuditEvent | undefined {
  return events.findLast((event) => event.action === action);
}
