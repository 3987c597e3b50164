import '../components.css';
import { ComboBoxItem } from '@ui5/webcomponents-react/ComboBoxItem';
import { useState } from 'react';
import type {
  AccountTable,
  TableChange,
  TableWords,
  UnknownValue,
  VersionRecorded,
} from '../../../../src/entrypoints/http/contract/mapping.ts';
import type { ProblemBody } from '../../api/client.ts';
import { useAnswer, useWrite } from '../../api/use-answer.ts';
import { mappingTexts } from '../../texts/mapping.ts';
import { useTexts } from '../../texts/texts.ts';
import { useServiceWords } from '../../texts/use-service-words.ts';
import { ChoiceField } from '../choice-field.tsx';
import { ComboField } from '../combo-field.tsx';
import type { FieldFacts } from '../field-frame.tsx';
import { ReasonDialog } from '../reason-dialog.tsx';
import { CheckResult } from './check-result.tsx';
import { LookUpField } from './look-up-field.tsx';
import { wordsOf } from './unknown-values.tsx';
import { useCheck } from './use-check.ts';

interface TeachDialogProps {
  readonly value: UnknownValue;
  readonly table: AccountTable;
  readonly onRecorded: (recorded: VersionRecorded) => void;
  readonly onClose: () => void;
}

interface Taught {
  readonly kind: string;
  readonly marketplace: string;
  readonly companyCode: string;
  readonly glAccount: string;
  readonly costCenter: string;
  readonly taxCode: string;
}

/** Teaches one value: what it means or where it goes, with what SAP says and what would move, before it is recorded. */
export function TeachDialog({ value, table, onRecorded, onClose }: TeachDialogProps) {
  const words = useTexts(mappingTexts);
  const { connection } = table;
  const [taught, setTaught] = useState<Taught>(() => firstOf(value, table));
  const change = changeOf(value, taught);
  const checked = useCheck(connection, change, { withSap: true, withImpact: true });
  const { mutateAsync } = useWrite<VersionRecorded>();
  const titles = { LINE_KIND_UNKNOWN: words.teachTitle, MARKETPLACE_UNASSIGNED: words.rowTitle };
  const service = useServiceWords();
  const faultOf = (column: string) => {
    const found = checked.check?.faults.find((fault) => fault.column === column);
    return found && service.fault(found.says);
  };
  const isShown = (column: string) => fieldsOf(value).includes(column);
  const path = `/mapping/${encodeURIComponent(connection)}/versions`;
  return (
    <ReasonDialog
      title={titles[value.code as keyof typeof titles] ?? words.assignTitle}
      says={`${wordsOf(value, words.blank)}${value.marketplace ? ` (${value.marketplace})` : ''}`}
      confirm={words.record}
      isWide
      isBlocked={change === undefined || checked.isChecking || (checked.check?.faults.length ?? 0) > 0}
      onConfirm={async (why) => onRecorded(await mutateAsync({ method: 'POST', path, body: { change, why } }))}
      onClose={onClose}
    >
      <TaughtFields
        {...{ value, table, taught, faultOf }}
        problem={checked.problem}
        onChange={(part) => setTaught({ ...taught, ...part })}
      />
      {table.approvedBy === 'other' && <div>{words.needsOther}</div>}
      <CheckResult {...checked} problem={withoutFields(checked.problem, isShown)} shownElsewhere={isShown} />
    </ReasonDialog>
  );
}

/** What is asked for a value. */
function fieldsOf({ code }: UnknownValue): readonly string[] {
  return code === 'MARKETPLACE_UNASSIGNED'
    ? ['companyCode']
    : ['kind', 'lineKind', 'marketplace', 'glAccount', 'costCenter', 'taxCode'];
}

/** A problem, unless all of it stands beside its fields: `change.assignment.glAccount` beside that of the account. */
function withoutFields(
  problem: ProblemBody | undefined,
  isShown: (column: string) => boolean,
): ProblemBody | undefined {
  const { fields = [] } = problem ?? {};
  return fields.length > 0 && fields.every(({ path }) => isShown(path.split('.').at(-1) ?? '')) ? undefined : problem;
}

interface FieldsProps {
  readonly value: UnknownValue;
  readonly table: AccountTable;
  readonly taught: Taught;
  readonly faultOf: (column: string) => string | undefined;
  /** What the service said of the change that was checked. */
  readonly problem: ProblemBody | undefined;
  readonly onChange: (part: Partial<Taught>) => void;
}

