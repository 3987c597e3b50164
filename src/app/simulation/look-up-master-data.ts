import { type LocalDate, type ProblemFacts, parseLocalDate } from '../../core/index.ts';
import { plainKey } from '../../ledger/index.ts';
import type { MasterDataKind, MasterDataRows } from '../master-data.ts';
import { MasterDataLoader } from './load-master-data.ts';
import type { MasterDataView } from './master-data-view.ts';
import type { SimulationContext } from './simulate-settlement.ts';

/** What an account table names of SAP. */
export const LOOKED_UP_KINDS = ['gl-accounts', 'cost-centers', 'profit-centers', 'customers', 'tax-codes'] as const;
export type LookedUpKind = (typeof LOOKED_UP_KINDS)[number];

/** Why SAP would not take it, or not from outside. */
export type MasterDataNote =
  | 'not-in-company-code'
  | 'blocked'
  | 'marked-for-deletion'
  | 'secondary'
  | 'reconciliation'
  | 'posted-automatically'
  | 'not-valid-today'
  | 'other-company-code';

export interface MasterDataMatch {
  readonly number: string;
  /** Blank where SAP has none. */
  readonly name: string;
  /** Empty: nothing speaks against it. */
  readonly notes: readonly MasterDataNote[];
}

/** What SAP has under a number or a name. */
export interface LookUp {
  readonly companyCode: string;
  /** In the order of their numbers, those that can be used first. */
  readonly matches: readonly MasterDataMatch[];
  /** How many there were, also beyond the limit. */
  readonly matchCount: number;
  /** `false`: SAP has too many to search, so that only whole numbers are found. */
  readonly isSearchable: boolean;
  readonly readAt: string | null;
  /** SAP did not answer; what is shown is older. */
  readonly problem: ProblemFacts | null;
}

export interface LookUpRequest {
  readonly kind: LookedUpKind;
  readonly companyCode: string;
  /** Beginning of a number, or part of a name; blank for all. */
  readonly text: string;
  readonly limit: number;
}

interface Candidate {
  readonly number: string;
  readonly name: string;
  readonly notes: readonly MasterDataNote[];
}

/** What can be the whole number of anything. */
const LIKE_A_NUMBER = /^[A-Z0-9_./-]{1,10}$/i;

/**
 * Finds master data of SAP for a person who types, from what is kept where that is young enough and else from SAP. Changes
 * nothing. What speaks against a match is told with it instead of hiding it.
 */
export async function lookUpMasterData(context: SimulationContext, request: LookUpRequest): Promise<LookUp> {
  const { source, store, maxAgeMs } = context.masterData;
  const nowMs = () => context.books.sharedNowMs();
  const loader = await MasterDataLoader.open({ source, store, maxAgeMs, nowMs, log: context.log });
  const { kind, companyCode, limit } = request;
  const text = request.text.trim();
  await loader.loadNames({ kind: 'company-codes', scope: '' }, [companyCode]);
  const scope = scopeOf(loader.view(), kind, companyCode);
  const nothing = { companyCode, matches: [], matchCount: 0, isSearchable: false, readAt: null };
  if (scope === undefined) return { ...nothing, problem: partOf(loader, 'company-codes')?.problem ?? null };
  await loader.loadNames({ kind, scope }, LIKE_A_NUMBER.test(text) ? [text] : []);
  const part = partOf(loader, kind);
  if (!part?.rows) return { ...nothing, problem: part?.problem ?? null };
  const today = parseLocalDate(new Date(context.clock.nowMs()).toISOString().slice(0, 10));
  const candidates = candidatesOf(kind, part.rows, { companyCode, today });
  const found = rank(candidates, text);
  const shown = found.slice(0, limit);
  const matches = kind === 'gl-accounts' ? await inCompanyCode(loader, companyCode, shown) : shown;
  return {
    companyCode,
    matches: [...matches].sort((a, b) => Number(a.notes.length > 0) - Number(b.notes.length > 0)),
    matchCount: found.length,
    isSearchable: part.covers === 'all',
    readAt: part.readAt,
    problem: part.problem,
  };
}

function partOf(loader: MasterDataLoader, kind: MasterDataKind) {
  return loader.parts().find((part) => part.kind === kind);
}

function scopeOf(view: MasterDataView, kind: LookedUpKind, companyCode: string): string | undefined {
  if (kind === 'tax-codes') return '';
  const found = view.find('company-codes', '', companyCode);
  if (found.state !== 'known') return undefined;
  const [company] = found.rows;
  switch (kind) {
    case 'gl-accounts':
      return company.chartOfAccounts;
    case 'cost-centers':
    case 'profit-centers':
      return company.controllingArea;
    case 'customers':
      return company.companyCode;
  }
}

