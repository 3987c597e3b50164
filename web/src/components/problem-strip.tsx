import { MessageStrip } from '@ui5/webcomponents-react/MessageStrip';
import type { ProblemBody } from '../api/client.ts';
import { shellTexts } from '../texts/shell.ts';
import { useTexts } from '../texts/texts.ts';
import { useServiceWords } from '../texts/use-service-words.ts';
import { AsSaid } from './as-said.tsx';
import { CommandLink } from './command-link.tsx';

/** A problem with all its parts: code, what is wrong and where, the offending data, what to do. */
export function ProblemStrip({ problem }: { readonly problem: ProblemBody }) {
  const words = useTexts(shellTexts);
  const service = useServiceWords();
  const title = service.title(problem.code);
  const passes = problem.kind === 'unavailable' || problem.kind === 'unknown';
  const place = usePlace(problem);
  return (
    <MessageStrip design={passes ? 'Critical' : 'Negative'} hideCloseButton role="alert">
      <strong>{problem.code}</strong>: {title ?? problem.says}
      {title !== null && (
        <div>
          <AsSaid said={problem.says} />
        </div>
      )}
      {place !== '' && <div>{place}</div>}
      {problem.data && !problem.says.includes(problem.data) && <div className="sl-lines">{problem.data}</div>}
      {problem.fields && problem.fields.length > 0 && (
        <ul>
          {problem.fields.map(({ path, says }) => (
            <li key={`${path} ${says}`}>
              {path !== '' && <code className="sl-code">{path}</code>} <AsSaid said={says} />
            </li>
          ))}
        </ul>
      )}
      <div>
        {words.next}: {service.next(problem)} <CommandLink text={problem.next} />
      </div>
    </MessageStrip>
  );
}

/** Where in a file, or in what was sent, it lies. */
function usePlace({ where }: ProblemBody): string {
  const { place } = useTexts(shellTexts);
  if (!where) return '';
  const { file, row, column, path } = where;
  return [file, row !== undefined && place.row(String(row)), column && place.column(column), path]
    .filter(Boolean)
    .join(', ');
}
