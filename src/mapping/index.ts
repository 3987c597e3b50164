export * from './account-table.ts';
export * from './line-group.ts';
export * from './line-kind.ts';
export * from './proposal.ts';
export * from './recognise.ts';
export * from './settlement.ts';
