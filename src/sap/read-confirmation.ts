import { XMLParser, XMLValidator } from 'fast-xml-parser';
import type { SapMessage } from '../app/index.ts';

/** One entry of SAP's answer. Blank fields are empty strings. */
export interface ConfirmedEntry {
  /** Our entry message id; empty when SAP did not name one. */
  readonly referenceId: string;
  readonly accountingDocument: string;
  readonly companyCode: string;
  readonly fiscalYear: string;
  readonly messages: readonly SapMessage[];
  /** SAP stated an error (severity 3 or 4) for this entry. */
  readonly hasError: boolean;
}

/** SAP's answer to a posting, before anything is concluded from it. */
export type Confirmation =
  | {
      readonly kind: 'confirmation';
      /** Our message id; empty when SAP did not name one. */
      readonly referenceId: string;
      readonly entries: readonly ConfirmedEntry[];
      /** Of the message as a whole. */
      readonly messages: readonly SapMessage[];
      readonly hasError: boolean;
    }
  | { readonly kind: 'fault'; readonly text: string; readonly transactionId: string | null }
  | { readonly kind: 'unreadable'; readonly says: string };

// Prefixes are dropped because each SAP release chooses others; values stay text because leading zeros are data.
const parser = new XMLParser({
  removeNSPrefix: true,
  ignoreAttributes: true,
  parseTagValue: false,
  ignoreDeclaration: true,
  ignorePiTags: true,
  htmlEntities: true,
  isArray: (name) => name === 'JournalEntryCreateConfirmation' || name === 'Item',
});

/**
 * Reads SOAP 1.1 and 1.2. Never fails: what is not a whole, understood answer is `unreadable`. Not judged by the
 * schema, because SAP's own answer to a refused entry breaks it.
 */
export function readConfirmation(xml: string): Confirmation {
  // The parser alone accepts tags that were never closed, so a cut answer would look whole.
  if (XMLValidator.validate(xml) !== true) return unreadable('it is not well-formed XML');
  if (/<!DOCTYPE/i.test(xml)) return unreadable('it holds a document type, which SOAP forbids');
  let document: unknown;
  try {
    document = parser.parse(xml);
  } catch {
    return unreadable('it cannot be parsed');
  }
  const body = child(child(document, 'Envelope'), 'Body');
  const fault = child(body, 'Fault');
  if (fault !== undefined) return readFault(fault);
  const root = child(body, 'JournalEntryBulkCreateConfirmation');
  if (root === undefined) return unreadable('it holds no JournalEntryBulkCreateConfirmation');
  return {
    kind: 'confirmation',
    referenceId: textOf(child(root, 'MessageHeader'), 'ReferenceID'),
    entries: list(root, 'JournalEntryCreateConfirmation').map(readEntry),
    ...readLog(child(root, 'Log')),
  };
}

function unreadable(says: string): Confirmation {
  return { kind: 'unreadable', says };
}

function readEntry(node: unknown): ConfirmedEntry {
  // SAP gives the result inside an entry the same name as the entry itself.
  const document = list(node, 'JournalEntryCreateConfirmation')[0];
  return {
    referenceId: textOf(child(node, 'MessageHeader'), 'ReferenceID'),
    accountingDocument: textOf(document, 'AccountingDocument'),
    companyCode: textOf(document, 'CompanyCode'),
    fiscalYear: textOf(document, 'FiscalYear'),
    ...readLog(child(node, 'Log')),
  };
}

function readLog(log: unknown): { messages: SapMessage[]; hasError: boolean } {
  const items = list(log, 'Item');
  const severities = [textOf(log, 'MaximumLogItemSeverityCode'), ...items.map((item) => textOf(item, 'SeverityCode'))];
  return {
    messages: items.map((item) => ({
      typeId: textOf(item, 'TypeID'),
      severity: severityOf(textOf(item, 'SeverityCode')),
      text: textOf(item, 'Note'),
    })),
    hasError: severities.some((code) => code === '3' || code === '4'),
  };
}

/** 1 information, 2 warning, 3 error, 4 abort. A code we do not know is shown as an error, but proves none. */
function severityOf(code: string): SapMessage['severity'] {
  if (code === '1') return 'information';
  return code === '2' ? 'warning' : 'error';
}

function readFault(fault: unknown): Confirmation {
  const text = textOf(fault, 'faultstring') || textOf(child(fault, 'Reason'), 'Text');
  const transactionId = /Transaction ID ([0-9A-F]{16,64})/i.exec(text)?.[1] ?? null;
  return { kind: 'fault', text: text || 'no reason given', transactionId };
}

function child(node: unknown, name: string): unknown {
  if (typeof node !== 'object' || node === null || Array.isArray(node)) return undefined;
  return Object.hasOwn(node, name) ? (node as Record<string, unknown>)[name] : undefined;
}

function list(node: unknown, name: string): readonly unknown[] {
  const value = child(node, name);
  return Array.isArray(value) ? value : [];
}

function textOf(node: unknown, name: string): string {
  const value = child(node, name);
  return typeof value === 'string' ? value.trim() : '';
}
