/** Reads which elements a tenant's journal entry service has, from the WSDL that SAP lets one download. */
import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { Problem } from '../core/index.ts';
import { LEAVABLE, NOT_ALWAYS_SENT } from './fit-message.ts';
import { type ElementDefinition, ROOT_NAME, type ServiceDefinition, serviceOfRelease } from './service-definition.ts';
import { SERVICE_INTERFACE, SFIN_NAMESPACE } from './wire.ts';

/** The service's own WSDL has 0.1 to 0.2 million characters; ten times that is not the right file. */
export const WSDL_LENGTH_MAX = 2_000_000;
/** How many types may stand on top of each other. */
const BASES_MAX = 16;

interface Node {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly Node[];
}

// In the order of the text: the order of the elements is what this is read for.
const parser = new XMLParser({
  preserveOrder: true,
  removeNSPrefix: true,
  ignoreAttributes: false,
  attributeNamePrefix: '',
  parseTagValue: false,
  parseAttributeValue: false,
  ignoreDeclaration: true,
  ignorePiTags: true,
  processEntities: false,
});

interface Schema {
  readonly elements: ReadonlyMap<string, Node>;
  readonly complexTypes: ReadonlyMap<string, Node>;
  readonly simpleTypes: ReadonlyMap<string, Node>;
}

/**
 * The part of the service that this program uses, with the order and the lengths of the WSDL. Raises
 * `SAP_WSDL_UNREADABLE` (invalid) for a text that is not this service's WSDL, and `SAP_WSDL_UNFIT` (invalid), with all
 * reasons at once, for a service that lacks what an entry cannot do without or demands what this program cannot give.
 */
export function readWsdl(text: string): ServiceDefinition {
  const schema = schemaOf(text);
  const rootElement = schema.elements.get(ROOT_NAME);
  if (rootElement === undefined) throw unreadable(`it declares no element ${ROOT_NAME}`);
  const faults: string[] = [];
  const root = read(schema, rootElement, { ours: serviceOfRelease('2024').root, path: ROOT_NAME, faults });
  if (faults.length === 0) return { says: 'the WSDL of the tenant', root };
  throw new Problem({
    code: 'SAP_WSDL_UNFIT',
    kind: 'invalid',
    says: `By its WSDL the journal entry service does not fit this program: ${faults.length} ${faults.length === 1 ? 'element does' : 'elements do'} not.`,
    next: 'Check that the WSDL is that of Journal Entry - Post (Synchronous) of scenario SAP_COM_0002. If it is, report the elements named here.',
    data: faults.sort().join('\n'),
  });
}

function schemaOf(text: string): Schema {
  if (text.length > WSDL_LENGTH_MAX) {
    throw unreadable(`it has ${text.length} characters, and such a WSDL has at most ${WSDL_LENGTH_MAX}`);
  }
  // A document type can declare entities, which make a small text huge or read other files; a WSDL has no use for one.
  if (/<!(?:DOCTYPE|ENTITY)/i.test(text)) throw unreadable('it holds a document type, which a WSDL does not need');
  if (XMLValidator.validate(text) !== true) throw unreadable('it is not well-formed XML');
  const definitions = childrenNamed(parse(text), 'definitions')[0];
  if (definitions === undefined) throw unreadable('it has no element definitions, as a WSDL has');
  const isInParts = childrenNamed(definitions.children, 'import').length > 0;
  if (isInParts && childrenNamed(definitions.children, 'types').length === 0) {
    throw unreadable('it only imports other files; SAP offers the WSDL in one file as well');
  }
  if (
    !childrenNamed(definitions.children, 'portType').some(({ attributes }) => attributes.name === SERVICE_INTERFACE)
  ) {
    throw unreadable(`it does not describe the service ${SERVICE_INTERFACE}`);
  }
  const types = childrenNamed(definitions.children, 'types').flatMap(({ children }) => children);
  const schemas = childrenNamed(types, 'schema');
  const own = schemas.filter(({ attributes }) => attributes.targetNamespace === SFIN_NAMESPACE);
  if (own.length === 0) throw unreadable(`it has no schema of the namespace ${SFIN_NAMESPACE}`);
  if (own.some(({ attributes }) => attributes.elementFormDefault === 'qualified')) {
    throw unreadable('its schema wants every element in a namespace, which the service of SAP does not');
  }
  const declared = own.flatMap(({ children }) => children);
  return {
    elements: byName(childrenNamed(declared, 'element')),
    complexTypes: byName(childrenNamed(declared, 'complexType')),
    simpleTypes: byName(childrenNamed(declared, 'simpleType')),
  };
}

function unreadable(reason: string): Problem {
  return new Problem({
    code: 'SAP_WSDL_UNREADABLE',
    kind: 'invalid',
    says: `sap.journalEntryWsdl is not the WSDL of SAP's journal entry service: ${reason}.`,
    next: "Download the WSDL of Journal Entry - Post (Synchronous) in SAP's communication arrangement of scenario SAP_COM_0002 and name it by { file: PATH }, or leave the setting out and state sap.release.",
    where: { path: 'sap.journalEntryWsdl' },
  });
}

function parse(text: string): readonly Node[] {
  try {
    return nodesOf(parser.parse(text));
  } catch {
    throw unreadable('it cannot be parsed');
  }
}

