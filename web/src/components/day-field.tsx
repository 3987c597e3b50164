import { DatePicker } from '@ui5/webcomponents-react/DatePicker';
import { useId } from 'react';
import { useFormat } from '../texts/format.ts';
import { type FieldFacts, FieldFrame, stateOf } from './field-frame.tsx';
import { useFieldProblem } from './form-problem.tsx';

/** A day in the form of the API, or blank. What is typed and is no day is given on as it is: who takes it says so. */
export function DayField(props: FieldFacts) {
  const { name, label, value, onChange, required = false, hint } = props;
  const { sampleDay } = useFormat();
  const id = useId();
  const says = useFieldProblem(props);
  return (
    <FieldFrame {...{ id, name, label, required, hint, says }}>
      <DatePicker
        id={id}
        className="form-field-input"
        accessibleName={label}
        accessibleDescription={hint ?? ''}
        valueFormat="yyyy-MM-dd"
        displayFormat="medium"
        placeholder={sampleDay()}
        required={required}
        value={value}
        {...stateOf(says)}
        onChange={({ detail }) => onChange(detail.value ?? '')}
        onValueStateChange={(event) => event.preventDefault()}
      />
    </FieldFrame>
  );
}
