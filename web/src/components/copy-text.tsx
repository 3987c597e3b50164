import './components.css';
import '@ui5/webcomponents-icons/dist/accept.js';
import '@ui5/webcomponents-icons/dist/copy.js';
import { Button } from '@ui5/webcomponents-react/Button';
import { useState } from 'react';
import { componentTexts } from '../texts/components.ts';
import { useTexts } from '../texts/texts.ts';
import { canCopy } from './can-copy.ts';

interface CopyTextProps {
  readonly value: string;
  /** What it is, for the name of the button. */
  readonly what: string;
  /** Instead of all of it, where it is long. */
  readonly shown?: string;
}

/** An id or digest in monospace, with a button that copies all of it. */
export function CopyText({ value, what, shown = value }: CopyTextProps) {
  const words = useTexts(componentTexts);
  const [isCopied, setCopied] = useState(false);
  return (
    <span className="sl-copy">
      <code className={shown === value ? 'sl-code' : 'sl-code sl-nowrap'} title={value}>
        {shown}
      </code>
      {canCopy() && (
        <Button
          design="Transparent"
          icon={isCopied ? 'accept' : 'copy'}
          accessibleName={isCopied ? words.copied : words.copy(what)}
          tooltip={words.copy(what)}
          onClick={() => {
            void navigator.clipboard.writeText(value).then(() => setCopied(true));
          }}
        />
      )}
    </span>
  );
}
