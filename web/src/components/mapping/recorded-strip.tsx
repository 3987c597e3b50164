import { MessageStrip } from '@ui5/webcomponents-react/MessageStrip';
import { Link } from 'react-router';
import type { VersionRecorded } from '../../../../src/entrypoints/http/contract/mapping.ts';
import { mappingTexts } from '../../texts/mapping.ts';
import { useTexts } from '../../texts/texts.ts';
import { ProblemStrip } from '../problem-strip.tsx';
import { useStateWord } from '../state-tag.tsx';

/** What became of a change, and of the settlements that waited for it. */
export function RecordedStrip({ recorded }: { readonly recorded: VersionRecorded }) {
  const words = useTexts(mappingTexts);
  const wordOf = useStateWord();
  const { version, settlements, problems } = recorded;
  const isWaiting = version.state === 'waiting';
  return (
    <>
      <MessageStrip design={isWaiting ? 'Information' : 'Positive'} hideCloseButton role="status">
        {isWaiting ? words.recordedWaiting(String(version.version)) : words.recorded(String(version.version))}
        {settlements.map(({ settlementId, state }) => (
          <div key={settlementId}>
            <Link className="sl-link" to={`/settlements/${encodeURIComponent(settlementId)}`}>
              {words.became(settlementId, wordOf(state))}
            </Link>
          </div>
        ))}
      </MessageStrip>
      {problems.map(({ data, ...problem }) => (
        <ProblemStrip key={problem.code + problem.says} problem={{ ...problem, ...(data && { data }) }} />
      ))}
    </>
  );
}
