import type { QueryClient } from '@tanstack/react-query';

/**
 * Asks anew for everything that is shown. What was tried before is tried anew only if somebody asks for it again: a trial that runs
 * would begin from its start with each change, and never end while much happens.
 */
export function askAnew(queries: QueryClient): Promise<void> {
  void queries.invalidateQueries({ predicate: isTrial, refetchType: 'none' });
  return queries.invalidateQueries({ predicate: (query) => !isTrial(query) });
}

/** Of a query: it asks what a write would come to, which takes long. */
export const TRIAL = { isTrial: true };

function isTrial({ meta }: { readonly meta?: Readonly<Record<string, unknown>> | undefined }): boolean {
  return meta?.isTrial === true;
}
