import { Button } from '@ui5/webcomponents-react/Button';
import { useState } from 'react';
import type { SettlementDetail, SettlementFile } from '../../../src/entrypoints/http/contract/settlements.ts';
import type { TraceReport } from '../../../src/entrypoints/http/contract/trace.ts';
import { useAnswer, useWrite } from '../api/use-answer.ts';
import { Amount } from '../components/amount.tsx';
import { CopyText } from '../components/copy-text.tsx';
import { ProblemStrip } from '../components/problem-strip.tsx';
import { ReasonDialog } from '../components/reason-dialog.tsx';
import { ReversalFields, reversalBody } from '../components/reversal-fields.tsx';
import { PlainTable, Section } from '../components/section.tsx';
import { StateTag } from '../components/state-tag.tsx';
import { TraceTables } from '../components/trace-tables.tsx';
import { useLacks } from '../permission-words.ts';
import { useFormat } from '../texts/format.ts';
import { settlementTexts } from '../texts/settlements.ts';
import { useTexts } from '../texts/texts.ts';
import { useServiceWords } from '../texts/use-service-words.ts';
import { useMay } from '../user.ts';

const TONES = {
  waiting: 'Critical',
  'left-out': 'None',
  wanted: 'Critical',
  used: 'Positive',
  replaced: 'None',
} as const;

type FileState = keyof typeof TONES;

interface SettlementProps {
  readonly settlement: SettlementDetail;
}

/** Every file that came, byte for byte, and what was decided where more than one did. */
export function FilesSection({ settlement }: SettlementProps) {
  const words = useTexts(settlementTexts);
  const { count, instant } = useFormat();
  const { files } = settlement;
  return (
    <Section title={words.sections.files}>
      <PlainTable
        label={words.sections.files}
        rows={files}
        keyOf={({ sha256 }) => sha256}
        columns={[
          {
            title: words.files.sha256,
            cell: ({ sha256 }) => (
              <>
                <CopyText value={sha256} shown={sha256.slice(0, 12)} what={words.files.sha256} />
                <div>
                  <a
                    className="sl-link sl-nowrap"
                    download
                    href={`/api/v1/settlements/${settlement.id}/files/${sha256}`}
                  >
                    {words.files.download}
                  </a>
                </div>
              </>
            ),
          },
          { title: words.files.state, cell: (file) => <FileStateTag file={file} /> },
          {
            title: words.files.total,
            cell: ({ totalAmount, currency }) => <Amount value={totalAmount} currency={currency} />,
            isRight: true,
          },
          { title: words.files.rows, cell: ({ lineCount }) => count(lineCount), isRight: true },
          { title: words.files.received, cell: ({ receivedAt }) => instant(receivedAt) },
          {
            title: words.files.from,
            cell: ({ origins }) => origins.map((origin) => <Origin key={origin} origin={origin} />),
          },
        ]}
      />
      {files.length > 1 && <Decide settlement={settlement} />}
    </Section>
  );
}

const REPORT = /^amazon:report-document:(.+)$/;

/** Where a file came from; the long name that Amazon gives a report is at hand. */
function Origin({ origin }: { readonly origin: string }) {
  const { files } = useTexts(settlementTexts);
  const report = REPORT.exec(origin)?.[1];
  if (report === undefined) return <div className="sl-code">{origin}</div>;
  return (
    <div>
      {files.report} <CopyText value={report} shown={`…${report.slice(-12)}`} what={files.report} />
    </div>
  );
}

function FileStateTag({ file: { state, decision } }: { readonly file: SettlementFile }) {
  const { states } = useTexts(settlementTexts).files;
  const { reason } = useServiceWords();
  return (
    <>
      <span className="sl-nowrap">
        <StateTag state="" tone={TONES[state as FileState]} text={states[state as FileState]} />
      </span>
      {decision && <div className="sl-currency">{`${decision.actor}: ${reason(decision.why)}`}</div>}
    </>
  );
}

/** Which of two files it is: compared, then decided. */
function Decide({ settlement }: SettlementProps) {
  const words = useTexts(settlementTexts);
  const lacks = useLacks();
  const mayOperate = useMay('books.operate');
  const [asked, setAsked] = useState<'keep' | 'replace'>();
  const [isCompared, setCompared] = useState(false);
  const open = settlement.files.filter(({ state }) => state === 'waiting' || state === 'wanted');
  return (
    <div className="sl-stack">
      <div className="sl-actions">
        <Button onClick={() => setCompared(!isCompared)}>{words.actions.compare}</Button>
        {mayOperate &&
          open.length > 0 &&
          (['keep', 'replace'] as const).map((each) => (
            <Button key={each} onClick={() => setAsked(each)}>
              {words.actions[each]}
            </Button>
          ))}
        {open.length === 0 && <span>{words.why.decided}</span>}
        {!mayOperate && <span>{lacks('books.operate')}</span>}
      </div>
      {isCompared && <Comparison settlement={settlement} other={open[0]} />}
      {asked && open[0] && (
        <DecideDialog settlement={settlement} file={open[0]} asked={asked} onClose={() => setAsked(undefined)} />
      )}
    </div>
  );
}

function Comparison({ settlement, other }: SettlementProps & { readonly other: SettlementFile | undefined }) {
  const query = other ? `?with=${other.sha256}` : '';
  const { data, error } = useAnswer<TraceReport>(`/settlements/${settlement.id}/comparison${query}`, {
    refreshMs: false,
  });
  if (error) return <ProblemStrip problem={error.problem} />;
  return data ? <TraceTables report={data} /> : null;
}

interface DecideDialogProps extends SettlementProps {
  readonly file: SettlementFile;
  readonly asked: 'keep' | 'replace';
  readonly onClose: () => void;
}

function DecideDialog({ settlement, file, asked, onClose }: DecideDialogProps) {
  const words = useTexts(settlementTexts);
  const { mutateAsync } = useWrite<SettlementDetail>();
  const [wish, setWish] = useState({ reason: '01', date: '' });
  const isBooked = asked === 'replace' && settlement.postedCount > 0;
  return (
    <ReasonDialog
      title={words.actions[asked]}
      says={words.dialogs[asked].says}
      facts={[
        { label: words.id, value: settlement.settlementId },
        { label: words.total, value: <Amount value={settlement.totalAmount} currency={settlement.currency} /> },
        {
          label: words.dialogs.replace.file,
          value: (
            <>
              <code className="sl-code">{file.sha256.slice(0, 12)}</code>{' '}
              <Amount value={file.totalAmount} currency={file.currency} />
            </>
          ),
        },
      ]}
      confirm={words.actions[asked]}
      isGrave={asked === 'replace'}
      onConfirm={(why) =>
        mutateAsync({
          method: 'POST',
          path: `/settlements/${settlement.id}/${asked}`,
          body: { why, with: file.sha256, ...(isBooked && reversalBody(wish)) },
        })
      }
      onClose={onClose}
    >
      {isBooked && <ReversalFields wish={wish} onChange={setWish} />}
    </ReasonDialog>
  );
}
