// centrifuge-js as it is, speaking the plain dialect.

import { Centrifuge } from 'centrifuge';
import WebSocket from 'ws';
import { call, claim, finish, grants, holds, next, numbers, Proxy, publish, same, token, until } from './kit.mjs';

const hub = process.env.HUB;
const direct = `${hub.replace('http', 'ws')}/connection/websocket`;
const fast = { websocket: WebSocket, minReconnectDelay: 50, maxReconnectDelay: 300 };

function client(options, url = direct) {
  return new Centrifuge(url, { ...fast, ...options });
}

/** A connected client of this user with these claims besides the usual grants. */
async function connected(user, claims = {}, options = {}, url = direct) {
  const made = client({ token: token({ sub: user, ...grants, ...claims }), ...options }, url);
  made.connect();
  await made.ready(10_000);
  return made;
}

/** A subscription that keeps what it gets. */
async function subscribed(to, channel, options) {
  const sub = to.newSubscription(channel, options);
  const got = [];
  sub.on('publication', ({ data }) => got.push(data.n));
  sub.subscribe();
  await sub.ready(10_000);
  return { sub, got };
}

await Promise.all([
  claim('through a cut nothing is lost or doubled', async () => {
    const proxy = await Proxy.to(hub);
    const cut = await connected('ada', { channels: ['chat:c-mine'] }, {}, `ws://${proxy.address}/connection/websocket`);
    const mine = [];
    cut.on('publication', ({ channel, data }) => channel === 'chat:c-mine' && mine.push(data.n));
    const { sub, got } = await subscribed(cut, 'chat:c-cut');
    for (let round = 0; round < 3; round++) {
      await publish(hub, 'chat:c-cut', round * 10 + 1, round * 10 + 4);
      await publish(hub, 'chat:c-mine', round * 10 + 1, round * 10 + 4);
      await until(() => got.at(-1) === round * 10 + 4 && mine.at(-1) === round * 10 + 4, () => `4 more are there: ${got} ${mine}`);
      const lost = next(cut, 'connecting');
      const back = next(sub, 'subscribed');
      proxy.cut();
      await lost;
      await publish(hub, 'chat:c-cut', round * 10 + 5, round * 10 + 8);
      await publish(hub, 'chat:c-mine', round * 10 + 5, round * 10 + 10);
      proxy.mend();
      const { wasRecovering, recovered } = await back;
      holds(wasRecovering && recovered, 'recovered');
      await publish(hub, 'chat:c-cut', round * 10 + 9, round * 10 + 10);
    }
    await until(() => got.length >= 30 && mine.length >= 30, () => `30 are there: ${got} ${mine}`);
    same(got, numbers(1, 30));
    same(mine, numbers(1, 30));
  }),

  claim('what is no longer retained is not said to be recovered', async () => {
    const proxy = await Proxy.to(hub);
    const late = await connected('lea', {}, {}, `ws://${proxy.address}/connection/websocket`);
    const { sub } = await subscribed(late, 'brief:c-late', { positioned: true, recoverable: true });
    await publish(hub, 'brief:c-late', 1, 1);
    const back = next(sub, 'subscribed');
    const lost = next(late, 'connecting');
    proxy.cut();
    await lost;
    await publish(hub, 'brief:c-late', 2, 9);
    proxy.mend();
    const { wasRecovering, recovered } = await back;
    same([wasRecovering, recovered], [true, false]);
  }),

  claim('publish, history, presence and their numbers', async () => {
    const one = await connected('uma', { info: { name: 'Uma' } });
    const { sub, got } = await subscribed(one, 'chat:c-verbs');
    await sub.publish({ n: 1 });
    await one.publish('chat:c-verbs', { n: 2 });
    await until(() => got.length === 2, 'both came back');
    const { publications, offset } = await sub.history({ limit: 10 });
    same([publications.map(({ data, info }) => [data.n, info.user]), offset], [[[1, 'uma'], [2, 'uma']], 2]);
    const reversed = await sub.history({ limit: 1, reverse: true });
    same(reversed.publications.map(({ data }) => data.n), [2]);
    const { clients } = await sub.presence();
    same(Object.values(clients).map(({ user, connInfo }) => [user, connInfo]), [['uma', { name: 'Uma' }]]);
    const { numClients, numUsers } = await sub.presenceStats();
    same([numClients, numUsers], [1, 1]);
  }),

  claim('a refused subscription says why and leaves the connection alone', async () => {
    const one = await connected('una');
    const sub = one.newSubscription('live-not:c-x');
    const refused = next(sub, 'unsubscribed');
    sub.subscribe();
    same((await refused).code, 102);
    same(one.state, 'connected');
  }),

  claim('joins and leaves', async () => {
    const one = await connected('ida');
    const seen = [];
    const sub = one.newSubscription('chat:c-join', { joinLeave: true });
    sub.on('join', ({ info }) => seen.push(`+${info.user}`));
    sub.on('leave', ({ info }) => seen.push(`-${info.user}`));
    sub.subscribe();
    await sub.ready(10_000);
    const two = await connected('jan');
    const other = await subscribed(two, 'chat:c-join');
    await until(() => seen.includes('+jan'), 'jan joined');
    other.sub.unsubscribe();
    await until(() => seen.includes('-jan'), 'jan left');
    same(seen.filter(it => it.endsWith('jan')), ['+jan', '-jan']);
  }),

  claim('a connection token is refreshed before it expires', async () => {
    let asked = 0;
    const getToken = async () => token({ sub: 'rob', ...grants }, ++asked > 1 ? 600 : 2);
    const one = client({ getToken });
    const left = [];
    one.on('connecting', context => left.push(context));
    one.connect();
    await one.ready(10_000);
    await until(() => asked === 2, 'asked for a second token');
    await subscribed(one, 'chat:c-refreshed');
    same([one.state, left.length], ['connected', 1]);
  }),

  claim('an expired token is replaced', async () => {
    let asked = 0;
    const one = client({ token: token({ sub: 'exe', ...grants }, -60), getToken: async () => (asked++, token({ sub: 'exe', ...grants })) });
    one.connect();
    await one.ready(10_000);
    same(asked, 1);
  }),

  claim('a subscription token grants its channel and is refreshed', async () => {
    const one = client({ token: token({ sub: 'sub' }) });
    one.connect();
    await one.ready(10_000);
    let asked = 0;
    const getToken = async ({ channel }) => token({ sub: 'sub', channel }, ++asked > 1 ? 600 : 2);
    const { got } = await subscribed(one, 'chat:c-token', { getToken });
    await until(() => asked === 2, 'asked for a second token');
    await publish(hub, 'chat:c-token', 1, 1);
    await until(() => got.length === 1, 'still subscribed');
  }),

  claim('a back end subscribes and unsubscribes', async () => {
    const one = await connected('bea');
    const added = next(one, 'subscribed');
    await call(hub, 'subscribe', { user: 'bea', channel: 'chat:c-added' });
    same((await added).channel, 'chat:c-added');
    const { sub } = await subscribed(one, 'chat:c-taken');
    const taken = next(sub, 'unsubscribed');
    await call(hub, 'unsubscribe', { user: 'bea', channel: 'chat:c-taken' });
    same((await taken).code, 2000);
  }),

  claim('a terminal disconnect is the end, another is not', async () => {
    const one = await connected('dan');
    const again = next(one, 'connecting');
    await call(hub, 'disconnect', { user: 'dan', disconnect: { code: 4000, reason: 'come again' } });
    same((await again).code, 4000);
    await one.ready(10_000);
    const end = next(one, 'disconnected');
    await call(hub, 'disconnect', { user: 'dan', disconnect: { code: 3500, reason: 'invalid token' } });
    const { code, reason } = await end;
    same([code, reason], [3500, 'invalid token']);
    same(one.state, 'disconnected');
  }),

  claim('a worthless token is the end', async () => {
    const one = client({ token: 'nonsense' });
    const end = next(one, 'disconnected');
    one.connect();
    same((await end).code, 3500);
  }),

  claim('keepalives keep a silent connection', async () => {
    const one = await connected('kim');
    const left = [];
    one.on('connecting', context => left.push(context));
    await new Promise(resolve => setTimeout(resolve, 5_000));
    same([one.state, left.length], ['connected', 0]);
  }),
]);
finish();
