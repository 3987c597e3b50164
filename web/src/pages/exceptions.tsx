import { BusyIndicator } from '@ui5/webcomponents-react/BusyIndicator';
import { Button } from '@ui5/webcomponents-react/Button';
import { useState } from 'react';
import { Link } from 'react-router';
import type {
  ExceptionGroup,
  ExceptionGroups,
  ReplayResults,
} from '../../../src/entrypoints/http/contract/exceptions.ts';
import { useAnswer, useWrite } from '../api/use-answer.ts';
import { Amount } from '../components/amount.tsx';
import { AsSaid } from '../components/as-said.tsx';
import { CommandLink } from '../components/command-link.tsx';
import { ChoiceFilter, Filters, useFilters } from '../components/list-filters.tsx';
import { Page } from '../components/page.tsx';
import { ProblemStrip } from '../components/problem-strip.tsx';
import { ReasonDialog } from '../components/reason-dialog.tsx';
import { PlainTable, Section } from '../components/section.tsx';
import { StateTag, type Tone } from '../components/state-tag.tsx';
import { useLacks } from '../permission-words.ts';
import { exceptionTexts } from '../texts/exceptions.ts';
import { useFormat } from '../texts/format.ts';
import { problemText } from '../texts/service-words.ts';
import { shellTexts } from '../texts/shell.ts';
import { useTexts } from '../texts/texts.ts';
import { useServiceWords } from '../texts/use-service-words.ts';
import { useMay } from '../user.ts';

type FailedRecord = ExceptionGroup['records'][number];
/** What became of a record, which may stand in no group any more. */
type Result = ReplayResults['items'][number] & Pick<Intention, 'kind'> & { readonly record: FailedRecord };

/** What is done again, of which records. */
interface Intention {
  readonly kind: ExceptionGroup['kind'];
  readonly action: NonNullable<ExceptionGroup['replay']>;
  readonly records: readonly FailedRecord[];
}

/** In one request; the service takes as many. */
const REPLAYED_MAX = 200;
const ROWS_SHOWN = 20;
const FILTERS = ['kind'] as const;
const KINDS = ['quarantined', 'unknown', 'rejected', 'away', 'held', 'job', 'unreadable'] as const;

/** Everything that failed, by its cause, with what it means, what to do, and doing it again. */
export function ExceptionsPage() {
  const { pages } = useTexts(shellTexts);
  const words = useTexts(exceptionTexts);
  const { data, error } = useAnswer<ExceptionGroups>('/exceptions', { refreshMs: 10_000 });
  const [intention, setIntention] = useState<Intention>();
  const [results, setResults] = useState<readonly Result[]>([]);
  const { values, set } = useFilters(FILTERS);
  const isKind = values.kind === '' || KINDS.some((kind) => kind === values.kind);
  const shown = data?.items.filter(({ kind }) => values.kind === '' || !isKind || kind === values.kind);
  const kinds = KINDS.filter((kind) => kind === values.kind || data?.items.some((group) => group.kind === kind));
  return (
    <Page title={pages.exceptions} subtitle={words.says}>
      {error && <ProblemStrip problem={error.problem} />}
      {!data && !error && <BusyIndicator active delay={300} />}
      <div className="sl-stack">
        {results.length > 0 && <ResultSection results={results} />}
        {kinds.length > 1 || values.kind !== '' ? (
          <Filters>
            <ChoiceFilter
              name="kind"
              label={words.kind}
              value={values.kind}
              options={[['', words.allKinds], ...kinds.map((kind) => [kind, words.kinds[kind]] as const)]}
              onChange={(kind) => set('kind', kind)}
              fault={isKind ? undefined : words.noKind}
            />
          </Filters>
        ) : null}
        {shown?.length === 0 && (
          <StateTag state="holds" text={data?.items.length === 0 ? words.none : words.noneOfKind} />
        )}
        {shown?.map((group) => (
          <Group key={group.key} group={group} onReplay={setIntention} />
        ))}
      </div>
      {intention && <ReplayDialog intention={intention} onDone={setResults} onClose={() => setIntention(undefined)} />}
    </Page>
  );
}

