// Before any component is drawn: texts and themes come with the bundle, and the font from the service itself.
import { setDefaultFontLoading } from '@ui5/webcomponents-base/dist/config/Fonts.js';
import { applyStoredLook } from '../look.tsx';
import { registerAssets } from './assets.ts';

setDefaultFontLoading(false);
registerAssets();
// The library begins with what it finds here; chosen later, the usual language and theme would be loaded first.
applyStoredLook();
