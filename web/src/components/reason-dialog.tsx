import './components.css';
import { Bar } from '@ui5/webcomponents-react/Bar';
import { Button } from '@ui5/webcomponents-react/Button';
import { Label } from '@ui5/webcomponents-react/Label';
import { TextArea } from '@ui5/webcomponents-react/TextArea';
import { type ReactNode, useId, useState } from 'react';
import { ApiProblem, type ProblemBody } from '../api/client.ts';
import { componentTexts } from '../texts/components.ts';
import { useTexts } from '../texts/texts.ts';
import { AsSaid } from './as-said.tsx';
import { type KeyValue, KeyValues } from './key-values.tsx';
import { Modal } from './modal.tsx';
import { ProblemStrip } from './problem-strip.tsx';

interface ReasonDialogProps {
  readonly title: string;
  /** What is about to happen, in a sentence. */
  readonly says?: string;
  /** The amounts and names that it concerns. */
  readonly facts?: readonly KeyValue[];
  /** More to fill in, between the facts and the reason; told the problem, so that it stands beside the field it is about. */
  readonly children?: ReactNode | ((problem: ProblemBody | undefined) => ReactNode);
  /** Whether `children` show what is wrong with a field, or a problem with this code, so that it is not said twice. */
  readonly isShown?: (fieldOrCode: string) => boolean;
  /** Of the button, for example `Approve 3 entries`. */
  readonly confirm: string;
  /** It cannot simply be undone. */
  readonly isGrave?: boolean;
  /** It has more to show than a few facts. */
  readonly isWide?: boolean;
  /** It cannot be confirmed yet; what is missing is said in `children`. */
  readonly isBlocked?: boolean;
  /** Where the action takes no reason. */
  readonly withoutReason?: boolean;
  /** Does it; the dialog closes when it is done, and shows the problem when it is refused. */
  readonly onConfirm: (why: string) => Promise<unknown>;
  readonly onClose: () => void;
}

/** Asks once more before something is written, with its amounts, and for the reason. Open as long as it is drawn. */
export function ReasonDialog(props: ReasonDialogProps) {
  const {
    title,
    says,
    facts = [],
    children,
    confirm,
    isGrave = false,
    withoutReason = false,
    isWide = false,
    isShown = () => false,
    onClose,
  } = props;
  const words = useTexts(componentTexts);
  const { why, setWhy, isMissing, isBusy, problem, submit } = useReason(props);
  const field = useId();
  const fault = isMissing ? words.reasonMissing : problem?.fields?.find(({ path }) => path === REASON)?.says;
  return (
    <Modal
      headerText={title}
      {...(isGrave && { state: 'Critical' as const })}
      onClose={onClose}
      footer={
        <Bar
          design="Footer"
          endContent={
            <>
              <Button
                design={isGrave ? 'Negative' : 'Emphasized'}
                disabled={isBusy || props.isBlocked === true}
                loading={isBusy}
                onClick={() => void submit()}
              >
                {confirm}
              </Button>
              <Button design="Transparent" onClick={onClose}>
                {words.cancel}
              </Button>
            </>
          }
        />
      }
    >
      <div className={isWide ? 'sl-wide-dialog sl-stack' : 'sl-dialog sl-stack'}>
        {says && <div>{says}</div>}
        {facts.length > 0 && <KeyValues items={facts} />}
        {typeof children === 'function' ? children(problem) : children}
        {!withoutReason && (
          <div>
            <Label for={field} required showColon>
              {words.reason}
            </Label>
            <TextArea
              id={field}
              accessibleName={words.reason}
              required
              rows={3}
              maxlength={500}
              value={why}
              valueState={fault ? 'Negative' : 'None'}
              onInput={(event) => setWhy(event.target.value)}
            />
            <div className={fault ? 'sl-wrong' : 'sl-currency'} role={fault ? 'alert' : undefined}>
              {isMissing || !fault ? (fault ?? words.reasonHint) : <AsSaid said={fault} />}
            </div>
          </div>
        )}
        {problem && !isSaid(problem, isShown) && <ProblemStrip problem={problem} />}
      </div>
    </Modal>
  );
}

/** Of the body that is sent. */
const REASON = 'why';

/** Whether each part of it stands beside its field. */
function isSaid({ code, fields = [] }: ProblemBody, isShown: (fieldOrCode: string) => boolean): boolean {
  if (isShown(code)) return true;
  return fields.length > 0 && fields.every(({ path }) => path === REASON || isShown(path));
}

function useReason({ withoutReason = false, onConfirm, onClose }: ReasonDialogProps) {
  const [why, setWhy] = useState('');
  const [isMissing, setMissing] = useState(false);
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<ProblemBody>();
  const submit = async () => {
    const reason = why.trim();
    setMissing(!withoutReason && reason === '');
    if (!withoutReason && reason === '') return;
    setBusy(true);
    setProblem(undefined);
    try {
      await onConfirm(reason);
      onClose();
    } catch (error) {
      if (!(error instanceof ApiProblem)) throw error;
      setProblem(error.problem);
    } finally {
      setBusy(false);
    }
  };
  return { why, setWhy, isMissing, isBusy, problem, submit };
}
