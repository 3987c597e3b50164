import '../components.css';
import { ComboBox } from '@ui5/webcomponents-react/ComboBox';
import { ComboBoxItem } from '@ui5/webcomponents-react/ComboBoxItem';
import { Label } from '@ui5/webcomponents-react/Label';
import { useId } from 'react';
import type { LookUpAnswer } from '../../../../src/entrypoints/http/contract/mapping.ts';
import { useAnswer } from '../../api/use-answer.ts';
import { mappingTexts } from '../../texts/mapping.ts';
import { useTexts } from '../../texts/texts.ts';
import { useSettled } from './use-check.ts';

export type LookedUp = 'gl-accounts' | 'cost-centers' | 'profit-centers' | 'customers' | 'tax-codes';

interface LookUpFieldProps {
  readonly label: string;
  readonly connection: string;
  readonly kind: LookedUp;
  readonly companyCode?: string | undefined;
  readonly value: string;
  readonly required?: boolean;
  /** What the check of the table says of this field. */
  readonly fault?: string | undefined;
  readonly hint?: string | undefined;
  readonly onChange: (value: string) => void;
}

/** Texts of an account table that are no key of SAP. */
const OWN_WORDS: ReadonlySet<string> = new Set(['', 'default', 'none', 'any']);

/** A field whose values SAP has: looked up there by number or name while one types, with what speaks against each. */
export function LookUpField(props: LookUpFieldProps) {
  const { label, connection, kind, companyCode, value, required = false, fault, hint, onChange } = props;
  const words = useTexts(mappingTexts);
  const field = useId();
  const text = useSettled(value.trim());
  const { data } = useAnswer<LookUpAnswer>(
    `/mapping/${encodeURIComponent(connection)}/look-up?${new URLSearchParams({
      kind,
      ...(companyCode && { companyCode }),
      text: OWN_WORDS.has(text) ? '' : text,
    })}`,
    { refreshMs: false },
  );
  const { state, says } = useVerdict({ data, value, text, fault });
  return (
    <div>
      <Label for={field} required={required} showColon>
        {label}
      </Label>
      <ComboBox
        id={field}
        className="sl-field"
        accessibleName={label}
        required={required}
        filter="None"
        noTypeahead
        placeholder={words.searching}
        value={value}
        valueState={state}
        valueStateMessage={<div>{says}</div>}
        onInput={(event) => onChange(event.target.value)}
        onChange={(event) => onChange(event.target.value)}
      >
        {data?.items.map(({ number, name, notes }) => (
          <ComboBoxItem
            key={number}
            text={number}
            additionalText={[name, ...notes.map((note) => words.notes[note])].filter(Boolean).join(' – ')}
          />
        ))}
      </ComboBox>
      {says ? (
        <div className={state === 'Negative' ? 'sl-wrong' : 'sl-currency'}>{says}</div>
      ) : (
        hint && <div className="sl-currency">{hint}</div>
      )}
    </div>
  );
}

interface Judged {
  readonly data: LookUpAnswer | undefined;
  readonly value: string;
  readonly text: string;
  readonly fault: string | undefined;
}

type Verdict = { readonly state: 'None' | 'Negative' | 'Critical' | 'Positive'; readonly says: string };

function useVerdict({ data, value, text, fault }: Judged): Verdict {
  const words = useTexts(mappingTexts);
  if (fault) return { state: 'Negative', says: fault };
  const isCurrent = value.trim() === text;
  if (OWN_WORDS.has(value.trim()) || !data || !isCurrent) return { state: 'None', says: '' };
  const match = data.items.find(({ number }) => number.toUpperCase() === text.toUpperCase());
  if (match && match.notes.length > 0) {
    const notes = match.notes.map((note) => words.notes[note]).join(', ');
    return { state: 'Negative', says: [match.name, notes].filter(Boolean).join(': ') };
  }
  if (match) return { state: 'Positive', says: words.found([match.number, match.name].filter(Boolean).join(' ')) };
  if (data.problem) return { state: 'Critical', says: words.sapAway(data.problem.says) };
  if (data.readAt !== null && data.matchCount === 0) return { state: 'Negative', says: words.notInSap };
  return { state: 'None', says: '' };
}
