// The overview: six cards with a chart each, a row of tiles, the node's state in the masthead, and the banner when the hub is away.

import { binarySteps, Chart, decimalSteps, WINDOW_SECONDS } from './chart.js';
import { element, fromTemplate, setText } from './dom.js';
import * as format from './format.js';
import { Nodes } from './nodes.js';

// `read` gives the values of a card's series for one sample; `headline` what its large figure says for them.
const CARDS = [
  {
    title: 'Connections', series: [['WebSocket', 'websocket'], ['SSE', 'sse']],
    read: stats => [stats.connections.websocket, stats.connections.sse],
    headline: ([websocket, sse]) => format.count(websocket + sse),
    note: stats => (stats.connections_limit ? `of ${format.count(stats.connections_limit)} allowed` : ''),
    format: format.count, steps: decimalSteps(1), floor: 4,
  },
  {
    title: 'Subscriptions', series: [['', 'subscriptions']],
    read: stats => [stats.subscriptions],
    headline: ([subscriptions]) => format.count(subscriptions),
    note: stats => `on ${format.count(stats.channels)} ${stats.channels === 1 ? 'channel' : 'channels'}`,
    format: format.count, steps: decimalSteps(1), floor: 4,
  },
  {
    title: 'Publications per second', series: [['', 'publications']],
    read: (_, rates) => [rates.publications],
    headline: ([publications]) => format.rate(publications),
    note: stats => `${format.count(stats.publications_total)} in all`,
    format: format.rate, steps: decimalSteps(1), floor: 4,
  },
  {
    title: 'Deliveries per second', series: [['WebSocket', 'websocket'], ['SSE', 'sse']],
    read: (_, rates) => [rates.deliveries.websocket, rates.deliveries.sse],
    headline: ([websocket, sse]) => format.rate(websocket == null || sse == null ? null : websocket + sse),
    note: stats => `${format.count(stats.deliveries_total.websocket + stats.deliveries_total.sse)} in all`,
    format: format.rate, steps: decimalSteps(1), floor: 4,
  },
  {
    title: 'Delivery latency', series: [['p50', 'median'], ['p99', 'tail']],
    read: stats => [stats.latency_ms.p50, stats.latency_ms.p99],
    headline: ([median]) => format.milliseconds(median),
    note: stats => (stats.latency_ms.p50 == null ? 'nothing delivered just now' : 'median of the last interval'),
    format: format.milliseconds, steps: decimalSteps(0.001), floor: 1,
  },
  {
    title: 'History in memory', series: [['', 'memory']],
    read: stats => [stats.history_bytes],
    headline: ([history]) => format.bytes(history),
    note: stats => `heap ${format.bytes(stats.heap_bytes)}`,
    format: format.bytes, steps: binarySteps(), floor: 1024,
  },
];

const TILES = [
  ['Uptime', stats => format.duration(stats.uptime_ms)],
  ['Channels', stats => format.count(stats.channels)],
  ['Publications', stats => format.count(stats.publications_total)],
  ['Deliveries', stats => format.count(stats.deliveries_total.websocket + stats.deliveries_total.sse)],
  ['Recoveries', stats => format.count(stats.recoveries_total)],
  ['Gaps told', stats => format.count(stats.gaps_total)],
  ['Refused', stats => format.count(stats.rejected_total)],
];

const STATES = { ready: 'good', degraded: 'bad', draining: 'warn' };

export class Overview {
  #times = [];
  #cards;
  #tiles;
  #heardAt = null;
  #nextTry = 0;
  #countdown = null;
  #nodes = new Nodes();
  #byId = id => document.getElementById(id);

