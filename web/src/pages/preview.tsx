import { BusyIndicator } from '@ui5/webcomponents-react/BusyIndicator';
import { Button } from '@ui5/webcomponents-react/Button';
import { useState } from 'react';
import type { Preview } from '../../../src/entrypoints/http/contract/preview.ts';
import { ApiProblem, type ProblemBody, write } from '../api/client.ts';
import { DropZone, FileButton } from '../components/drop-zone.tsx';
import { FormProblem } from '../components/form-problem.tsx';
import { ChoiceFilter } from '../components/list-filters.tsx';
import { Page } from '../components/page.tsx';
import { previewTexts } from '../texts/preview.ts';
import { useTexts } from '../texts/texts.ts';
import { PreviewResult } from './preview-result.tsx';

const BYTES_MAX = 250 * 1024 * 1024;
const CHARSETS = ['utf-8', 'windows-1252', 'shift_jis'] as const;

/** Settings of a try. */
interface Choice {
  readonly table: File | undefined;
  readonly charset: string;
}

/** Drop a file and see what it comes to, before anything is set up. */
export function PreviewPage() {
  const words = useTexts(previewTexts);
  const [choice, setChoice] = useState<Choice>({ table: undefined, charset: '' });
  const [file, setFile] = useState<File>();
  const { result, problem, isBusy, run } = usePreview();
  const take = (taken: File, with_: Choice = choice) => {
    setFile(taken);
    void run(taken, with_);
  };
  const change = (next: Choice) => {
    setChoice(next);
    if (file) take(file, next);
  };
  return (
    <Page title={words.title} subtitle={words.subtitle}>
      <div className="sl-stack">
        <DropZone title={words.drop} hint={words.hint} button={words.choose} onFile={take} />
        <FormProblem problem={problem}>
          <Settings choice={choice} onChange={change} />
        </FormProblem>
        {isBusy && file && <BusyIndicator active delay={300} text={words.reading(file.name)} />}
        {result && file && !isBusy && (
          <PreviewResult preview={result} save={() => saveDocument(file, choice, result.settlement.settlementId)} />
        )}
      </div>
    </Page>
  );
}

function Settings({ choice, onChange }: { readonly choice: Choice; readonly onChange: (choice: Choice) => void }) {
  const words = useTexts(previewTexts);
  return (
    <div className="sl-row">
      <span>
        {words.table}: <strong>{choice.table?.name ?? words.template}</strong>
      </span>
      <FileButton
        text={words.ownTable}
        accept=".yaml,.yml,.xlsx,.csv"
        onFile={(table) => onChange({ ...choice, table })}
      />
      {choice.table && (
        <Button design="Transparent" onClick={() => onChange({ ...choice, table: undefined })}>
          {words.templateAgain}
        </Button>
      )}
      <ChoiceFilter
        name="charset"
        label={words.charset}
        value={choice.charset}
        options={[['', words.charsets.auto], ...CHARSETS.map((value) => [value, words.charsets[value]] as const)]}
        onChange={(charset) => onChange({ ...choice, charset })}
      />
    </div>
  );
}

function usePreview() {
  const words = useTexts(previewTexts);
  const [result, setResult] = useState<Preview>();
  const [problem, setProblem] = useState<ProblemBody>();
  const [isBusy, setBusy] = useState(false);
  const run = async (file: File, choice: Choice) => {
    setResult(undefined);
    setProblem(undefined);
    if (file.size > BYTES_MAX) {
      setProblem({
        code: 'PREVIEW_TOO_LARGE',
        kind: 'invalid',
        says: words.tooLarge,
        next: 'seller-ledger preview FILE',
      });
      return;
    }
    setBusy(true);
    try {
      setResult(await ask<Preview>(file, choice, 'page'));
    } catch (error) {
      if (!(error instanceof ApiProblem)) throw error;
      setProblem(error.problem);
    } finally {
      setBusy(false);
    }
  };
  return { result, problem, isBusy, run };
}

function ask<Answer>(file: File, { table, charset }: Choice, as: 'page' | 'document'): Promise<Answer> {
  const query = new URLSearchParams({ name: file.name, as });
  if (charset !== '') query.set('charset', charset);
  if (table) {
    query.set('tableName', table.name);
    query.set('tableBytes', String(table.size));
  }
  return write<Answer>('POST', `/preview?${query}`, new Blob(table ? [table, file] : [file]));
}

/** The one object of the command line's `preview --json`, with the rows behind each line. */
async function saveDocument(file: File, choice: Choice, settlementId: string): Promise<void> {
  const document = await ask<unknown>(file, choice, 'document');
  saveFile(`preview-${settlementId}.json`, 'application/json', JSON.stringify(document, null, 2));
}

/** Hands a text to the reader as a file. */
export function saveFile(name: string, type: string, text: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([text], { type }));
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
}
