import { registerI18nLoader } from '@ui5/webcomponents-base/dist/asset-registries/i18n.js';
import type { CLDRData } from '@ui5/webcomponents-base/dist/asset-registries/LocaleData.js';
import { registerLocaleDataLoader } from '@ui5/webcomponents-base/dist/asset-registries/LocaleData.js';
import { registerThemePropertiesLoader } from '@ui5/webcomponents-base/dist/asset-registries/Themes.js';

const DARK = 'sap_horizon_dark';

/**
 * The languages and themes that are offered, and no others: the `Assets.js` of the library has some fifty languages and ten themes,
 * all of which would be files of the page.
 */
export function registerAssets(): void {
  // The light one is in the components' own code, as the English words are.
  const dark = (of: 'theming' | 'components') => async () => (await import('./dark.ts')).theme[of];
  registerThemePropertiesLoader('@ui5/webcomponents-theming', DARK, dark('theming'));
  registerThemePropertiesLoader('@ui5/webcomponents', DARK, dark('components'), 'host');
  const german = (of: 'components' | 'fiori' | 'icons' | 'react') => async () =>
    (await import('./german.ts')).words[of];
  registerI18nLoader('@ui5/webcomponents', 'de', german('components'));
  registerI18nLoader('@ui5/webcomponents-fiori', 'de', german('fiori'));
  registerI18nLoader('@ui5/webcomponents-icons', 'de', german('icons'));
  registerI18nLoader('@ui5/webcomponents-react', 'de', german('react'));
  // Names of months and days; only calendars ask for them.
  const localeData = (load: () => Promise<{ readonly default: object }>) => async () =>
    (await load()).default as CLDRData;
  registerLocaleDataLoader(
    'en',
    localeData(() => import('@ui5/webcomponents-localization/dist/generated/assets/cldr/en.json')),
  );
  registerLocaleDataLoader(
    'de',
    localeData(() => import('@ui5/webcomponents-localization/dist/generated/assets/cldr/de.json')),
  );
}
