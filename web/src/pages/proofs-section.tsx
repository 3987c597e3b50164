import type { Proof } from '../../../src/entrypoints/http/contract/facts.ts';
import { AsSaid } from '../components/as-said.tsx';
import { Section } from '../components/section.tsx';
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
      <div className="sl-scroll">
        <table className="sl-plain-table" aria-label={title}>
          <thead>
            <tr>
              <th scope="col">{words.proof}</th>
              <th scope="col">{words.holds}</th>
              <th scope="col" className="sl-right">
                {words.expected}
              </th>
              <th scope="col" className="sl-right">
                {words.found}
              </th>
            </tr>
          </thead>
          <tbody>
            {proofs.map((proof) => (
              <tr key={proof.name}>
                <th scope="row">
                  <div>{names[proof.name] ?? proof.name}</div>
                  <div className="sl-currency">
                    <AsSaid said={proof.says} />
                  </div>
                </th>
                <td>
                  <StateTag state={proof.ok ? 'holds' : 'fails'} />
                </td>
                <td className="sl-right sl-amount">{number(proof.expected)}</td>
                <td className="sl-right sl-amount">{number(proof.actual)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Section>
  );
}
