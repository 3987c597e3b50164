import { Bar } from '@ui5/webcomponents-react/Bar';
import { BusyIndicator } from '@ui5/webcomponents-react/BusyIndicator';
import { Button } from '@ui5/webcomponents-react/Button';
import { MessageStrip } from '@ui5/webcomponents-react/MessageStrip';
import { useEffect } from 'react';
import type { Simulation } from '../../../src/entrypoints/http/contract/settlements.ts';
import { useWrite } from '../api/use-answer.ts';
import { componentTexts } from '../texts/components.ts';
import { settlementTexts } from '../texts/settlements.ts';
import { useTexts } from '../texts/texts.ts';
import { useServiceWords } from '../texts/use-service-words.ts';
import { AsSaid } from './as-said.tsx';
import { Modal } from './modal.tsx';
import { ProblemStrip } from './problem-strip.tsx';
import { PlainTable } from './section.tsx';
import { StateTag } from './state-tag.tsx';

interface SimulationDialogProps {
  /** Of the route that checks: `/settlements/…/simulate`. */
  readonly path: string;
  readonly onClose: () => void;
}

const TONES = { error: 'Negative', warning: 'Critical', 'not-checked': 'None' } as const;

/** Asks what SAP would say, and shows every finding with its place and what to do. */
export function SimulationDialog({ path, onClose }: SimulationDialogProps) {
  const { simulation: words } = useTexts(settlementTexts);
  const { close } = useTexts(componentTexts);
  const { mutate, data, error, isPending } = useWrite<Simulation>();
  useEffect(() => mutate({ method: 'POST', path, body: {} }), [mutate, path]);
  return (
    <Modal
      headerText={words.title}
      onClose={onClose}
      footer={
        <Bar
          design="Footer"
          endContent={
            <>
              <Button onClick={() => isPending || mutate({ method: 'POST', path, body: { refresh: true } })}>
                {words.refresh}
              </Button>
              <Button design="Transparent" onClick={onClose}>
                {close}
              </Button>
            </>
          }
        />
      }
    >
      <div className="sl-wide-dialog sl-stack" aria-live="polite">
        {isPending && <BusyIndicator active delay={300} />}
        {error && <ProblemStrip problem={error.problem} />}
        {data && (
          <MessageStrip design={data.bookable ? 'Positive' : 'Negative'} hideCloseButton>
            {data.bookable ? words.bookable : words.refused}
          </MessageStrip>
        )}
        {data && data.findings.length > 0 && <Findings findings={data.findings} />}
      </div>
    </Modal>
  );
}

function Findings({ findings }: Pick<Simulation, 'findings'>) {
  const { simulation: words } = useTexts(settlementTexts);
  const service = useServiceWords();
  const hasPlaces = findings.some(({ where }) => where !== '');
  return (
    <PlainTable
      label={words.title}
      rows={findings}
      keyOf={({ code, where, says }) => `${code} ${where} ${says}`}
      columns={[
        {
          title: words.what,
          cell: (finding) => (
            <>
              <StateTag state="" tone={TONES[finding.severity]} text={words.severity[finding.severity]} />
              <FindingWords finding={finding} />
              <div className="sl-currency">
                {words.next}: {service.next(finding)}
              </div>
            </>
          ),
        },
        ...(hasPlaces ? [{ title: words.where, cell: ({ where }: Simulation['findings'][number]) => where }] : []),
      ]}
    />
  );
}

function FindingWords({ finding: { code, says } }: { readonly finding: Simulation['findings'][number] }) {
  const service = useServiceWords();
  const title = service.title(code);
  // Where the sentence is in the reader's language, it says all that the title does.
  const isKnown = service.sentence(says) !== undefined;
  return (
    <>
      {title !== null && !isKnown && <div>{title}</div>}
      <div>
        <AsSaid said={says} />
      </div>
    </>
  );
}
