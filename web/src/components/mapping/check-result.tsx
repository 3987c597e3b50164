import '../components.css';
import { BusyIndicator } from '@ui5/webcomponents-react/BusyIndicator';
import { MessageStrip } from '@ui5/webcomponents-react/MessageStrip';
import { Title } from '@ui5/webcomponents-react/Title';
import type { BookingMove, Impact, RowChange, TableCheck } from '../../../../src/entrypoints/http/contract/mapping.ts';
import type { ProblemBody } from '../../api/client.ts';
import { useFormat } from '../../texts/format.ts';
import { mappingTexts } from '../../texts/mapping.ts';
import { useTexts } from '../../texts/texts.ts';
import { useServiceWords } from '../../texts/use-service-words.ts';
import { Amount } from '../amount.tsx';
import { AsSaid } from '../as-said.tsx';
import { ProblemStrip } from '../problem-strip.tsx';
import { PlainTable } from '../section.tsx';
import { StateTag } from '../state-tag.tsx';
import { nameRow } from './name-row.ts';
import { WouldBook } from './would-book.tsx';

const CHANGES_SHOWN = 100;

interface Checked {
  readonly check: TableCheck | undefined;
  readonly problem: ProblemBody | undefined;
  readonly isChecking: boolean;
}

interface CheckResultProps extends Checked {
  readonly connection: string;
  /** What SAP says, where that is asked for by itself: what would be booked need not wait for SAP. */
  readonly asked?: Checked;
  /** Whose faults stand next to their fields. */
  readonly shownElsewhere?: (column: string) => boolean;
}

/** What a change would come to: what is wrong with it, which rows, what SAP says, which amounts would move. */
export function CheckResult({
  connection,
  check,
  problem,
  isChecking,
  asked,
  shownElsewhere = () => false,
}: CheckResultProps) {
  const words = useTexts(mappingTexts);
  const service = useServiceWords();
  const sections: Readonly<Record<string, string>> = words.sections;
  const columns: Readonly<Record<string, string>> = words.columns;
  const sap = (asked?.check ?? check)?.sap;
  return (
    <div className="sl-stack" aria-busy={isChecking}>
      {isChecking && <BusyIndicator active delay={300} text={asked ? words.workingOut : words.checking} />}
      {problem && <ProblemStrip problem={problem} />}
      {!problem && check && (
        <>
          {check.faults
            .filter(({ column }) => !shownElsewhere(column))
            .map(({ section, row, column, says }) => (
              <MessageStrip key={`${section} ${row} ${column} ${says}`} design="Negative" hideCloseButton role="alert">
                {[sections[section] ?? section, row >= 0 && `${words.row} ${row + 1}`, columns[column] ?? column]
                  .filter(Boolean)
                  .join(', ')}
                : {service.fault(says)}
              </MessageStrip>
            ))}
          {check.warnings.map(({ section, row, column, says }) => (
            <MessageStrip key={`${section} ${row} ${column} ${says}`} design="Critical" hideCloseButton>
              {service.fault(says)}
            </MessageStrip>
          ))}
          {/* Figures of what was typed before are none of what is typed now. */}
          {check.impact && !isChecking && <WouldBook {...{ connection }} impact={check.impact} />}
          {check.impact && <ImpactView impact={check.impact} />}
          {sap && <SapFindings sap={sap} />}
          {asked?.isChecking && <BusyIndicator active delay={300} text={words.askingSap} />}
          {asked?.problem && <ProblemStrip problem={asked.problem} />}
          <Changes changes={check.changes} />
        </>
      )}
    </div>
  );
}

/** Rows that are not as they were, cell by cell. */
export function Changes({ changes }: { readonly changes: readonly RowChange[] }) {
  const words = useTexts(mappingTexts);
  const { count } = useFormat();
  const sections: Readonly<Record<string, string>> = words.sections;
  const more = changes.length - CHANGES_SHOWN;
  if (changes.length === 0) return <div>{words.unchanged}</div>;
  return (
    <section aria-label={words.changesTitle(count(changes.length))}>
      <Title level="H3">{words.changesTitle(count(changes.length))}</Title>
      <PlainTable
        label={words.changesTitle(count(changes.length))}
        rows={placed(changes.slice(0, CHANGES_SHOWN))}
        keyOf={({ at }) => at}
        columns={[
          {
            title: words.row,
            cell: ({ section, change, row }) =>
              `${words.change[change]}: ${sections[section] ?? section}, ${nameRow(row, words)}`,
          },
          {
            title: words.before,
            cell: ({ columns }) => <Cells texts={columns.map(({ column, before }) => [column, before])} />,
          },
          {
            title: words.after,
            cell: ({ columns }) => <Cells texts={columns.map(({ column, after }) => [column, after])} />,
          },
        ]}
      />
      {more > 0 && <div>{words.more(count(more))}</div>}
    </section>
  );
}

