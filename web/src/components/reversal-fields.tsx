import { DatePicker } from '@ui5/webcomponents-react/DatePicker';
import { Input } from '@ui5/webcomponents-react/Input';
import { Label } from '@ui5/webcomponents-react/Label';
import { useId } from 'react';
import { useFormat } from '../texts/format.ts';
import { settlementTexts } from '../texts/settlements.ts';
import { useTexts } from '../texts/texts.ts';

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

/** How a document is taken back in SAP: the reason that its customizing knows, and on which day. */
export function ReversalFields({ wish, onChange }: ReversalFieldsProps) {
  const { dialogs } = useTexts(settlementTexts);
  const { sampleDay } = useFormat();
  const reason = useId();
  const date = useId();
  return (
    <>
      <div>
        <Label for={reason} required showColon>
          {dialogs.reversalReason}
        </Label>
        <Input
          id={reason}
          accessibleName={dialogs.reversalReason}
          required
          maxlength={2}
          value={wish.reason}
          onInput={(event) => onChange({ ...wish, reason: event.target.value.toUpperCase() })}
        />
        <div className="sl-currency">{dialogs.reversalReasonHint}</div>
      </div>
      <div>
        <Label for={date} showColon>
          {dialogs.reversalDate}
        </Label>
        <DatePicker
          id={date}
          accessibleName={dialogs.reversalDate}
          valueFormat="yyyy-MM-dd"
          displayFormat="medium"
          placeholder={sampleDay()}
          value={wish.date}
          onChange={({ detail }) => onChange({ ...wish, date: detail.value ?? '' })}
        />
        <div className="sl-currency">{dialogs.reversalDateHint}</div>
      </div>
    </>
  );
}

/** As the API takes it. */
export function reversalBody({ reason, date }: ReversalWish) {
  return { reason, ...(date !== '' && { date }) };
}
