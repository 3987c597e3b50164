import type { SettlementSource } from '../mapping/index.ts';
import type { ConnectionContext } from './context.ts';
import type { Evidence } from './ports.ts';

/** Stored bytes as something a settlement can be read from, with the charset their download declared. */
export async function evidenceSource(
  context: ConnectionContext,
  sha256: Evidence['sha256'],
  name: string,
): Promise<SettlementSource> {
  const facts = await context.books.describeEvidence(sha256);
  return { name, contentType: facts.contentType ?? undefined, open: () => context.books.openEvidence(sha256) };
}
