import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { type AccountTable, readAccountTable } from '../../src/mapping/index.ts';

export const CASES = new URL('cases/', import.meta.url).pathname;
const TEMPLATE = new URL('../../templates/ycoa.yaml', import.meta.url).pathname;

/** An entry of the seller's bank, written down by a person: what a settlement paid out arrives, or an owed amount leaves. */
export interface BankMove {
  /** Number of the settlement after which it is booked. */
  readonly after: number;
  readonly account: string;
  /** Debits positive, in the currency of that settlement. */
  readonly amountText: string;
  readonly text: string;
}

/** One folder of `cases`. */
export interface GoldenCase {
  readonly name: string;
  readonly about: string;
  /** Groups of the account assignment that it is an example of; 99 is the stop rule. */
  readonly groups: readonly number[];
  /** Numbers of `movements.ts` that it is an example of. */
  readonly movements: readonly number[];
  /** Names of its settlement files, in the order in which they are booked. */
  readonly settlements: readonly string[];
  readonly mapping: string;
  readonly bank: readonly BankMove[];
  /** What stays open after the last settlement: account and amount, debits positive. Everything else is zero then. */
  readonly open: ReadonlyMap<string, string>;
  readonly hasEntries: boolean;
}

const OWN_FILES = ['case.yaml', 'mapping.yaml', 'entries.txt', 'sap.xml', 'balances.txt'];

const bankSchema = z.strictObject({
  after: z.coerce.number().int().positive(),
  account: z.string(),
  debit: z.string().optional(),
  credit: z.string().optional(),
  text: z.string().min(3),
});

const caseSchema = z.strictObject({
  about: z.string().min(20),
  groups: z.array(z.coerce.number().int()).default([]),
  movements: z.array(z.coerce.number().int()).default([]),
  bank: z.array(bankSchema).default([]),
  open: z.record(z.string(), z.string()).default({}),
});

/** Reads one folder; says with the folder's name what is wrong when a person forgot a file or left one lying about. */
export function readCase(name: string, folder = CASES): GoldenCase {
  const at = join(folder, name);
  const files = readdirSync(at).sort();
  const settlements = settlementsOf(name, files);
  const stray = files.filter((file) => !OWN_FILES.includes(file) && !settlements.includes(file));
  if (stray.length > 0) throw new Error(`${name}: ${stray.join(', ')} does not belong into a case`);
  if (!files.includes('case.yaml')) throw new Error(`${name}: case.yaml is missing, which says what the case is about`);
  const parsed = caseSchema.safeParse(parse(readFileSync(join(at, 'case.yaml'), 'utf8'), { schema: 'failsafe' }));
  if (!parsed.success) throw new Error(`${name}: case.yaml: ${z.prettifyError(parsed.error)}`);
  const { about, groups, movements, bank, open } = parsed.data;
  if (settlements.length === 1 && (bank.length > 0 || Object.keys(open).length > 0 || files.includes('balances.txt'))) {
    throw new Error(`${name}: bank, open and balances.txt belong to a case of several settlements`);
  }
  const own = join(at, 'mapping.yaml');
  return {
    name,
    about,
    groups,
    movements,
    settlements,
    mapping: existsSync(own) ? own : TEMPLATE,
    bank: bank.map((move) => bankMove(name, settlements.length, move)),
    open: new Map(Object.entries(open)),
    hasEntries: files.includes('entries.txt'),
  };
}

/** Every case there is, by name. */
export function readCases(): GoldenCase[] {
  return readdirSync(CASES)
    .sort()
    .map((name) => readCase(name));
}

/** Either `settlement.tsv`, or `settlement-1.tsv` and those that follow it without a gap. */
function settlementsOf(name: string, files: readonly string[]): string[] {
  const numbered = files.filter((file) => /^settlement-\d+\.tsv$/.test(file)).length;
  const several = Array.from({ length: numbered }, (_, index) => `settlement-${index + 1}.tsv`);
  const settlements = files.includes('settlement.tsv') ? ['settlement.tsv'] : several;
  if (settlements.length === 0) throw new Error(`${name}: there is no settlement.tsv and no settlement-1.tsv`);
  if (numbered === 1) throw new Error(`${name}: a single settlement is called settlement.tsv`);
  const missing = several.filter((file) => !files.includes(file));
  if (missing.length > 0) throw new Error(`${name}: ${missing.join(', ')} is missing between the others`);
  return settlements;
}

function bankMove(name: string, settlements: number, move: z.infer<typeof bankSchema>): BankMove {
  const { after, account, debit, credit, text } = move;
  if (after > settlements) throw new Error(`${name}: case.yaml: there is no settlement ${after} to bank after`);
  if ((debit === undefined) === (credit === undefined)) {
    throw new Error(`${name}: case.yaml: a bank entry has either a debit or a credit`);
  }
  return { after, account, amountText: debit ?? `-${credit}`, text };
}

const tables = new Map<string, AccountTable>();

/** The account table of a case; the template is read once for all of them. */
export function tableOf({ mapping }: GoldenCase): AccountTable {
  const table = tables.get(mapping) ?? readAccountTable({ name: mapping, text: readFileSync(mapping, 'utf8') });
  tables.set(mapping, table);
  return table;
}
