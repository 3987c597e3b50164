import './components.css';
import { useFormat } from '../texts/format.ts';

interface AmountProps {
  /** Decimal text, as the API gives it. */
  readonly value: string;
  readonly currency?: string;
}

/** An amount to the cent, its digits below each other in a column. */
export function Amount({ value, currency }: AmountProps) {
  const { amount } = useFormat();
  return (
    <span className="sl-amount">
      {amount(value)}
      {currency && <span className="sl-currency"> {currency}</span>}
    </span>
  );
}
