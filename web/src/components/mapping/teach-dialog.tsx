import '../components.css';
import { Button } from '@ui5/webcomponents-react/Button';
import { useState } from 'react';
import type {
  AccountTable,
  TableChange,
  UnknownValue,
  VersionRecorded,
} from '../../../../src/entrypoints/http/contract/mapping.ts';
import type { ProblemBody } from '../../api/client.ts';
import { useWrite } from '../../api/use-answer.ts';
import { mappingTexts } from '../../texts/mapping.ts';
import { useTexts } from '../../texts/texts.ts';
import { useServiceWords } from '../../texts/use-service-words.ts';
import { ChoiceField } from '../choice-field.tsx';
import { ReasonDialog } from '../reason-dialog.tsx';
import { CheckResult } from './check-result.tsx';
import { KindField, useKinds } from './kind-field.tsx';
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
  /** As it is typed: its name in the reader's words, or its code. */
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
  const { codeOf } = useKinds();
  const kind = codeOf(taught.kind);
  const change = changeOf(value, { ...taught, kind });
  const checked = useCheck(connection, change, { withSap: false, withImpact: true });
  const asked = useCheck(connection, change, { withSap: true, withImpact: false });
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
      isBlocked={
        change === undefined || checked.isChecking || asked.isChecking || (checked.check?.faults.length ?? 0) > 0
      }
      onConfirm={async (why) => onRecorded(await mutateAsync({ method: 'POST', path, body: { change, why } }))}
      onClose={onClose}
    >
      <TaughtFields
        {...{ value, table, taught, faultOf }}
        problem={checked.problem}
        onChange={(part) => setTaught({ ...taught, ...part })}
      />
      {table.approvedBy === 'other' && <div>{words.needsOther}</div>}
      <CheckResult
        {...{ connection, ...checked }}
        problem={withoutFields(checked.problem, isShown)}
        asked={{ ...asked, problem: checked.problem ? undefined : asked.problem }}
        shownElsewhere={isShown}
      />
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
  const { codeOf } = useKinds();
  const known = accountOf(table, codeOf(taught.kind), value.marketplace);
  const field = (column: keyof Taught, name = `change.assignment.${column}`) => ({
    name,
    value: taught[column],
    fault: faultOf(column),
    problem,
    onChange: (text: string) => onChange({ [column]: text }),
  });
  const looked = { connection, companyCode: companyCodeOf(value, table) };
  if (value.code === 'MARKETPLACE_UNASSIGNED') {
    const options = ['', ...companyCodes].map((code) => [code, code || words.choose] as const);
    return (
      <ChoiceField {...field('companyCode', 'change.cells.companyCode')} label={words.companyCode} options={options} />
    );
  }
  return (
    <div className="sl-fields">
      <KindField
        {...(isTeaching ? field('kind', 'change.lineKind') : field('kind'))}
        isFixed={value.proposal.kind !== null}
        suggestions={value.proposal.suggestions}
      />
      {value.proposal.row && <AccountSuggestion row={value.proposal.row} onTake={onChange} />}
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

interface AccountSuggestionProps {
  readonly row: NonNullable<UnknownValue['proposal']['row']>;
  readonly onTake: (part: Partial<Taught>) => void;
}

/** Where something like it goes: taken over by whoever finds it right. */
function AccountSuggestion({ row, onTake }: AccountSuggestionProps) {
  const words = useTexts(mappingTexts);
  const service = useServiceWords();
  const { glAccount = '', costCenter = '', taxCode = '' } = row.cells;
  if (glAccount === '') return null;
  return (
    <div>
      <Button design="Transparent" onClick={() => onTake({ glAccount, costCenter, taxCode })}>
        {words.take(glAccount)}
      </Button>{' '}
      {words.likeRow(service.fault(row.because))}
    </div>
  );
}

/** Only what is certain: the kind of words that are known, and the company code where there is one. The rest is a person's word. */
function firstOf({ proposal }: UnknownValue, { companyCodes }: AccountTable): Taught {
  const [only = '', second] = companyCodes;
  return {
    kind: proposal.kind ?? '',
    marketplace: 'any',
    companyCode: second === undefined ? only : '',
    glAccount: '',
    costCenter: '',
    taxCode: '',
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
