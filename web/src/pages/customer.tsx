import { Button } from '@ui5/webcomponents-react/Button';
import { MessageStrip } from '@ui5/webcomponents-react/MessageStrip';
import { Title } from '@ui5/webcomponents-react/Title';
import { useState } from 'react';
import { Link, useParams } from 'react-router';
import type { CustomerAdopted, CustomerDetail } from '../../../src/entrypoints/http/contract/customers.ts';
import { useAnswer, useWrite } from '../api/use-answer.ts';
import { CopyText } from '../components/copy-text.tsx';
import { type DataColumn, DataTable } from '../components/data-table.tsx';
import { FactCard } from '../components/fact-card.tsx';
import { FormField } from '../components/form-field.tsx';
import { Page } from '../components/page.tsx';
import { ProblemStrip } from '../components/problem-strip.tsx';
import { ReasonDialog } from '../components/reason-dialog.tsx';
import { customerTexts } from '../texts/customers.ts';
import { useFormat } from '../texts/format.ts';
import { useTexts } from '../texts/texts.ts';
import { useServiceWords } from '../texts/use-service-words.ts';
import { useMay } from '../user.ts';

/** One customer: its numbers in SAP, what differs, and its history. Of a buyer nothing beside the order. */
export function CustomerPage() {
  const { id = '' } = useParams();
  const words = useTexts(customerTexts);
  const { data, error } = useAnswer<CustomerDetail>(`/customers/${encodeURIComponent(id)}`);
  const may = useMay('customers.operate');
  const [isAdopting, setAdopting] = useState(false);
  const [adopted, setAdopted] = useState<CustomerAdopted>();
  const actions = data && may && <Button onClick={() => setAdopting(true)}>{words.adopt}</Button>;
  return (
    <Page title={`${words.customer} ${data?.name ?? ''}`} actions={actions}>
      <div className="sl-stack">
        {error && <ProblemStrip problem={error.problem} />}
        {adopted && (
          <MessageStrip design="Positive" hideCloseButton role="status">
            {words.adopted(adopted.partnerNumber ?? '', adopted.nameInSap ? ` (${adopted.nameInSap})` : '')}
          </MessageStrip>
        )}
        {data && <Facts customer={data} />}
        {data?.problem && <ProblemStrip problem={{ ...data.problem, data: data.problem.data ?? '' }} />}
        {data && <History customer={data} />}
        {data && isAdopting && (
          <AdoptDialog customer={data} onAdopted={setAdopted} onClose={() => setAdopting(false)} />
        )}
      </div>
    </Page>
  );
}

function Facts({ customer }: { readonly customer: CustomerDetail }) {
  const words = useTexts(customerTexts);
  const format = useFormat();
  const { kind, reference, key } = customer;
  return (
    <FactCard
      items={[
        { label: words.state, value: words.states[customer.state] },
        { label: words.kind, value: words.kinds[kind] },
        { label: words.number, value: customer.customerNumber },
        { label: words.partner, value: customer.partnerNumber },
        { label: words.sapSystem, value: customer.sapSystem },
        { label: words.connection, value: customer.connectionName },
        {
          label: words.reference,
          value:
            kind === 'buyer' ? (
              <Link className="sl-link" to={`/orders/${encodeURIComponent(reference)}`}>
                {reference}
              </Link>
            ) : (
              reference
            ),
        },
        { label: words.key, value: <CopyText value={key} what={words.key} /> },
        { label: words.checkedAt, value: customer.checkedAt ? format.instant(customer.checkedAt) : words.never },
        { label: words.differs, value: customer.edited.join('; ') },
      ]}
    />
  );
}

function History({ customer }: { readonly customer: CustomerDetail }) {
  const words = useTexts(customerTexts);
  const service = useServiceWords();
  const format = useFormat();
  const columns: readonly DataColumn<CustomerDetail['history'][number]>[] = [
    { id: 'at', title: words.at, text: ({ at }) => format.instant(at), width: 180 },
    { id: 'actor', title: words.by, text: ({ actor }) => actor, width: 120 },
    { id: 'action', title: words.action, text: ({ action }) => service.name('action', action), width: 160 },
    { id: 'why', title: words.why, text: ({ why }) => service.reason(why) },
  ];
  return (
    <>
      <Title level="H2">{words.history}</Title>
      <DataTable
        label={words.history}
        rows={customer.history.toReversed()}
        columns={columns}
        visibleRows={Math.min(10, Math.max(1, customer.history.length))}
      />
    </>
  );
}

/** Of problems that are about the number that is given. */
const NUMBER_CODES = {
  CUSTOMER_NUMBER_INVALID: undefined,
  CUSTOMER_NUMBER_UNKNOWN: undefined,
  CUSTOMER_NUMBER_TAKEN: undefined,
} as const;

interface AdoptDialogProps {
  readonly customer: CustomerDetail;
  readonly onAdopted: (adopted: CustomerAdopted) => void;
  readonly onClose: () => void;
}

function AdoptDialog({ customer, onAdopted, onClose }: AdoptDialogProps) {
  const words = useTexts(customerTexts);
  const { mutateAsync } = useWrite<CustomerAdopted>();
  const [partnerNumber, setNumber] = useState('');
  const path = `/customers/${encodeURIComponent(customer.key)}/adopt`;
  return (
    <ReasonDialog
      title={words.adoptTitle(customer.name)}
      says={words.adoptSays}
      confirm={words.adoptConfirm}
      onConfirm={async (why) => onAdopted(await mutateAsync({ method: 'POST', path, body: { partnerNumber, why } }))}
      onClose={onClose}
    >
      <FormField
        name="partnerNumber"
        label={words.partner}
        value={partnerNumber}
        onChange={setNumber}
        lengthMax={10}
        codes={NUMBER_CODES}
        required
      />
    </ReasonDialog>
  );
}
