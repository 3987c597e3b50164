/** The ledger on disk: one JSON line per event, appended and synced before SAP answers, so a killed demo keeps its books. */
import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, readFileSync, truncateSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { type Money, money, parseCurrencyCode } from '../../src/core/index.ts';
import type { PartnerChange } from './partners/partner-store.ts';
import type { PostedDocument, PostedLine } from './world.ts';

export interface JournalFile {
  /** Everything booked before this start, in order. */
  readonly documents: readonly PostedDocument[];
  /** Every change to business partners before this start, in order. */
  readonly partnerChanges: readonly PartnerChange[];
  /** How many starts came before. */
  readonly incarnation: number;
  /** Returns once the document is on disk. */
  append(document: PostedDocument): void;
  appendPartners(change: PartnerChange): void;
  close(): void;
}

const newline = 0x0a;

/** Opens or creates the journal. A torn last line was never answered, so it is dropped; any other damage stops. */
export function openJournalFile(path: string): JournalFile {
  mkdirSync(dirname(path), { recursive: true });
  const bytes = existsSync(path) ? readFileSync(path) : Buffer.alloc(0);
  const whole = bytes.lastIndexOf(newline) + 1;
  if (whole < bytes.length) truncateSync(path, whole);
  const documents: PostedDocument[] = [];
  const partnerChanges: PartnerChange[] = [];
  let incarnation = 0;
  const lines = bytes.subarray(0, whole).toString('utf8').split('\n').slice(0, -1);
  for (const [index, line] of lines.entries()) {
    const event = readEvent(line, `${path}:${index + 1}`);
    if (event === 'started') incarnation += 1;
    else if ('rows' in event) partnerChanges.push(event);
    else documents.push(event);
  }
  const file = openSync(path, 'a');
  const append = (event: object): void => {
    writeSync(file, `${JSON.stringify(event, writeBigInt)}\n`);
    fsyncSync(file);
  };
  append({ kind: 'started' });
  return {
    documents,
    partnerChanges,
    incarnation,
    append: (document) => append({ kind: 'booked', document }),
    appendPartners: (change) => append({ kind: 'partners', change }),
    close: () => closeSync(file),
  };
}

function writeBigInt(_name: string, value: unknown): unknown {
  return typeof value === 'bigint' ? value.toString() : value;
}

interface WrittenMoney {
  readonly currency: string;
  readonly minor: string;
}

type WrittenLine = Omit<PostedLine, 'amount' | 'companyCodeAmount' | 'taxBase'> & {
  readonly amount: WrittenMoney;
  readonly companyCodeAmount: WrittenMoney;
  readonly taxBase?: WrittenMoney;
};

type WrittenEvent =
  | { readonly kind: 'started' }
  | { readonly kind: 'partners'; readonly change: PartnerChange }
  | {
      readonly kind: 'booked';
      readonly document: Omit<PostedDocument, 'lines'> & { readonly lines: readonly WrittenLine[] };
    };

function readEvent(line: string, place: string): PostedDocument | PartnerChange | 'started' {
  try {
    const event = JSON.parse(line) as WrittenEvent;
    if (event.kind === 'started') return 'started';
    if (event.kind === 'partners') return event.change;
    const lines = event.document.lines.map((written) => ({
      ...written,
      amount: readMoney(written.amount),
      companyCodeAmount: readMoney(written.companyCodeAmount),
      taxBase: written.taxBase && readMoney(written.taxBase),
    }));
    return { ...event.document, lines };
  } catch (cause) {
    throw new Error(`${place}: this journal of the pretend SAP is damaged; move it away to begin a new one`, { cause });
  }
}

function readMoney({ currency, minor }: WrittenMoney): Money {
  return money(parseCurrencyCode(currency), BigInt(minor));
}
