import type { ApprovalDesk, MappingVersionText, SettlementReader } from '../../app/index.ts';
import type {
  mappingOf as mappingOfConnection,
  OpenConnection,
  OpenFeeds,
  OpenMapping,
  openConnection as open,
  openApprovals as openForApprovals,
  openFeeds as openForFeeds,
  openMapping as openForMapping,
  Workspace,
  WorkspaceOptions,
  waitingChangesOf as waitingRuleChangesOf,
} from '../composition.ts';
import type { KeyWorkspace } from '../key-workspace.ts';

// A preview of a small file must not wait for database drivers and HTTP clients to load, so commands that need the books
// load them when they run.

export async function withBooks<Result>(
  options: WorkspaceOptions,
  work: (workspace: Workspace) => Promise<Result>,
): Promise<Result> {
  const composition = await import('../composition.ts');
  return composition.withBooks(options, work);
}

/** The keys of the vault, also where it does not open. */
export async function withKeys<Result>(
  options: WorkspaceOptions,
  work: (keys: KeyWorkspace) => Promise<Result>,
): Promise<Result> {
  const keys = await import('../key-workspace.ts');
  return keys.withKeys(options, work);
}

export async function openWorkspace(options: WorkspaceOptions): Promise<Workspace> {
  const composition = await import('../composition.ts');
  return composition.openWorkspace(options);
}

export async function settlementReader(): Promise<SettlementReader> {
  const { readSettlementFile } = await import('../../amazon/index.ts');
  return readSettlementFile;
}

export async function openConnection(...args: Parameters<typeof open>): Promise<OpenConnection> {
  const composition = await import('../composition.ts');
  return composition.openConnection(...args);
}

export async function openFeeds(...args: Parameters<typeof openForFeeds>): Promise<OpenFeeds> {
  const composition = await import('../composition.ts');
  return composition.openFeeds(...args);
}

export async function waitingChangesOf(
  ...args: Parameters<typeof waitingRuleChangesOf>
): ReturnType<typeof waitingRuleChangesOf> {
  const composition = await import('../composition.ts');
  return composition.waitingChangesOf(...args);
}

export async function openMapping(...args: Parameters<typeof openForMapping>): Promise<OpenMapping> {
  const composition = await import('../composition.ts');
  return composition.openMapping(...args);
}

export async function mappingOf(...args: Parameters<typeof mappingOfConnection>): Promise<MappingVersionText> {
  const composition = await import('../composition.ts');
  return composition.mappingOf(...args);
}

export async function openApprovals(...args: Parameters<typeof openForApprovals>): Promise<ApprovalDesk> {
  const composition = await import('../composition.ts');
  return composition.openApprovals(...args);
}
