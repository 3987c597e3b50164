import './form-field.css';
import type { ReactNode } from 'react';
import type { FieldClaim } from './form-problem.tsx';

export interface FieldFacts extends FieldClaim {
  readonly name: string;
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly hint?: string | undefined;
  readonly required?: boolean;
}

interface FieldFrameProps {
  readonly id: string;
  readonly name: string;
  readonly label: string;
  readonly required?: boolean;
  readonly hint?: ReactNode;
  /** It takes more room than others of its line. */
  readonly isLong?: boolean;
  /** What is wrong with it. */
  readonly says: string | undefined;
  readonly children: ReactNode;
}

/** A label, what it is of, and beside it what is wrong with it, which is said at once. */
export function FieldFrame({
  id,
  name,
  label,
  required = false,
  hint,
  isLong = false,
  says,
  children,
}: FieldFrameProps) {
  return (
    <div
      className={isLong ? 'form-field form-field-long' : 'form-field'}
      data-field={name}
      data-wrong={says ? true : undefined}
    >
      <label className="form-field-label" htmlFor={id}>
        {label}
        {required && <span aria-hidden="true"> *</span>}
      </label>
      {children}
      <div id={`${id}-says`} className="form-field-below">
        <span role="alert" className="form-field-problem">
          {says && `⚠ ${says}`}
        </span>
        {!says && hint && <span className="form-field-hint">{hint}</span>}
      </div>
    </div>
  );
}

/** How the library's fields are told what is wrong with them. */
export function stateOf(says: string | undefined) {
  return { valueState: says ? ('Negative' as const) : ('None' as const), valueStateMessage: <div>{says}</div> };
}
