import type { CustomerFields } from './business-partners.ts';

export interface CustomerPlan {
  /** To be written now. */
  readonly changes: CustomerFields;
  /** Fields in which SAP holds what a person entered there and what is not what we want; they are left alone. */
  readonly edited: readonly string[];
  /** Fields in which SAP holds what we want. */
  readonly agreeing: readonly string[];
}

/**
 * Compares three versions of a customer: what we wrote, what SAP holds, what we want. What SAP holds is only replaced when it
 * is what we wrote; what we do not know is taken for a person's. A place that SAP does not have yet (a company code, a role)
 * is added, and one that was there and is gone is a person's decision too.
 *
 * `isOurs`: the value is what we wrote there, or were about to write. `wasWritten`: we wrote anything there.
 */
export function planCustomer(input: {
  readonly wanted: CustomerFields;
  readonly inSap: CustomerFields;
  readonly isOurs: (field: string, value: string) => boolean;
  readonly wasWritten: (field: string) => boolean;
  /** A person said that what we want goes before what others entered. */
  readonly overwrite: boolean;
}): CustomerPlan {
  const { wanted, inSap, isOurs, wasWritten, overwrite } = input;
  const changes: Record<string, string> = {};
  const edited: string[] = [];
  const agreeing: string[] = [];
  for (const [field, want] of Object.entries(wanted)) {
    const has = inSap[field];
    if (has === want) agreeing.push(field);
    else if (has === undefined) {
      if (want === '') continue;
      if (wasWritten(field) && !overwrite) edited.push(field);
      else changes[field] = want;
    } else if (isOurs(field, has)) changes[field] = want;
    // We have nothing to say about it, so whatever is there is right.
    else if (want === '') continue;
    else if (overwrite) changes[field] = want;
    else edited.push(field);
  }
  return { changes, edited, agreeing };
}
