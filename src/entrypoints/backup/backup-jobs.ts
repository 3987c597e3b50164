import type { JobKind, JobSchedule } from '../../jobs/index.ts';
import type { Workspace } from '../composition.ts';
import { runScheduledBackup } from './scheduled-backup.ts';

/** By night; twice more in case that the machine was off or the disk was full. */
export const BACKUP_SCHEDULES: readonly JobSchedule[] = [{ name: 'backup', cron: '37 2,8,20 * * *' }];

/** The daily backup as work of the service. Safe to repeat: a fresh backup is not made again. */
export function backupJobKinds(workspace: Workspace): readonly JobKind[] {
  return [
    {
      name: 'backup',
      run: async () => {
        await runScheduledBackup(workspace);
      },
    },
  ];
}
