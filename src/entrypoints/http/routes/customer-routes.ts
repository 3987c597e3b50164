import { z } from 'zod';
import {
  adoptCustomer,
  type CustomerContext,
  type CustomerKey,
  type CustomerRecord,
  compareCustomers,
  fieldInWords,
  maintainCustomers,
} from '../../../app/index.ts';
import { customerReference, customerView } from '../../customer-views.ts';
import { withConnection } from '../../with-connection.ts';
import {
  AdoptWish,
  type Customer,
  CustomerAdopted,
  CustomerDetail,
  Customers,
  CustomersCompared,
  CustomersOfConnection,
  CustomersQuery,
  CustomersSynced,
  CustomersSyncWish,
} from '../contract/customers.ts';
import { ById } from '../contract/facts.ts';
import { cursorOf } from '../cursor.ts';
import { type Call, route } from '../route.ts';
import type { HttpOptions } from '../server.ts';

const READ = { method: 'GET', access: 'books.read', tag: 'Customers' } as const;
const OPERATE = { method: 'POST', access: 'customers.operate', tag: 'Customers' } as const;

const customerCursor = cursorOf(
  'customers',
  z
    .string()
    .max(100)
    .transform((key) => key as CustomerKey),
);

/** Customers in SAP. Of a buyer nothing is told beside the order. */
export function customerRoutes(options: HttpOptions) {
  return [...readingRoutes(options), ...workingRoutes(options)];
}

type Asked = Pick<Call<unknown, unknown, unknown, unknown>, 'actor' | 'signal'>;

function onCustomers<Result>(
  { workspace }: Pick<HttpOptions, 'workspace'>,
  connection: string,
  { actor, signal }: Asked,
  work: (context: CustomerContext) => Promise<Result>,
): Promise<Result> {
  return withConnection(workspace, connection, { actor, signal, onProgress: () => {} }, (opened) =>
    work(opened.customerContext(() => {})),
  );
}

function readingRoutes({ workspace }: HttpOptions) {
  const { books, customers } = workspace;
  return [
    route(
      {
        ...READ,
        path: '/customers',
        summary: 'The key map: which number in SAP each customer has',
        description: 'Without `state`, those that nobody wants any more and that SAP never got are left out.',
        query: CustomersQuery,
        answer: Customers,
      },
      async ({ query }) => {
        const { cursor, limit, connection, state } = query;
        const found = await customers.listCustomers({
          limit: limit + 1,
          after: customerCursor.read(cursor, query) ?? null,
          ...(connection !== undefined && { connectionId: (await books.getConnection(connection)).id }),
          ...(state && { states: [state] }),
        });
        const part = found.slice(0, limit);
        const last = found.length > limit ? (part.at(-1)?.key ?? null) : null;
        const shown = state ? part : part.filter(({ problem }) => problem?.code !== 'CUSTOMER_NOT_WANTED');
        return { items: shown.map(inWords), nextCursor: customerCursor.write(last, query) };
      },
    ),
    route(
      {
        ...READ,
        path: '/customers/:id',
        summary: 'One customer with its history',
        params: ById,
        answer: CustomerDetail,
      },
      async ({ params }) => detailOf({ workspace }, await customers.getCustomer(customerReference(params.id))),
    ),
    route(
      {
        ...READ,
        access: 'customers.operate',
        path: '/customers-compared',
        summary: 'What the next sync of the customers would do; asks SAP, and writes nothing',
        query: CustomersOfConnection,
        answer: CustomersCompared,
      },
      ({ query, actor, signal }) => onCustomers({ workspace }, query.connection, { actor, signal }, compareCustomers),
    ),
  ];
}

function workingRoutes({ workspace }: HttpOptions) {
  return [
    route(
      {
        ...OPERATE,
        path: '/customers/sync',
        summary: 'Create the customers that are missing and bring the others up to date; safe to repeat',
        body: CustomersSyncWish,
        answer: CustomersSynced,
      },
      ({ body: { connection, overwrite }, actor, signal }) =>
        onCustomers({ workspace }, connection, { actor, signal }, (context) =>
          maintainCustomers(context, { overwrite, signal }),
        ),
    ),
    route(
      {
        ...OPERATE,
        path: '/customers/:id/adopt',
        summary: 'Say which business partner in SAP a customer is; what SAP holds of it stays',
        params: ById,
        body: AdoptWish,
        answer: CustomerAdopted,
      },
      async ({ params, body, actor, signal }) => {
        const record = await workspace.customers.getCustomer(customerReference(params.id));
        const { customer, nameInSap } = await onCustomers(
          { workspace },
          record.connectionName,
          { actor, signal },
          (context) => adoptCustomer(context, record, body),
        );
        return { ...(await detailOf({ workspace }, customer)), nameInSap };
      },
    ),
  ];
}

function inWords(record: CustomerRecord): z.input<typeof Customer> {
  const { attempt: _attempt, unknownSince: _since, ...view } = customerView(record);
  return { ...view, edited: record.edited.map(fieldInWords) };
}

async function detailOf({ workspace }: Pick<HttpOptions, 'workspace'>, record: CustomerRecord) {
  const events = await workspace.books.listEvents({ subject: `connection/${record.connectionId}` });
  const own = events.filter(({ after, before }) => [after, before].some((each) => each?.customerKey === record.key));
  return {
    ...inWords(record),
    history: own.map(({ at, actor, action, why, hash }) => ({ at, actor: actor.name, action, why, hash })),
  };
}
