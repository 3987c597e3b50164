import { Link } from 'react-router';
import { Page } from '../components/page.tsx';
import { shellTexts } from '../texts/shell.ts';
import { useTexts } from '../texts/texts.ts';

export function NotFoundPage() {
  const words = useTexts(shellTexts);
  return (
    <Page title={words.notFound.title}>
      <Link to="/">{words.notFound.next}</Link>
    </Page>
  );
}
