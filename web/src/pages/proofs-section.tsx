import type { Proof } from '../../../src/entrypoints/http/contract/facts.ts';
import { AsSaid } from '../components/as-said.tsx';
import { PlainTable, Section } from '../components/section.tsx';
import { StateTag } from '../components/state-tag.tsx';
import { useFormat } from '../texts/format.ts';
import { proofTexts } from '../texts/proofs.ts';
import { settlementTexts } from '../texts/settlements.ts';
import { useTexts } from '../texts/texts.ts';

const DECIMAL = /^-?\d+(\.\d+)?$/;

/** Each check with its numbers, and in words what it says. */
export function ProofsSection({ title, proofs }: { readonly title: string; readonly proofs: readonly Proof[] }) {
  const words = useTexts(settlementTexts);
  const names: Readonly<Record<string, string>> = useTexts(proofTexts).names;
  const { amount } = useFormat();
  const number = (text: string) => (DECIMAL.test(text) ? amount(text) : text);
  return (
    <Section title={title}>
      <PlainTable
        label={title}
        rows={proofs}
        keyOf={({ name }) => name}
        columns={[
          {
            title: words.proof,
            cell: ({ name, says }) => (
              <>
                <div>{names[name] ?? name}</div>
                <div className="sl-currency">
                  <AsSaid said={says} />
                </div>
              </>
            ),
          },
          { title: words.holds, cell: ({ ok }) => <StateTag state={ok ? 'holds' : 'fails'} /> },
          {
            title: words.expected,
            cell: ({ expected }) => <span className="sl-amount">{number(expected)}</span>,
            isRight: true,
          },
          {
            title: words.found,
            cell: ({ actual }) => <span className="sl-amount">{number(actual)}</span>,
            isRight: true,
          },
        ]}
      />
    </Section>
  );
}
