/**
 * Amazon: its login, its Selling Partner API and its settlement file. It only reads: the only request that is not a
 * GET is the one by which Login with Amazon issues an access token.
 */
export * from './bucket-store.ts';
export * from './create-amazon.ts';
export * from './exchange.ts';
export type { AmazonCheck } from './ping.ts';
export {
  AMAZON_REGIONS,
  type AmazonRegion,
  type AmazonSecrets,
  type AmazonSettings,
  amazonSecretsSchema,
  amazonSettingsSchema,
  formatUserAgent,
} from './settings.ts';
export * from './settlement-file/index.ts';
