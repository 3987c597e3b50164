import './page-boundary.css';
import { Button } from '@ui5/webcomponents-react/Button';
import { Component, type ErrorInfo, type ReactNode, useEffect, useState } from 'react';
import { isMissingPart } from '../missing-part.ts';
import { boundaryTexts } from '../texts/boundary.ts';
import { useTexts } from '../texts/texts.ts';
import { canCopy } from './can-copy.ts';

interface PageBoundaryProps {
  /** With another one the page is tried again: an address. */
  readonly of: string;
  /** Something could not be drawn: what it was drawn of may be forgotten. */
  readonly onFailed?: () => void;
  readonly children: ReactNode;
}

interface Failed {
  readonly error: unknown;
  readonly of: string;
  readonly stack: string;
}

/** Where drawing a page fails, says so instead of leaving nothing, with what to do and what to tell. What is around it stays. */
export class PageBoundary extends Component<PageBoundaryProps, { readonly failed: Failed | undefined }> {
  override state: { readonly failed: Failed | undefined } = { failed: undefined };

  static getDerivedStateFromError(error: unknown) {
    return { failed: { error, of: '', stack: '' } };
  }

  override componentDidCatch(error: unknown, { componentStack }: ErrorInfo): void {
    this.props.onFailed?.();
    this.setState({ failed: { error, of: this.props.of, stack: componentStack ?? '' } });
  }

  override componentDidUpdate(): void {
    const { failed } = this.state;
    if (failed && failed.of !== '' && failed.of !== this.props.of) this.setState({ failed: undefined });
  }

  override render(): ReactNode {
    const { failed } = this.state;
    return failed ? <Defect {...failed} /> : this.props.children;
  }
}

function Defect({ error, stack }: Failed) {
  const words = useTexts(boundaryTexts);
  const isMissing = isMissingPart(error);
  const title = isMissing ? words.missing.title : words.defect.title;
  useEffect(() => {
    document.title = `${title} – seller-ledger`;
  }, [title]);
  return (
    <div className="page-boundary">
      <div role="alert">
        <h1>{title}</h1>
        <p>{isMissing ? words.missing.says : words.defect.says}</p>
      </div>
      <p className="sl-row">
        <Button design="Emphasized" onClick={() => location.reload()}>
          {words.reload}
        </Button>
        <Button onClick={() => location.assign('/')}>{words.overview}</Button>
      </p>
      {!isMissing && <Report text={reportOf(error, stack)} />}
    </div>
  );
}

function Report({ text }: { readonly text: string }) {
  const words = useTexts(boundaryTexts);
  const [isCopied, setCopied] = useState(false);
  return (
    <section aria-label={words.report}>
      <h2>{words.report}</h2>
      <p>{words.reportSays}</p>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reachable */}
      <pre className="sl-code" tabIndex={0}>
        {text}
      </pre>
      {canCopy() && (
        <Button onClick={() => void navigator.clipboard.writeText(text).then(() => setCopied(true))}>
          {isCopied ? words.copied : words.copy}
        </Button>
      )}
    </section>
  );
}

/** What an error may say of itself: words of the browser about names in the program. Others repeat what was read or typed. */
const WITHOUT_DATA =
  /^(Cannot (read|set) properties of (undefined|null) \((reading|setting) '\w+'\)|[\w$.]+ is not (a function|defined|iterable|a constructor)|Minified React error #\d+)/;
const FRAMES_MAX = 12;

/** Where in the program it happened, and nothing of what the program was working on: no record, no address, no secret. */
function reportOf(error: unknown, componentStack: string): string {
  const { name, message, stack } = error instanceof Error ? error : new Error();
  const framesOf = (of: string) => of.split('\n').filter((line) => /^\s*at |@/.test(line));
  return [
    [name, WITHOUT_DATA.exec(message)?.[0]].filter(Boolean).join(': '),
    // The words of the error stand above its frames, also over several lines.
    ...framesOf((stack ?? '').replace(message, '')).slice(0, FRAMES_MAX),
    ...framesOf(componentStack).slice(0, FRAMES_MAX),
    navigator.userAgent,
  ].join('\n');
}
