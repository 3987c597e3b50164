import type { ConnectionSummary } from '../../../src/entrypoints/http/contract/connections.ts';
import { connectionTexts } from '../texts/connections.ts';
import { useTexts } from '../texts/texts.ts';
import { StateTag } from './state-tag.tsx';

type Stops = Pick<ConnectionSummary, 'stoppedBy' | 'sapPause' | 'erasedAt'>;

/** Whether a connection works, or what stops it. */
export function ConnectionState({ connection: { stoppedBy, sapPause, erasedAt } }: { readonly connection: Stops }) {
  const words = useTexts(connectionTexts);
  if (erasedAt) return <StateTag state="erased" text={words.erased} tone="None" />;
  if (stoppedBy) return <StateTag state="stopped" text={`${words.stopped}: ${stoppedBy.code}`} tone="Negative" />;
  if (sapPause) return <StateTag state="paused" text={`${words.paused}: ${sapPause.code}`} tone="Critical" />;
  return <StateTag state="works" text={words.works} tone="Positive" />;
}
