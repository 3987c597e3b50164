import './components.css';
import { Bar } from '@ui5/webcomponents-react/Bar';
import { Button, type ButtonDomRef } from '@ui5/webcomponents-react/Button';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import { ApiProblem, type ProblemBody } from '../api/client.ts';
import { componentTexts } from '../texts/components.ts';
import { useTexts } from '../texts/texts.ts';
import { focusField } from './field-focus.ts';
import { FormField } from './form-field.tsx';
import { type KeyValue, KeyValues } from './key-values.tsx';
import { Modal } from './modal.tsx';

interface ReasonDialogProps {
  readonly title: string;
  /** What is about to happen, in a sentence. */
  readonly says?: string;
  /** The amounts and names that it concerns. */
  readonly facts?: readonly KeyValue[];
  /** More to fill in, between the facts and the reason. Fields with a name show what is wrong with them; others are told the problem. */
  readonly children?: ReactNode | ((problem: ProblemBody | undefined) => ReactNode);
  /** Whether `children` show what is wrong with a part, or a problem with this code, in another way than by a field with its name. */
  readonly isShown?: (partOrCode: string) => boolean;
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
    isGrave = false,
    withoutReason = false,
    isWide = false,
    isBlocked = false,
  } = props;
  const words = useTexts(componentTexts);
  const { why, setWhy, isBusy, problem, submit } = useReason(props);
  const confirm = useRef<ButtonDomRef>(null);
  useEffect(() => {
    const dialog = confirm.current?.closest('ui5-dialog');
    if (isBlocked && dialog && document.activeElement === confirm.current) focusField(dialog);
  }, [isBlocked]);
  return (
    <Modal
      headerText={title}
      {...(isGrave && { state: 'Critical' as const })}
      problem={problem}
      isShown={props.isShown}
      onSubmit={() => void submit()}
      onClose={props.onClose}
      footer={
        <Bar
          design="Footer"
          endContent={
            <>
              <Button
                ref={confirm}
                design={isGrave ? 'Negative' : 'Emphasized'}
                // Not while it works: switched off, it would lose the focus.
                disabled={isBlocked}
                loading={isBusy}
                onClick={() => void submit()}
              >
                {props.confirm}
              </Button>
              <Button design="Transparent" onClick={props.onClose}>
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
          <FormField
            name={REASON}
            label={words.reason}
            value={why}
            onChange={setWhy}
            hint={words.reasonHint}
            lengthMax={REASON_LENGTH_MAX}
            isLong
            required
          />
        )}
      </div>
    </Modal>
  );
}

/** Of the body that is sent. */
const REASON = 'why';
const REASON_LENGTH_MAX = 500;

function useReason({ withoutReason = false, isBlocked = false, onConfirm, onClose }: ReasonDialogProps) {
  const words = useTexts(componentTexts);
  const [why, setWhy] = useState('');
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<ProblemBody>();
  const submit = async () => {
    if (isBusy || isBlocked) return;
    const reason = why.trim();
    if (!withoutReason && reason === '') return setProblem(missing(words.reasonMissing));
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
  return { why, setWhy, isBusy, problem, submit };
}

/** As the service would say it, which is not asked for this. */
function missing(says: string): ProblemBody {
  return {
    code: 'BODY_INVALID',
    kind: 'invalid',
    says,
    next: '',
    fields: [{ path: REASON, code: 'FIELD_MISSING', says }],
  };
}
