/** Roles in the words of the reader; one that the page does not know keeps its own. */
export function roleNames(roles: readonly string[], words: Readonly<Record<string, string>>): string {
  return roles.map((role) => words[role] ?? role).join(', ');
}
