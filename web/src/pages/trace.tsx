import { BusyIndicator } from '@ui5/webcomponents-react/BusyIndicator';
import { Button } from '@ui5/webcomponents-react/Button';
import { Input } from '@ui5/webcomponents-react/Input';
import { useState } from 'react';
import { useSearchParams } from 'react-router';
import type { TraceReport } from '../../../src/entrypoints/http/contract/trace.ts';
import { useAnswer } from '../api/use-answer.ts';
import { Page } from '../components/page.tsx';
import { ProblemStrip } from '../components/problem-strip.tsx';
import { TraceTables } from '../components/trace-tables.tsx';
import { entryTexts } from '../texts/entries.ts';
import { useTexts } from '../texts/texts.ts';

/** From the number of a document in SAP down to the rows of Amazon's file. */
export function TracePage() {
  const words = useTexts(entryTexts).trace;
  const [params, setParams] = useSearchParams();
  const wanted = params.get('document') ?? '';
  const [text, setText] = useState(wanted);
  const path = wanted === '' ? undefined : `/trace/documents/${wanted.split('/').map(encodeURIComponent).join('/')}`;
  const { data, error, isFetching } = useAnswer<TraceReport>(path, { refreshMs: false });
  const go = () => setParams({ document: text.trim() });
  return (
    <Page title={wanted === '' ? words.open : words.title(wanted)} subtitle={words.subtitle}>
      <div className="sl-stack">
        <search className="sl-filters" aria-label={words.open}>
          <Input
            className="sl-filter-text"
            accessibleName={words.search}
            placeholder={words.search}
            value={text}
            onInput={(event) => setText(event.target.value)}
            onKeyDown={({ key }) => key === 'Enter' && go()}
          />
          <Button design="Emphasized" onClick={go}>
            {words.go}
          </Button>
        </search>
        {wanted === '' && <div>{words.hint}</div>}
        {error ? (
          <ProblemStrip problem={error.problem} />
        ) : data ? (
          <TraceTables report={data} />
        ) : (
          isFetching && <BusyIndicator active delay={300} />
        )}
      </div>
    </Page>
  );
}
