import '../components.css';
import { Bar } from '@ui5/webcomponents-react/Bar';
import { Button } from '@ui5/webcomponents-react/Button';
import { ComboBoxItem } from '@ui5/webcomponents-react/ComboBoxItem';
import { useState } from 'react';
import type { TableFault, TableRow, TableWords } from '../../../../src/entrypoints/http/contract/mapping.ts';
import { componentTexts } from '../../texts/components.ts';
import { mappingTexts } from '../../texts/mapping.ts';
import { useTexts } from '../../texts/texts.ts';
import { useServiceWords } from '../../texts/use-service-words.ts';
import { ComboField } from '../combo-field.tsx';
import { FormField } from '../form-field.tsx';
import { Modal } from '../modal.tsx';
import { type LookedUp, LookUpField } from './look-up-field.tsx';
import type { PlacedRow } from './use-draft.ts';

/** Columns whose values SAP has. */
const LOOKED_UP: Readonly<Record<string, LookedUp>> = {
  glAccount: 'gl-accounts',
  costCenter: 'cost-centers',
  profitCenter: 'profit-centers',
  customer: 'customers',
  taxCode: 'tax-codes',
  outputTaxCode: 'tax-codes',
  inputTaxCode: 'tax-codes',
};

interface RowDialogProps {
  readonly connection: string;
  readonly section: TableWords['sections'][number];
  readonly words: TableWords;
  readonly row: PlacedRow;
  readonly isNew: boolean;
  readonly faults: readonly TableFault[];
  readonly onApply: (cells: TableRow) => void;
  readonly onRemove: () => void;
  readonly onClose: () => void;
}

/** One row of the account table, cell by cell. */
export function RowDialog(props: RowDialogProps) {
  const { connection, section, row, isNew, faults, onApply, onRemove, onClose } = props;
  const words = useTexts(mappingTexts);
  const { cancel } = useTexts(componentTexts);
  const service = useServiceWords();
  const [cells, setCells] = useState<TableRow>(row.cells);
  const names: Readonly<Record<string, string>> = words.columns;
  const faultOf = (column: string) => {
    const found = faults.find((each) => each.column === column);
    return found && service.fault(found.says);
  };
  const apply = () => {
    onApply(Object.fromEntries(Object.entries(cells).filter(([, text]) => text.trim() !== '')));
    onClose();
  };
  const ends = (
    <>
      <Button design="Emphasized" onClick={apply}>
        {words.apply}
      </Button>
      {!isNew && (
        <Button
          design="Negative"
          onClick={() => {
            onRemove();
            onClose();
          }}
        >
          {words.remove}
        </Button>
      )}
      <Button design="Transparent" onClick={onClose}>
        {cancel}
      </Button>
    </>
  );
  return (
    <Modal
      headerText={isNew ? words.newRow : words.edit}
      onSubmit={apply}
      onClose={onClose}
      footer={<Bar design="Footer" endContent={ends} />}
    >
      <div className="sl-wide-dialog sl-fields">
        {section.columns.map((column) => (
          <CellField
            key={column}
            {...{ connection, column }}
            label={names[column] ?? column}
            required={section.required.includes(column)}
            kinds={props.words}
            companyCode={cells.companyCode}
            value={cells[column] ?? ''}
            fault={cells[column] === row.cells[column] ? faultOf(column) : undefined}
            onChange={(text) => setCells((before) => ({ ...before, [column]: text }))}
          />
        ))}
      </div>
    </Modal>
  );
}

interface CellFieldProps {
  readonly connection: string;
  readonly column: string;
  readonly label: string;
  readonly required: boolean;
  readonly kinds: TableWords;
  readonly companyCode: string | undefined;
  readonly value: string;
  readonly fault: string | undefined;
  readonly onChange: (text: string) => void;
}

function CellField({ connection, column, kinds, companyCode, ...facts }: CellFieldProps) {
  const service = useServiceWords();
  const kind = LOOKED_UP[column];
  const field = { ...facts, name: column };
  if (kind) return <LookUpField {...{ ...field, connection, kind, companyCode }} />;
  const options =
    column === 'kind'
      ? kinds.kinds.map((each) => [each.kind, service.name('kind', each.kind, each.title)] as const)
      : column === 'purpose'
        ? kinds.purposes.map((purpose) => [purpose, service.name('purpose', purpose, '')] as const)
        : undefined;
  if (!options) return <FormField {...field} />;
  return (
    <ComboField {...field}>
      {options.map(([text, title]) => (
        <ComboBoxItem key={text} text={text} additionalText={title} />
      ))}
    </ComboField>
  );
}
