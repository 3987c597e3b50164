import { Link, useLocation } from 'react-router';
import { shellTexts } from '../texts/shell.ts';
import { useTexts } from '../texts/texts.ts';
import { pageOfCommand } from './command-page.ts';

/** Beside a next step that names a command: the page that does the same. Nothing where that is this page, or where there is none. */
export function CommandLink({ text }: { readonly text: string }) {
  const { open, pages } = useTexts(shellTexts);
  const { pathname } = useLocation();
  const found = pageOfCommand(text);
  if (found === null || found.to.split('?')[0] === pathname) return null;
  return (
    <Link className="sl-link sl-nowrap" to={found.to}>
      {open(pages[found.page])}
    </Link>
  );
}
