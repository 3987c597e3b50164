/**
 * Amazon: its login, its Selling Partner API and its files. It reads, and asks Amazon to make reports: nothing else of it
 * changes anything there.
 */
export * from './create-amazon.ts';
export * from './credential-ages.ts';
export type { DoctorRequest } from './doctor.ts';
export * from './exchange.ts';
export * from './memory-quotas.ts';
export { postalAddressOf } from './orders/index.ts';
export type { AmazonCheck } from './ping.ts';
export {
  AMAZON_REGIONS,
  type AmazonRegion,
  type AmazonSecrets,
  type AmazonSettings,
  amazonSecretsSchema,
  amazonSettingsSchema,
  formatUserAgent,
  isAmazonsOwn,
  marketplaceIdsOf,
  writtenAmazonSettings,
} from './settings.ts';
export * from './settlement-file/index.ts';
export { createTokenCache, type TokenCache } from './token-cache.ts';
