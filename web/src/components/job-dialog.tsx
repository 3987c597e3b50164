import { Bar } from '@ui5/webcomponents-react/Bar';
import { BusyIndicator } from '@ui5/webcomponents-react/BusyIndicator';
import { Button } from '@ui5/webcomponents-react/Button';
import { useState } from 'react';
import type { Job, JobDetail } from '../../../src/entrypoints/http/contract/jobs.ts';
import { useAnswer, useWrite } from '../api/use-answer.ts';
import { useFormat } from '../texts/format.ts';
import { jobTexts } from '../texts/jobs.ts';
import { useTexts } from '../texts/texts.ts';
import { useServiceWords } from '../texts/use-service-words.ts';
import { useMay } from '../user.ts';
import { CopyText } from './copy-text.tsx';
import { KeyValues } from './key-values.tsx';
import { Modal } from './modal.tsx';
import { ProblemStrip } from './problem-strip.tsx';
import { ReasonDialog } from './reason-dialog.tsx';

/** Of what a person may decide. */
const PATHS = { replay: 'replay', cancel: 'cancel', dismiss: 'cancel' } as const;

/** One job with all its attempts, and what a person may do about it. */
export function JobDialog({ id, onClose }: { readonly id: string; readonly onClose: () => void }) {
  const words = useTexts(jobTexts);
  const service = useServiceWords();
  const may = useMay('books.operate');
  const path = `/jobs/${encodeURIComponent(id)}`;
  const { data, error } = useAnswer<JobDetail>(path);
  const [intention, setIntention] = useState<keyof typeof PATHS>();
  const { mutateAsync } = useWrite<Job>();
  const mayReplay = data && !['running', 'done', 'replaced'].includes(data.state);
  return (
    <Modal
      headerText={data ? `${service.name('work', data.name)} ${data.connection ?? ''}` : id}
      onClose={onClose}
      footer={
        <Bar
          design="Footer"
          endContent={
            <>
              {mayReplay && (
                <Button design="Emphasized" disabled={!may} onClick={() => setIntention('replay')}>
                  {words.replay}
                </Button>
              )}
              {data?.state === 'waiting' && (
                <Button disabled={!may} onClick={() => setIntention('cancel')}>
                  {words.cancel}
                </Button>
              )}
              {(data?.state === 'failed' || data?.state === 'gave-up') && (
                <Button disabled={!may} onClick={() => setIntention('dismiss')}>
                  {words.dismiss}
                </Button>
              )}
              <Button design="Transparent" onClick={onClose}>
                {words.close}
              </Button>
            </>
          }
        />
      }
    >
      <div className="sl-dialog sl-stack">
        {error && <ProblemStrip problem={error.problem} />}
        {!data && !error && <BusyIndicator active delay={300} />}
        {data && <JobFacts job={data} />}
      </div>
      {intention && (
        <ReasonDialog
          title={words[intention]}
          says={words[`${intention}Says`]}
          confirm={words[intention]}
          onConfirm={(why) => mutateAsync({ method: 'POST', path: `${path}/${PATHS[intention]}`, body: { why } })}
          onClose={() => setIntention(undefined)}
        />
      )}
    </Modal>
  );
}

function JobFacts({ job }: { readonly job: JobDetail }) {
  const words = useTexts(jobTexts);
  const format = useFormat();
  return (
    <>
      <KeyValues
        items={[
          { label: words.state, value: words.states[job.state] },
          { label: words.requested, value: format.instant(job.requestedAt) },
          { label: words.when, value: format.instant(job.endedAt ?? job.dueAt) },
          { label: words.key, value: <CopyText value={job.key} what={words.key} /> },
        ]}
      />
      {job.attempts.map((attempt) => (
        <div key={attempt.number} className="sl-stack">
          <KeyValues
            items={[
              { label: `${words.attempt} ${attempt.number}`, value: words.outcomes[attempt.outcome ?? 'running'] },
              { label: words.started, value: format.instant(attempt.startedAt) },
              { label: words.host, value: `${attempt.host}, ${attempt.pid}` },
              { label: words.correlation, value: <CopyText value={attempt.correlationId} what={words.correlation} /> },
            ]}
          />
          {attempt.problem && <ProblemStrip problem={attempt.problem} />}
        </div>
      ))}
    </>
  );
}
