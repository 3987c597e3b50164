import { Button } from '@ui5/webcomponents-react/Button';
import { ComboBoxItem } from '@ui5/webcomponents-react/ComboBoxItem';
import type { TableWords, UnknownValue } from '../../../../src/entrypoints/http/contract/mapping.ts';
import { useAnswer } from '../../api/use-answer.ts';
import { mappingTexts } from '../../texts/mapping.ts';
import { useTexts } from '../../texts/texts.ts';
import { useServiceWords } from '../../texts/use-service-words.ts';
import { ComboField } from '../combo-field.tsx';
import type { FieldFacts } from '../field-frame.tsx';

/** Kinds of lines by the reader's words. A code may be typed as well. */
export function useKinds() {
  const service = useServiceWords();
  const { data } = useAnswer<TableWords>('/mapping/words', { refreshMs: false });
  const kinds = data?.kinds.map(({ kind, title, meaning }) => ({
    kind,
    name: service.name('kind', kind, title),
    meaning: service.name('meaning', kind, meaning),
  }));
  const isAlike = (one: string, other: string) => one.toLowerCase() === other.trim().toLowerCase();
  return {
    kinds: kinds ?? [],
    /** What is no name of exactly one kind is taken as it is written. */
    codeOf: (text: string) => {
      const named = kinds?.filter(({ name }) => isAlike(name, text)) ?? [];
      return named.length === 1 && named[0] ? named[0].kind : text.trim();
    },
  };
}

interface KindFieldProps extends Omit<FieldFacts, 'label'> {
  readonly isFixed: boolean;
  /** What it may be. Nothing is filled in by it until a person takes it. */
  readonly suggestions: UnknownValue['proposal']['suggestions'];
}

/** What a line means: named in the reader's words, with what it may be as buttons below. */
export function KindField({ suggestions, ...field }: KindFieldProps) {
  const words = useTexts(mappingTexts);
  const service = useServiceWords();
  const { kinds, codeOf } = useKinds();
  const chosen = kinds.find(({ kind }) => kind === codeOf(field.value));
  const nameOf = (kind: string) => kinds.find((each) => each.kind === kind)?.name ?? kind;
  return (
    <>
      <ComboField
        {...field}
        value={field.isFixed && chosen ? chosen.name : field.value}
        label={words.kind}
        hint={chosen && `${chosen.name} (${chosen.kind}): ${chosen.meaning}`}
        required
      >
        {kinds.map(({ kind, name }) => (
          <ComboBoxItem key={kind} text={name} additionalText={kind} />
        ))}
      </ComboField>
      {suggestions.length > 0 && (
        <ul className="sl-list" aria-label={words.suggestion}>
          {suggestions.map(({ kind, because }) => (
            <li key={kind}>
              <Button design="Transparent" onClick={() => field.onChange(nameOf(kind))}>
                {words.take(nameOf(kind))}
              </Button>{' '}
              <span className="sl-code">{kind}</span>
              <div className="sl-muted">{service.fault(because)}</div>
            </li>
          ))}
        </ul>
      )}
    </>
  );
}
