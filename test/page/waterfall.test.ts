/** The chart of how one amount becomes another, where there is little room. */
import { describe, expect, it } from 'vitest';
import { CHARACTER_PX, drawWaterfall, LINE_PX, placeRows } from '../../web/src/components/waterfall-bars.ts';

const TITLE = 'Rückbelastung von Versand und Geschenkverpackung';
const bars = drawWaterfall([
  { id: 'sales', kind: 'change', title: 'Umsatz', amount: '100.00' },
  { id: 'chargeback', kind: 'change', title: TITLE, amount: '-62.58' },
  { id: 'total', kind: 'total', title: 'Auszahlung', amount: '37.42' },
]);

describe('the titles of a waterfall', () => {
  it('go on in another line where they have no room, and everything below moves down', () => {
    const labelPx = 200;
    const { rows, height } = placeRows(bars, { isNarrow: true, labelPx });
    const lines = rows[1]!.lines;
    expect(lines.join(' ')).toBe(TITLE);
    expect(Math.max(...lines.map((line) => line.length * CHARACTER_PX))).toBeLessThanOrEqual(labelPx);
    expect(rows[1]!.barTop).toBeGreaterThanOrEqual(rows[1]!.textY + (lines.length - 1) * LINE_PX);
    expect(rows[2]!.textY).toBeGreaterThan(rows[1]!.barTop);
    expect(height).toBeGreaterThan(rows[2]!.barTop);
    // control: with room it is one line, and the chart is lower.
    const wide = placeRows(bars, { isNarrow: true, labelPx: 600 });
    expect(wide.rows.map((row) => row.lines.length)).toEqual([1, 1, 1]);
    expect(wide.height).toBeLessThan(height);
  });
});
