import { BusyIndicator } from '@ui5/webcomponents-react/BusyIndicator';
import { Button } from '@ui5/webcomponents-react/Button';
import { MessageStrip } from '@ui5/webcomponents-react/MessageStrip';
import type { DoctorChecks } from '../../../src/entrypoints/http/contract/connections.ts';
import { useWrite } from '../api/use-answer.ts';
import { connectionTexts } from '../texts/connections.ts';
import { useTexts } from '../texts/texts.ts';
import { useServiceWords } from '../texts/use-service-words.ts';
import { useMay } from '../user.ts';
import { AsSaid, ProblemWords } from './as-said.tsx';
import { ProblemStrip } from './problem-strip.tsx';
import { PlainTable, Section } from './section.tsx';
import { StateTag } from './state-tag.tsx';

type Check = DoctorChecks['checks'][number];

/** Tries everything of a connection once, and says of each what to do when it fails. */
export function DoctorSection({ path }: { readonly path: string }) {
  const words = useTexts(connectionTexts);
  const service = useServiceWords();
  const may = useMay('connections.manage');
  const { mutate, data, error, isPending } = useWrite<DoctorChecks>();
  const ask = (how: 'ping' | 'doctor') => mutate({ method: 'POST', path: `${path}/doctor`, body: { how } });
  return (
    <Section
      title={words.checks}
      actions={
        <>
          <Button disabled={!may || isPending} onClick={() => ask('ping')}>
            {words.ping}
          </Button>
          <Button design="Emphasized" disabled={!may || isPending} onClick={() => ask('doctor')}>
            {words.doctor}
          </Button>
        </>
      }
    >
      <div className="sl-stack" aria-live="polite">
        {!data && !isPending && !error && <div>{words.checksSay}</div>}
        {isPending && (
          <div className="sl-row">
            <BusyIndicator active size="S" /> {words.checking}
          </div>
        )}
        {error && <ProblemStrip problem={error.problem} />}
        {data && !isPending && (
          <>
            <MessageStrip design={data.ok ? 'Positive' : 'Negative'} hideCloseButton>
              {data.ok ? words.allFine : words.notFine}
            </MessageStrip>
            <PlainTable
              label={words.checks}
              rows={data.checks}
              keyOf={({ side, name }) => `${side} ${name}`}
              columns={[
                { title: words.check, cell: ({ side, name }) => `${side}: ${service.name('check', name)}` },
                { title: words.outcome, cell: (check) => <Outcome check={check} /> },
                {
                  title: words.found,
                  cell: ({ code, says }) => (code ? <ProblemWords problem={{ code, says }} /> : <AsSaid said={says} />),
                },
                {
                  title: words.next,
                  cell: ({ ok, code, says, next }) =>
                    ok ? '' : service.next({ code: code ?? codeIn(says), next: next ?? '' }),
                },
              ]}
            />
          </>
        )}
      </div>
    </Section>
  );
}

/** What Amazon’s side finds begins with the code of its problem. */
function codeIn(says: string): string {
  return /^[A-Z][A-Z0-9_]+(?=: )/.exec(says)?.[0] ?? '';
}

function Outcome({ check: { ok, isNeeded, isTried } }: { readonly check: Check }) {
  const words = useTexts(connectionTexts);
  if (ok) return <StateTag state="ok" text={words.ok} tone="Positive" />;
  if (!isTried) return <StateTag state="untried" text={words.notTried} tone="None" />;
  if (!isNeeded) return <StateTag state="optional" text={words.isOptional} tone="Information" />;
  return <StateTag state="fails" text={words.fails} tone="Negative" />;
}
