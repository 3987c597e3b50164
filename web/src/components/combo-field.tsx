import { ComboBox, type ComboBoxDomRef } from '@ui5/webcomponents-react/ComboBox';
import { type ReactNode, useId } from 'react';
import { type FieldFacts, FieldFrame, stateOf } from './field-frame.tsx';
import { useFieldProblem } from './form-problem.tsx';

interface ComboFieldProps extends FieldFacts {
  readonly placeholder?: string;
  readonly isFixed?: boolean;
  /** `None`: the values are looked up for what is typed, so all of them fit. */
  readonly filter?: 'None' | 'Contains';
  /** What speaks for a value, or against one that can be taken all the same. */
  readonly verdict?: { readonly state: 'Positive' | 'Critical'; readonly says: string } | undefined;
  /** The values that are offered. */
  readonly children: ReactNode;
}

/** A field that offers values while one types. */
export function ComboField(props: ComboFieldProps) {
  const { name, label, value, onChange, required = false, verdict, filter = 'Contains', placeholder = '' } = props;
  const id = useId();
  const says = useFieldProblem(props);
  const state =
    says || !verdict ? stateOf(says) : { valueState: verdict.state, valueStateMessage: <div>{verdict.says}</div> };
  return (
    <FieldFrame {...{ id, name, label, required, says }} hint={verdict?.says ?? props.hint}>
      <ComboBox
        id={id}
        className="form-field-input"
        accessibleName={label}
        required={required}
        readonly={props.isFixed ?? false}
        filter={filter}
        noTypeahead={filter === 'None'}
        placeholder={placeholder}
        value={value}
        {...state}
        onInput={(event) => onChange(event.target.value)}
        onChange={(event) => onChange(event.target.value)}
        // Escape puts back what stood there before, of which the library tells nobody.
        onKeyUp={({ key, currentTarget }) => key === 'Escape' && onChange((currentTarget as ComboBoxDomRef).value)}
      >
        {props.children}
      </ComboBox>
    </FieldFrame>
  );
}
