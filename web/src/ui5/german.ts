import components from '@ui5/webcomponents/dist/generated/assets/i18n/messagebundle_de.json';
import fiori from '@ui5/webcomponents-fiori/dist/generated/assets/i18n/messagebundle_de.json';
import icons from '@ui5/webcomponents-icons/dist/generated/assets/i18n/messagebundle_de.json';
import react from '@ui5/webcomponents-react/dist/assets/i18n/messagebundle_de.json';

/** The components' own words in German, in one file. */
export const words = { components, fiori, icons, react };
