import type { ProblemFacts } from '../../core/index.ts';
import { plainKey } from '../../ledger/index.ts';
import type { MasterDataKind, MasterDataPart, MasterDataRows } from '../master-data.ts';

/** What is known of one name: its rows, that there is none, or that it could not be read. */
export type Known<Row> =
  | { readonly state: 'known'; readonly rows: readonly [Row, ...Row[]] }
  | { readonly state: 'absent' }
  | { readonly state: 'unread' };

/** A part that could not be read when it was wanted. */
export interface UnreadPart {
  readonly kind: MasterDataKind;
  readonly scope: string;
  /** `null`: SAP has no service for it and the connection names no view. */
  readonly problem: ProblemFacts | null;
}

const NAME_OF: { readonly [Kind in MasterDataKind]: (row: MasterDataRows[Kind]) => string } = {
  'company-codes': ({ companyCode }) => companyCode,
  'gl-accounts': ({ glAccount }) => glAccount,
  'cost-centers': ({ costCenter }) => costCenter,
  'profit-centers': ({ profitCenter }) => profitCenter,
  customers: ({ customer }) => customer,
  'company-gl-accounts': ({ glAccount }) => glAccount,
  'tax-codes': ({ taxCode }) => taxCode,
  'document-types': ({ documentType }) => documentType,
  'posting-periods': ({ companyCode }) => companyCode,
};

interface Index {
  readonly part: MasterDataPart;
  /** `null`: it answers for every name. */
  readonly covers: ReadonlySet<string> | null;
  readonly byName: ReadonlyMap<string, readonly MasterDataRows[MasterDataKind][]>;
}

/** What was read of SAP's master data, to be asked by name. Notes what it was asked for and had not. */
export class MasterDataView {
  readonly #parts: ReadonlyMap<string, MasterDataPart>;
  readonly #kinds: ReadonlySet<MasterDataKind>;
  readonly #indexes = new Map<string, Index>();
  readonly #unread = new Map<string, UnreadPart>();

  /** `kinds`: those that can be asked for at all. */
  constructor(parts: readonly MasterDataPart[], kinds: readonly MasterDataKind[]) {
    this.#parts = new Map(parts.map((part) => [keyOf(part.kind, part.scope), part]));
    this.#kinds = new Set(kinds);
  }

  find<Kind extends MasterDataKind>(kind: Kind, scope: string, name: string): Known<MasterDataRows[Kind]> {
    const index = this.#indexOf(kind, scope);
    const key = plainKey(name);
    if (!index || (index.covers !== null && !index.covers.has(key))) {
      this.#note(kind, scope);
      return { state: 'unread' };
    }
    const rows = (index.byName.get(key) ?? []) as readonly MasterDataRows[Kind][];
    const [first, ...rest] = rows;
    return first === undefined ? { state: 'absent' } : { state: 'known', rows: [first, ...rest] };
  }

  /** What was asked for and could not be said, each once. */
  unread(): readonly UnreadPart[] {
    return [...this.#unread.values()];
  }

  parts(): readonly MasterDataPart[] {
    return [...this.#parts.values()];
  }

  #note(kind: MasterDataKind, scope: string): void {
    const part = this.#parts.get(keyOf(kind, scope));
    const problem = this.#kinds.has(kind) ? (part?.problem ?? notReadYet(kind, scope)) : null;
    this.#unread.set(keyOf(kind, problem === null ? '' : scope), { kind, scope, problem });
  }

  #indexOf(kind: MasterDataKind, scope: string): Index | undefined {
    const key = keyOf(kind, scope);
    const known = this.#indexes.get(key);
    if (known) return known;
    const part = this.#parts.get(key);
    if (!part || part.rows === null) return undefined;
    const nameOf = NAME_OF[kind] as (row: MasterDataRows[MasterDataKind]) => string;
    const byName = new Map<string, MasterDataRows[MasterDataKind][]>();
    for (const row of part.rows) {
      const name = plainKey(nameOf(row));
      const rows = byName.get(name);
      if (rows) rows.push(row);
      else byName.set(name, [row]);
    }
    const covers = part.covers === 'all' ? null : new Set(part.covers.map(plainKey));
    const index = { part, covers, byName };
    this.#indexes.set(key, index);
    return index;
  }
}

function notReadYet(kind: MasterDataKind, scope: string): ProblemFacts {
  return {
    code: 'MASTER_DATA_NOT_READ',
    kind: 'unavailable',
    says: `SAP was not asked for ${sayPart(kind, scope)} yet.`,
    next: 'It is read by the next sync; or read it now: seller-ledger master-data refresh NAME',
  };
}

function keyOf(kind: MasterDataKind, scope: string): string {
  return `${kind}\n${scope}`;
}

const TITLES: Readonly<Record<MasterDataKind, { readonly all: string; readonly of: string }>> = {
  'company-codes': { all: 'company codes', of: 'company codes' },
  'gl-accounts': { all: 'G/L accounts', of: 'G/L accounts of chart' },
  'cost-centers': { all: 'cost centres', of: 'cost centres of controlling area' },
  'profit-centers': { all: 'profit centres', of: 'profit centres of controlling area' },
  customers: { all: 'customers', of: 'customers in company code' },
  'company-gl-accounts': { all: 'G/L accounts by company code', of: 'G/L accounts in company code' },
  'tax-codes': { all: 'tax codes', of: 'tax codes' },
  'document-types': { all: 'document types', of: 'document types' },
  'posting-periods': { all: 'posting periods', of: 'posting periods of company code' },
};

/** For people: `G/L accounts of chart YCOA`; with a blank scope the kind alone, `G/L accounts`. */
export function sayPart(kind: MasterDataKind, scope: string): string {
  return scope === '' ? TITLES[kind].all : `${TITLES[kind].of} ${scope}`;
}
