import '../components.css';
import { ComboBoxItem } from '@ui5/webcomponents-react/ComboBoxItem';
import type { LookUpAnswer } from '../../../../src/entrypoints/http/contract/mapping.ts';
import { useAnswer } from '../../api/use-answer.ts';
import { mappingTexts } from '../../texts/mapping.ts';
import { useTexts } from '../../texts/texts.ts';
import { ComboField } from '../combo-field.tsx';
import type { FieldFacts } from '../field-frame.tsx';
import { useSettled } from './use-check.ts';

export type LookedUp = 'gl-accounts' | 'cost-centers' | 'profit-centers' | 'customers' | 'tax-codes';

interface LookUpFieldProps extends FieldFacts {
  readonly connection: string;
  readonly kind: LookedUp;
  readonly companyCode?: string | undefined;
}

/** Texts of an account table that are no key of SAP. */
const OWN_WORDS: ReadonlySet<string> = new Set(['', 'default', 'none', 'any']);

/** A field whose values SAP has: looked up there by number or name while one types, with what speaks against each. */
export function LookUpField({ connection, kind, companyCode, ...field }: LookUpFieldProps) {
  const words = useTexts(mappingTexts);
  const { value } = field;
  const text = useSettled(value.trim());
  const { data } = useAnswer<LookUpAnswer>(
    `/mapping/${encodeURIComponent(connection)}/look-up?${new URLSearchParams({
      kind,
      ...(companyCode && { companyCode }),
      text: OWN_WORDS.has(text) ? '' : text,
    })}`,
    { refreshMs: false },
  );
  const { doubt, verdict } = useVerdict(data, value, text);
  return (
    <ComboField {...field} filter="None" placeholder={words.searching} doubt={doubt} verdict={verdict}>
      {data?.items.map(({ number, name, notes }) => (
        <ComboBoxItem
          key={number}
          text={number}
          additionalText={[name, ...notes.map((note) => words.notes[note])].filter(Boolean).join(' – ')}
        />
      ))}
    </ComboField>
  );
}

interface Verdict {
  readonly doubt?: string;
  readonly verdict?: { readonly state: 'Positive' | 'Critical'; readonly says: string };
}

/** What SAP says of a value, once that is what was looked up. */
function useVerdict(data: LookUpAnswer | undefined, value: string, text: string): Verdict {
  const words = useTexts(mappingTexts);
  if (OWN_WORDS.has(value.trim()) || !data || value.trim() !== text) return {};
  const match = data.items.find(({ number }) => number.toUpperCase() === text.toUpperCase());
  if (match && match.notes.length > 0) {
    const notes = match.notes.map((note) => words.notes[note]).join(', ');
    return { doubt: [match.name, notes].filter(Boolean).join(': ') };
  }
  if (match) {
    return { verdict: { state: 'Positive', says: words.found([match.number, match.name].filter(Boolean).join(' ')) } };
  }
  if (data.problem) return { verdict: { state: 'Critical', says: words.sapAway(data.problem.says) } };
  if (data.readAt !== null && data.matchCount === 0) return { doubt: words.notInSap };
  return {};
}
