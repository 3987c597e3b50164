import type { ApiOperation } from './quotas.ts';

/** Data that only applications with a role of their own may see. */
export type RoleData = 'TAX' | 'BUYER';

/** What the application may not do. At first it may do everything. */
export class Roles {
  readonly #missing = new Set<ApiOperation | RoleData>();

  take(what: ApiOperation | RoleData): void {
    this.#missing.add(what);
  }

  restore(): void {
    this.#missing.clear();
  }

  has(what: ApiOperation | RoleData): boolean {
    return !this.#missing.has(what);
  }
}
