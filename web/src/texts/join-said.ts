/** All that is said of one thing, each sentence once: where one has no end of its own, the next is set off. */
export function joinSaid(said: readonly string[]): string {
  return [...new Set(said)].reduce((all, next) => {
    if (all === '') return next;
    return `${all}${/[.!?]$/.test(all) ? '' : ';'} ${next}`;
  }, '');
}
