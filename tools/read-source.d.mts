/** A piece of TypeScript; of a template `parts` are its texts and, between them, the tokens of its holes. */
export interface Token {
  readonly kind: 'word' | 'number' | 'text' | 'template' | 'regex' | 'mark';
  readonly value: string;
  readonly at: number;
  readonly parts?: readonly (string | readonly Token[])[];
}

export function tokenise(source: string): Token[];