/** The parser's form, `[{ name: […], ':@': { attribute: value } }]`, as nodes; texts are left out. */
function nodesOf(parsed: unknown): Node[] {
  if (!Array.isArray(parsed)) return [];
  return parsed.flatMap((entry: Record<string, unknown>) => {
    const name = Object.keys(entry).find((key) => key !== ':@' && key !== '#text');
    if (name === undefined) return [];
    const attributes = (entry[':@'] ?? {}) as Record<string, string>;
    return [{ name, attributes, children: nodesOf(entry[name]) }];
  });
}

function childrenNamed(nodes: readonly Node[], name: string): Node[] {
  return nodes.filter((node) => node.name === name);
}

function byName(nodes: readonly Node[]): ReadonlyMap<string, Node> {
  return new Map(nodes.map((node) => [node.attributes.name ?? '', node]));
}

interface Reading {
  /** What we send there: the WSDL is followed only as far as this goes, so its types may refer to each other. */
  readonly ours: ElementDefinition;
  readonly path: string;
  /** Grows. */
  readonly faults: string[];
}

function read(schema: Schema, declaration: Node, { ours, path, faults }: Reading): ElementDefinition {
  const { name } = ours;
  const isRequired = declaration.attributes.minOccurs !== '0';
  if (ours.children.length === 0) return { name, isRequired, lengthMax: lengthOf(schema, declaration), children: [] };
  const children: ElementDefinition[] = [];
  for (const inner of elementsOf(schema, declaration)) {
    const innerName = inner.attributes.name ?? localName(inner.attributes.ref);
    const known = ours.children.find((child) => child.name === innerName);
    if (known) children.push(read(schema, inner, { ours: known, path: `${path}/${innerName}`, faults }));
    else if (inner.attributes.minOccurs !== '0') faults.push(`${path}/${innerName}: is demanded, and is not sent`);
  }
  for (const { name: wanted, isRequired: isNeeded } of ours.children) {
    if (children.some((child) => child.name === wanted)) continue;
    if (!isNeeded && (LEAVABLE.has(wanted) || NOT_ALWAYS_SENT.has(wanted))) continue;
    faults.push(`${path}/${wanted}: is needed, and the service has no such element`);
  }
  return { name, isRequired, lengthMax: null, children };
}

/** The elements inside an element, in order: of its type by name or of the type written inside it, base types first. */
function elementsOf(schema: Schema, declaration: Node): readonly Node[] {
  const inside = childrenNamed(declaration.children, 'complexType')[0];
  return elementsOfType(schema, inside ?? schema.complexTypes.get(localName(declaration.attributes.type)), 0);
}

function elementsOfType(schema: Schema, type: Node | undefined, depth: number): readonly Node[] {
  if (type === undefined || depth > BASES_MAX) return [];
  const extension = childrenNamed(type.children, 'complexContent').flatMap(({ children }) => children)[0];
  const base = extension && schema.complexTypes.get(localName(extension.attributes.base));
  const own = [...type.children, ...(extension?.children ?? [])].filter(({ name }) => name in PARTICLES);
  return [
    ...elementsOfType(schema, base, depth + 1),
    ...own.flatMap((particle) => elementsOfParticle(particle, false)),
  ];
}

const PARTICLES = { sequence: false, choice: true, all: false };

/** Elements of a sequence in a sequence count as one list; what stands in a choice is not demanded. */
function elementsOfParticle(particle: Node, isOptional: boolean): readonly Node[] {
  const optional = isOptional || particle.name === 'choice' || particle.attributes.minOccurs === '0';
  return particle.children.flatMap((child) => {
    if (child.name in PARTICLES) return elementsOfParticle(child, optional);
    if (child.name !== 'element') return [];
    return [optional ? { ...child, attributes: { ...child.attributes, minOccurs: '0' } } : child];
  });
}

/** The shortest of the limits of an element's type and of the types it is made from; `null` without any. */
function lengthOf(schema: Schema, declaration: Node): number | null {
  const lengths: number[] = [];
  let type = typeOf(schema, declaration.attributes.type, declaration.children);
  for (let depth = 0; type !== undefined && depth < BASES_MAX; depth += 1) {
    // A type with attributes wraps the one with the length: its content extends it.
    const content = childrenNamed(type.children, 'simpleContent')[0] ?? type;
    const derivation = content.children.find(({ name }) => name === 'restriction' || name === 'extension');
    for (const facet of derivation?.children ?? []) {
      const value = Number(facet.attributes.value);
      if ((facet.name === 'maxLength' || facet.name === 'length') && value >= 1) lengths.push(value);
    }
    type = typeOf(schema, derivation?.attributes.base, []);
  }
  return lengths.length === 0 ? null : Math.min(...lengths);
}

function typeOf(schema: Schema, name: string | undefined, inside: readonly Node[]): Node | undefined {
  const written = inside.find((node) => node.name === 'simpleType' || node.name === 'complexType');
  return written ?? schema.simpleTypes.get(localName(name)) ?? schema.complexTypes.get(localName(name));
}

function localName(name: string | undefined): string {
  return (name ?? '').replace(/^.*:/, '');
}
