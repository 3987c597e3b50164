import { Dialog, type DialogPropTypes } from '@ui5/webcomponents-react/Dialog';
import { createPortal } from 'react-dom';

/** An open dialog over everything, wherever in the page it is asked for. */
export function Modal(props: Omit<DialogPropTypes, 'open'>) {
  return createPortal(<Dialog open {...props} />, document.body);
}
