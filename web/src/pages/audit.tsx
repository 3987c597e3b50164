import { Bar } from '@ui5/webcomponents-react/Bar';
import { Button } from '@ui5/webcomponents-react/Button';
import { List } from '@ui5/webcomponents-react/List';
import { ListItemStandard } from '@ui5/webcomponents-react/ListItemStandard';
import { MessageStrip } from '@ui5/webcomponents-react/MessageStrip';
import { Title } from '@ui5/webcomponents-react/Title';
import { useState } from 'react';
import { Link, useNavigate } from 'react-router';
import type { AuditEventItem, AuditVerified, Found } from '../../../src/entrypoints/http/contract/audit.ts';
import { useAnswer } from '../api/use-answer.ts';
import { type DataColumn, DataTable, ListTable } from '../components/data-table.tsx';
import { documentName } from '../components/document-link.tsx';
import { KeyValues } from '../components/key-values.tsx';
import { ChoiceFilter, ConnectionFilter, DayFilter, TextFilter, useFilters } from '../components/list-filters.tsx';
import { Modal } from '../components/modal.tsx';
import { Page } from '../components/page.tsx';
import { ProblemStrip } from '../components/problem-strip.tsx';
import { useStateWord } from '../components/state-tag.tsx';
import { useConnectionNames } from '../connection-names.ts';
import { useLook } from '../look.tsx';
import { auditTexts } from '../texts/audit.ts';
import { englishActions } from '../texts/english-names.ts';
import { useFormat } from '../texts/format.ts';
import { wordsOf } from '../texts/service-words.ts';
import { shellTexts } from '../texts/shell.ts';
import { useTexts } from '../texts/texts.ts';
import { useServiceWords } from '../texts/use-service-words.ts';
import { KeysDialog } from './audit-keys.tsx';
import { useProgressWords } from './settlement-words.ts';

const FILTERS = ['text', 'connection', 'action', 'actor', 'subject', 'from', 'to'] as const;

/** The audit log: search it, prove it, keep its signed head. */
export function AuditPage() {
  const shell = useTexts(shellTexts);
  const words = useTexts(auditTexts);
  const { values, step, set } = useFilters(FILTERS);
  const { text } = values;
  const query = queryOf(values);
  const [proof, setProof] = useState<'chains' | 'everything'>();
  const [shown, setShown] = useState<AuditEventItem>();
  const [hasKeys, setKeys] = useState(false);
  const format = useFormat();
  return (
    <Page
      title={shell.pages.audit}
      subtitle={words.zone(format.zone())}
      actions={
        <>
          <Button onClick={() => setProof('chains')}>{words.verify}</Button>
          <Button onClick={() => setProof('everything')}>{words.verifyEverything}</Button>
          <Button
            design="Transparent"
            tooltip={words.headHint}
            onClick={() => window.open('/api/v1/audit/head', '_blank', 'noopener')}
          >
            {words.head}
          </Button>
          <Button design="Transparent" onClick={() => setKeys(true)}>
            {words.keys}
          </Button>
        </>
      }
    >
      {proof && <Proof key={proof} isEverything={proof === 'everything'} />}
      <ListTable<AuditEventItem>
        path={`/audit/events${query && `?${query}`}`}
        label={words.events}
        columns={useEventColumns()}
        noRows={words.none}
        onRow={setShown}
        filters={<EventFilters {...{ values, set, step }} />}
      >
        {text !== '' && <LeadsTo text={text} />}
        <Title level="H2">{words.events}</Title>
      </ListTable>
      {hasKeys && <KeysDialog onClose={() => setKeys(false)} />}
      {shown && <EventDialog event={shown} onClose={() => setShown(undefined)} />}
    </Page>
  );
}

type FilterValues = Readonly<Record<(typeof FILTERS)[number], string>>;

/** Days are those of the reader. What is no day goes as it is, for the service to say so. */
function queryOf({ from, to, ...others }: FilterValues): string {
  const begins = new Date(`${from}T00:00:00`);
  const ends = new Date(`${to}T23:59:59.999`);
  const given = {
    ...others,
    from: Number.isNaN(begins.getTime()) ? from : begins.toISOString(),
    to: Number.isNaN(ends.getTime()) ? to : ends.toISOString(),
  };
  return String(new URLSearchParams(Object.entries(given).filter(([, value]) => value !== '')));
}

