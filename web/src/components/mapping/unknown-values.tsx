import '../components.css';
import { Button } from '@ui5/webcomponents-react/Button';
import { MessageStrip } from '@ui5/webcomponents-react/MessageStrip';
import { useState } from 'react';
import { Link } from 'react-router';
import type {
  AccountTable,
  StoppingValue,
  UnknownValue,
  UnknownValues,
  VersionRecorded,
} from '../../../../src/entrypoints/http/contract/mapping.ts';
import { useAnswer } from '../../api/use-answer.ts';
import { useFormat } from '../../texts/format.ts';
import { mappingTexts } from '../../texts/mapping.ts';
import { useTexts } from '../../texts/texts.ts';
import { useServiceWords } from '../../texts/use-service-words.ts';
import { useMay } from '../../user.ts';
import { Amount } from '../amount.tsx';
import { ProblemWords } from '../as-said.tsx';
import { ProblemStrip } from '../problem-strip.tsx';
import { PlainTable, Section } from '../section.tsx';
import { TeachDialog } from './teach-dialog.tsx';

const SETTLEMENTS_SHOWN = 3;
const TAUGHT: ReadonlySet<string> = new Set(['LINE_KIND_UNKNOWN', 'ACCOUNT_MISSING', 'MARKETPLACE_UNASSIGNED']);

interface UnknownProps {
  readonly table: AccountTable;
  readonly onRecorded: (recorded: VersionRecorded) => void;
}

/** Every value that holds settlements up, to be taught right here. */
export function UnknownSection({ table, onRecorded }: UnknownProps) {
  const words = useTexts(mappingTexts);
  const { count } = useFormat();
  const { connection } = table;
  const { data, error } = useAnswer<UnknownValues>(`/mapping/unknown?${new URLSearchParams({ connection })}`);
  const [taught, setTaught] = useState<UnknownValue>();
  const settlements = new Set(data?.items.flatMap((value) => value.settlements));
  return (
    <Section title={words.unknown}>
      <div className="sl-stack">
        {error && <ProblemStrip problem={error.problem} />}
        {data?.items.length === 0 && (
          <MessageStrip design="Positive" hideCloseButton>
            {words.nothingUnknown}
          </MessageStrip>
        )}
        {data && data.items.length > 0 && (
          <>
            <div>{words.unknownSays(count(settlements.size))}</div>
            <ValueTable values={data.items} onTeach={setTaught} />
          </>
        )}
        {taught && (
          <TeachDialog value={taught} table={table} onRecorded={onRecorded} onClose={() => setTaught(undefined)} />
        )}
      </div>
    </Section>
  );
}

interface ValueTableProps {
  readonly values: readonly UnknownValue[];
  readonly onTeach: (value: UnknownValue) => void;
}

function ValueTable({ values, onTeach }: ValueTableProps) {
  const words = useTexts(mappingTexts);
  const format = useFormat();
  return (
    <PlainTable
      label={words.unknown}
      rows={values}
      keyOf={keyOf}
      columns={[
        { title: words.value, cell: (value) => <Value value={value} /> },
        { title: words.rows, cell: ({ rowCount }) => format.count(rowCount), isRight: true },
        {
          title: words.amount,
          cell: ({ amounts }) => (
            <div>
              {amounts.map(({ currency, amount }) => (
                <div key={currency}>
                  <Amount value={amount} currency={currency} />
                </div>
              ))}
            </div>
          ),
          isRight: true,
        },
        { title: words.waiting, cell: (value) => <Waiting value={value} /> },
        { title: words.suggestion, cell: (value) => <Suggestion value={value} onTeach={onTeach} /> },
      ]}
    />
  );
}

function keyOf({ code, transactionType, amountType, amountDescription, marketplace, says }: UnknownValue): string {
  return JSON.stringify([code, transactionType, amountType, amountDescription, marketplace, says]);
}

interface ValueProps {
  readonly value: UnknownValue;
}

function Value({ value }: ValueProps) {
  const words = useTexts(mappingTexts);
  const { code, marketplace, says } = value;
  return (
    <>
      <div>
        <strong>{wordsOf(value, words.blank)}</strong>
        {marketplace && <span className="sl-currency"> {marketplace}</span>}
      </div>
      <div className="sl-currency">
        <ProblemWords problem={{ code, says }} />
      </div>
    </>
  );
}

function Waiting({ value: { settlements, firstSeenAt } }: ValueProps) {
  const words = useTexts(mappingTexts);
  const format = useFormat();
  const more = settlements.length - SETTLEMENTS_SHOWN;
  return (
    <div>
      {settlements.slice(0, SETTLEMENTS_SHOWN).map((id) => (
        <div key={id}>
          <Link className="sl-link sl-code" to={`/settlements/${encodeURIComponent(id)}`}>
            {id}
          </Link>
        </div>
      ))}
      {more > 0 && <div>{words.more(format.count(more))}</div>}
      <div className="sl-currency">{words.since(format.day(firstSeenAt))}</div>
    </div>
  );
}

function Suggestion({ value, onTeach }: ValueProps & Pick<ValueTableProps, 'onTeach'>) {
  const words = useTexts(mappingTexts);
  const service = useServiceWords();
  const may = useMay('mapping.edit');
  const { code, proposal } = value;
  return (
    <div>
      {proposal.suggestions.map(({ kind, because }) => (
        <div key={kind}>{words.perhaps(service.name('kind', kind), service.fault(because))}</div>
      ))}
      {proposal.row && <div>{words.likeRow(service.fault(proposal.row.because))}</div>}
      {may && TAUGHT.has(code) && (
        <Button design="Emphasized" onClick={() => onTeach(value)}>
          {words.teach}
        </Button>
      )}
    </div>
  );
}

/** The words as Amazon writes them. */
export function wordsOf(value: StoppingValue, blank: string): string {
  const { transactionType, amountType, amountDescription, marketplace, rowCount } = value;
  const all = [transactionType, amountType, amountDescription];
  if (rowCount === 0 || all.every((word) => word === '')) return marketplace;
  return all.map((word) => word || blank).join(' | ');
}
