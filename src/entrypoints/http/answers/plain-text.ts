/** Deeper than any body of ours. What is deeper would end in the stack of whatever goes through it. */
export const DEPTH_MAX = 50;

// biome-ignore lint/suspicious/noControlCharactersInRegex: what is looked for
const UNWRITABLE = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]|\p{Cs}/u;

/** Whether groups and lists stand inside each other deeper than that. */
export function isTooDeep(value: unknown): boolean {
  for (const { depth } of walk(value)) if (depth > DEPTH_MAX) return true;
  return false;
}

/**
 * Where texts hold a control character besides tab and the ends of lines, or half a character: PostgreSQL refuses the one and JSON
 * in it the other, and a terminal acts upon most of the rest. Names of fields count as well. At most so many places.
 */
export function placesUnwritable(value: unknown, placesMax: number): readonly string[] {
  const places: string[] = [];
  for (const { path, part, name } of walk(value)) {
    if ((typeof part === 'string' && UNWRITABLE.test(part)) || UNWRITABLE.test(name)) places.push(legible(path));
    if (places.length === placesMax) break;
  }
  return places;
}

function legible(path: readonly string[]): string {
  return path.map((name) => (UNWRITABLE.test(name) ? JSON.stringify(name) : name)).join('.');
}

interface Part {
  readonly part: unknown;
  readonly name: string;
  readonly path: readonly string[];
  readonly depth: number;
}

/**
 * Without recursion, so that no depth ends in the stack; below what is too deep it does not go, and into nothing but what JSON is
 * made of: a stream leads to all that the process has.
 */
function* walk(value: unknown): Generator<Part> {
  const open: Part[] = [{ part: value, name: '', path: [], depth: 0 }];
  for (let next = open.pop(); next; next = open.pop()) {
    yield next;
    const { part, path, depth } = next;
    if (!isGroup(part) || depth > DEPTH_MAX) continue;
    // One by one: as many arguments as a long list has members would end in the stack.
    for (const [name, each] of Object.entries(part).reverse()) {
      open.push({ part: each, name, path: [...path, name], depth: depth + 1 });
    }
  }
}

function isGroup(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false;
  if (Array.isArray(value)) return true;
  const kind: unknown = Object.getPrototypeOf(value);
  // Of a plain group nothing is behind its kind, whichever parser made it; a class stands on others.
  return kind === null || Object.getPrototypeOf(kind) === null;
}