interface EventFiltersProps {
  readonly values: FilterValues;
  readonly set: (name: keyof FilterValues, value: string) => void;
  readonly step: (name: keyof FilterValues, value: string) => void;
}

function EventFilters({ values, set, step }: EventFiltersProps) {
  const words = useTexts(auditTexts);
  const service = useServiceWords();
  const { language } = useLook();
  const actions = Object.keys(englishActions)
    .map((action) => [action, service.name('action', action)] as const)
    .sort(([, one], [, other]) => one.localeCompare(other, language));
  return (
    <>
      <TextFilter
        name="text"
        label={words.search}
        placeholder={words.searchHint}
        value={values.text}
        onChange={(next) => step('text', next)}
        action={words.search}
      />
      <ConnectionFilter
        label={words.connection}
        value={values.connection}
        all={words.any}
        names={useConnectionNames()}
        onChange={(next) => set('connection', next)}
      />
      <ChoiceFilter
        name="action"
        label={words.action}
        value={values.action}
        options={[['', words.any], ...actions]}
        onChange={(next) => set('action', next)}
      />
      <TextFilter name="actor" label={words.actor} value={values.actor} onChange={(next) => set('actor', next)} />
      <TextFilter
        name="subject"
        label={words.subject}
        placeholder={words.subjectHint}
        value={values.subject}
        onChange={(next) => set('subject', next)}
      />
      {(['from', 'to'] as const).map((name) => (
        <DayFilter
          key={name}
          name={name}
          label={words[name]}
          value={values[name]}
          onChange={(next) => set(name, next)}
        />
      ))}
    </>
  );
}

function useEventColumns(): readonly DataColumn<AuditEventItem>[] {
  const words = useTexts(auditTexts);
  const subjectOf = useSubject();
  const service = useServiceWords();
  const format = useFormat();
  return [
    { id: 'at', title: words.at, text: (row) => format.moment(row.at), minWidth: 186 },
    { id: 'actor', title: words.actor, text: (row) => row.actor, width: 110 },
    { id: 'action', title: words.action, text: (row) => service.name('action', row.action), minWidth: 228 },
    {
      id: 'subject',
      title: words.subject,
      text: (row) => withoutDocument(subjectOf(row)),
      cell: (row) => (
        <span className="sl-cell" title={subjectOf(row)}>
          {withoutDocument(subjectOf(row))}
        </span>
      ),
      minWidth: 240,
    },
    { id: 'why', title: words.why, text: (row) => service.reason(row.why), minWidth: 215 },
  ];
}

/** A posting key and a SAP document have no room beside each other, and half of either finds nothing: the details have both. */
function withoutDocument(subject: string): string {
  return subject.replace(/ \(\d+\/\w+\/\d{4}\)$/, '');
}

const UUID = /^([0-9a-f]{8})-[0-9a-f-]{27}$/;

type About = Pick<AuditEventItem, 'subject' | 'subjectName'>;

/** `entry/0b5e…` as its kind in words, and what people call it; without a name as much of its id as tells it from others. */
function useSubject(): (about: About) => string {
  const subjects: Readonly<Record<string, string>> = useTexts(auditTexts).subjects;
  return ({ subject, subjectName }) => {
    const [kind = '', ...id] = subject.split('/');
    const word = Object.hasOwn(subjects, kind) ? subjects[kind] : undefined;
    if (word === undefined) return subjectName ?? subject;
    return [word, subjectName ?? id.join('/').replace(UUID, '$1')].filter(Boolean).join(' ');
  };
}

/** The page of what an event is about. */
function pageOf({ subject, subjectName }: About): string | undefined {
  const [kind = '', id = ''] = subject.split('/');
  if (kind === 'connection')
    return subjectName === null ? undefined : `/connections/${encodeURIComponent(subjectName)}`;
  const page = { settlement: '/settlements/', entry: '/entries/', accrual: '/accruals/' }[kind];
  return page && id ? `${page}${encodeURIComponent(id)}` : undefined;
}

function Subject({ about, onLeave }: { readonly about: About; readonly onLeave: () => void }) {
  const words = useTexts(auditTexts);
  const text = useSubject()(about);
  const page = pageOf(about);
  return (
    <>
      {page ? (
        <Link className="sl-link" to={page}>
          {text}
        </Link>
      ) : (
        text
      )}
      <div className="sl-code sl-muted">{about.subject}</div>
      <Link className="sl-link" to={`/audit?${new URLSearchParams({ subject: about.subject })}`} onClick={onLeave}>
        {words.allOfIt}
      </Link>
    </>
  );
}

