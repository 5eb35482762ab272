// One small live chart: uPlot with the page's own colours, a window that grows to five minutes, and zero at the bottom.

import uPlot from './vendor/uplot-1.6.32/uPlot.esm.js';

export const WINDOW_SECONDS = 300;
// A page just opened shows its first minute wide instead of a sliver of five.
const SHORTEST_WINDOW_SECONDS = 60;
const HEIGHT = 132;
// Hovering one chart shows the same instant in all of them.
const SYNC = 'overview';

export class Chart {
  #plot;
  #host;
  #swatches;

  /**
   * `swatches` are the legend's coloured elements, one per series: the style sheet owns the colours, and a canvas cannot read
   * custom properties, so lines take the computed colour of their swatch.
   */
  constructor(host, { swatches, format, steps, floor, onCursor }) {
    this.#host = host;
    this.#swatches = swatches;
    const colour = (node, property = 'color') => getComputedStyle(node)[property];
    const faded = node => colour(node).replace(/^rgb\((.*)\)$/, 'rgba($1, 0.08)');

    const axis = { stroke: () => colour(host), font: `11px ${getComputedStyle(host).fontFamily}`, ticks: { show: false } };
    const grid = { stroke: () => colour(host, 'borderTopColor'), width: 1 };

    this.#plot = new uPlot({
      width: host.clientWidth || 300,
      height: HEIGHT,
      padding: [8, 16, 0, 0],
      legend: { show: false },
      cursor: { y: false, drag: { x: false, y: false }, points: { size: 6 }, sync: { key: SYNC } },
      scales: {
        x: { time: false, range: (_, min, max) => [max - windowOf(max - min), max] },
        y: { range: (_, __, max) => [0, Math.max(floor, (max ?? 0) * 1.12)] },
      },
      axes: [
        { ...axis, size: 26, gap: 7, grid: { show: false }, splits: (_, __, min, max) => ticks(max - min).map(seconds => max - seconds),
          values: (u, splits) => splits.map(split => ago(u.scales.x.max - split)) },
        { ...axis, grid, size: 58, gap: 6, space: 22, incrs: steps, values: (_, splits) => splits.map(format) },
      ],
      series: [
        {},
        ...swatches.map(swatch => ({
          stroke: () => colour(swatch),
          fill: () => faded(swatch),
          width: 1.75,
          spanGaps: false,
          points: { show: false },
        })),
      ],
      hooks: { setCursor: [u => onCursor(u.cursor.idx)] },
    }, [[], ...swatches.map(() => [])], host);

    new ResizeObserver(() => this.#plot.setSize({ width: host.clientWidth, height: HEIGHT })).observe(host);
  }

  /** `columns` as uPlot wants them: times in seconds, then one array per series. */
  draw(columns) {
    this.#plot.setData(columns);
  }

  /** After the theme changed. */
  repaint() {
    this.#plot.redraw(true, true);
  }
}

function windowOf(seconds) {
  return Math.min(WINDOW_SECONDS, Math.max(SHORTEST_WINDOW_SECONDS, seconds));
}

function ticks(seconds) {
  const step = seconds <= 75 ? 15 : seconds <= 150 ? 30 : 60;
  return Array.from({ length: Math.floor(seconds / step + 0.01) + 1 }, (_, index) => index * step).reverse();
}

function ago(seconds) {
  const whole = Math.round(seconds);
  if (whole < 1) return 'now';
  return whole % 60 ? `−${whole} s` : `−${whole / 60} min`;
}

/** Steps 1, 2, 5, 10, ... from `from` upwards, for things that are counted in tens. */
export function decimalSteps(from) {
  const steps = [];
  for (let magnitude = from; magnitude < from * 1e12; magnitude *= 10) steps.push(magnitude, 2 * magnitude, 5 * magnitude);
  return steps;
}

/** Powers of two, for bytes. */
export function binarySteps() {
  return Array.from({ length: 44 }, (_, power) => 2 ** power);
}