interface Where {
  readonly companyCode: string;
  readonly today: LocalDate;
}

function candidatesOf(
  kind: LookedUpKind,
  rows: readonly MasterDataRows[MasterDataKind][],
  where: Where,
): readonly Candidate[] {
  switch (kind) {
    case 'gl-accounts':
      return (rows as readonly MasterDataRows['gl-accounts'][]).map((row) => ({
        number: row.glAccount,
        name: row.name,
        notes: notesOf([
          ['blocked', row.isBlocked],
          ['marked-for-deletion', row.isMarkedForDeletion],
          ['secondary', row.isSecondary],
        ]),
      }));
    case 'cost-centers':
      return currentOf((rows as readonly MasterDataRows['cost-centers'][]).map((row) => costCenter(row, where)));
    case 'profit-centers':
      return currentOf(
        (rows as readonly MasterDataRows['profit-centers'][]).map((row) => ({
          number: row.profitCenter,
          name: '',
          notes: notesOf([
            ['blocked', row.isBlocked],
            ['not-valid-today', !isValid(row, where.today)],
          ]),
        })),
      );
    case 'customers':
      return (rows as readonly MasterDataRows['customers'][]).map((row) => ({
        number: row.customer,
        name: '',
        notes: notesOf([
          ['blocked', row.isBlocked],
          ['marked-for-deletion', row.isMarkedForDeletion],
        ]),
      }));
    case 'tax-codes':
      return (rows as readonly MasterDataRows['tax-codes'][]).map((row) => ({
        number: row.taxCode,
        name: row.country,
        notes: [],
      }));
  }
}

function costCenter(row: MasterDataRows['cost-centers'], { companyCode, today }: Where): Candidate {
  return {
    number: row.costCenter,
    name: '',
    notes: notesOf([
      ['blocked', row.isBlockedForCosts],
      ['not-valid-today', !isValid(row, today)],
      ['other-company-code', row.companyCode !== '' && plainKey(row.companyCode) !== plainKey(companyCode)],
    ]),
  };
}

function isValid({ validFrom, validTo }: { validFrom: LocalDate; validTo: LocalDate }, today: LocalDate): boolean {
  return validFrom <= today && today <= validTo;
}

function notesOf(facts: readonly (readonly [MasterDataNote, boolean])[]): readonly MasterDataNote[] {
  return facts.flatMap(([note, holds]) => (holds ? [note] : []));
}

/** One for each number: of several intervals the one against which least speaks. */
function currentOf(candidates: readonly Candidate[]): readonly Candidate[] {
  const best = new Map<string, Candidate>();
  for (const candidate of candidates) {
    const known = best.get(candidate.number);
    if (!known || candidate.notes.length < known.notes.length) best.set(candidate.number, candidate);
  }
  return [...best.values()];
}

/** Those whose number begins so first, then those that have it in their name. */
function rank(candidates: readonly Candidate[], text: string): readonly Candidate[] {
  const sorted = candidates.toSorted((a, b) => (a.number < b.number ? -1 : 1));
  if (text === '') return sorted;
  const key = plainKey(text);
  const words = text.toLowerCase().split(/\s+/);
  const isNamed = ({ name }: Candidate) => words.every((word) => name.toLowerCase().includes(word));
  const byNumber = sorted.filter(({ number }) => plainKey(number).startsWith(key));
  return [...byNumber, ...sorted.filter((each) => !byNumber.includes(each) && isNamed(each))];
}

/** An account of the chart is of no use in a company code that has not opened it. */
async function inCompanyCode(
  loader: MasterDataLoader,
  companyCode: string,
  shown: readonly Candidate[],
): Promise<readonly Candidate[]> {
  if (shown.length === 0) return shown;
  const numbers = shown.map(({ number }) => number);
  await loader.loadNames({ kind: 'company-gl-accounts', scope: companyCode }, numbers);
  const view = loader.view();
  return shown.map((candidate) => {
    const found = view.find('company-gl-accounts', companyCode, candidate.number);
    if (found.state === 'unread') return candidate;
    if (found.state === 'absent') return { ...candidate, notes: [...candidate.notes, 'not-in-company-code'] };
    const [row] = found.rows;
    const own = notesOf([
      ['blocked', row.isBlocked && !candidate.notes.includes('blocked')],
      ['reconciliation', row.isReconciliation],
      ['posted-automatically', row.isPostedAutomatically],
    ]);
    return { ...candidate, notes: [...candidate.notes, ...own] };
  });
}
