import './components.css';
import '@ui5/webcomponents-icons/dist/upload.js';
import { Button } from '@ui5/webcomponents-react/Button';
import { Icon } from '@ui5/webcomponents-react/Icon';
import { type ChangeEvent, type DragEvent, useRef, useState } from 'react';

interface DropZoneProps {
  readonly title: string;
  readonly hint: string;
  /** Of the button that does the same without dragging. */
  readonly button: string;
  readonly accept?: string;
  readonly onFile: (file: File) => void;
}

/** Takes one file: dropped, or chosen by the button. */
export function DropZone({ title, hint, button, accept, onFile }: DropZoneProps) {
  const [isOver, setOver] = useState(false);
  const take = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    const [file] = event.dataTransfer.files;
    if (file) onFile(file);
  };
  return (
    <section
      className={`sl-drop${isOver ? ' sl-drop-over' : ''}`}
      aria-label={title}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={take}
    >
      <Icon name="upload" mode="Decorative" />
      <strong>{title}</strong>
      <FileButton text={button} isMain {...(accept && { accept })} onFile={onFile} />
      <div className="sl-currency">{hint}</div>
    </section>
  );
}

interface FileButtonProps {
  readonly text: string;
  readonly isMain?: boolean;
  readonly accept?: string;
  readonly onFile: (file: File) => void;
}

/** A button that opens the dialog for choosing a file. */
export function FileButton({ text, isMain = false, accept, onFile }: FileButtonProps) {
  const input = useRef<HTMLInputElement>(null);
  const take = (event: ChangeEvent<HTMLInputElement>) => {
    const [file] = event.target.files ?? [];
    // The same file may be chosen again after it was changed.
    event.target.value = '';
    if (file) onFile(file);
  };
  return (
    <>
      <input ref={input} type="file" hidden aria-label={text} {...(accept && { accept })} onChange={take} />
      <Button design={isMain ? 'Emphasized' : 'Default'} onClick={() => input.current?.click()}>
        {text}
      </Button>
    </>
  );
}
