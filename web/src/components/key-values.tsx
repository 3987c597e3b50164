import './components.css';
import type { ReactNode } from 'react';

export interface KeyValue {
  readonly label: string;
  /** What is empty is left out. */
  readonly value: ReactNode;
}

/** Facts of a record, each with its label, beside each other as far as there is room. */
export function KeyValues({ items }: { readonly items: readonly KeyValue[] }) {
  return (
    <dl className="sl-key-values">
      {items
        .filter(({ value }) => value !== undefined && value !== null && value !== '' && value !== false)
        .map(({ label, value }) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd>{value}</dd>
          </div>
        ))}
    </dl>
  );
}
