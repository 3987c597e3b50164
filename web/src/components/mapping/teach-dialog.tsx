import '../components.css';
import { ComboBox } from '@ui5/webcomponents-react/ComboBox';
import { ComboBoxItem } from '@ui5/webcomponents-react/ComboBoxItem';
import { Label } from '@ui5/webcomponents-react/Label';
import { useId, useState } from 'react';
import type {
  AccountTable,
  TableChange,
  TableWords,
  UnknownValue,
  VersionRecorded,
} from '../../../../src/entrypoints/http/contract/mapping.ts';
import { useAnswer, useWrite } from '../../api/use-answer.ts';
import { mappingTexts } from '../../texts/mapping.ts';
import { useTexts } from '../../texts/texts.ts';
import { useServiceWords } from '../../texts/use-service-words.ts';
import { ReasonDialog } from '../reason-dialog.tsx';
import { Choice } from '../report-filter.tsx';
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
      <TaughtFields {...{ value, table, taught, faultOf }} onChange={(part) => setTaught({ ...taught, ...part })} />
      {table.approvedBy === 'other' && <div>{words.needsOther}</div>}
      <CheckResult {...checked} shownElsewhere={(column) => column in taught} />
    </ReasonDialog>
  );
}

interface FieldsProps {
  readonly value: UnknownValue;
  readonly table: AccountTable;
  readonly taught: Taught;
  readonly faultOf: (column: string) => string | undefined;
  readonly onChange: (part: Partial<Taught>) => void;
}

function TaughtFields({ value, table, taught, faultOf, onChange }: FieldsProps) {
  const words = useTexts(mappingTexts);
  const { connection, companyCodes } = table;
  if (value.code === 'MARKETPLACE_UNASSIGNED') {
    return (
      <Choice
        label={words.companyCode}
        value={taught.companyCode}
        options={companyCodes.map((code) => [code, code] as const)}
        onChange={(companyCode) => onChange({ companyCode })}
      />
    );
  }
  const companyCode = companyCodeOf(value, table);
  const known = accountOf(table, taught.kind, value.marketplace);
  const isTeaching = value.code === 'LINE_KIND_UNKNOWN';
  return (
    <div className="sl-fields">
      <KindField
        value={taught.kind}
        fault={faultOf('kind')}
        isFixed={!isTeaching}
        onChange={(kind) => onChange({ kind })}
      />
      <Choice
        label={words.marketplace}
        value={taught.marketplace}
        options={[
          ['any', words.anyMarketplace],
          ...(value.marketplace ? [[value.marketplace, value.marketplace] as const] : []),
        ]}
        onChange={(marketplace) => onChange({ marketplace })}
      />
      <LookUpField
        label={words.glAccount}
        kind="gl-accounts"
        {...{ connection, companyCode }}
        required={known === undefined}
        value={taught.glAccount}
        fault={faultOf('glAccount')}
        hint={known && words.glAccountHint(known)}
        onChange={(glAccount) => onChange({ glAccount })}
      />
      <LookUpField
        label={words.costCenter}
        kind="cost-centers"
        {...{ connection, companyCode }}
        value={taught.costCenter}
        fault={faultOf('costCenter')}
        onChange={(costCenter) => onChange({ costCenter })}
      />
      <LookUpField
        label={words.taxCode}
        kind="tax-codes"
        {...{ connection, companyCode }}
        value={taught.taxCode}
        fault={faultOf('taxCode')}
        onChange={(taxCode) => onChange({ taxCode })}
      />
    </div>
  );
}

interface KindFieldProps {
  readonly value: string;
  readonly fault: string | undefined;
  readonly isFixed: boolean;
  readonly onChange: (kind: string) => void;
}

function KindField({ value, fault, isFixed, onChange }: KindFieldProps) {
  const words = useTexts(mappingTexts);
  const service = useServiceWords();
  const field = useId();
  const { data } = useAnswer<TableWords>('/mapping/words', { refreshMs: false });
  const facts = data?.kinds.find(({ kind }) => kind === value);
  return (
    <div>
      <Label for={field} required showColon>
        {words.kind}
      </Label>
      <ComboBox
        id={field}
        className="sl-field"
        accessibleName={words.kind}
        required
        readonly={isFixed}
        filter="Contains"
        value={value}
        valueState={fault ? 'Negative' : 'None'}
        valueStateMessage={<div>{fault}</div>}
        onInput={(event) => onChange(event.target.value)}
        onChange={(event) => onChange(event.target.value)}
      >
        {data?.kinds.map(({ kind, title }) => (
          <ComboBoxItem key={kind} text={kind} additionalText={service.name('kind', kind, title)} />
        ))}
      </ComboBox>
      {fault ? (
        <div className="sl-wrong">{fault}</div>
      ) : (
        facts && (
          <div className="sl-currency">
            {service.name('kind', facts.kind, facts.title)}: {service.name('meaning', facts.kind, facts.meaning)}
          </div>
        )
      )}
    </div>
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
