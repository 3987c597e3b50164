import './components.css';
import { Button } from '@ui5/webcomponents-react/Button';
import { componentTexts } from '../texts/components.ts';
import { useTexts } from '../texts/texts.ts';

export interface Action {
  readonly id: string;
  readonly text: string;
  /** Why it cannot be done now; absent when it can. */
  readonly why?: string | undefined;
  /** The one thing that is usually next. */
  readonly isMain?: boolean;
  readonly onClick: () => void;
}

/** What can be done with a record; and what cannot, each with the reason in words. */
export function ActionBar({ actions }: { readonly actions: readonly Action[] }) {
  const words = useTexts(componentTexts);
  const possible = actions.filter(({ why }) => why === undefined);
  const notNow = actions.filter(({ why }) => why !== undefined);
  return (
    <div className="sl-actions">
      {possible.map(({ id, text, isMain = false, onClick }) => (
        <Button key={id} design={isMain ? 'Emphasized' : 'Default'} onClick={onClick}>
          {text}
        </Button>
      ))}
      {notNow.length > 0 && (
        <details className="sl-not-now">
          <summary>{words.notNow(notNow.length)}</summary>
          <ul>
            {notNow.map(({ id, text, why }) => (
              <li key={id}>
                <Button disabled accessibleDescription={why}>
                  {text}
                </Button>
                <span>{why}</span>
              </li>
            ))}
          </ul>
        </details>
      )}
    </div>
  );
}