/** Each with its place, because two may have the same words. */
function placed<Row extends object>(rows: readonly Row[]): readonly (Row & { readonly at: string })[] {
  return rows.map((row, at) => ({ ...row, at: String(at) }));
}

function Cells({ texts }: { readonly texts: readonly (readonly [column: string, text: string | null])[] }) {
  const names: Readonly<Record<string, string>> = useTexts(mappingTexts).columns;
  const given = texts.filter(([, text]) => text);
  if (given.length === 0) return null;
  return (
    <div>
      {given.map(([column, text]) => (
        <div key={column}>
          <span className="sl-currency">{names[column] ?? column}</span> {text}
        </div>
      ))}
    </div>
  );
}

function SapFindings({ sap }: { readonly sap: NonNullable<TableCheck['sap']> }) {
  const words = useTexts(mappingTexts);
  const service = useServiceWords();
  return (
    <section aria-label={words.sapTitle} className="sl-stack">
      <Title level="H3">{words.sapTitle}</Title>
      {sap.findings.length === 0 && (
        <MessageStrip design="Positive" hideCloseButton>
          {words.sapFine}
        </MessageStrip>
      )}
      {sap.findings.map(({ severity, code, says, next, label }) => (
        <MessageStrip key={code + says + label} design={severity === 'error' ? 'Negative' : 'Critical'} hideCloseButton>
          <strong>{words.severity[severity]}</strong>: {label && `${nameRow(label, words)}: `}
          <AsSaid said={says} /> {service.next({ code, next })}
        </MessageStrip>
      ))}
    </section>
  );
}

function ImpactView({ impact }: { readonly impact: Impact }) {
  const words = useTexts(mappingTexts);
  const saying = {
    'leaves-quarantine': words.leaves,
    'enters-quarantine': words.enters,
    'other-quarantine': words.stays,
  };
  const tones = {
    'leaves-quarantine': 'Positive',
    'enters-quarantine': 'Negative',
    'other-quarantine': 'Critical',
  } as const;
  const turns = impact.settlements.flatMap(({ settlementId, change, reasons }) =>
    change in saying ? [{ settlementId, change: change as keyof typeof saying, reasons }] : [],
  );
  // Told where the rows that stop it are.
  const told = new Set(impact.stopped.flatMap(({ settlements }) => settlements));
  return (
    <section aria-label={words.impactTitle} className="sl-stack">
      <Title level="H3">{words.impactTitle}</Title>
      {turns.map(({ settlementId, change, reasons }) => (
        <div key={settlementId}>
          <StateTag state={change} text={saying[change](settlementId)} tone={tones[change]} />
          {[...new Set(told.has(settlementId) ? [] : reasons)].map((reason) => (
            <div key={reason} className="sl-currency">
              <AsSaid said={reason} />
            </div>
          ))}
        </div>
      ))}
      {impact.open.length === 0 ? turns.length === 0 && <div>{words.nothingMoves}</div> : <Moves moves={impact.open} />}
      {impact.problems.map(({ data, ...problem }) => (
        <ProblemStrip key={problem.code + problem.says} problem={{ ...problem, ...(data && { data }) }} />
      ))}
    </section>
  );
}

function Moves({ moves }: { readonly moves: readonly BookingMove[] }) {
  const words = useTexts(mappingTexts);
  const service = useServiceWords();
  const { count } = useFormat();
  const place = (of: BookingMove['from']) =>
    of === null
      ? words.nowhere
      : [
          of.glAccount,
          of.customer && words.customerPart(of.customer),
          of.costCenter && words.costCenterPart(of.costCenter),
          of.taxCode && words.taxPart(of.taxCode),
        ]
          .filter(Boolean)
          .join(', ');
  return (
    <PlainTable
      label={words.impactTitle}
      rows={placed(moves)}
      keyOf={({ at }) => at}
      columns={[
        { title: words.from, cell: ({ from }) => place(from) },
        { title: words.to, cell: ({ to }) => place(to) },
        { title: words.kinds, cell: ({ kinds }) => kinds.map((kind) => service.name('kind', kind)).join(', ') },
        { title: words.rows, cell: ({ rowCount }) => count(rowCount), isRight: true },
        { title: words.debit, cell: (move) => <Amount value={move.debit} currency={move.currency} />, isRight: true },
        { title: words.credit, cell: (move) => <Amount value={move.credit} currency={move.currency} />, isRight: true },
      ]}
    />
  );
}
