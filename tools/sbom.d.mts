/** What the tool reads of package-lock.json. */
export interface LockFile {
  readonly packages: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

/** The bill of materials as CycloneDX 1.6; the same text for the same lock file. `all`: with what is only needed to develop. */
export function renderSbom(lock: LockFile, options?: { readonly all?: boolean }): string;
