/** Judges a journal entry message against the table of the service: names, order, cardinality, lengths and types. */
import { daysInMonth } from '../../src/core/index.ts';
import { messageTables, type Release } from './message-releases.ts';
import type { XmlAttribute, XmlElement } from './xml.ts';

interface ElementRule {
  readonly name: string;
  readonly countMin: number;
  readonly countMax: number;
  readonly kind: string;
  readonly lengthMin: number;
  readonly lengthMax: number;
}

interface AttributeRule {
  readonly lengthMin: number;
  readonly lengthMax: number;
  readonly required: boolean;
}

const schemaInstance = 'http://www.w3.org/2001/XMLSchema-instance';

type Rules = ReadonlyMap<string, readonly ElementRule[]>;

const rulesByRelease: Readonly<Record<Release, Rules>> = {
  '2020': parseTable(messageTables['2020']),
  '2024': parseTable(messageTables['2024']),
};

/** What is wrong with the message below this root, as `path: reason`; undefined when nothing is. Stops at the first. */
export function findMessageFault(root: XmlElement, release: Release): string | undefined {
  return checkSequence(root, 'Message', root.name, rulesByRelease[release]);
}

function parseTable(table: Readonly<Record<string, string>>): Rules {
  return new Map(Object.entries(table).map(([type, lines]) => [type, parseRules(type, lines)]));
}

function parseRules(type: string, lines: string): readonly ElementRule[] {
  return lines
    .trim()
    .split('\n')
    .map((line) => {
      const match = /^\s*(\w+?)([!*+]?) (?:-> (\w+)|(\w+)(?: (\d+)-(\d+))?)$/.exec(line);
      if (!match?.[1]) throw new Error(`unreadable line in the message table of ${type}: ${line}`);
      return {
        name: match[1],
        countMin: match[2] === '!' || match[2] === '+' ? 1 : 0,
        countMax: match[2] === '*' || match[2] === '+' ? Number.POSITIVE_INFINITY : 1,
        kind: match[3] ?? match[4] ?? '',
        lengthMin: Number(match[5] ?? 0),
        lengthMax: Number(match[6] ?? Number.POSITIVE_INFINITY),
      };
    });
}

function checkSequence(element: XmlElement, type: string, path: string, rules: Rules): string | undefined {
  if (element.text.trim() !== '') return `${path}: text between elements`;
  const wrongAttribute = checkAttributes(element.attributes, {}, path);
  if (wrongAttribute) return wrongAttribute;
  const { children } = element;
  let at = 0;
  for (const rule of rules.get(type) ?? []) {
    let count = 0;
    for (let child = children[at]; child?.name === rule.name && count < rule.countMax; child = children[at]) {
      const fault = checkElement(child, rule, `${path}/${rule.name}`, rules);
      if (fault) return fault;
      count += 1;
      at += 1;
    }
    if (count < rule.countMin) return `${path}/${rule.name}: missing, or not in its place`;
  }
  const extra = children[at];
  return extra ? `${path}/${extra.name}: unknown, repeated, or not in its place` : undefined;
}

function checkElement(element: XmlElement, rule: ElementRule, path: string, rules: Rules): string | undefined {
  if (element.namespace !== '') return `${path}: must be in no namespace, not in ${element.namespace}`;
  if (rules.has(rule.kind)) return checkSequence(element, rule.kind, path, rules);
  if (element.children.length > 0) return `${path}: elements where a value belongs`;
  const wrongAttribute = checkAttributes(element.attributes, attributeRules(rule), path);
  if (wrongAttribute) return wrongAttribute;
  const reason = checkValue(element.text, rule);
  return reason ? `${path}: ${JSON.stringify(element.text)} ${reason}` : undefined;
}

const optional60: AttributeRule = { lengthMin: 1, lengthMax: 60, required: false };

function attributeRules(rule: ElementRule): Readonly<Record<string, AttributeRule>> {
  switch (rule.kind) {
    case 'amount':
      return { currencyCode: { lengthMin: 3, lengthMax: 3, required: true } };
    case 'quantity':
      return { unitCode: { lengthMin: 1, lengthMax: 3, required: false } };
    case 'account':
      return { listID: { lengthMin: 1, lengthMax: 4, required: false } };
    case 'code':
      return { listID: optional60, listVersionID: { ...optional60, lengthMax: 15 }, listAgencyID: optional60 };
    case 'id':
    case 'uuid':
      return { schemeID: optional60, schemeAgencyID: optional60 };
    case 'agencyId':
      return { schemeAgencyID: { lengthMin: 1, lengthMax: 3, required: true } };
    default:
      return {};
  }
}

