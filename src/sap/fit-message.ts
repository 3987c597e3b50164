/** Makes a message fit the service of one tenant: what it lacks is left out, in its order, within its lengths. */
import { Problem } from '../core/index.ts';
import type { ElementDefinition, ServiceDefinition } from './service-definition.ts';
import { cutText, type XmlElement } from './xml-writer.ts';

/**
 * Elements that say nothing about the books: without one the document is the same, only less is written on it. All
 * others must exist in the service, because leaving one out would book something else.
 */
export const LEAVABLE: ReadonlySet<string> = new Set([
  'ID',
  'UUID',
  'DocumentHeaderText',
  'TaxDeterminationDate',
  'Reference1InDocumentHeader',
  'ReferenceDocumentItem',
  'DocumentItemText',
  'AssignmentReference',
]);

/** Elements of which only some entries have need: an entry that does is refused where the service lacks them. */
export const NOT_ALWAYS_SENT: ReadonlySet<string> = new Set([
  'ReversalReason',
  'ReversalReferenceDocument',
  'DebtorItem',
]);

/** Texts are cut to the service's length; everything else is a key, and a cut key is another key. */
const TEXTS: ReadonlySet<string> = new Set([
  'DocumentHeaderText',
  'Reference1InDocumentHeader',
  'DocumentItemText',
  'AssignmentReference',
]);

/**
 * The message as this service takes it. Raises `SAP_SERVICE_LACKS_FIELD` or `SAP_FIELD_INVALID` (invalid); nothing has
 * been sent then.
 */
export function fitMessage(message: XmlElement, { root, says }: ServiceDefinition): XmlElement {
  return fitElement(message, root, { says, path: [] });
}

interface Place {
  readonly says: string;
  readonly path: readonly string[];
}

function fitElement(written: XmlElement, definition: ElementDefinition, place: Place): XmlElement {
  const { content } = written;
  if (typeof content === 'string') return { ...written, content: fitText(definition, content) };
  const fitted: XmlElement[] = [];
  for (const child of definition.children) {
    const found = content.filter(({ name }) => name === child.name);
    if (found.length === 0 && child.isRequired) throw lacks(place, child.name, 'demands');
    const path = [...place.path, child.name];
    for (const one of found) fitted.push(fitElement(one, child, { ...place, path }));
  }
  for (const { name } of content) {
    const isKnown = definition.children.some((child) => child.name === name);
    if (!isKnown && !LEAVABLE.has(name)) throw lacks(place, name, 'does not have');
  }
  return { ...written, content: fitted };
}

function fitText({ name, lengthMax }: ElementDefinition, text: string): string {
  if (lengthMax === null || text.length <= lengthMax) return text;
  if (TEXTS.has(name)) return cutText(text, lengthMax);
  throw fieldInvalid(name, text, lengthMax);
}

/** A value that SAP's field cannot hold as it is. */
export function fieldInvalid(field: string, value: string, lengthMax: number): Problem {
  return new Problem({
    code: 'SAP_FIELD_INVALID',
    kind: 'invalid',
    says: `SAP's field ${field} takes 1 to ${lengthMax} printable characters, not ${JSON.stringify(value)} (${value.length}).`,
    next: 'Correct the value in the account table or the connection settings.',
    where: { path: field },
    data: value,
  });
}

function lacks(place: Place, name: string, verb: 'demands' | 'does not have'): Problem {
  const field = [...place.path, name].join('/');
  return new Problem({
    code: 'SAP_SERVICE_LACKS_FIELD',
    kind: 'invalid',
    says: `By ${place.says} SAP's journal entry service ${verb} the field ${field}, and this entry ${verb === 'demands' ? 'has no value for it' : 'cannot be booked without it'}.`,
    next: 'State the WSDL or the release of the tenant as it is (sap.journalEntryWsdl, sap.release), or map the line without this field.',
    where: { path: field },
    data: name,
  });
}
