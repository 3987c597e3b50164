/** Up to `countMax` known names that a person may have meant, likeliest first; empty when none is near. */
export function nearestNames(name: string, known: Iterable<string>, countMax = 3): string[] {
  const wanted = name.toLowerCase();
  return [...known]
    .map((candidate) => ({ candidate, distance: distanceBetween(wanted, candidate.toLowerCase()) }))
    .filter(({ candidate, distance }) => distance <= Math.max(2, Math.floor(candidate.length / 2)))
    .sort((a, b) => a.distance - b.distance || (a.candidate < b.candidate ? -1 : 1))
    .slice(0, countMax)
    .map(({ candidate }) => candidate);
}

/** `; did you mean a, b or c?`, or nothing. */
export function didYouMean(name: string, known: Iterable<string>): string {
  const names = nearestNames(name, known);
  const last = names.pop();
  if (last === undefined) return '';
  return `; did you mean ${names.length === 0 ? last : `${names.join(', ')} or ${last}`}?`;
}

/** Single-letter insertions, deletions and replacements from one text to the other. A text that is part of the other is near. */
function distanceBetween(from: string, to: string): number {
  if (from.length >= 4 && (to.includes(from) || from.includes(to))) return 1;
  let previous = Array.from({ length: to.length + 1 }, (_, at) => at);
  for (let i = 1; i <= from.length; i++) {
    const current = [i];
    for (let j = 1; j <= to.length; j++) {
      const replaced = (previous[j - 1] ?? 0) + (from[i - 1] === to[j - 1] ? 0 : 1);
      current.push(Math.min(replaced, (previous[j] ?? 0) + 1, (current[j - 1] ?? 0) + 1));
    }
    previous = current;
  }
  return previous[to.length] ?? 0;
}
