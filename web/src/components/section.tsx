import './components.css';
import { Title } from '@ui5/webcomponents-react/Title';
import { type ReactNode, useId } from 'react';

interface SectionProps {
  readonly title: string;
  /** Beside the title. */
  readonly actions?: ReactNode;
  readonly children: ReactNode;
}

/** One part of a page, with a heading of its own that a screen reader can jump to. */
export function Section({ title, actions, children }: SectionProps) {
  const id = useId();
  return (
    <section className="sl-section" aria-labelledby={id}>
      <div className="sl-section-head">
        <Title level="H2" size="H4" id={id}>
          {title}
        </Title>
        {actions}
      </div>
      {children}
    </section>
  );
}