function TaughtFields({ value, table, taught, faultOf, problem, onChange }: FieldsProps) {
  const words = useTexts(mappingTexts);
  const { connection, companyCodes } = table;
  const isTeaching = value.code === 'LINE_KIND_UNKNOWN';
  const known = accountOf(table, taught.kind, value.marketplace);
  const field = (column: keyof Taught, name = `change.assignment.${column}`) => ({
    name,
    value: taught[column],
    fault: faultOf(column),
    problem,
    onChange: (text: string) => onChange({ [column]: text }),
  });
  const looked = { connection, companyCode: companyCodeOf(value, table) };
  if (value.code === 'MARKETPLACE_UNASSIGNED') {
    const options = companyCodes.map((code) => [code, code] as const);
    return (
      <ChoiceField {...field('companyCode', 'change.cells.companyCode')} label={words.companyCode} options={options} />
    );
  }
  return (
    <div className="sl-fields">
      <KindField {...(isTeaching ? field('kind', 'change.lineKind') : field('kind'))} isFixed={!isTeaching} />
      <ChoiceField
        {...field('marketplace')}
        label={words.marketplace}
        options={[
          ['any', words.anyMarketplace],
          ...(value.marketplace ? [[value.marketplace, value.marketplace] as const] : []),
        ]}
      />
      <LookUpField
        {...field('glAccount')}
        {...looked}
        label={words.glAccount}
        kind="gl-accounts"
        required={known === undefined}
        hint={known && words.glAccountHint(known)}
      />
      <LookUpField {...field('costCenter')} {...looked} label={words.costCenter} kind="cost-centers" />
      <LookUpField {...field('taxCode')} {...looked} label={words.taxCode} kind="tax-codes" />
    </div>
  );
}

interface KindFieldProps extends Omit<FieldFacts, 'label'> {
  readonly isFixed: boolean;
}

function KindField(field: KindFieldProps) {
  const words = useTexts(mappingTexts);
  const service = useServiceWords();
  const { data } = useAnswer<TableWords>('/mapping/words', { refreshMs: false });
  const facts = data?.kinds.find(({ kind }) => kind === field.value);
  return (
    <ComboField
      {...field}
      label={words.kind}
      hint={
        facts &&
        `${service.name('kind', facts.kind, facts.title)}: ${service.name('meaning', facts.kind, facts.meaning)}`
      }
      required
    >
      {data?.kinds.map(({ kind, title }) => (
        <ComboBoxItem key={kind} text={kind} additionalText={service.name('kind', kind, title)} />
      ))}
    </ComboField>
  );
}

function firstOf({ proposal, marketplace }: UnknownValue, { companyCodes }: AccountTable): Taught {
  const cells = proposal.row?.cells ?? {};
  return {
    kind: proposal.kind ?? proposal.suggestions[0]?.kind ?? '',
    marketplace: cells.marketplace && cells.marketplace !== 'any' ? marketplace : 'any',
    companyCode: cells.companyCode ?? companyCodes[0] ?? '',
    glAccount: cells.glAccount ?? '',
    costCenter: cells.costCenter ?? '',
    taxCode: cells.taxCode ?? '',
  };
}

/** `undefined` as long as something is missing. */
function changeOf(value: UnknownValue, taught: Taught): TableChange | undefined {
  const { kind, marketplace, companyCode, glAccount, costCenter, taxCode } = taught;
  if (value.code === 'MARKETPLACE_UNASSIGNED') {
    const cells = { ...value.proposal.row?.cells, name: value.marketplace, companyCode };
    return companyCode === '' ? undefined : { kind: 'row', section: 'marketplaces', cells };
  }
  const given = Object.entries({ glAccount, costCenter, taxCode }).filter(([, text]) => text.trim() !== '');
  const assignment = { marketplace, ...Object.fromEntries(given) };
  if (kind.trim() === '') return undefined;
  if (value.code === 'ACCOUNT_MISSING') {
    const text = value.proposal.row?.cells.text;
    return glAccount.trim() === ''
      ? undefined
      : { kind: 'assign', assignment: { kind, ...assignment, ...(text && { text }) } };
  }
  const { transactionType, amountType, amountDescription } = value;
  const triple = { transactionType, amountType, amountDescription };
  return { kind: 'teach', ...triple, lineKind: kind, ...(given.length > 0 && { assignment }) };
}

function companyCodeOf({ marketplace }: UnknownValue, { sections, companyCodes }: AccountTable): string | undefined {
  const rows = sections.find(({ name }) => name === 'marketplaces')?.rows ?? [];
  return rows.find((row) => row.name?.toLowerCase() === marketplace.toLowerCase())?.companyCode ?? companyCodes[0];
}

/** Where the kind is booked to now. */
function accountOf({ sections }: AccountTable, kind: string, marketplace: string): string | undefined {
  const rows = (sections.find(({ name }) => name === 'assignments')?.rows ?? []).filter((row) => row.kind === kind);
  const own = rows.find((row) => row.marketplace?.toLowerCase() === marketplace.toLowerCase());
  return (own ?? rows.find((row) => row.marketplace === 'any'))?.glAccount;
}
