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
import { StateTag } from '../state-tag.tsx';

const CHANGES_SHOWN = 100;

interface CheckResultProps {
  readonly check: TableCheck | undefined;
  readonly problem: ProblemBody | undefined;
  readonly isChecking: boolean;
  /** Whose faults stand next to their fields. */
  readonly shownElsewhere?: (column: string) => boolean;
}

/** What a change would come to: what is wrong with it, which rows, what SAP says, which amounts would move. */
export function CheckResult({ check, problem, isChecking, shownElsewhere = () => false }: CheckResultProps) {
  const words = useTexts(mappingTexts);
  const service = useServiceWords();
  const sections: Readonly<Record<string, string>> = words.sections;
  const columns: Readonly<Record<string, string>> = words.columns;
  return (
    <div className="sl-stack" aria-busy={isChecking}>
      {isChecking && <BusyIndicator active delay={300} text={words.checking} />}
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
          {check.impact && <ImpactView impact={check.impact} />}
          {check.sap && <SapFindings sap={check.sap} />}
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
  const names: Readonly<Record<string, string>> = words.columns;
  const sections: Readonly<Record<string, string>> = words.sections;
  const more = changes.length - CHANGES_SHOWN;
  if (changes.length === 0) return <div>{words.unchanged}</div>;
  return (
    <section aria-label={words.changesTitle(count(changes.length))}>
      <Title level="H3">{words.changesTitle(count(changes.length))}</Title>
      <div className="sl-scroll">
        <table className="sl-plain-table">
          <thead>
            <tr>
              <th scope="col">{words.row}</th>
              <th scope="col">{words.before}</th>
              <th scope="col">{words.after}</th>
            </tr>
          </thead>
          <tbody>
            {changes.slice(0, CHANGES_SHOWN).map(({ section, change, row, columns }, at) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: two rows may have the same words
              <tr key={at}>
                <th scope="row">
                  {words.change[change]}: {sections[section] ?? section}, {row}
                </th>
                <td>
                  {columns.map(
                    ({ column, before }) => before && <Cell key={column} {...{ column, names }} text={before} />,
                  )}
                </td>
                <td>
                  {columns.map(
                    ({ column, after }) => after && <Cell key={column} {...{ column, names }} text={after} />,
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {more > 0 && <div>{words.more(count(more))}</div>}
    </section>
  );
}

interface CellProps {
  readonly column: string;
  readonly text: string;
  readonly names: Readonly<Record<string, string>>;
}

function Cell({ column, text, names }: CellProps) {
  return (
    <div>
      <span className="sl-currency">{names[column] ?? column}</span> {text}
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
          <strong>{words.severity[severity]}</strong>: {label && `${label}: `}
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
  return (
    <section aria-label={words.impactTitle} className="sl-stack">
      <Title level="H3">{words.impactTitle}</Title>
      {turns.map(({ settlementId, change, reasons }) => (
        <div key={settlementId}>
          <StateTag state={change} text={saying[change](settlementId)} tone={tones[change]} />
          {[...new Set(reasons)].map((reason) => (
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
    <div className="sl-scroll">
      <table className="sl-plain-table">
        <thead>
          <tr>
            <th scope="col">{words.from}</th>
            <th scope="col">{words.to}</th>
            <th scope="col">{words.kinds}</th>
            <th scope="col" className="sl-right">
              {words.rows}
            </th>
            <th scope="col" className="sl-right">
              {words.debit}
            </th>
            <th scope="col" className="sl-right">
              {words.credit}
            </th>
          </tr>
        </thead>
        <tbody>
          {moves.map((move, at) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: two moves may be between the same places
            <tr key={at}>
              <td>{place(move.from)}</td>
              <td>{place(move.to)}</td>
              <td>{move.kinds.map((kind) => service.name('kind', kind)).join(', ')}</td>
              <td className="sl-right">{count(move.rowCount)}</td>
              <td className="sl-right">
                <Amount value={move.debit} currency={move.currency} />
              </td>
              <td className="sl-right">
                <Amount value={move.credit} currency={move.currency} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
