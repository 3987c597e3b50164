import { BusyIndicator } from '@ui5/webcomponents-react/BusyIndicator';
import { Button } from '@ui5/webcomponents-react/Button';
import { CheckBox } from '@ui5/webcomponents-react/CheckBox';
import { MessageStrip } from '@ui5/webcomponents-react/MessageStrip';
import { useState } from 'react';
import type { Customer, CustomersSynced } from '../../../src/entrypoints/http/contract/customers.ts';
import { useWrite } from '../api/use-answer.ts';
import { CustomerComparison } from '../components/customer-comparison.tsx';
import { type DataColumn, ListTable } from '../components/data-table.tsx';
import { ChoiceFilter, ConnectionFilter } from '../components/list-filters.tsx';
import { Page } from '../components/page.tsx';
import { ProblemStrip } from '../components/problem-strip.tsx';
import { ReasonDialog } from '../components/reason-dialog.tsx';
import { StateTag, type Tone } from '../components/state-tag.tsx';
import { useConnectionChoice } from '../connection-names.ts';
import { customerTexts } from '../texts/customers.ts';
import { useFormat } from '../texts/format.ts';
import { shellTexts } from '../texts/shell.ts';
import { useTexts } from '../texts/texts.ts';
import { useMay } from '../user.ts';

const TONES: Readonly<Record<Customer['state'], Tone>> = {
  wanted: 'Information',
  creating: 'Information',
  unknown: 'Critical',
  kept: 'Positive',
  refused: 'Negative',
  conflict: 'Critical',
};

/** The key map: which customer in SAP each marketplace, or buyer, is. */
export function CustomersPage() {
  const shell = useTexts(shellTexts);
  const words = useTexts(customerTexts);
  const { search, change, connections, connection } = useConnectionChoice();
  const state = search.get('state') ?? '';
  const columns = useColumns();
  return (
    <Page title={shell.pages.customers}>
      <ListTable<Customer>
        label={shell.pages.customers}
        path={connection && `/customers?${new URLSearchParams({ connection, ...(state && { state }) })}`}
        columns={columns}
        noRows={words.none}
        linkOf={({ key }) => `/customers/${encodeURIComponent(key)}`}
        filters={
          <>
            <ConnectionFilter
              label={words.connection}
              value={connection ?? ''}
              names={connections}
              onChange={(value) => change('connection', value)}
            />
            <ChoiceFilter
              name="state"
              label={words.state}
              value={state}
              options={[['', words.all], ...Object.entries(words.states)]}
              onChange={(value) => change('state', value)}
            />
          </>
        }
      >
        {connection && <Work key={connection} connection={connection} />}
      </ListTable>
    </Page>
  );
}

function Work({ connection }: { readonly connection: string }) {
  const words = useTexts(customerTexts);
  const may = useMay('customers.operate');
  const [isComparing, setComparing] = useState(false);
  const [isSyncing, setSyncing] = useState(false);
  const [synced, setSynced] = useState<CustomersSynced>();
  if (!may) return <p>{words.notAllowed}</p>;
  return (
    <>
      <div className="sl-row">
        <Button onClick={() => setComparing(!isComparing)}>{words.compare}</Button>
        <Button design="Emphasized" onClick={() => setSyncing(true)}>
          {words.sync}
        </Button>
      </div>
      {synced && <SyncedStrip synced={synced} />}
      {isComparing && <CustomerComparison connection={connection} />}
      {isSyncing && <SyncDialog connection={connection} onSynced={setSynced} onClose={() => setSyncing(false)} />}
    </>
  );
}

interface SyncDialogProps {
  readonly connection: string;
  readonly onSynced: (synced: CustomersSynced) => void;
  readonly onClose: () => void;
}

/** Shows the differences first. */
function SyncDialog({ connection, onSynced, onClose }: SyncDialogProps) {
  const words = useTexts(customerTexts);
  const { mutateAsync, isPending } = useWrite<CustomersSynced>();
  const [overwrite, setOverwrite] = useState(false);
  return (
    <ReasonDialog
      title={words.syncTitle(connection)}
      says={words.syncSays}
      confirm={words.syncConfirm}
      isGrave={overwrite}
      withoutReason
      onConfirm={async () =>
        onSynced(await mutateAsync({ method: 'POST', path: '/customers/sync', body: { connection, overwrite } }))
      }
      onClose={onClose}
    >
      <CustomerComparison connection={connection} />
      <CheckBox
        text={words.overwrite}
        wrappingType="Normal"
        checked={overwrite}
        onChange={(event) => setOverwrite(event.target.checked)}
      />
      {isPending && <BusyIndicator active delay={300} />}
    </ReasonDialog>
  );
}

function SyncedStrip({ synced }: { readonly synced: CustomersSynced }) {
  const words = useTexts(customerTexts);
  const { count } = useFormat();
  const { created, changed, adopted, unchanged, problems } = synced;
  return (
    <>
      <MessageStrip design={problems.length > 0 ? 'Critical' : 'Positive'} hideCloseButton role="status">
        {words.synced(count(created), count(changed), count(adopted), count(unchanged))}
      </MessageStrip>
      {problems.map((problem) => (
        <ProblemStrip key={problem.code + problem.says} problem={withoutBlank(problem)} />
      ))}
    </>
  );
}

function withoutBlank({ data, ...problem }: CustomersSynced['problems'][number]) {
  return { ...problem, ...(data !== undefined && { data }) };
}

function useColumns(): readonly DataColumn<Customer>[] {
  const words = useTexts(customerTexts);
  const format = useFormat();
  return [
    { id: 'customer', title: words.customer, text: ({ name }) => name, minWidth: 140 },
    {
      id: 'state',
      title: words.state,
      text: (row) => words.states[row.state],
      cell: (row) => <StateTag state={row.state} text={words.states[row.state]} tone={TONES[row.state]} />,
      minWidth: 130,
    },
    { id: 'kind', title: words.kind, text: (row) => words.kinds[row.kind], minWidth: 165 },
    { id: 'number', title: words.number, text: (row) => row.customerNumber ?? '' },
    { id: 'partner', title: words.partner, text: (row) => row.partnerNumber ?? '' },
    { id: 'differs', title: words.differs, text: (row) => row.edited.join('; ') },
    { id: 'problem', title: words.problem, text: (row) => row.problem?.code ?? '' },
    {
      id: 'checkedAt',
      title: words.checkedAt,
      text: (row) => (row.checkedAt ? format.instant(row.checkedAt) : words.never),
      minWidth: 160,
    },
  ];
}
