import { XMLParser, XMLValidator } from 'fast-xml-parser';
import type { Log } from '../core/index.ts';
import type { HttpAnswer } from './http.ts';
import { shorten } from './sap-problem.ts';

/** What SAP remarks beside an answer, also beside a good one. */
export interface SapRemark {
  /** `R1/451`, as SAP writes it; `unreadable` where the header could not be read. */
  readonly code: string;
  readonly severity: 'success' | 'information' | 'warning' | 'error';
  readonly text: string;
  /** The field it is about; blank when SAP names none. */
  readonly target: string;
}

const REMARKS_MAX = 20;

const parser = new XMLParser({
  removeNSPrefix: true,
  ignoreAttributes: true,
  parseTagValue: false,
  ignoreDeclaration: true,
  ignorePiTags: true,
});

/**
 * Reads the header `sap-message`, which SAP writes as JSON or as XML: the message, then its details. Empty when there is
 * none. Never fails: what cannot be read is one remark that says so.
 */
export function readRemarks(answer: HttpAnswer): readonly SapRemark[] {
  const header = answer.headers['sap-message'];
  if (header === undefined) return [];
  const notification = header.trimStart().startsWith('<') ? fromXml(header) : fromJson(header);
  if (!isObject(notification)) {
    return [{ code: 'unreadable', severity: 'warning', text: shorten(header), target: '' }];
  }
  const parts = [notification, ...detailsOf(notification)];
  const remarks = parts.filter((part) => textOf(part.code) !== '' || textOf(part.message) !== '').map(remarkOf);
  return remarks.filter((remark, index) => index === indexOfSame(remarks, remark)).slice(0, REMARKS_MAX);
}

/** The log gets code and severity, never the text, which may name a person. */
export function logRemarks(log: Log, answer: HttpAnswer): void {
  for (const { code, severity } of readRemarks(answer)) log.write('warn', 'sap.message', { code, severity });
}

type Notification = Readonly<Record<string, unknown>>;

function fromJson(header: string): unknown {
  try {
    return JSON.parse(header);
  } catch {
    return null;
  }
}

function fromXml(header: string): unknown {
  if (/<!DOCTYPE/i.test(header) || XMLValidator.validate(header) !== true) return null;
  try {
    const document: unknown = parser.parse(header);
    return isObject(document) ? document.notification : null;
  } catch {
    return null;
  }
}

/** JSON holds a list; XML an element `details` with one or more `detail`. */
function detailsOf({ details }: Notification): Notification[] {
  const list: unknown = isObject(details) && !Array.isArray(details) ? details.detail : details;
  return [list].flat().filter(isObject);
}

function remarkOf(part: Notification): SapRemark {
  return {
    code: shorten(textOf(part.code), 60),
    severity: severityOf(textOf(part.severity)),
    text: shorten(textOf(part.message)),
    target: shorten(textOf(part.target), 120),
  };
}

/** A severity nobody knows is worth a look, so it is a warning. */
function severityOf(text: string): SapRemark['severity'] {
  switch (text.toLowerCase()) {
    case 'success':
      return 'success';
    case 'info':
    case 'information':
      return 'information';
    case 'error':
    case 'abort':
      return 'error';
    default:
      return 'warning';
  }
}

function indexOfSame(remarks: readonly SapRemark[], { code, text }: SapRemark): number {
  return remarks.findIndex((other) => other.code === code && other.text === text);
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value.trim() : '';
}

function isObject(value: unknown): value is Notification {
  return typeof value === 'object' && value !== null;
}
