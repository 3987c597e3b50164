import { createHash } from 'node:crypto';
import type { Sha256 } from '../../core/index.ts';
import type { SettlementSource } from '../../mapping/index.ts';
import { openContent } from './gzip.ts';

/**
 * SHA-256 of what a file says, after decompression: the same settlement compressed twice has two files but one content.
 * Raises the problems of damaged gzip.
 */
export async function digestSettlementContent(source: SettlementSource): Promise<Sha256> {
  const hash = createHash('sha256');
  const content = await openContent(source);
  for await (const chunk of content.chunks) hash.update(chunk);
  return hash.digest('hex') as Sha256;
}
