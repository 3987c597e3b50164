import { registerThemePropertiesLoader } from '@ui5/webcomponents-base/dist/asset-registries/Themes.js';

// With its first component, whose own code has the light theme: a package with one theme only is complained of.
registerThemePropertiesLoader(
  '@ui5/webcomponents-fiori',
  'sap_horizon_dark',
  async () =>
    (await import('@ui5/webcomponents-fiori/dist/generated/assets/themes/sap_horizon_dark/parameters-bundle.css.json'))
      .default,
  'host',
);
