// Chromium: its own EventSource and WebSocket through a cut, and the console as somebody uses it.

import { chromium } from 'playwright-core';
import { call, claim, finish, numbers, Proxy, publish, same, until } from './kit.mjs';

const hub = process.env.OPEN_HUB;
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM,
  headless: true,
  args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
});

/** Runs in the page: reads one channel over both transports and resumes as an application does. */
function watch(channel) {
  const seen = (window.seen = { stream: [], socket: [], opened: 0, connected: 0, recovered: [] });
  const source = new EventSource(`/v1/sse?channel=${channel}`);
  source.onmessage = ({ data }) => seen.stream.push(JSON.parse(data).pub.data.n);
  source.addEventListener('tidings', ({ data }) => {
    const { connect } = JSON.parse(data);
    if (connect) seen.opened++;
    if (connect?.subs[channel].was_recovering) seen.recovered.push(connect.subs[channel].recovered);
  });
  let position;
  const open = () => {
    const socket = new WebSocket(`ws://${location.host}/v1/ws`, ['tidings.v1.json']);
    const claimed = position ? { recover: true, ...position } : {};
    socket.onopen = () => socket.send(`{"id":1,"connect":{}}\n${JSON.stringify({ id: 2, subscribe: { channel, ...claimed } })}`);
    const take = pub => {
      position.offset = pub.offset;
      seen.socket.push(pub.data.n);
    };
    socket.onmessage = ({ data }) => data.split('\n').map(line => JSON.parse(line)).forEach(({ id, subscribe, push }) => {
      if (id === 2) {
        position = { epoch: subscribe.epoch, offset: position?.offset ?? subscribe.offset };
        if (subscribe.was_recovering) seen.recovered.push(subscribe.recovered);
        subscribe.publications?.forEach(take);
        seen.connected++;
      } else if (push?.pub) take(push.pub);
    });
    socket.onclose = () => setTimeout(open, 200);
  };
  open();
}

await Promise.all([
  claim('chromium: EventSource and WebSocket resume after a cut', async () => {
    const proxy = await Proxy.to(hub);
    const page = await browser.newPage();
    await page.goto(`http://${proxy.address}/console/icon.svg`);
    const seen = () => page.evaluate(() => window.seen);
    await page.evaluate(watch, 'b-cut');
    await until(async () => (await seen()).opened === 1 && (await seen()).connected === 1, 'both are connected');
    await publish(hub, 'b-cut', 1, 3);
    await until(async () => (await seen()).stream.length === 3 && (await seen()).socket.length === 3, '3 are there');
    proxy.cut();
    await publish(hub, 'b-cut', 4, 6);
    proxy.mend();
    await until(async () => (await seen()).opened === 2 && (await seen()).connected === 2, async () => JSON.stringify(await seen()));
    await publish(hub, 'b-cut', 7, 8);
    await until(async () => (await seen()).stream.length >= 8 && (await seen()).socket.length >= 8, '8 are there');
    const { stream, socket, recovered } = await seen();
    same(stream, numbers(1, 8));
    same(socket, numbers(1, 8));
    same(recovered, [true, true]);
    await page.close();
  }),

  claim('chromium: the console publishes and both panes receive', async () => {
    const page = await browser.newPage();
    const complaints = [];
    page.on('pageerror', failure => complaints.push(String(failure)));
    page.on('console', message => ['error', 'warning'].includes(message.type()) && complaints.push(message.text()));
    await page.goto(`${hub}/`);
    await page.fill('#channel', 'b-console');
    await page.click('#bar button[type=submit]');
    const received = async () => page.$$eval('.pane [data-field=received]', all => all.map(({ textContent }) => textContent));
    await page.waitForFunction(() => document.querySelectorAll('.pane [data-field=client]').length === 2
      && [...document.querySelectorAll('.pane [data-field=client]')].every(({ textContent }) => textContent.length > 3));
    await page.click('#publish button[type=submit]');
    await page.waitForFunction(() => (document.getElementById('outcome').textContent.match(/has it/g) ?? []).length === 2);
    await until(async () => (await received()).join() === '1,1', 'both panes have the first');
    await call(hub, 'publish', { channel: 'b-console', data: { n: 2 } });
    await until(async () => (await received()).join() === '2,2', 'both panes have the second');
    same(complaints, []);
    await page.close();
  }),
]);
await browser.close();
finish();
