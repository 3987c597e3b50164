import { settlementTexts } from '../texts/settlements.ts';
import { useTexts } from '../texts/texts.ts';
import { DayField } from './day-field.tsx';
import { FormField } from './form-field.tsx';

export interface ReversalWish {
  /** SAP's reversal reason. */
  readonly reason: string;
  /** A day, or blank. */
  readonly date: string;
}

interface ReversalFieldsProps {
  readonly wish: ReversalWish;
  readonly onChange: (wish: ReversalWish) => void;
}

const REASON_CODES = { REVERSAL_REASON_INVALID: undefined } as const;

/** How a document is taken back in SAP: the reason that its customizing knows, and on which day. */
export function ReversalFields({ wish, onChange }: ReversalFieldsProps) {
  const { dialogs } = useTexts(settlementTexts);
  return (
    <>
      <FormField
        name="reason"
        label={dialogs.reversalReason}
        hint={dialogs.reversalReasonHint}
        value={wish.reason}
        onChange={(reason) => onChange({ ...wish, reason: reason.toUpperCase() })}
        codes={REASON_CODES}
        lengthMax={2}
        required
      />
      <DayField
        name="date"
        label={dialogs.reversalDate}
        hint={dialogs.reversalDateHint}
        value={wish.date}
        onChange={(date) => onChange({ ...wish, date })}
      />
    </>
  );
}

/** As the API takes it. */
export function reversalBody({ reason, date }: ReversalWish) {
  return { reason, ...(date !== '' && { date }) };
}
