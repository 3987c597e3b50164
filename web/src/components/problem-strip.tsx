import { MessageStrip } from '@ui5/webcomponents-react/MessageStrip';
import type { ProblemBody } from '../api/client.ts';
import { shellTexts } from '../texts/shell.ts';
import { useTexts } from '../texts/texts.ts';
import { useServiceWords } from '../texts/use-service-words.ts';
import { AsSaid } from './as-said.tsx';
import { CommandLink } from './command-link.tsx';

/** A problem with its parts: code, what is wrong, where, the offending data, what to do. */
export function ProblemStrip({ problem }: { readonly problem: ProblemBody }) {
  const words = useTexts(shellTexts);
  const service = useServiceWords();
  const title = service.title(problem.code);
  const passes = problem.kind === 'unavailable' || problem.kind === 'unknown';
  return (
    <MessageStrip design={passes ? 'Critical' : 'Negative'} hideCloseButton role="alert">
      <strong>{problem.code}</strong>: {title ?? problem.says}
      {title !== null && (
        <div>
          <AsSaid said={problem.says} />
        </div>
      )}
      {problem.where?.path && <code className="sl-code">{problem.where.path}</code>}
      {problem.data && !problem.says.includes(problem.data) && <div className="sl-lines">{problem.data}</div>}
      <div>
        {words.next}: {service.next(problem)} <CommandLink text={problem.next} />
      </div>
    </MessageStrip>
  );
}
