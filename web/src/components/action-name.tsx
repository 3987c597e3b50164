import { useServiceWords } from '../texts/use-service-words.ts';

/** What the audit log says was done: its own name, or in the reader's language with that name at hand. */
export function ActionName({ action }: { readonly action: string }) {
  const name = useServiceWords().name('action', action);
  return name === action ? <code className="sl-code">{action}</code> : <span title={action}>{name}</span>;
}
