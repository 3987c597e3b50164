/** Parts of the page that could not be loaded, mostly because the program was replaced and has others now. */
const missing = new WeakSet<object>();

/** Remembers what the loader said of a part. */
export function noteMissingPart(error: unknown): void {
  if (typeof error === 'object' && error !== null) missing.add(error);
}

/** Whether an error is that a part of the page could not be loaded. */
export function isMissingPart(error: unknown): boolean {
  return typeof error === 'object' && error !== null && missing.has(error);
}
