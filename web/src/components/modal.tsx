import { Dialog, type DialogDomRef, type DialogPropTypes } from '@ui5/webcomponents-react/Dialog';
import { type FormEvent, type RefObject, useEffect, useRef, useState } from 'react';
import { createPortal } from 'react-dom';
import type { ProblemBody } from '../api/client.ts';
import { focusField, isInField } from './field-focus.ts';
import { FormProblem } from './form-problem.tsx';

interface ModalProps extends Omit<DialogPropTypes, 'open' | 'onOpen'> {
  /** What its main button does; Enter in a field of one line does it, too. Without it the dialog is no form, and may have one in it. */
  readonly onSubmit?: () => void;
  /** What the service said of what was sent: beside its field, or below all of them. */
  readonly problem?: ProblemBody | undefined;
  /** Parts or codes of it that `children` show in another way. */
  readonly isShown?: ((partOrCode: string) => boolean) | undefined;
}

/**
 * An open dialog over everything, wherever in the page it is asked for. Its first field has the focus; once it is closed, whatever had
 * it before.
 */
export function Modal({ onSubmit, problem, isShown, children, ...dialog }: ModalProps) {
  const element = useRef<DialogDomRef>(null);
  useReturnOfFocus(element);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    // A dialog over this one is within it for React.
    event.stopPropagation();
    onSubmit?.();
  };
  const content = (
    <FormProblem problem={problem} {...(isShown && { isShown })}>
      {children}
    </FormProblem>
  );
  return createPortal(
    <Dialog
      {...dialog}
      ref={element}
      open
      onOpen={({ target, currentTarget }) => target === currentTarget && takeFocus(currentTarget)}
    >
      {onSubmit ? (
        <form noValidate onSubmit={submit}>
          {content}
        </form>
      ) : (
        content
      )}
    </Dialog>,
    document.body,
  );
}

/** Where there is no field, the button that closes it has the focus, unless something that stays has it already. */
function takeFocus(dialog: HTMLElement): void {
  if (isInField(dialog) || focusField(dialog)) return;
  const { activeElement } = document;
  const isKept = dialog.contains(activeElement) && !activeElement?.matches('ui5-busy-indicator');
  if (!isKept) [...dialog.querySelectorAll<HTMLElement>('[slot=footer] ui5-button')].at(-1)?.focus();
}

/** What had the focus before a dialog, and, where that is in another one which is gone, what had it before that. */
const openers = new WeakMap<Element, Element>();

/** The library gives the focus back where it closes a dialog by itself, but not where one is taken off the page. */
function useReturnOfFocus(element: RefObject<Element | null>): void {
  const [before] = useState(() => document.activeElement);
  useEffect(() => {
    if (element.current && before) openers.set(element.current, before);
    return () => {
      let to = before;
      while (to && !to.isConnected) to = openers.get(to.closest('ui5-dialog') ?? to) ?? null;
      const isLost = to === null || to === document.body || to.matches('[disabled]');
      const target = isLost ? document.querySelector('.page-title') : to;
      const open = [...document.querySelectorAll('ui5-dialog[open]')].at(-1);
      if (target instanceof HTMLElement && (!open || open.contains(target))) target.focus();
    };
  }, [element, before]);
}