function checkAttributes(
  attributes: readonly XmlAttribute[],
  rules: Readonly<Record<string, AttributeRule>>,
  path: string,
): string | undefined {
  for (const { name, namespace, value } of attributes) {
    if (namespace === schemaInstance && /^(schemaLocation|noNamespaceSchemaLocation)$/.test(name)) continue;
    const rule = namespace === '' && Object.hasOwn(rules, name) ? rules[name] : undefined;
    if (!rule) return `${path}/@${name}: unknown attribute`;
    const length = lengthOf(collapse(value));
    if (length < rule.lengthMin || length > rule.lengthMax) return `${path}/@${name}: wrong length ${length}`;
  }
  for (const [name, rule] of Object.entries(rules)) {
    if (rule.required && !attributes.some((attribute) => attribute.name === name)) return `${path}/@${name}: missing`;
  }
  return undefined;
}

const decimalLimits: Readonly<Record<string, { readonly digits: number; readonly fraction: number }>> = {
  amount: { digits: 28, fraction: 6 },
  quantity: { digits: 31, fraction: 14 },
  rate: { digits: 28, fraction: 14 },
  percent: { digits: 16, fraction: 6 },
};

function checkValue(text: string, rule: ElementRule): string | undefined {
  const limits = decimalLimits[rule.kind];
  if (limits) return checkDecimal(collapse(text), limits, rule.kind !== 'percent');
  switch (rule.kind) {
    case 'date':
      return isDate(collapse(text)) ? undefined : 'is not a date YYYY-MM-DD';
    case 'instant':
      return isInstant(collapse(text)) ? undefined : 'is not a moment YYYY-MM-DDThh:mm:ss[.fffffff]Z';
    case 'boolean':
      return /^(true|false|0|1)$/.test(collapse(text)) ? undefined : 'is not a boolean';
    case 'duration':
      return /^-?P\d{1,17}D$/.test(collapse(text)) ? undefined : 'is not a duration in days';
    case 'uuid':
      return /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i.test(collapse(text)) ? undefined : 'is not a UUID';
    case 'digits':
      if (!/^\d+$/.test(collapse(text))) return 'is not all digits';
      return checkLength(collapse(text), rule);
    case 'text':
      return checkLength(text, rule);
    default:
      return checkLength(collapse(text), rule);
  }
}

function checkLength(text: string, rule: ElementRule): string | undefined {
  const length = lengthOf(text);
  if (length >= rule.lengthMin && length <= rule.lengthMax) return undefined;
  return `has ${length} characters instead of ${rule.lengthMin} to ${rule.lengthMax}`;
}

function checkDecimal(
  text: string,
  limits: { readonly digits: number; readonly fraction: number },
  bounded: boolean,
): string | undefined {
  const match = /^[+-]?(\d*)(?:\.(\d*))?$/.exec(text);
  const whole = (match?.[1] ?? '').replace(/^0+/, '');
  const fraction = (match?.[2] ?? '').replace(/0+$/, '');
  if (!match || `${match[1] ?? ''}${match[2] ?? ''}` === '') return 'is not a decimal number';
  const wholeMax = bounded ? limits.digits - limits.fraction : limits.digits;
  const fits =
    fraction.length <= limits.fraction && whole.length + fraction.length <= limits.digits && whole.length <= wholeMax;
  return fits ? undefined : `has more than ${limits.digits} digits or ${limits.fraction} decimals`;
}

/** Lengths count characters, not UTF-16 units. */
function lengthOf(text: string): number {
  return [...text].length;
}

/** What XML Schema does to every type but `string`: trims, and turns runs of white space into one space. */
function collapse(text: string): string {
  return text.replace(/[ \t\r\n]+/g, ' ').replace(/^ | $/g, '');
}

function isDate(text: string): boolean {
  const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text);
  if (!match) return false;
  const [year, month, day] = match.slice(1).map(Number) as [number, number, number];
  return year >= 1 && month >= 1 && month <= 12 && day >= 1 && day <= daysInMonth(year, month);
}

function isInstant(text: string): boolean {
  const match = /^(\d{4}-\d{2}-\d{2})T(\d{2}):(\d{2}):(\d{2})(\.\d{1,7})?Z$/.exec(text);
  if (!match?.[1] || !isDate(match[1])) return false;
  const [hour, minute, second] = match.slice(2, 5).map(Number) as [number, number, number];
  return hour <= 23 && minute <= 59 && second <= 59;
}
