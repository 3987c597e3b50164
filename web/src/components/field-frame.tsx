import './form-field.css';
import type { ReactNode } from 'react';
import type { ProblemBody } from '../api/client.ts';
import { useServiceWords } from '../texts/use-service-words.ts';

export interface FieldFacts {
  /** Of the field in the body that is sent: `label`, or `posting.approval`. */
  readonly name: string;
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  /** What the service said of the body as a whole; what concerns this field is shown beside it. */
  readonly problem?: ProblemBody | undefined;
  /** Codes of problems that are this field's, with words of their own where there are better ones than those of the service. */
  readonly codes?: Readonly<Record<string, string | undefined>>;
  /** Found before anything is sent. */
  readonly fault?: string | undefined;
  readonly hint?: string;
  readonly required?: boolean;
}

interface FieldFrameProps {
  readonly id: string;
  readonly label: string;
  readonly required: boolean;
  readonly hint: string | undefined;
  readonly says: string | undefined;
  readonly children: ReactNode;
}

/** A label, what it is of, and beside it what is wrong with it. */
export function FieldFrame({ id, label, required, hint, says, children }: FieldFrameProps) {
  const service = useServiceWords();
  return (
    <div className="form-field">
      <label className="form-field-label" htmlFor={id}>
        {label}
        {required && <span aria-hidden="true"> *</span>}
      </label>
      {children}
      <div id={`${id}-says`} className="form-field-below">
        <span role="alert" className="form-field-problem">
          {says && `⚠ ${service.sentence(says) ?? says}`}
        </span>
        {!says && hint && <span className="form-field-hint">{hint}</span>}
      </div>
    </div>
  );
}

/** What of a problem is said beside a field. */
export function fieldProblem({ name, problem, codes = {}, fault }: FieldFacts): string | undefined {
  if (fault) return fault;
  if (!problem) return undefined;
  const named = problem.fields?.find(({ path }) => path === name);
  if (named) return named.says;
  return problem.code in codes ? (codes[problem.code] ?? problem.says) : undefined;
}

/** Whether fields with these names or codes show the problem, so that it is not said twice. */
export function isShownByField(problem: ProblemBody, names: readonly string[], codes: readonly string[] = []): boolean {
  return codes.includes(problem.code) || (problem.fields?.some(({ path }) => names.includes(path)) ?? false);
}
