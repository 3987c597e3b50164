import { DAY_MS, uuidFromName } from '../../src/core/index.ts';
import {
  createRandom,
  encodeText,
  MARKETPLACES,
  type Marketplace,
  type OrderView,
  ordersOf,
  type PrintedSettlement,
  regionOf,
  type SellerWorld,
  viewOrder,
} from '../world/index.ts';
import { orderReportColumns, orderReportRows } from './print-orders-report.ts';
import { REIMBURSEMENT_COLUMNS, reimbursementRows } from './print-reimbursements.ts';
import { printVatCalculation, printVatEvents, vatRows } from './print-vat.ts';

/** The reports that the pretend Amazon makes when asked. */
export const REQUESTABLE = {
  GET_FLAT_FILE_ALL_ORDERS_DATA_BY_LAST_UPDATE_GENERAL: { isRestricted: false },
  GET_FBA_REIMBURSEMENTS_DATA: { isRestricted: false },
  SC_VAT_TAX_REPORT: { isRestricted: true },
  GET_VAT_TRANSACTION_DATA: { isRestricted: true },
} as const;

export type RequestableType = keyof typeof REQUESTABLE;

export interface ReportWish {
  readonly reportType: RequestableType;
  readonly marketplaceIds: readonly string[];
  readonly fromMs: number;
  readonly untilMs: number;
}

/** What is to go wrong with the next report. */
export type ReportTrouble = 'fatal' | 'slow' | undefined;

/** A report on request, from the moment it was asked for. Its rows are those of that moment. */
export interface RequestedReport extends ReportWish {
  readonly reportId: string;
  readonly createdAtMs: number;
  readonly startsAtMs: number;
  readonly endsAtMs: number;
  readonly outcome: 'DONE' | 'CANCELLED' | 'FATAL';
  /** Undefined when there was no row. */
  readonly document:
    | {
        readonly reportDocumentId: string;
        readonly isCompressed: boolean;
        readonly isRestricted: boolean;
        readonly print: () => PrintedSettlement;
      }
    | undefined;
}

/** The reports that one seller's application has asked for. */
export class RequestedReports {
  readonly #world: SellerWorld;
  readonly #makingSeconds: number | undefined;
  readonly #reports: RequestedReport[] = [];

  /** `makingSeconds`: how long each takes; default half a minute to a quarter of an hour. */
  constructor(world: SellerWorld, makingSeconds: number | undefined) {
    this.#world = world;
    this.#makingSeconds = makingSeconds;
  }

  all(): readonly RequestedReport[] {
    return this.#reports;
  }

