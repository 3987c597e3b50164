/** Where in a text JSON ends to be JSON. Lines and characters count from 1. */
export interface JsonFault {
  readonly line: number;
  readonly character: number;
}

const SPACE = /[ \t\n\r]*/y;
const SCALAR =
  /"(?:[ !#-[\]-\u{10ffff}]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/uy;
const STRING = /"(?:[ !#-[\]-\u{10ffff}]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/uy;
/** Deeper than any body of ours, so that a text of brackets ends here and not in the stack. */
const DEPTH_MAX = 200;

/**
 * Finds the first character at which a text is no JSON any more, because the engine's own message does not always say it and
 * may quote what was sent. `undefined`: it is JSON.
 */
export function findJsonFault(text: string): JsonFault | undefined {
  const end = new JsonWalk(text).walk();
  if (end === undefined) return undefined;
  const before = text.slice(0, end).split('\n');
  return { line: before.length, character: (before.at(-1)?.length ?? 0) + 1 };
}

class JsonWalk {
  private at = 0;
  private readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  /** The place of the fault. */
  walk(): number | undefined {
    const isWhole = this.value(0);
    this.skip(SPACE);
    return isWhole && this.at === this.text.length ? undefined : this.at;
  }

  private value(depth: number): boolean {
    this.skip(SPACE);
    if (depth > DEPTH_MAX) return false;
    if (this.take('{')) return this.members('}', depth, true);
    if (this.take('[')) return this.members(']', depth, false);
    return this.skip(SCALAR);
  }

  private members(close: string, depth: number, isNamed: boolean): boolean {
    this.skip(SPACE);
    if (this.take(close)) return true;
    do {
      this.skip(SPACE);
      if (isNamed && !(this.skip(STRING) && this.skip(SPACE) && this.take(':'))) return false;
      if (!this.value(depth + 1)) return false;
      this.skip(SPACE);
    } while (this.take(','));
    return this.take(close);
  }

  private take(character: string): boolean {
    if (this.text[this.at] !== character) return false;
    this.at += 1;
    return true;
  }

  private skip(pattern: RegExp): boolean {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text);
    if (!found) return false;
    this.at += found[0].length;
    return true;
  }
}
