import { resolve } from 'node:path';
import { LineCounter, parseDocument } from 'yaml';
import { isProblem } from '../core/index.ts';
import { readBytes, readText } from './files.ts';

/** Looks up `{ env: NAME }`. */
export type ReadEnvironment = (name: string) => string | undefined;

/** What was read, and every fault found on the way; a fault names its place and never a value, which may be a secret. */
export interface ReadResult {
  readonly value: unknown;
  readonly faults: readonly string[];
}

/**
 * Reads YAML (of which JSON is a part). The messages of the YAML reader quote the text they stumble over, so only its
 * codes and places are passed on.
 */
export function readYaml(text: string): ReadResult {
  const lines = new LineCounter();
  const document = parseDocument(text, { logLevel: 'silent', lineCounter: lines });
  const faults = [...document.errors, ...document.warnings].map(({ code, pos }) => {
    const { line, col } = lines.linePos(pos[0]);
    return `line ${line}, column ${col}: this is not YAML as it is read here (${code}); text with special characters needs quotes`;
  });
  if (faults.length > 0) return { value: undefined, faults };
  try {
    return { value: document.toJS(), faults };
  } catch {
    return {
      value: undefined,
      faults: ['a value begins with * or &, which means something in YAML; put it in quotes'],
    };
  }
}

/** Puts the text they stand for in place of all `{ env: NAME }`, `{ file: PATH }` and `{ fileBase64: PATH }`. */
export function resolveReferences(content: unknown, folder: string, readEnvironment: ReadEnvironment): ReadResult {
  const faults: string[] = [];
  const lookUp: Readonly<Record<string, (what: string) => string | undefined>> = {
    env: readEnvironment,
    file: (path) => readText(resolve(folder, path)).trim(),
    fileBase64: (path) => readBytes(resolve(folder, path)).toString('base64'),
  };
  const visit = (value: unknown, at: string): unknown => {
    if (Array.isArray(value)) return value.map((item, index) => visit(item, `${at}[${index}]`));
    if (value === null || typeof value !== 'object') return value;
    const entries = Object.entries(value);
    const [only] = entries;
    const read = only && entries.length === 1 ? lookUp[only[0]] : undefined;
    if (only && read && typeof only[1] === 'string') return readOne(read, only[1], at);
    return Object.fromEntries(entries.map(([key, item]) => [key, visit(item, at === '' ? key : `${at}.${key}`)]));
  };
  const readOne = (read: (what: string) => string | undefined, what: string, at: string): string => {
    try {
      const text = read(what);
      if (text !== undefined) return text;
      faults.push(`${at}: the environment variable ${what} is not set`);
    } catch (error) {
      if (!isProblem(error)) throw error;
      faults.push(`${at}: ${error.says}`);
    }
    return '';
  };
  return { value: visit(content, ''), faults };
}

const REFERENCES: readonly string[] = ['env', 'file', 'fileBase64'];

/** Finds references in what came over the network: whoever sent it must not read files and variables of this machine. */
export function refuseReferences(content: unknown): ReadResult {
  const faults: string[] = [];
  const visit = (value: unknown, at: string): unknown => {
    if (Array.isArray(value)) return value.map((item, index) => visit(item, `${at}.${index}`));
    if (value === null || typeof value !== 'object') return value;
    const entries = Object.entries(value);
    const [only] = entries;
    if (only && entries.length === 1 && REFERENCES.includes(only[0]) && typeof only[1] === 'string') {
      faults.push(
        `${at}: stands in ${only[0] === 'env' ? 'a variable' : 'another file'} of your machine; enter it here`,
      );
      // Text, so that nothing else is said of this place.
      return '-';
    }
    return Object.fromEntries(entries.map(([key, item]) => [key, visit(item, at === '' ? key : `${at}.${key}`)]));
  };
  return { value: visit(content, ''), faults };
}

/** The same content with this text at a place; groups on the way are made. */
export function withValue(content: unknown, place: string, text: string): unknown {
  const [step = '', ...deeper] = place.split('.');
  const isGroup = typeof content === 'object' && content !== null && !Array.isArray(content);
  const group = isGroup ? (content as Readonly<Record<string, unknown>>) : {};
  const inner = Object.hasOwn(group, step) ? group[step] : undefined;
  const value = deeper.length === 0 ? text : withValue(inner, deeper.join('.'), text);
  return { ...group, [step]: value };
}