  create(wish: ReportWish, nowMs: number, trouble: ReportTrouble): RequestedReport {
    const name = `${this.#world.seed}/${this.#world.sellerId}/requested/${this.#reports.length}`;
    const random = createRandom(name);
    const text = isTooEarly(wish, nowMs) || trouble === 'fatal' ? undefined : this.#write(wish, nowMs);
    const outcome = text === undefined ? 'FATAL' : text.rowCount === 0 ? 'CANCELLED' : 'DONE';
    const startsAtMs = nowMs + random.between(5, 60) * 1000;
    const seconds = trouble === 'slow' ? 3 * 3_600 : (this.#makingSeconds ?? random.between(30, 900));
    const printed = text ?? { text: explain(wish), charset: 'UTF-8' as const, rowCount: 0 };
    const report: RequestedReport = {
      ...wish,
      reportId: `${random.between(60_000, 69_999)}0${random.between(10_000_000, 99_999_999)}`,
      createdAtMs: nowMs,
      startsAtMs: Math.min(startsAtMs, nowMs + seconds * 1000),
      endsAtMs: nowMs + seconds * 1000,
      outcome,
      document:
        outcome === 'CANCELLED'
          ? undefined
          : {
              reportDocumentId: `amzn1.spdoc.1.4.na.${uuidFromName(`document/${name}`)}.${random.text(10, 'ABCDEFGH')}`,
              isCompressed: random.chance(900),
              isRestricted: outcome === 'DONE' && REQUESTABLE[wish.reportType].isRestricted,
              print: () => ({
                bytes: encodeText(printed.text, ENCODINGS[printed.charset]),
                contentType: `text/plain; charset=${printed.charset}`,
              }),
            },
    };
    this.#reports.push(report);
    return report;
  }

  #write(wish: ReportWish, nowMs: number): Text {
    const world = this.#world;
    const { fromMs, untilMs, marketplaceIds } = wish;
    const [marketplace] = marketplacesOf(marketplaceIds);
    if (wish.reportType === 'GET_FLAT_FILE_ALL_ORDERS_DATA_BY_LAST_UPDATE_GENERAL') {
      const columns = orderReportColumns(marketplace);
      const rows = orderReportRows(world, updatedOrders(world, wish, nowMs), columns);
      return { text: tableOf(columns, rows), charset: charsetOf(marketplace), rowCount: rows.length };
    }
    if (wish.reportType === 'GET_FBA_REIMBURSEMENTS_DATA') {
      const rows = reimbursementRows(world, fromMs, Math.min(untilMs, nowMs), marketplaceIds);
      return { text: tableOf(REIMBURSEMENT_COLUMNS, rows), charset: charsetOf(marketplace), rowCount: rows.length };
    }
    const rows = vatRows(world, fromMs, Math.min(untilMs, nowMs));
    const print = wish.reportType === 'SC_VAT_TAX_REPORT' ? printVatCalculation : printVatEvents;
    return { text: print(rows), charset: 'UTF-8', rowCount: rows.length };
  }
}

export function statusOf(report: RequestedReport, nowMs: number): string {
  if (nowMs < report.startsAtMs) return 'IN_QUEUE';
  return nowMs < report.endsAtMs ? 'IN_PROGRESS' : report.outcome;
}

const ENCODINGS = { 'UTF-8': 'utf-8', Cp1252: 'windows-1252', Shift_JIS: 'shift_jis' } as const;

interface Text {
  readonly text: string;
  readonly charset: keyof typeof ENCODINGS;
  readonly rowCount: number;
}

function tableOf(columns: readonly string[], rows: readonly string[]): string {
  return `${[columns.join('\t'), ...rows].join('\n')}\n`;
}

function charsetOf(marketplace: Marketplace): Text['charset'] {
  return ({ NA: 'UTF-8', EU: 'Cp1252', FE: 'Shift_JIS' } as const)[regionOf(marketplace)];
}

function marketplacesOf(ids: readonly string[]): [Marketplace, ...Marketplace[]] {
  const all = Object.values(MARKETPLACES);
  const [first = MARKETPLACES.US, ...rest] = ids.flatMap((id) => all.find((one) => one.marketplaceId === id) ?? []);
  return [first, ...rest];
}

/** In Europe the marketplaces asked for make no difference: every order of the region is there. */
function updatedOrders(world: SellerWorld, wish: ReportWish, nowMs: number): OrderView[] {
  const [first] = marketplacesOf(wish.marketplaceIds);
  const region = regionOf(first);
  return ordersOf(world)
    .filter(({ marketplace }) =>
      region === 'EU' ? regionOf(marketplace) === 'EU' : wish.marketplaceIds.includes(marketplace.marketplaceId),
    )
    .flatMap((order) => viewOrder(order, nowMs / 1000) ?? [])
    .filter(({ lastUpdatedAt }) => lastUpdatedAt * 1000 >= wish.fromMs && lastUpdatedAt * 1000 < wish.untilMs)
    .sort((left, right) => left.lastUpdatedAt - right.lastUpdatedAt);
}

/** The monthly VAT report of a month cannot be made before the third day of the next one. */
function isTooEarly({ reportType, untilMs }: ReportWish, nowMs: number): boolean {
  return reportType === 'GET_VAT_TRANSACTION_DATA' && nowMs < untilMs + 2 * DAY_MS;
}

function explain({ reportType }: ReportWish): string {
  return `The report ${reportType} could not be made: the data of the requested time is not available.\n`;
}
