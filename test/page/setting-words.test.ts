/** What the form of a stored connection asks of the service, and how it says what is wrong. */
import { expect, it } from 'vitest';
import {
  changeOf,
  logOnFields,
  placeOfSecret,
  requiredInChange,
  secretNameOf,
} from '../../web/src/components/connection-content.ts';
import { joinSaid } from '../../web/src/texts/join-said.ts';

it('all that is wrong with one field is said, each sentence once', () => {
  expect(joinSaid(['must be https', 'has no path.', 'must be https', 'Look again.'])).toBe(
    'must be https; has no path. Look again.',
  );
  expect(joinSaid([])).toBe('');
});

it('the value of a secret header has a field, from which it is sent under its own name', () => {
  const place = placeOfSecret('sap-header.X-Key');
  expect(place).toBe('sap.secretHeaders.X-Key');
  expect(secretNameOf(place)).toBe('sap-header.X-Key');
  expect(changeOf({}, { [place]: 'typed' }, 'basic')).toEqual({ sap: { secretHeaders: { 'X-Key': 'typed' } } });
});

it('settings whose log-on this page does not know are shown with the rest of their fields', () => {
  for (const logOn of [undefined, 'of-a-later-program']) {
    expect(logOnFields(logOn)).toEqual([]);
    expect(requiredInChange({ 'sap.authentication.type': logOn ?? '' }, logOn, [])).not.toContain('name');
  }
});
