import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { digestSettlementContent, readSettlementFile } from '../../src/amazon/index.ts';
import { evaluateSettlement, type SettlementEvaluation } from '../../src/app/index.ts';
import { assert, type EpochSeconds } from '../../src/core/index.ts';
import {
  type AccountTable,
  isMultiChannelMarketplace,
  type LineKind,
  type LineTriple,
  OWN_MEANINGS,
  type SettlementSource,
} from '../../src/mapping/index.ts';
import { CASES, type GoldenCase, tableOf } from './case-folder.ts';

/** One row of a case with what the program takes it for. */
export interface CaseRow extends LineTriple {
  readonly row: number;
  readonly marketplace: string;
  readonly orderId: string;
  readonly sku: string;
  readonly postedAt: EpochSeconds;
  /** In Amazon's sign. */
  readonly amountMinor: bigint;
  readonly kind: LineKind | undefined;
}

export interface EvaluatedSettlement extends SettlementEvaluation {
  readonly file: string;
  readonly rowsRead: readonly CaseRow[];
  /** What the store makes of it, in the order of the files: recorded, known already, or the same id with other content. */
  readonly arrival: 'new' | 'again' | 'reissued';
}

export interface EvaluatedCase {
  readonly golden: GoldenCase;
  readonly settlements: readonly EvaluatedSettlement[];
}

/** Works out one file as `preview` does. */
export function evaluateFile(name: string, bytes: Uint8Array, table: AccountTable): Promise<SettlementEvaluation> {
  return evaluateSettlement({
    source: sourceOf(name, bytes),
    readSettlement: readSettlementFile,
    table,
    sellerAccount: 'A1GOLDENSELLER',
    withOrderRuns: false,
  });
}

const evaluated = new Map<string, Promise<EvaluatedCase>>();

/** A case as it lies in its folder, worked out once for all tests of a file. */
export function evaluateOnce(golden: GoldenCase): Promise<EvaluatedCase> {
  const known = evaluated.get(golden.name) ?? evaluateCase(golden);
  evaluated.set(golden.name, known);
  return known;
}

/** Works out every settlement of a case, in the order in which they come. */
export async function evaluateCase(
  golden: GoldenCase,
  change: (bytes: Buffer) => Buffer = (bytes) => bytes,
): Promise<EvaluatedCase> {
  const settlements: EvaluatedSettlement[] = [];
  const known = new Map<string, string>();
  for (const file of golden.settlements) {
    const bytes = change(readFileSync(join(CASES, golden.name, file)));
    const name = `${golden.name}/${file}`;
    const evaluation = await evaluateFile(name, bytes, tableOf(golden));
    const content = await digestSettlementContent(sourceOf(name, bytes));
    const before = known.get(evaluation.reading.header.settlementId);
    if (before === undefined) known.set(evaluation.reading.header.settlementId, content);
    const arrival = before === undefined ? 'new' : before === content ? 'again' : 'reissued';
    settlements.push({ file, ...evaluation, arrival, rowsRead: await readRows(name, bytes) });
  }
  return { golden, settlements };
}

async function readRows(name: string, bytes: Uint8Array): Promise<CaseRow[]> {
  const rows: CaseRow[] = [];
  let triples: readonly LineTriple[] = [];
  let marketplaces: readonly string[] = [];
  await readSettlementFile(sourceOf(name, bytes), {
    header(_header, tables) {
      ({ triples, marketplaces } = tables);
    },
    line(line) {
      const triple = triples[line.triple];
      const marketplace = marketplaces[line.marketplace] ?? '';
      assert(triple !== undefined, `row ${line.row} has no words`);
      const isMultiChannel = isMultiChannelMarketplace(marketplace);
      rows.push({
        ...triple,
        row: line.row,
        marketplace,
        orderId: line.orderId(),
        sku: line.sku(),
        postedAt: line.postedAt,
        amountMinor: line.amountMinor,
        kind: OWN_MEANINGS.kindOf(triple, { isMultiChannel }),
      });
    },
  });
  return rows;
}

function sourceOf(name: string, bytes: Uint8Array): SettlementSource {
  return {
    name,
    open: async function* () {
      yield bytes;
    },
  };
}
