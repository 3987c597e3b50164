import { LANGUAGES, type Language, type Scheme, useLook } from '../look.tsx';
import { shellTexts } from '../texts/shell.ts';
import { signInTexts } from '../texts/sign-in.ts';
import { useTexts } from '../texts/texts.ts';

export const LANGUAGE_NAMES: Readonly<Record<Language, string>> = { en: 'English', de: 'Deutsch' };
export const SCHEMES: readonly Scheme[] = ['system', 'light', 'dark'];

/** Language and colours, for who is not signed in yet. Of the browser's own kind: the library's lists come with the pages behind. */
export function LookChoice() {
  const look = useLook();
  const words = useTexts(shellTexts);
  const { scheme } = useTexts(signInTexts);
  return (
    <div className="look-choice">
      <select
        aria-label={words.language}
        value={look.language}
        onChange={(event) => look.setLanguage(event.target.value as Language)}
      >
        {LANGUAGES.map((language) => (
          <option key={language} value={language}>
            {LANGUAGE_NAMES[language]}
          </option>
        ))}
      </select>
      <select
        aria-label={scheme}
        value={look.scheme}
        onChange={(event) => look.setScheme(event.target.value as Scheme)}
      >
        {SCHEMES.map((one) => (
          <option key={one} value={one}>
            {words.scheme[one]}
          </option>
        ))}
      </select>
    </div>
  );
}
