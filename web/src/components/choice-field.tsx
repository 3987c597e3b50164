import { Option } from '@ui5/webcomponents-react/Option';
import { Select } from '@ui5/webcomponents-react/Select';
import { useId } from 'react';
import { type FieldFacts, FieldFrame, stateOf } from './field-frame.tsx';
import { useFieldProblem } from './form-problem.tsx';

interface ChoiceFieldProps extends FieldFacts {
  readonly options: readonly (readonly [value: string, text: string])[];
  readonly isLong?: boolean;
}

/** One of a few values. */
export function ChoiceField(props: ChoiceFieldProps) {
  const { name, label, value, onChange, required = false, hint, options, isLong = false } = props;
  const id = useId();
  const says = useFieldProblem(props);
  return (
    <FieldFrame {...{ id, name, label, required, hint, isLong, says }}>
      <Select
        id={id}
        className="form-field-input"
        accessibleName={label}
        accessibleDescription={hint ?? ''}
        {...stateOf(says)}
        onChange={({ detail }) => onChange(detail.selectedOption.getAttribute('value') ?? '')}
      >
        {options.map(([each, text]) => (
          <Option key={each} value={each} selected={each === value}>
            {text}
          </Option>
        ))}
      </Select>
    </FieldFrame>
  );
}
