/** A digest of everything that a build of the tree at `root` is made of. */
export function digestOfSources(root: string): string;

/** Whether what was built last in the tree at `root` is what would be built now. */
export function isBuilt(root: string): boolean;

/** Puts what was built in the folder `stage` in its place in the folder `dist`, one file after the other. */
export function installBuild(
  stage: string,
  dist: string,
  options: {
    /** Digest of what it was built from. */
    readonly sources: string;
    /** Default: the rename of the file system. */
    readonly move?: (from: string, to: string) => void;
  },
): void;
