import { Page } from '../components/page.tsx';
import { signInTexts } from '../texts/sign-in.ts';
import { useTexts } from '../texts/texts.ts';
import { useServiceWords } from '../texts/use-service-words.ts';

/** Instead of a page that takes a permission the reader has not. */
export function MayNotPage({ access }: { readonly access: string }) {
  const { mayNot } = useTexts(signInTexts);
  const name = useServiceWords().name('permission', access);
  return (
    <Page title={mayNot.title}>
      <p>{mayNot.why(name === access ? access : `${name} (${access})`)}</p>
    </Page>
  );
}
