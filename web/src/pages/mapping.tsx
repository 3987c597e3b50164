import { useState } from 'react';
import type { AccountTable, VersionRecorded } from '../../../src/entrypoints/http/contract/mapping.ts';
import { useAnswer } from '../api/use-answer.ts';
import { ConnectionFilter, Filters } from '../components/list-filters.tsx';
import { RecordedStrip } from '../components/mapping/recorded-strip.tsx';
import { TableEditor } from '../components/mapping/table-editor.tsx';
import { UnknownSection } from '../components/mapping/unknown-values.tsx';
import { VersionsSection, WaitingVersion } from '../components/mapping/versions.tsx';
import { Page } from '../components/page.tsx';
import { useConnectionChoice } from '../connection-names.ts';
import { mappingTexts } from '../texts/mapping.ts';
import { shellTexts } from '../texts/shell.ts';
import { useTexts } from '../texts/texts.ts';

/** The account table: what it does not know first, then what waits, its rows, and its versions. */
export function MappingPage() {
  const shell = useTexts(shellTexts);
  const words = useTexts(mappingTexts);
  const { setSearch, connections, connection } = useConnectionChoice();
  const { data: table, error } = useAnswer<AccountTable>(connection && `/mapping/${encodeURIComponent(connection)}`);
  return (
    <Page title={shell.pages.mapping}>
      <div className="sl-stack">
        <Filters problem={error?.problem}>
          <ConnectionFilter
            label={words.connection}
            value={connection ?? ''}
            names={connections}
            onChange={(name) => setSearch({ connection: name })}
          />
        </Filters>
        {table && <OfConnection key={table.connection} table={table} />}
      </div>
    </Page>
  );
}

function OfConnection({ table }: { readonly table: AccountTable }) {
  const [recorded, setRecorded] = useState<VersionRecorded>();
  return (
    <>
      {recorded && <RecordedStrip recorded={recorded} />}
      <UnknownSection table={table} onRecorded={setRecorded} />
      <WaitingVersion table={table} onRecorded={setRecorded} />
      <TableEditor table={table} onRecorded={setRecorded} />
      <VersionsSection connection={table.connection} />
    </>
  );
}
