import { useState } from 'react';
import type { AccountTable, VersionRecorded } from '../../../src/entrypoints/http/contract/mapping.ts';
import { useAnswer } from '../api/use-answer.ts';
import { RecordedStrip } from '../components/mapping/recorded-strip.tsx';
import { TableEditor } from '../components/mapping/table-editor.tsx';
import { UnknownSection } from '../components/mapping/unknown-values.tsx';
import { VersionsSection, WaitingVersion } from '../components/mapping/versions.tsx';
import { Page } from '../components/page.tsx';
import { ProblemStrip } from '../components/problem-strip.tsx';
import { Choice } from '../components/report-filter.tsx';
import { useConnectionChoice } from '../connection-names.ts';
import { mappingTexts } from '../texts/mapping.ts';
import { shellTexts } from '../texts/shell.ts';
import { useTexts } from '../texts/texts.ts';

/** The account table: what it does not know first, then what waits, its rows, and its versions. */
export function MappingPage() {
  const shell = useTexts(shellTexts);
  const words = useTexts(mappingTexts);
  const { setSearch, connections, connection } = useConnectionChoice();
  return (
    <Page title={shell.pages.mapping}>
      <div className="sl-stack">
        <div className="filters">
          <Choice
            label={words.connection}
            value={connection ?? ''}
            options={connections.map((name) => [name, name] as const)}
            onChange={(name) => setSearch({ connection: name })}
          />
        </div>
        {connection && <OfConnection key={connection} connection={connection} />}
      </div>
    </Page>
  );
}

function OfConnection({ connection }: { readonly connection: string }) {
  const { data: table, error } = useAnswer<AccountTable>(`/mapping/${encodeURIComponent(connection)}`);
  const [recorded, setRecorded] = useState<VersionRecorded>();
  return (
    <>
      {error && <ProblemStrip problem={error.problem} />}
      {recorded && <RecordedStrip recorded={recorded} />}
      {table && <UnknownSection table={table} onRecorded={setRecorded} />}
      {table && <WaitingVersion table={table} onRecorded={setRecorded} />}
      {table && <TableEditor table={table} onRecorded={setRecorded} />}
      {table && <VersionsSection connection={connection} />}
    </>
  );
}
