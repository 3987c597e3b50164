import { z } from 'zod';
import { HistoryEvent, listOf, ProblemFacts, Why } from './facts.ts';
import { ListQuery, partOf } from './list.ts';

export const CustomerState = z.enum(['wanted', 'creating', 'unknown', 'kept', 'refused', 'conflict']);

export const CustomersQuery = ListQuery.extend({
  connection: z.string().min(1).max(200).optional(),
  state: CustomerState.optional(),
});

/** A customer as the key map knows it: of a buyer nothing beside the order. */
export const Customer = z.object({
  key: z.string(),
  name: z.string(),
  kind: z.enum(['marketplace', 'buyer']),
  /** Amazon's marketplace id, or the order id of the buyer. */
  reference: z.string(),
  connectionName: z.string(),
  sapSystem: z.string(),
  state: CustomerState,
  partnerNumber: z.string().nullable(),
  customerNumber: z.string().nullable(),
  /** Fields that a person entered in SAP, in words. */
  edited: listOf(z.string()),
  problem: ProblemFacts.nullable(),
  checkedAt: z.string().nullable(),
  updatedAt: z.string(),
});
export type Customer = z.infer<typeof Customer>;

export const Customers = partOf(Customer);

export const CustomerDetail = Customer.extend({ history: listOf(HistoryEvent) });
export type CustomerDetail = z.infer<typeof CustomerDetail>;

export const CustomersOfConnection = z.object({ connection: z.string().min(1).max(200) });

/** What the next sync would do; asked of SAP, and nothing written. */
export const CustomersCompared = z.object({
  customers: listOf(
    z.object({
      name: z.string(),
      partnerNumber: z.string().nullable(),
      would: z.enum(['create', 'find', 'change', 'nothing', 'look']),
      differences: listOf(
        z.object({ field: z.string(), inSap: z.string(), wanted: z.string(), isLeftAlone: z.boolean() }),
      ),
      problem: ProblemFacts.nullable(),
    }),
  ),
  buyersWaiting: z.number().nullable(),
});
export type CustomersCompared = z.infer<typeof CustomersCompared>;

export const CustomersSyncWish = z.strictObject({
  ...CustomersOfConnection.shape,
  /** What the settings want goes before what people entered in SAP. */
  overwrite: z.boolean().default(false),
});

export const CustomersSynced = z.object({
  created: z.number(),
  adopted: z.number(),
  changed: z.number(),
  unchanged: z.number(),
  refused: z.number(),
  open: z.number(),
  problems: listOf(ProblemFacts),
});
export type CustomersSynced = z.infer<typeof CustomersSynced>;

export const AdoptWish = Why.extend({ partnerNumber: z.string().trim().min(1).max(10) });

export const CustomerAdopted = CustomerDetail.extend({ nameInSap: z.string().nullable() });
export type CustomerAdopted = z.infer<typeof CustomerAdopted>;