const TONES: Readonly<Record<ExceptionGroup['kind'], Tone>> = {
  quarantined: 'Critical',
  unknown: 'Critical',
  rejected: 'Negative',
  away: 'Information',
  held: 'Critical',
  job: 'Negative',
  unreadable: 'Information',
};

interface GroupProps {
  readonly group: ExceptionGroup;
  readonly onReplay: (intention: Intention) => void;
}

function Group({ group, onReplay }: GroupProps) {
  const words = useTexts(exceptionTexts);
  const format = useFormat();
  const { kind, code, about, replay, amounts, records } = group;
  const shared = sharedWords(group);
  const { may, name, why } = useReplay(replay);
  const service = useServiceWords();
  const subject = kind === 'job' ? service.name('work', about) : about;
  const shown = records.slice(0, ROWS_SHOWN);
  return (
    <Section
      title={subject || words.kinds[kind]}
      actions={
        replay && (
          <Button
            design="Emphasized"
            disabled={!may}
            onClick={() => onReplay({ kind, action: replay, records: records.slice(0, REPLAYED_MAX) })}
          >
            {records.length === 1 ? name : words.all(name, format.count(records.length))}
          </Button>
        )
      }
    >
      <div className="sl-stack">
        <div className="sl-row">
          <StateTag state={kind} text={words.kinds[kind]} tone={TONES[kind]} />
          <code className="sl-code">{code}</code>
          <span>{words.count(format.count(records.length))}</span>
          {amounts.map(({ currency, amount }) => (
            <Amount key={currency} value={amount} currency={currency} />
          ))}
        </div>
        <div>
          {words.means[kind]} {shared && <AsSaid said={shared} />}
        </div>
        <div>
          <strong>{words.next}:</strong> {service.next(group)}{' '}
          {kind === 'quarantined' ? (
            <Link className="sl-link" to="/mapping">
              {words.mapping}
            </Link>
          ) : (
            <CommandLink text={group.next} />
          )}
        </div>
        {why && <div className="sl-muted">{why}</div>}
        <RecordTable {...{ group, shown, onReplay }} />
      </div>
    </Section>
  );
}

/** What is said of all of its records alike; where each has words of its own, they stand beside it. */
function sharedWords({ about, records }: ExceptionGroup): string {
  const [first] = records;
  const isShared = first !== undefined && records.every(({ says }) => says === first.says);
  return isShared && first.says !== about ? first.says : '';
}

/** What doing it again is called, whether this person may, and why not. Who approves is not who operates. */
function useReplay(replay: ExceptionGroup['replay']) {
  const words = useTexts(exceptionTexts);
  const lacks = useLacks();
  const mayApprove = useMay('entries.approve');
  const mayOperate = useMay('books.operate');
  const isApproval = replay === 'approve-again';
  const may = isApproval ? mayApprove : mayOperate;
  const isOnlyApproved = isApproval && !mayOperate;
  return {
    may,
    mayOperate,
    name: replay === null ? '' : isOnlyApproved ? words.approveOnly : words.actions[replay],
    confirm: replay === null ? '' : isOnlyApproved ? words.confirmApproveOnly : words.confirm[replay],
    why: replay === null || may ? '' : lacks(isApproval ? 'entries.approve' : 'books.operate'),
  };
}

function RecordTable({ group, shown, onReplay }: GroupProps & { readonly shown: readonly FailedRecord[] }) {
  const words = useTexts(exceptionTexts);
  const format = useFormat();
  const { kind, replay, about, code } = group;
  const shared = sharedWords(group);
  const { may, name } = useReplay(replay);
  return (
    <PlainTable
      label={`${words.kinds[kind]} ${about || code}`}
      rows={shown}
      keyOf={({ id }) => id}
      columns={[
        { title: words.record, cell: (record) => <RecordLink kind={kind} record={record} /> },
        { title: words.connection, cell: ({ connection }) => connection ?? '–' },
        { title: words.since, cell: ({ since }) => <span className="sl-nowrap">{format.instant(since)}</span> },
        {
          title: words.amount,
          cell: ({ amount }) => amount && <Amount value={amount.amount} currency={amount.currency} />,
          isRight: true,
        },
        ...(shown.some(({ says }) => says !== shared)
          ? [
              {
                title: words.why,
                cell: ({ says }: FailedRecord) => says !== shared && <AsSaid said={says} />,
              },
            ]
          : []),
        {
          title: '',
          cell: (record) =>
            replay &&
            shown.length > 1 && (
              <Button
                design="Transparent"
                disabled={!may}
                accessibleName={`${name} ${record.name}`}
                onClick={() => onReplay({ kind, action: replay, records: [record] })}
              >
                {name}
              </Button>
            ),
        },
      ]}
    />
  );
}

