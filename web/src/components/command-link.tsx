import { Link, useLocation } from 'react-router';
import { accessOf } from '../pages.tsx';
import { shellTexts } from '../texts/shell.ts';
import { useTexts } from '../texts/texts.ts';
import { useUser } from '../user.ts';
import { pageOfCommand } from './command-page.ts';

/** Beside a next step that names a command: the page that does the same. Nothing where that is this page, where there is none, or where the reader may not open it. */
export function CommandLink({ text }: { readonly text: string }) {
  const { open, pages } = useTexts(shellTexts);
  const { pathname } = useLocation();
  const user = useUser();
  const found = pageOfCommand(text);
  const [target = ''] = found?.to.split('?') ?? [];
  const access = accessOf(target);
  if (found === null || target === pathname || !access || !user?.permissions.includes(access)) return null;
  return (
    <Link className="sl-link sl-nowrap" to={found.to}>
      {open(pages[found.page])}
    </Link>
  );
}
