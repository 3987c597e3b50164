import { settlementTexts } from './texts/settlements.ts';
import { useTexts } from './texts/texts.ts';
import { useServiceWords } from './texts/use-service-words.ts';

/** Says that the reader's roles do not include a permission, by what it lets one do. */
export function useLacks(): (permission: string) => string {
  const { permission } = useTexts(settlementTexts).why;
  const service = useServiceWords();
  return (name) => permission(service.name('permission', name));
}
