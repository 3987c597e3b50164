import { Option } from '@ui5/webcomponents-react/Option';
import { Select } from '@ui5/webcomponents-react/Select';
import { LANGUAGES, type Language, type Scheme, useLook } from '../look.tsx';
import { shellTexts } from '../texts/shell.ts';
import { signInTexts } from '../texts/sign-in.ts';
import { useTexts } from '../texts/texts.ts';

export const LANGUAGE_NAMES: Readonly<Record<Language, string>> = { en: 'English', de: 'Deutsch' };
export const SCHEMES: readonly Scheme[] = ['system', 'light', 'dark'];

/** Language and colours, for who is not signed in yet. */
export function LookChoice() {
  const look = useLook();
  const words = useTexts(shellTexts);
  const { scheme } = useTexts(signInTexts);
  return (
    <div className="look-choice">
      <Select
        accessibleName={words.language}
        value={look.language}
        onChange={(event) => look.setLanguage(event.detail.selectedOption.value as Language)}
      >
        {LANGUAGES.map((language) => (
          <Option key={language} value={language}>
            {LANGUAGE_NAMES[language]}
          </Option>
        ))}
      </Select>
      <Select
        accessibleName={scheme}
        value={look.scheme}
        onChange={(event) => look.setScheme(event.detail.selectedOption.value as Scheme)}
      >
        {SCHEMES.map((one) => (
          <Option key={one} value={one}>
            {words.scheme[one]}
          </Option>
        ))}
      </Select>
    </div>
  );
}
