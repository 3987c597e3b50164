import { DynamicPage } from '@ui5/webcomponents-react/DynamicPage';
import { DynamicPageTitle } from '@ui5/webcomponents-react/DynamicPageTitle';
import { Title, type TitleDomRef } from '@ui5/webcomponents-react/Title';
import { type ReactNode, useEffect, useRef } from 'react';
import { useMedia } from '../media.ts';

interface PageProps {
  readonly title: string;
  /** Beside the title: what can be done with all that is shown. */
  readonly actions?: ReactNode;
  readonly subtitle?: ReactNode;
  readonly children: ReactNode;
}

/** Whether a page was shown before: then a screen reader has to be told that there is another one now. */
let hasShown = false;

/** The frame of every page: its title, which is also the title of the window and has the focus first, and its actions. */
export function Page({ title, actions, subtitle, children }: PageProps) {
  const heading = useRef<TitleDomRef>(null);
  // Beside them a title would have no room on a phone, and break within its words.
  const isPhone = useMedia('(max-width: 600px)');
  const bar = actions ? <div className="page-actions">{actions}</div> : undefined;
  useEffect(() => {
    if (hasShown) heading.current?.focus({ preventScroll: true });
    hasShown = true;
  }, []);
  useEffect(() => {
    document.title = `${title} – seller-ledger`;
  }, [title]);
  return (
    <DynamicPage
      titleArea={
        <DynamicPageTitle
          heading={
            <Title ref={heading} level="H1" tabIndex={-1} className="page-title">
              {title}
            </Title>
          }
          subheading={subtitle ? <div>{subtitle}</div> : undefined}
          actionsBar={isPhone ? undefined : bar}
        />
      }
    >
      <div className="page-content">
        {isPhone && bar}
        {children}
      </div>
    </DynamicPage>
  );
}
