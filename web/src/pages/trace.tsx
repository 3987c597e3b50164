import { BusyIndicator } from '@ui5/webcomponents-react/BusyIndicator';
import { useMemo } from 'react';
import type { TraceReport } from '../../../src/entrypoints/http/contract/trace.ts';
import { useAnswer, useKept } from '../api/use-answer.ts';
import { Filters, TextFilter, useFilters } from '../components/list-filters.tsx';
import { Page } from '../components/page.tsx';
import { TraceTables } from '../components/trace-tables.tsx';
import { entryTexts } from '../texts/entries.ts';
import { useTexts } from '../texts/texts.ts';

const FILTERS = ['document'] as const;
/** Of problems that are about what was typed. */
const DOCUMENT_CODES = { TRACE_NOTHING_FOUND: undefined } as const;

/** From the number of a document in SAP down to the rows of Amazon's file. */
export function TracePage() {
  const words = useTexts(entryTexts).trace;
  const { values, step } = useFilters(FILTERS);
  const wanted = values.document;
  const path = wanted === '' ? undefined : `/trace/documents/${wanted.split('/').map(encodeURIComponent).join('/')}`;
  const { data, error, isFetching } = useAnswer<TraceReport>(path, { refreshMs: false });
  const found = useMemo(() => data && { document: wanted, report: data }, [data, wanted]);
  const kept = useKept(found, { error, isFetching });
  // For the service it is the rest of an address, which has no name.
  const fields = error?.problem.fields?.map((field) => ({ ...field, path: 'document' }));
  const problem = error ? { ...error.problem, ...(fields && { fields }) } : undefined;
  return (
    <Page title={wanted === '' ? words.open : words.title(kept?.document ?? wanted)} subtitle={words.subtitle}>
      <div className="sl-stack">
        <Filters problem={problem}>
          <TextFilter
            name="document"
            label={words.search}
            value={wanted}
            onChange={(document) => step('document', document)}
            codes={DOCUMENT_CODES}
            action={words.go}
          />
        </Filters>
        {wanted === '' && <div>{words.hint}</div>}
        {kept ? <TraceTables report={kept.report} /> : isFetching && <BusyIndicator active delay={300} />}
      </div>
    </Page>
  );
}
