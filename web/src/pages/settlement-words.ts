import type { SettlementItem, WaterfallStep } from '../../../src/entrypoints/http/contract/settlements.ts';
import type { Tone } from '../components/state-tag.tsx';
import { useStateWord } from '../components/state-tag.tsx';
import type { WaterfallStep as DrawnStep } from '../components/waterfall-bars.ts';
import { settlementTexts } from '../texts/settlements.ts';
import { useTexts } from '../texts/texts.ts';
import { useServiceWords } from '../texts/use-service-words.ts';

type Progress = Pick<
  SettlementItem,
  'state' | 'entryCount' | 'postedCount' | 'reversedCount' | 'rejectedCount' | 'unknownCount'
>;

/** How far a settlement is, as the command line says it. */
export function useProgressWords(): (row: Progress) => string {
  const words = useTexts(settlementTexts);
  const stateWord = useStateWord();
  return ({ state, entryCount, postedCount, reversedCount, rejectedCount, unknownCount }) => {
    if (state !== 'proposed') return stateWord(state);
    if (entryCount === 0) return words.nothingToPost;
    if (reversedCount === entryCount) return words.reversedAll;
    return [
      words.postedOf(postedCount, entryCount),
      reversedCount > 0 && words.and.reversed(reversedCount),
      rejectedCount > 0 && words.and.rejected(rejectedCount),
      unknownCount > 0 && words.and.unknown(unknownCount),
    ]
      .filter(Boolean)
      .join(', ');
  };
}

export function toneOfProgress({ state, entryCount, postedCount, rejectedCount, unknownCount }: Progress): Tone {
  if (state === 'quarantined') return 'Critical';
  if (rejectedCount > 0) return 'Negative';
  if (unknownCount > 0) return 'Critical';
  if (state !== 'proposed') return 'Information';
  return entryCount === postedCount ? 'Positive' : 'Information';
}

/** The steps of the API with titles in the reader's language. */
export function useWaterfallSteps(): (steps: readonly WaterfallStep[]) => readonly DrawnStep[] {
  const words = useTexts(settlementTexts);
  const service = useServiceWords();
  const titleOf = ({ id, amount }: WaterfallStep): string => {
    if (id === 'deposit') return amount.startsWith('-') ? words.steps.owed : words.steps.deposit;
    if (Object.hasOwn(words.steps, id)) return words.steps[id as keyof typeof words.steps];
    const group = id.replace('fees-', '');
    return Object.hasOwn(words.feeGroups, group)
      ? words.feeGroups[group as keyof typeof words.feeGroups]
      : words.otherFees;
  };
  return (steps) =>
    steps.map((step) => ({
      id: step.id,
      title: titleOf(step),
      amount: step.amount,
      kind: step.id === 'deposit' ? 'total' : 'change',
      parts: step.parts.map(({ kind, title, amount }) => ({ title: service.name('kind', kind ?? '', title), amount })),
    }));
}