/** What stands below a number that was found: where it is from, how much, and how far it is in SAP. */
function useDescription(): (item: Found['items'][number]) => string {
  const progressOf = useProgressWords();
  const stateWord = useStateWord();
  const format = useFormat();
  return ({ connection, state, total, progress, document }) =>
    [
      connection,
      total && `${format.amount(total.amount)} ${total.currency}`,
      state && (progress ? progressOf({ ...progress, state }) : stateWord(state)),
      document && documentName(document),
    ]
      .filter(Boolean)
      .join(', ');
}

function LeadsTo({ text }: { readonly text: string }) {
  const words = useTexts(auditTexts);
  const navigate = useNavigate();
  const describe = useDescription();
  const { data } = useAnswer<Found>(`/find?${new URLSearchParams({ text: text.slice(0, 100) })}`, { refreshMs: false });
  if (!data || data.items.length === 0) return null;
  return (
    <List
      headerText={words.leadsTo}
      accessibleName={words.leadsTo}
      onItemClick={(event) => void navigate(event.detail.item.getAttribute('data-href') ?? '/')}
    >
      {data.items.map((item) => (
        <ListItemStandard
          key={item.href}
          data-href={item.href}
          type="Navigation"
          text={item.title}
          description={describe(item)}
        />
      ))}
    </List>
  );
}

function Proof({ isEverything }: { readonly isEverything: boolean }) {
  const words = useTexts(auditTexts);
  const service = useServiceWords();
  const format = useFormat();
  const { data, error } = useAnswer<AuditVerified>(`/audit/verify${isEverything ? '?everything=true' : ''}`, {
    refreshMs: false,
  });
  if (error) return <ProblemStrip problem={error.problem} />;
  if (!data) return <MessageStrip hideCloseButton>{words.running}</MessageStrip>;
  const { firstBroken, records } = data;
  const rows = records?.tables.reduce((sum, table) => sum + table.rows, 0) ?? 0;
  return (
    <div role="status">
      <MessageStrip design={data.ok ? 'Positive' : 'Negative'} hideCloseButton>
        {firstBroken
          ? `${words.broken(firstBroken.chain, format.count(firstBroken.sequence))} ${wordsOf(service, firstBroken.says)}`
          : words.whole(format.count(data.eventCount))}
        {records && ` ${words.wholeRecords(format.count(rows), format.count(records.tables.length))}`}
      </MessageStrip>
      {records && records.faults.length > 0 && (
        <DataTable
          label={words.faults}
          rows={records.faults}
          columns={[
            { id: 'table', title: words.table, text: (row) => row.table },
            { id: 'key', title: words.record, text: (row) => row.key },
            { id: 'says', title: words.says, text: (row) => wordsOf(service, row.says) },
          ]}
        />
      )}
    </div>
  );
}

function EventDialog({ event, onClose }: { readonly event: AuditEventItem; readonly onClose: () => void }) {
  const words = useTexts(auditTexts);
  const service = useServiceWords();
  const action = service.name('action', event.action);
  const format = useFormat();
  const json = (value: AuditEventItem['before']) =>
    value === null ? '–' : <pre className="sl-code">{JSON.stringify(value, null, 2)}</pre>;
  return (
    <Modal
      headerText={`${words.details} ${format.count(event.position)}`}
      onClose={onClose}
      footer={
        <Bar
          design="Footer"
          endContent={
            <Button design="Emphasized" onClick={onClose}>
              {words.close}
            </Button>
          }
        />
      }
    >
      <div className="sl-wide-dialog sl-stack">
        <KeyValues
          items={[
            { label: words.at, value: `${format.moment(event.at)} (${format.zone()})` },
            { label: words.actor, value: event.actor },
            { label: words.action, value: action === event.action ? action : `${action} (${event.action})` },
            { label: words.subject, value: <Subject about={event} onLeave={onClose} /> },
            { label: words.why, value: service.reason(event.why) },
            { label: words.chain, value: event.connection ?? event.chain },
            { label: words.hash, value: <span className="sl-code">{event.hash}</span> },
          ]}
        />
        <div className="sl-pair">
          <KeyValues items={[{ label: words.before, value: json(event.before) }]} />
          <KeyValues items={[{ label: words.after, value: json(event.after) }]} />
        </div>
      </div>
    </Modal>
  );
}
