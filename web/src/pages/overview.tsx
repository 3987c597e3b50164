import { Page } from '../components/page.tsx';
import { shellTexts } from '../texts/shell.ts';
import { useTexts } from '../texts/texts.ts';

export function OverviewPage() {
  const words = useTexts(shellTexts);
  return <Page title={words.pages.overview}>{null}</Page>;
}
