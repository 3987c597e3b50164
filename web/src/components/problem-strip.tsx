import { MessageStrip } from '@ui5/webcomponents-react/MessageStrip';
import type { ProblemBody } from '../api/client.ts';
import { shellTexts } from '../texts/shell.ts';
import { useTexts } from '../texts/texts.ts';

/** A problem with its four parts: code, what is wrong, the offending data, what to do. */
export function ProblemStrip({ problem }: { readonly problem: ProblemBody }) {
  const words = useTexts(shellTexts);
  const passes = problem.kind === 'unavailable' || problem.kind === 'unknown';
  return (
    <MessageStrip design={passes ? 'Critical' : 'Negative'} hideCloseButton role="alert">
      <strong>{problem.code}</strong>: {problem.says}
      {problem.data && <div>{problem.data}</div>}
      <div>
        {words.next}: {problem.next}
      </div>
    </MessageStrip>
  );
}
