import { describe, expect, it } from 'vitest';
import { cutText, LINE_TEXT_MAX, textWithReference } from './text.ts';

describe('texts of an entry', () => {
  it('are cut to characters, not to halves of one', () => {
    expect(cutText('Umsatz 📦📦📦', 8)).toBe('Umsatz 📦');
    expect(cutText('Umsatz', 6)).toBe('Umsatz');
  });

  it('lose their own end before they lose the reference', () => {
    const text = textWithReference('Clearing of all payouts of the marketplace in Germany', '26100000001 2026-10');
    expect(text).toBe('Clearing of all payouts of the 26100000001 2026-10');
    expect(text.length).toBeLessThanOrEqual(LINE_TEXT_MAX);
  });

  it('keep a reference that leaves no room for anything else', () => {
    expect(textWithReference('Payout', '9'.repeat(60))).toBe('9'.repeat(LINE_TEXT_MAX));
    expect(textWithReference('', '26100000001')).toBe('26100000001');
  });
});
