// Before any component is drawn: texts and themes come with the bundle, and the font from the service itself.
import '@ui5/webcomponents-react/dist/Assets.js';
import { setDefaultFontLoading } from '@ui5/webcomponents-base/dist/config/Fonts.js';

setDefaultFontLoading(false);
