export * from './account-table.ts';
export * from './line-group.ts';
export * from './line-kind.ts';
export * from './marketplace.ts';
export * from './proposal.ts';
export * from './read-account-table.ts';
export { type RecogniseContext, recogniseLineKind } from './recognise.ts';
export * from './settlement.ts';
export { VOCABULARY, type VocabularyBlock } from './vocabulary.ts';
