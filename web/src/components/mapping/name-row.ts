/** Which row of the account table it is: the service says it by codes, and in English where it is one of any marketplace. */
export function nameRow(row: string, { anyMarketplace }: { readonly anyMarketplace: string }): string {
  const words = anyMarketplace.charAt(0).toLowerCase() + anyMarketplace.slice(1);
  return row.replace(/(?<=^|, )any marketplace(?=,|$)/, words);
}
