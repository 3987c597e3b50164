import './components.css';
import '@ui5/webcomponents-icons/dist/alert.js';
import '@ui5/webcomponents-icons/dist/error.js';
import '@ui5/webcomponents-icons/dist/information.js';
import '@ui5/webcomponents-icons/dist/sys-enter-2.js';
import { ObjectStatus } from '@ui5/webcomponents-react/ObjectStatus';
import { componentTexts } from '../texts/components.ts';
import { useTexts } from '../texts/texts.ts';

export type Tone = 'Positive' | 'Critical' | 'Negative' | 'Information' | 'None';
export type StateName = keyof (typeof componentTexts)['en']['states'];

const TONES: Readonly<Record<StateName, Tone>> = {
  received: 'Information',
  proven: 'Information',
  proposed: 'Information',
  quarantined: 'Critical',
  approved: 'Information',
  sending: 'Information',
  unknown: 'Critical',
  rejected: 'Negative',
  posted: 'Positive',
  reversed: 'None',
  withdrawn: 'None',
  holds: 'Positive',
  fails: 'Negative',
  none: 'None',
};

interface StateTagProps {
  /** Of a settlement, an entry, an accrual or a proof. One that is not known is shown as it is written. */
  readonly state: string;
  /** Instead of its usual words; the colour stays. */
  readonly text?: string;
  readonly tone?: Tone;
}

/** A state as icon, colour and word: each alone would do. */
export function StateTag({ state, text, tone }: StateTagProps) {
  const { states } = useTexts(componentTexts);
  const known = isKnown(state);
  const shownTone = tone ?? (known ? TONES[state] : 'None');
  return (
    <ObjectStatus className="sl-status" state={shownTone} showDefaultIcon={shownTone !== 'None'}>
      {text ?? (known ? states[state] : state)}
    </ObjectStatus>
  );
}

/** The word of a state, for places without colour. */
export function useStateWord(): (state: string) => string {
  const { states } = useTexts(componentTexts);
  return (state) => (isKnown(state) ? states[state] : state);
}

function isKnown(state: string): state is StateName {
  return Object.hasOwn(TONES, state);
}
