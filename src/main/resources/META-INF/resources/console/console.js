// The console: puts the parts together. overview.js shows what the node does, the panes and the publisher let one try it.

import { HubClock } from './clock.js';
import { CurlLines } from './curl.js';
import { setText } from './dom.js';
import { Overview } from './overview.js';
import { Pane } from './pane.js';
import { Publisher } from './publisher.js';
import { openSocket } from './socket-connection.js';
import { soon } from './soon.js';
import { StatsFeed } from './stats.js';
import { openStream } from './stream-connection.js';
import { Horizon } from './verdict.js';

const byId = id => document.getElementById(id);
const clock = new HubClock();

// Overview ---------------------------------------------------------------------------------------------------------------------

const overview = new Overview();
const feed = new StatsFeed(clock, overview);
feed.poll();
byId('banner-retry').addEventListener('click', () => feed.poll());
// Browsers slow down the timers of hidden tabs; whoever looks again should not wait for the next tick.
document.addEventListener('visibilitychange', () => document.hidden || feed.poll());

// Theme ------------------------------------------------------------------------------------------------------------------------

setText(byId('theme-name'), window.tidingsTheme.choice);
byId('theme').addEventListener('click', () => {
  setText(byId('theme-name'), window.tidingsTheme.next());
  overview.repaint();
});
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => overview.repaint());

// Try it -----------------------------------------------------------------------------------------------------------------------

const horizon = new Horizon();
const settings = () => ({ channel: byId('channel').value.trim(), token: byId('token').value.trim() });
const awayMs = () => Math.max(0, byId('away').valueAsNumber || 0) * 1000;
const common = { clock, horizon, settings, awayMs, onProgress: () => soon(progressed) };

const panes = [
  new Pane({ ...common, title: 'WebSocket', wire: '/v1/ws', accent: 'websocket', dial: (to, on) => openSocket(to, on, clock) }),
  new Pane({ ...common, title: 'SSE', wire: '/v1/sse', accent: 'sse', dial: openStream }),
];
const [, stream] = panes;
byId('panes').append(...panes.map(({ root }) => root));

const curl = new CurlLines(byId('curls'));
const publisher = new Publisher({ settings, panes, horizon, onEdit: () => showCurl() });

function showCurl() {
  curl.show({ ...settings(), data: publisher.data, cursor: stream.cursor });
}

function progressed() {
  for (const pane of panes) pane.refresh();
  publisher.refresh();
  showCurl();
}

byId('bar').addEventListener('submit', event => {
  event.preventDefault();
  for (const pane of panes.filter(({ active }) => !active)) pane.open(settings());
});
byId('disconnect').addEventListener('click', () => {
  for (const pane of panes) pane.close();
});
byId('kill-both').addEventListener('click', () => {
  for (const pane of panes) pane.kill(awayMs());
});
// What is open belongs to the channel and token it was opened with, so a change starts over.
for (const field of [byId('channel'), byId('token')]) {
  field.addEventListener('input', showCurl);
  field.addEventListener('change', () => {
    publisher.reset();
    if (!settings().channel) return;
    for (const pane of panes.filter(({ active }) => active)) pane.open(settings());
  });
}

showCurl();
