/** Whether a button can copy: browsers let only pages of https and of this computer do it. */
export function canCopy(): boolean {
  return navigator.clipboard !== undefined;
}
