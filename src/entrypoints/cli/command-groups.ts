import type { Command } from 'commander';
import type { RunCommand } from './program.ts';

type AddCommands = (program: Command, run: RunCommand) => void;

interface CommandGroup {
  /** The first words of its command lines. */
  readonly words: readonly string[];
  load(): Promise<AddCommands>;
}

/** In the order of the help. */
const GROUPS: readonly CommandGroup[] = [
  { words: ['preview'], load: async () => (await import('./preview-command.ts')).addPreviewCommand },
  {
    words: ['start', 'sync', 'simulators'],
    load: async () => (await import('./service-commands.ts')).addServiceCommands,
  },
  { words: ['worker', 'workers'], load: async () => (await import('./worker-commands.ts')).addWorkerCommands },
  { words: ['jobs'], load: async () => (await import('./job-commands.ts')).addJobCommands },
  { words: ['connections'], load: async () => (await import('./connection-commands.ts')).addConnectionCommands },
  { words: ['schedule'], load: async () => (await import('./schedule-commands.ts')).addScheduleCommands },
  { words: ['settlements'], load: async () => (await import('./settlement-commands.ts')).addSettlementCommands },
  { words: ['entries'], load: async () => (await import('./entry-commands.ts')).addEntryCommands },
  { words: ['accruals'], load: async () => (await import('./accrual-commands.ts')).addAccrualCommands },
  { words: ['approvals'], load: async () => (await import('./approval-commands.ts')).addApprovalCommands },
  { words: ['customers'], load: async () => (await import('./customer-commands.ts')).addCustomerCommands },
  { words: ['sap'], load: async () => (await import('./sap-commands.ts')).addSapCommands },
  { words: ['feeds'], load: async () => (await import('./feed-commands.ts')).addFeedCommands },
  { words: ['orders'], load: async () => (await import('./order-commands.ts')).addOrderCommands },
  { words: ['finances'], load: async () => (await import('./finance-commands.ts')).addFinanceCommands },
  { words: ['deposits'], load: async () => (await import('./deposit-commands.ts')).addDepositCommands },
  { words: ['reconcile'], load: async () => (await import('./reconcile-commands.ts')).addReconcileCommands },
  { words: ['reports'], load: async () => (await import('./report-commands.ts')).addReportCommands },
  { words: ['periods'], load: async () => (await import('./period-commands.ts')).addPeriodCommands },
  { words: ['users'], load: async () => (await import('./user-commands.ts')).addUserCommands },
  { words: ['tokens'], load: async () => (await import('./token-commands.ts')).addTokenCommands },
  { words: ['settings'], load: async () => (await import('./settings-commands.ts')).addSettingsCommands },
  { words: ['privacy'], load: async () => (await import('./privacy-commands.ts')).addPrivacyCommands },
  { words: ['retention'], load: async () => (await import('./retention-commands.ts')).addRetentionCommands },
  { words: ['backup'], load: async () => (await import('./backup-commands.ts')).addBackupCommands },
  { words: ['alerts'], load: async () => (await import('./alert-commands.ts')).addAlertCommands },
  { words: ['keys'], load: async () => (await import('./key-commands.ts')).addKeyCommands },
  { words: ['secrets'], load: async () => (await import('./secret-commands.ts')).addSecretCommands },
  { words: ['audit'], load: async () => (await import('./audit-commands.ts')).addAuditCommands },
  { words: ['trace'], load: async () => (await import('./trace-commands.ts')).addTraceCommands },
  { words: ['mapping'], load: async () => (await import('./mapping-commands.ts')).addMappingCommands },
  { words: ['master-data'], load: async () => (await import('./simulation-commands.ts')).addMasterDataCommands },
];

/** Global options that take a value, which is not the command. */
const WITH_VALUE: readonly string[] = ['--home', '--database-url'];

/**
 * The group that a command line names, or all where it names none, for the help and for what is misspelt. The others are not
 * loaded, so that a command does not wait for the code of all of them.
 */
export function commandGroupsFor(argv: readonly string[]): Promise<readonly AddCommands[]> {
  const word = argv
    .slice(2)
    .find((text, index, texts) => !text.startsWith('-') && !WITH_VALUE.includes(texts[index - 1] ?? ''));
  const named = GROUPS.filter(({ words }) => word !== undefined && words.includes(word));
  return Promise.all((named.length > 0 ? named : GROUPS).map(({ load }) => load()));
}
