// Real messages for docs/problems.md, taken from the tests that make the problems happen:
//   COLLECT_PROBLEMS=/tmp/problems.jsonl npm run test:unit
//   node tools/problem-examples.mjs /tmp/problems.jsonl && node tools/problems.mjs --write
// An example stays while it is still what the source says, so that a run changes only what has changed.
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { collectProblems, sourceFiles } from './problems.mjs';

const EXAMPLES = new URL('./problem-examples.json', import.meta.url);
/** A longer one is no example of a sentence. */
const TEXT_MAX = 420;
/** What differs from machine to machine, and from run to run. */
const VOLATILE =
  /\b(?:127\.0\.0\.1|localhost):\d+|\/(?:var\/)?tmp\/|\/work\/|\/home\/|\/root\/|[0-9a-f]{8}-[0-9a-f]{4}-|process \d+ on |\.\d{3}Z/;

/** Whether a message can have come from a sentence of the sources: braces stand for values, square brackets may be absent. */
export function isFrom(template, text) {
  // The list shows the plural where there may be one or many.
  const literal = (part) =>
    part
      .replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
      .replace(/(\w{2,}?)(ies|es|s)\b/g, (_, stem, end) => `${stem}(?:${end === 'ies' ? 'y|ies' : `${end}|e?`})`)
      .replace(/\bare\b/g, '(?:is|are)')
      .replace(/\bwere\b/g, '(?:was|were)')
      .replace(/\s+/g, '\\s+');
  const pattern = template
    .split(/(\{[^}]*\}|\[[^\]]*\]|[\w’'-]+ \/ [\w’'-]+)/)
    .map((part, at) => (at % 2 === 0 ? literal(part) : part.startsWith('[') ? '.*?' : '.+?'))
    .join('');
  return new RegExp(`^${pattern}$`, 's').test(text.trim());
}

/** One example for each code of which a fitting one was seen, sorted by code. */
export function chooseExamples(problems, candidates, kept = {}) {
  return Object.fromEntries(
    problems.flatMap(({ code, says, next }) => {
      const fits = (one) =>
        one !== undefined &&
        says.some((template) => isFrom(template, one.says)) &&
        next.some((template) => isFrom(template, one.next)) &&
        // A sentence without a value in it is its own example.
        !(says.includes(one.says) && next.includes(one.next));
      if (fits(kept[code])) return [[code, kept[code]]];
      const seen = candidates.filter((one) => one.code === code && isPrintable(one) && fits(one));
      const [first] = seen.sort((one, other) => compare(one.says + one.next, other.says + other.next));
      return first ? [[code, { says: first.says, next: first.next }]] : [];
    }),
  );
}

function isPrintable({ says, next }) {
  const text = `${says} ${next}`;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: a test may plant them
  return text.length <= TEXT_MAX && !VOLATILE.test(text) && !/[\u0000-\u001f]/.test(text);
}

function compare(one, other) {
  return one.length - other.length || (one < other ? -1 : Number(one > other));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const lines = readFileSync(process.argv[2], 'utf8').split('\n').filter(Boolean);
  const kept = JSON.parse(readFileSync(EXAMPLES, 'utf8'));
  const chosen = chooseExamples(
    collectProblems(sourceFiles()),
    lines.map((line) => JSON.parse(line)),
    kept,
  );
  writeFileSync(EXAMPLES, `${JSON.stringify(chosen, null, 2)}\n`);
  process.stdout.write(`${Object.keys(chosen).length} examples\n`);
}
