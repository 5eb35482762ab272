// Two readers of event streams that people use in Node and in browsers, as they are. The waits between attempts are the hub's.

import { fetchEventSource } from '@microsoft/fetch-event-source';
import { EventSource } from 'eventsource';
import WebSocket from 'ws';
import { claim, finish, grants, holds, numbers, Proxy, publish, same, token, until } from './kit.mjs';

// fetch-event-source looks at the page it is on.
globalThis.document = { hidden: false, addEventListener() {}, removeEventListener() {} };
globalThis.window = globalThis;

const hub = process.env.HUB;
const full = process.env.FULL_HUB;
const authorization = `Bearer ${token({ sub: 'eva', ...grants })}`;
const withToken = (url, init) => fetch(url, { ...init, headers: { ...init.headers, Authorization: authorization } });

/** Opens a stream with one of the readers; `on.publication`, `on.error`, `on.control`. */
const readers = {
  eventsource(url, on) {
    const source = new EventSource(url, { fetch: withToken });
    source.onmessage = ({ data }) => on.publication(JSON.parse(data));
    source.addEventListener('tidings', ({ data }) => on.control?.(JSON.parse(data)));
    source.onerror = event => on.error(event, source.readyState);
    return () => source.close();
  },
  'fetch-event-source'(url, on) {
    const controller = new AbortController();
    const onmessage = ({ event, data }) => {
      if (event === 'tidings') on.control?.(JSON.parse(data));
      else on.publication(JSON.parse(data));
    };
    const onerror = failure => on.error(failure, 0);
    const onclose = () => on.closed?.();
    fetchEventSource(url, { headers: { Authorization: authorization }, signal: controller.signal, openWhenHidden: true, onmessage, onerror, onclose }).catch(on.error);
    return () => controller.abort();
  },
};

async function throughACut(name, open) {
  const proxy = await Proxy.to(hub);
  const channel = `chat:s-${name}`;
  const got = [];
  const connects = [];
  let errors = 0;
  const close = open(`http://${proxy.address}/v1/sse?channel=${channel}`, {
    publication: ({ pub }) => got.push(pub.data.n),
    control: ({ connect }) => connect && connects.push(connect.subs[channel]),
    error: () => void errors++,
    closed: () => { throw new Error('a clean end'); },
  });
  await until(() => connects.length === 1, 'connected');
  await publish(hub, channel, 1, 4);
  await until(() => got.length === 4, () => `4 are there: ${got}`);
  proxy.cut();
  await until(() => errors > 0, 'the cut was seen');
  await publish(hub, channel, 5, 8);
  proxy.mend();
  await until(() => connects.length === 2, 'connected again');
  await publish(hub, channel, 9, 10);
  await until(() => got.length >= 10, () => `10 are there: ${got}`);
  close();
  same(got, numbers(1, 10));
  same([connects[1].was_recovering, connects[1].recovered, connects[1].replay], [true, true, 4]);
}

/** A full hub says "later" in a way that neither ends the reader nor looks like data. */
async function throughARefusal() {
  const occupant = new WebSocket(`${full.replace('http', 'ws')}/v1/ws`);
  await new Promise(resolve => occupant.once('open', resolve));
  occupant.send('{"id":1,"connect":{}}');
  await new Promise(resolve => occupant.once('message', resolve));
  const waiting = Object.entries(readers).map(([name, open]) => {
    const seen = { name, errors: 0, states: new Set(), connected: 0, publications: 0 };
    seen.close = open(`${full}/v1/sse?channel=s-full-${name}`, {
      publication: () => void seen.publications++,
      control: ({ connect }) => connect && void seen.connected++,
      error: (_, state) => void (seen.errors++, seen.states.add(state)),
    });
    return seen;
  });
  await until(() => waiting.every(({ errors }) => errors > 0), 'both were refused');
  holds(waiting.every(({ connected }) => connected === 0), 'nobody is connected');
  occupant.close();
  for (let left = waiting; left.length; left = left.filter(({ connected }) => !connected)) {
    await until(() => left.some(({ connected }) => connected > 0), () => `${left.map(({ name }) => name)} is let in`);
    left.filter(({ connected }) => connected > 0).forEach(({ close }) => close());
  }
  for (const { publications, states } of waiting) {
    same(publications, 0);
    same([...states], [0]);
  }
}

await Promise.all([
  ...Object.entries(readers).map(([name, open]) => claim(`${name}: through a cut nothing is lost or doubled`, () => throughACut(name, open))),
  claim('a full hub is waited for', throughARefusal),
  claim('eventsource: what is not granted is the end', async () => {
    let end;
    const source = new EventSource(`${hub}/v1/sse?channel=chat:s-denied`);
    source.onerror = event => (end = [event.code, source.readyState]);
    await until(() => end, 'refused');
    same(end, [401, EventSource.CLOSED]);
  }),
]);
finish();
