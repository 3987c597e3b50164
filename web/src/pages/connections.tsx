import '@ui5/webcomponents-icons/dist/add.js';
import { Button } from '@ui5/webcomponents-react/Button';
import { useNavigate } from 'react-router';
import type { ConnectionSummary } from '../../../src/entrypoints/http/contract/connections.ts';
import { ConnectionState } from '../components/connection-state.tsx';
import { ListTable } from '../components/data-table.tsx';
import { Page } from '../components/page.tsx';
import { connectionTexts } from '../texts/connections.ts';
import { useFormat } from '../texts/format.ts';
import { shellTexts } from '../texts/shell.ts';
import { useTexts } from '../texts/texts.ts';
import { useMay } from '../user.ts';

/** The connections there are, and whether each works. */
export function ConnectionsPage() {
  const { pages } = useTexts(shellTexts);
  const words = useTexts(connectionTexts);
  const format = useFormat();
  const navigate = useNavigate();
  const may = useMay('connections.manage');
  const days = (row: ConnectionSummary, kind: string) => {
    const left = row.credentials.find((each) => each.kind === kind)?.daysLeft;
    return left === undefined ? '' : format.count(left);
  };
  return (
    <Page
      title={pages.connections}
      actions={
        <Button design="Emphasized" icon="add" disabled={!may} onClick={() => void navigate('/add-connection')}>
          {words.add}
        </Button>
      }
    >
      <ListTable<ConnectionSummary>
        label={pages.connections}
        path="/connections?"
        noRows={words.none}
        linkOf={({ name }) => `/connections/${encodeURIComponent(name)}`}
        columns={[
          { id: 'name', title: words.name, text: ({ name }) => name },
          { id: 'sellerAccount', title: words.sellerAccount, text: (row) => row.sellerAccount },
          { id: 'region', title: words.region, text: ({ region }) => region ?? '' },
          {
            id: 'state',
            title: words.state,
            text: (row) => row.stoppedBy?.code ?? row.sapPause?.code ?? words.works,
            cell: (row) => <ConnectionState connection={row} />,
          },
          {
            id: 'secret',
            title: words.secretDays,
            text: (row) => days(row, 'client-secret'),
            align: 'right',
          },
          {
            id: 'authorisation',
            title: words.authorisationDays,
            text: (row) => days(row, 'authorisation'),
            align: 'right',
          },
        ]}
      />
    </Page>
  );
}
