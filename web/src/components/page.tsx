import { DynamicPage } from '@ui5/webcomponents-react/DynamicPage';
import { DynamicPageTitle } from '@ui5/webcomponents-react/DynamicPageTitle';
import { Title } from '@ui5/webcomponents-react/Title';
import { type ReactNode, useEffect } from 'react';

interface PageProps {
  readonly title: string;
  /** Beside the title: what can be done with all that is shown. */
  readonly actions?: ReactNode;
  readonly subtitle?: ReactNode;
  readonly children: ReactNode;
}

/** The frame of every page: its title, which is also the title of the window, and its actions. */
export function Page({ title, actions, subtitle, children }: PageProps) {
  useEffect(() => {
    document.title = `${title} – seller-ledger`;
  }, [title]);
  return (
    <DynamicPage
      titleArea={
        <DynamicPageTitle
          heading={<Title level="H1">{title}</Title>}
          subheading={subtitle ? <div>{subtitle}</div> : undefined}
          actionsBar={actions ? <div>{actions}</div> : undefined}
        />
      }
    >
      {children}
    </DynamicPage>
  );
}
