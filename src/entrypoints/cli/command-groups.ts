import type { Command } from 'commander';
import { wordsOf } from './command-line.ts';
import type { RunCommand } from './program.ts';

type AddCommands = (program: Command, run: RunCommand) => void;

interface CommandGroup {
  /** The first words of its command lines. */
  readonly words: readonly string[];
  load(): Promise<AddCommands>;
}

/** In the order of the help, whose headings are in help-texts.ts. */
const GROUPS: readonly CommandGroup[] = [
  { words: ['preview'], load: async () => (await import('./preview-command.ts')).addPreviewCommand },
  {
    words: ['start', 'sync', 'simulators'],
    load: async () => (await import('./service-commands.ts')).addServiceCommands,
  },
  { words: ['overview'], load: async () => (await import('./overview-command.ts')).addOverviewCommand },
  { words: ['connections'], load: async () => (await import('./connection-commands.ts')).addConnectionCommands },
  { words: ['settlements'], load: async () => (await import('./settlement-commands.ts')).addSettlementCommands },
  { words: ['entries'], load: async () => (await import('./entry-commands.ts')).addEntryCommands },
  { words: ['approvals'], load: async () => (await import('./approval-commands.ts')).addApprovalCommands },
  { words: ['accruals'], load: async () => (await import('./accrual-commands.ts')).addAccrualCommands },
  { words: ['periods'], load: async () => (await import('./period-commands.ts')).addPeriodCommands },
  { words: ['mapping'], load: async () => (await import('./mapping-commands.ts')).addMappingCommands },
  { words: ['master-data'], load: async () => (await import('./simulation-commands.ts')).addMasterDataCommands },
  { words: ['customers'], load: async () => (await import('./customer-commands.ts')).addCustomerCommands },
  { words: ['feeds'], load: async () => (await import('./feed-commands.ts')).addFeedCommands },
  { words: ['orders'], load: async () => (await import('./order-commands.ts')).addOrderCommands },
  { words: ['finances', 'payouts'], load: async () => (await import('./finance-commands.ts')).addFinanceCommands },
  { words: ['sap'], load: async () => (await import('./sap-commands.ts')).addSapCommands },
  { words: ['reconcile'], load: async () => (await import('./reconcile-commands.ts')).addReconcileCommands },
  { words: ['deposits'], load: async () => (await import('./deposit-commands.ts')).addDepositCommands },
  { words: ['reports'], load: async () => (await import('./report-commands.ts')).addReportCommands },
  { words: ['trace'], load: async () => (await import('./trace-commands.ts')).addTraceCommands },
  { words: ['audit'], load: async () => (await import('./audit-commands.ts')).addAuditCommands },
  { words: ['worker', 'workers'], load: async () => (await import('./worker-commands.ts')).addWorkerCommands },
  { words: ['jobs'], load: async () => (await import('./job-commands.ts')).addJobCommands },
  { words: ['schedule'], load: async () => (await import('./schedule-commands.ts')).addScheduleCommands },
  { words: ['alerts'], load: async () => (await import('./alert-commands.ts')).addAlertCommands },
  { words: ['backup'], load: async () => (await import('./backup-commands.ts')).addBackupCommands },
  { words: ['keys'], load: async () => (await import('./key-commands.ts')).addKeyCommands },
  { words: ['secrets'], load: async () => (await import('./secret-commands.ts')).addSecretCommands },
  { words: ['users'], load: async () => (await import('./user-commands.ts')).addUserCommands },
  { words: ['tokens'], load: async () => (await import('./token-commands.ts')).addTokenCommands },
  { words: ['settings'], load: async () => (await import('./settings-commands.ts')).addSettingsCommands },
  { words: ['privacy'], load: async () => (await import('./privacy-commands.ts')).addPrivacyCommands },
  { words: ['retention'], load: async () => (await import('./retention-commands.ts')).addRetentionCommands },
  { words: ['database'], load: async () => (await import('./database-commands.ts')).addDatabaseCommands },
  { words: ['completion'], load: async () => (await import('./completion-commands.ts')).addCompletionCommands },
];

/**
 * The group that a command line names, or all where it names none, for the help and for what is misspelt. The others are not
 * loaded, so that a command does not wait for the code of all of them.
 */
export function commandGroupsFor(argv: readonly string[]): Promise<readonly AddCommands[]> {
  const [word] = wordsOf(argv);
  const named = GROUPS.filter(({ words }) => word !== undefined && words.includes(word));
  return Promise.all((named.length > 0 ? named : GROUPS).map(({ load }) => load()));
}
