import { Page } from '../components/page.tsx';
import { signInTexts } from '../texts/sign-in.ts';
import { useTexts } from '../texts/texts.ts';

/** Instead of a page that takes a permission the reader has not. */
export function MayNotPage({ access }: { readonly access: string }) {
  const { mayNot } = useTexts(signInTexts);
  return (
    <Page title={mayNot.title}>
      <p>{mayNot.why(access)}</p>
    </Page>
  );
}