/** Where it stands now, and what is still in its way. */
function ResultWords({ result: { state, isDone, missing, problem } }: { readonly result: Result }) {
  const words = useTexts(exceptionTexts);
  const service = useServiceWords();
  return (
    <>
      {state && <StateTag state={state} />} {missing > 0 && words.missing(missing)}
      {problem && missing === 0 && `${problemText(service, problem)} ${service.next(problem)}`}
      {!isDone && !problem && missing === 0 && words.stands}
    </>
  );
}

function RecordLink({ kind, record }: { readonly kind: ExceptionGroup['kind']; readonly record: FailedRecord }) {
  const { id, name } = record;
  const paths: Readonly<Partial<Record<ExceptionGroup['kind'], string>>> = {
    quarantined: `/settlements/${id}`,
    unknown: `/entries/${id}`,
    rejected: `/entries/${id}`,
    away: `/entries/${id}`,
    held: `/entries/${id}`,
    job: `/jobs?text=${encodeURIComponent(id)}`,
  };
  const to = paths[kind];
  if (!to) return <code className="sl-code">{name}</code>;
  return (
    <Link className="sl-link" to={to}>
      {name}
    </Link>
  );
}

/** What became of the last replay, also of records that stand in no group any more. */
function ResultSection({ results }: { readonly results: readonly Result[] }) {
  const words = useTexts(exceptionTexts);
  const format = useFormat();
  const ok = results.filter(({ isDone }) => isDone);
  return (
    <output className="sl-stack">
      <Section title={`${words.result}: ${words.done(format.count(ok.length), format.count(results.length))}`}>
        <ul className="sl-list">
          {results.map((result) => (
            <li key={result.id} className="sl-row sl-baseline">
              <RecordLink kind={result.kind} record={result.record} />
              <span className="sl-grow">
                <ResultWords result={result} />
              </span>
            </li>
          ))}
        </ul>
      </Section>
    </output>
  );
}

interface ReplayDialogProps {
  readonly intention: Intention;
  readonly onDone: (results: readonly Result[]) => void;
  readonly onClose: () => void;
}

function ReplayDialog({ intention: { kind, action, records }, onDone, onClose }: ReplayDialogProps) {
  const words = useTexts(exceptionTexts);
  const format = useFormat();
  const { name, confirm: says, mayOperate } = useReplay(action);
  const { mutateAsync } = useWrite<ReplayResults>();
  const send = async (path: string, body: object) =>
    (await mutateAsync({ method: 'POST', path: `/exceptions/${path}`, body })).items;
  const replay = async (why: string) => {
    const ids = records.map(({ id }) => id);
    if (action !== 'approve-again') return send('replay', { action, ids, why });
    const approved = await send('approve-again', { ids, why });
    const toSend = approved.filter(({ isDone }) => isDone).map(({ id }) => id);
    if (!mayOperate || toSend.length === 0) return approved;
    const sent = new Map((await send('replay', { action: 'send', ids: toSend, why })).map((each) => [each.id, each]));
    return approved.map((each) => sent.get(each.id) ?? each);
  };
  const confirm = async (why: string) => {
    const byId = new Map(records.map((record) => [record.id, record]));
    onDone(
      (await replay(why)).flatMap((each) => {
        const record = byId.get(each.id);
        return record ? [{ ...each, kind, record }] : [];
      }),
    );
  };
  return (
    <ReasonDialog
      title={name}
      says={says}
      facts={[
        {
          label: words.record,
          value: records.length === 1 ? records[0]?.name : words.count(format.count(records.length)),
        },
      ]}
      confirm={name}
      isGrave={action === 'approve-again'}
      onConfirm={confirm}
      onClose={onClose}
    />
  );
}
