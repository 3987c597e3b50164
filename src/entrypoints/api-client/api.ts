import type { z } from 'zod';
import { Problem } from '../../core/index.ts';
import type { Method } from '../http/route.ts';

type Parameter = string | number | boolean | undefined;

/** One call of a route of the API, named as the registry names it: method and path with its placeholders. */
export interface Asked {
  /** Default `GET`. */
  readonly method?: Method;
  /** `/entries/:id` */
  readonly path: `/${string}`;
  readonly params?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, Parameter>>;
  readonly body?: unknown;
}

/** The same, with the schema by which its answer is read: that of the route, or a part of it. */
export interface Ask<Answer extends z.ZodType> extends Asked {
  readonly answer: Answer;
}

/**
 * The routes of the API, wherever they are answered: in this process on the books themselves, or by a running service. The same
 * call gets the same answer, so whoever asks does not see which of them it is. Problems are raised as they are, in both.
 */
export interface Api {
  ask<Answer extends z.ZodType>(ask: Ask<Answer>): Promise<z.output<Answer>>;
  /** Of a route that answers with a file: its bytes. */
  file(asked: Asked): Promise<Uint8Array>;
}

/**
 * Raises `NAME_IMPOSSIBLE` (invalid) for a name or id that is empty or only dots: in an address it would be the way to another route,
 * however it is encoded. Asked of every call, so that the books themselves and a service say the same.
 */
export function assertNamesFit({ params = {} }: Asked): void {
  const wrong = Object.entries(params)
    // Only what stands for the rest of an address has steps of its own there.
    .flatMap(([name, value]) => (name === '*' ? value.split('/') : [value]))
    .find((name) => /^\.{0,2}$/.test(name));
  if (wrong === undefined) return;
  throw new Problem({
    code: 'NAME_IMPOSSIBLE',
    kind: 'invalid',
    says: `Nothing is named ${JSON.stringify(wrong)}.`,
    next: 'Give the name or id as the list shows it, for example: seller-ledger entries list',
    data: wrong,
  });
}

/** Most records that one part of a list holds. */
const PART_MAX = 1_000;

/** The first records of a list that is told in parts: as many as are wanted, and whether there are more. */
export async function readList<Item>(
  wanted: number,
  readPart: (part: { readonly limit: number; readonly cursor?: string }) => Promise<{
    readonly items: readonly Item[];
    readonly nextCursor: string | null;
    readonly total?: number | undefined;
  }>,
): Promise<{ readonly items: readonly Item[]; readonly total: number | undefined }> {
  const items: Item[] = [];
  let cursor: string | undefined;
  let total: number | undefined;
  do {
    const limit = Math.min(PART_MAX, wanted - items.length);
    const part = await readPart({ limit, ...(cursor !== undefined && { cursor }) });
    items.push(...part.items);
    total ??= part.total;
    cursor = part.nextCursor ?? undefined;
  } while (cursor !== undefined && items.length < wanted);
  return { items, total };
}
