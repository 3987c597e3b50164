import './components.css';
import { componentTexts } from '../texts/components.ts';
import { useTexts } from '../texts/texts.ts';
import { type KeyValue, KeyValues } from './key-values.tsx';
import { Section } from './section.tsx';

/** The facts of the record that a page is about, in a card like all else of it. */
export function FactCard({ items }: { readonly items: readonly KeyValue[] }) {
  const { facts } = useTexts(componentTexts);
  return (
    <Section title={facts}>
      <KeyValues items={items} />
    </Section>
  );
}
