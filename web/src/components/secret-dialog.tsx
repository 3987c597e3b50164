import '@ui5/webcomponents-icons/dist/copy.js';
import { Bar } from '@ui5/webcomponents-react/Bar';
import { Button } from '@ui5/webcomponents-react/Button';
import { useState } from 'react';
import { useTexts } from '../texts/texts.ts';
import { usersTexts } from '../texts/users.ts';
import { canCopy } from './can-copy.ts';
import { Modal } from './modal.tsx';

interface SecretDialogProps {
  readonly title: string;
  readonly says: string;
  /** `null`: it was in an answer that got lost. */
  readonly secret: string | null;
  readonly onClose: () => void;
}

/** Shows a password or a token this once. */
export function SecretDialog({ title, says, secret, onClose }: SecretDialogProps) {
  const words = useTexts(usersTexts);
  const [isCopied, setCopied] = useState(false);
  return (
    <Modal
      headerText={title}
      onClose={onClose}
      footer={
        <Bar
          endContent={
            <Button design="Emphasized" onClick={onClose}>
              {words.close}
            </Button>
          }
        />
      }
    >
      <p>{says}</p>
      {secret !== null && (
        <p>
          <code className="secret">{secret}</code>{' '}
          {canCopy() && (
            <Button icon="copy" onClick={() => void navigator.clipboard.writeText(secret).then(() => setCopied(true))}>
              {isCopied ? words.copied : words.copy}
            </Button>
          )}
        </p>
      )}
    </Modal>
  );
}
