import './components.css';
import { SegmentedButton } from '@ui5/webcomponents-react/SegmentedButton';
import { SegmentedButtonItem } from '@ui5/webcomponents-react/SegmentedButtonItem';
import { useId, useLayoutEffect, useRef, useState } from 'react';
import { componentTexts } from '../texts/components.ts';
import { useFormat } from '../texts/format.ts';
import { useTexts } from '../texts/texts.ts';
import { Amount } from './amount.tsx';
import {
  BAR_PX,
  CHARACTER_PX,
  drawWaterfall,
  LINE_PX,
  placeRows,
  type WaterfallBar,
  type WaterfallStep,
} from './waterfall-bars.ts';

interface WaterfallProps {
  /** What it shows, as a sentence for those who do not see it. */
  readonly label: string;
  readonly currency: string;
  readonly steps: readonly WaterfallStep[];
}

/** How one amount becomes another, step by step: a chart, and the same numbers as a table. */
export function Waterfall({ label, currency, steps }: WaterfallProps) {
  const words = useTexts(componentTexts);
  const [view, setView] = useState<'chart' | 'table'>('chart');
  const bars = drawWaterfall(steps);
  return (
    <figure className="sl-waterfall sl-stack">
      <div>
        <SegmentedButton
          accessibleName={words.view}
          onSelectionChange={({ detail }) =>
            setView(detail.selectedItems[0]?.dataset.view === 'table' ? 'table' : 'chart')
          }
        >
          <SegmentedButtonItem data-view="chart" selected={view === 'chart'}>
            {words.chart}
          </SegmentedButtonItem>
          <SegmentedButtonItem data-view="table" selected={view === 'table'}>
            {words.table}
          </SegmentedButtonItem>
        </SegmentedButton>
      </div>
      {view === 'chart' ? (
        <Chart label={label} currency={currency} bars={bars} />
      ) : (
        <StepTable label={label} currency={currency} bars={bars} />
      )}
    </figure>
  );
}

interface DrawnProps {
  readonly label: string;
  readonly currency: string;
  readonly bars: readonly WaterfallBar[];
}

const NARROW_PX = 560;
const AMOUNT_PX = 120;

function Chart({ label, currency, bars }: DrawnProps) {
  const { amount } = useFormat();
  const [box, width] = useWidth();
  const title = useId();
  const isNarrow = width < NARROW_PX;
  const longest = Math.max(0, ...bars.map(({ title: text }) => text.length));
  const labelPx = isNarrow ? 0 : Math.min(longest * CHARACTER_PX + 16, width * 0.45);
  const barsPx = Math.max(40, width - labelPx - (isNarrow ? 0 : AMOUNT_PX + 12));
  const x = (share: number) => labelPx + share * barsPx;
  const { rows, height } = placeRows(bars, { isNarrow, labelPx: isNarrow ? width - AMOUNT_PX : labelPx - 8 });
  return (
    <div ref={box}>
      <svg role="img" aria-labelledby={title} height={height} viewBox={`0 0 ${width} ${height}`}>
        <title id={title}>
          {`${label} ${bars.map((bar) => `${bar.title}: ${amount(bar.amount)} ${currency}`).join('; ')}.`}
        </title>
        {rows.map(({ bar, lines, textY, barTop, endY }, index) => {
          const strong = bar.kind === 'total' ? ' sl-strong' : '';
          return (
            <g key={bar.id}>
              <text className={strong} x={0} y={textY}>
                {lines.map((line, at) => (
                  // biome-ignore lint/suspicious/noArrayIndexKey: two lines may be the same
                  <tspan key={at} x={0} dy={at === 0 ? 0 : LINE_PX}>
                    {line}
                  </tspan>
                ))}
              </text>
              <rect
                className={`sl-bar-${bar.look}`}
                x={x(bar.from)}
                y={barTop}
                width={bar.from === bar.to ? 1 : Math.max(2, (bar.to - bar.from) * barsPx)}
                height={BAR_PX}
                rx={2}
              />
              {index + 1 < rows.length && (
                <line
                  className="sl-line"
                  x1={x(bar.end)}
                  x2={x(bar.end)}
                  y1={barTop + BAR_PX}
                  y2={endY}
                  strokeDasharray="2 2"
                />
              )}
              <text className={`sl-bar-amount${strong}`} x={width - 1} y={textY} textAnchor="end">
                {amount(bar.amount)}
              </text>
            </g>
          );
        })}
      </svg>
    </div>
  );
}

function StepTable({ label, currency, bars }: DrawnProps) {
  const words = useTexts(componentTexts);
  return (
    <div className="sl-scroll">
      <table className="sl-plain-table" aria-label={label}>
        <thead>
          <tr>
            <th scope="col">{words.step}</th>
            <th scope="col" className="sl-right">
              {words.amount} {currency}
            </th>
            <th scope="col" className="sl-right">
              {words.balance}
            </th>
          </tr>
        </thead>
        <tbody>{bars.map((bar) => stepRows(bar))}</tbody>
      </table>
    </div>
  );
}

function stepRows({ id, kind, title, amount, balance, parts = [] }: WaterfallBar) {
  return [
    <tr key={id} className={kind === 'total' ? 'sl-sum' : ''}>
      <th scope="row">{title}</th>
      <td className="sl-right">
        <Amount value={amount} />
      </td>
      <td className="sl-right">
        <Amount value={balance} />
      </td>
    </tr>,
    ...parts.map((part) => (
      <tr key={`${id} ${part.title}`} className="sl-sub">
        <th scope="row">{part.title}</th>
        <td className="sl-right">
          <Amount value={part.amount} />
        </td>
        <td />
      </tr>
    )),
  ];
}

function useWidth() {
  const box = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(800);
  useLayoutEffect(() => {
    const element = box.current;
    if (!element) return;
    const watch = new ResizeObserver(
      ([entry]) => entry && setWidth(Math.max(240, Math.floor(entry.contentRect.width))),
    );
    watch.observe(element);
    return () => watch.disconnect();
  }, []);
  return [box, width] as const;
}
