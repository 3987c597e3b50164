import type { EntryDetail } from '../../../src/entrypoints/http/contract/entries.ts';
import { AsSaid, ProblemWords } from '../components/as-said.tsx';
import { PlainTable, Section } from '../components/section.tsx';
import { StateTag } from '../components/state-tag.tsx';
import { entryTexts } from '../texts/entries.ts';
import { useFormat } from '../texts/format.ts';
import { useTexts } from '../texts/texts.ts';
import { useServiceWords } from '../texts/use-service-words.ts';

/** How many more people have to approve it before it is sent; the rules of today say nothing of what was approved before them. */
export function missingOf({ state, approval }: Pick<EntryDetail, 'state' | 'approval'>): number {
  return (state === 'proposed' || state === 'rejected') && approval ? approval.missing : 0;
}

/** Who approved or refused it, and who is missing. */
export function ApprovalSection({ entry }: { readonly entry: EntryDetail }) {
  const { approval } = entry;
  const words = useTexts(entryTexts);
  const { instant } = useFormat();
  const { reason } = useServiceWords();
  const said = approval ? [...approval.given, ...(approval.refusal ? [approval.refusal] : [])] : [];
  const missing = missingOf(entry);
  return (
    <Section title={words.sections.approvals}>
      <div className="sl-stack">
        {said.length === 0 && missing === 0 && <div>{words.approvals.none}</div>}
        {approval?.given.map(({ person, at, why }) => (
          <div key={`${person} ${at}`}>
            <StateTag state="approved" tone="Positive" text={words.approvals.given(person)} /> {instant(at)}:{' '}
            {reason(why)}
          </div>
        ))}
        {approval?.refusal && (
          <div>
            <StateTag state="" tone="Negative" text={words.approvals.refused(approval.refusal.person)} />{' '}
            {instant(approval.refusal.at)}: {reason(approval.refusal.why)}
          </div>
        )}
        {missing > 0 && (
          <div>
            <StateTag state="" tone="Critical" text={words.approvals.missing(missing)} />{' '}
            {approval && <AsSaid said={approval.because} />}
          </div>
        )}
        {missing > 0 &&
          approval?.excluded.map(({ person, as, version }) => (
            <div key={`${person} ${as} ${version}`}>{words.approvals.excluded(person, as, version)}</div>
          ))}
      </div>
    </Section>
  );
}

/** Each sending with what SAP answered, in its own words. */
export function AttemptsSection({ entry }: { readonly entry: EntryDetail }) {
  const words = useTexts(entryTexts);
  const { instant, count } = useFormat();
  return (
    <Section title={words.sections.attempts}>
      {entry.attempts.length === 0 ? (
        <div>{words.attempts.none}</div>
      ) : (
        <PlainTable
          label={words.sections.attempts}
          rows={entry.attempts}
          keyOf={({ attempt }) => String(attempt)}
          columns={[
            { title: words.attempts.attempt, cell: ({ attempt }) => attempt },
            {
              title: words.attempts.started,
              cell: ({ startedAt, durationMs }) => (
                <div>
                  {instant(startedAt)}
                  {durationMs !== null && <div className="sl-currency">{`${count(durationMs)} ms`}</div>}
                </div>
              ),
            },
            {
              title: words.attempts.outcome,
              cell: ({ outcome, httpStatus }) => (
                <div>
                  <StateTag state={outcome ?? 'sending'} />
                  {httpStatus !== null && <div className="sl-currency">{`${words.attempts.http} ${httpStatus}`}</div>}
                </div>
              ),
            },
            {
              title: words.attempts.messages,
              cell: ({ messages, problem }) => (
                <div>
                  {messages.map(({ typeId, text }) => (
                    <div key={`${typeId} ${text}`}>
                      <code className="sl-code">{typeId}</code> {text}
                    </div>
                  ))}
                  {problem && (
                    <div>
                      <ProblemWords problem={problem} />
                    </div>
                  )}
                </div>
              ),
            },
          ]}
        />
      )}
    </Section>
  );
}