  constructor() {
    this.#cards = CARDS.map(spec => new Card(spec, this.#byId('cards'), this.#times));
    this.#tiles = TILES.map(([label, read]) => {
      const tile = element('div', 'tile');
      const value = element('dd', '', format.count(null));
      tile.append(element('dt', '', label), value);
      this.#byId('tiles').append(tile);
      return { value, read };
    });
  }

  sample(stats, rates) {
    this.#heardAt = new Date();
    this.#showBanner(false);
    setText(this.#byId('node-state'), stats.state);
    this.#byId('node-state').dataset.tone = STATES[stats.state] ?? 'warn';
    setText(this.#byId('node-facts'), `node ${stats.node} · version ${stats.version} · up ${format.duration(stats.uptime_ms)}`);
    for (const { value, read } of this.#tiles) setText(value, read(stats));
    this.#nodes.show(stats);
    this.#append(card => card.add(stats, rates));
  }

  away({ why, failures, pause }) {
    // An empty sample, once, so that the lines break instead of bridging the time nobody knows about.
    if (failures === 1 && this.#times.length) this.#append(card => card.addNothing());
    setText(this.#byId('node-state'), 'away');
    this.#byId('node-state').dataset.tone = 'bad';
    setText(this.#byId('banner-text'), this.#heardAt ? `${why} Last heard at ${format.clockTime(this.#heardAt)}; the figures below are from then.` : why);
    this.#nextTry = Date.now() + pause;
    this.#showBanner(true);
  }

  repaint() {
    for (const card of this.#cards) card.repaint();
  }

  #append(add) {
    const now = Date.now() / 1000;
    this.#times.push(now);
    for (const card of this.#cards) add(card);
    let stale = 0;
    // One sample older than the window stays, so that the line reaches the left edge.
    while (this.#times[stale + 1] < now - WINDOW_SECONDS) stale++;
    this.#times.splice(0, stale);
    for (const card of this.#cards) card.draw(stale);
  }

  #showBanner(shown) {
    this.#byId('banner').hidden = !shown;
    this.#byId('overview').classList.toggle('stale', shown);
    clearInterval(this.#countdown);
    if (!shown) return;
    const tick = () => {
      const seconds = Math.max(0, Math.ceil((this.#nextTry - Date.now()) / 1000));
      setText(this.#byId('banner-wait'), seconds > 0 ? `Next try in ${seconds} s` : 'Trying now');
    };
    tick();
    this.#countdown = setInterval(tick, 250);
  }
}

class Card {
  #spec;
  #times;
  #columns;
  #chart;
  #value;
  #note;
  #legend;
  #latest = { values: [], note: '' };
  #hovered = null;

  constructor(spec, parent, times) {
    this.#spec = spec;
    this.#times = times;
    this.#columns = spec.series.map(() => []);
    const root = fromTemplate('card-template');
    root.querySelector('h3').textContent = spec.title;
    this.#value = root.querySelector('.stat-value');
    this.#note = root.querySelector('.stat-note');
    this.#legend = spec.series.map(([label, tone]) => {
      const item = element('li');
      const swatch = element('span', 'swatch');
      swatch.dataset.series = tone;
      const value = element('b');
      item.append(swatch, element('span', '', label), value);
      item.hidden = !label;
      root.querySelector('.legend').append(item);
      return { swatch, value };
    });
    const plot = root.querySelector('.plot');
    plot.setAttribute('aria-label', `${spec.title} over the last five minutes`);
    // The swatches' colours are read while drawing, so the card has to be in the document first.
    parent.append(root);
    this.#chart = new Chart(plot, {
      swatches: this.#legend.map(({ swatch }) => swatch),
      format: spec.format, steps: spec.steps, floor: spec.floor,
      onCursor: index => {
        this.#hovered = index ?? null;
        this.#show();
      },
    });
    this.#show();
  }

  add(stats, rates) {
    this.#latest = { values: this.#spec.read(stats, rates), note: this.#spec.note(stats) };
    this.#latest.values.forEach((value, series) => this.#columns[series].push(value ?? null));
  }

  addNothing() {
    for (const column of this.#columns) column.push(null);
  }

  draw(stale) {
    for (const column of this.#columns) column.splice(0, stale);
    this.#chart.draw([this.#times, ...this.#columns]);
    this.#show();
  }

  repaint() {
    this.#chart.repaint();
  }

  /** What the hub said last, or what is under the cursor. */
  #show() {
    const instant = this.#hovered == null ? null : this.#times[this.#hovered];
    const { values, note } = instant == null ? this.#latest
      : { values: this.#columns.map(column => column[this.#hovered]), note: `at ${format.clockTime(new Date(instant * 1000))}` };
    setText(this.#value, values.every(value => value == null) ? format.count(null) : this.#spec.headline(values));
    setText(this.#note, note);
    this.#legend.forEach(({ value }, series) => setText(value, this.#spec.format(values[series])));
  }
}
