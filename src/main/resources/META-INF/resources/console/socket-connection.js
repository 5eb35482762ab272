// One WebSocket connection in the extended dialect, subscribed to one channel. It lives once: coming back is the pane's business.
//
// What it tells (`on`), and what stream-connection.js tells in the same way:
//   connected({client, node})
//   subscribed({epoch, offset, returning, replay, gapDue}, cursor)   `replay` publications follow, and before them a gap if one is due
//   publication(publication, cursor)
//   gap(gap, cursor)
//   moved(position, cursor)
//   drain({reason, min, max})        the hub asks to move
//   control(name, text)              anything else the hub said
//   retry(ms)                        how long to wait after a loss
//   lost({why, window, itself})      come back, within the window if there is one; `itself`: the browser does that
//   refused(why)                     trying again is of no use
// Only SSE has cursors. A connection that was abandoned, lost or refused tells nothing any more.

import { retryWindow, socketAddress } from './hub.js';

const SUBPROTOCOL = 'tidings.v1.json';
const CONNECT = 1;
const SUBSCRIBE = 2;
// How much longer than the announced ping interval silence may last.
const SILENCE_MS = 10_000;

export function openSocket({ channel, token, position }, on, clock) {
  const socket = new WebSocket(socketAddress('v1/ws'), [SUBPROTOCOL]);
  const sentAt = {};
  let ended = false;
  let pong = false;
  let silence;
  let patience = null;

  const send = (...commands) => socket.send(commands.map(command => JSON.stringify(command)).join('\n'));

  const end = (tell, code, reason) => {
    if (ended) return;
    ended = true;
    clearTimeout(silence);
    if (code) socket.close(code, reason);
    else socket.close();
    tell?.();
  };

  const listen = () => {
    clearTimeout(silence);
    if (patience) silence = setTimeout(() => end(() => on.lost({ why: 'the hub fell silent' })), patience);
  };

  const subscribeCommand = () => {
    const request = { channel, positioned: true, recoverable: true };
    if (position) Object.assign(request, { recover: true, epoch: position.epoch, offset: position.offset });
    return { id: SUBSCRIBE, subscribe: request };
  };

  const failed = ({ code, message, temporary, retry_after_ms: after }) => {
    const why = `${message} (${code})`;
    end(() => (temporary ? on.lost({ why, window: after ? { min: after, max: 2 * after } : null }) : on.refused(why)), 1000, 'closed');
  };

  const connected = result => {
    clock.sample(result.time ?? clock.now(), sentAt.connect, Date.now());
    pong = result.pong === true;
    if (result.ping) patience = result.ping * 1000 + SILENCE_MS;
    on.connected({ client: result.client, node: result.node });
  };

  const subscribed = result => {
    const publications = result.publications ?? [];
    const failedRecovery = result.was_recovering && !result.recovered;
    on.subscribed({ epoch: result.epoch, offset: result.offset, returning: position != null, replay: publications.length, gapDue: failedRecovery });
    // An extended hub always names the gap. Should one not, the range is everything between our position and its own.
    if (failedRecovery) on.gap(result.gap ?? { reason: 'unrecovered', from: position, to: { epoch: result.epoch, offset: result.offset } });
    publications.forEach(publication => on.publication(publication));
  };

  const pushed = push => {
    // A token may bring subscriptions of its own; this page looks at one channel.
    if (push.channel && push.channel !== channel) return;
    if (push.pub) on.publication(push.pub);
    else if (push.gap) on.gap(push.gap);
    else if (push.position) on.moved(push.position);
    else if (push.drain) on.drain(push.drain);
    else if (push.unsubscribe) unsubscribed(push.unsubscribe);
    else {
      const [name] = Object.keys(push).filter(key => key !== 'channel');
      if (name) on.control(name, JSON.stringify(push[name]));
    }
  };

  // From 2500 on the hub asks to subscribe again. The pane does that on a new connection, which is simpler and shows the same.
  const unsubscribed = ({ code, reason }) => {
    const why = `unsubscribed by the hub: ${code} ${reason}`;
    end(() => (code >= 2500 ? on.lost({ why }) : on.refused(why)), 1000, 'closed');
  };

  const receive = text => {
    for (const line of text.split('\n')) {
      if (ended || !line) continue;
      const reply = JSON.parse(line);
      if (reply.error) failed(reply.error);
      else if (reply.id === CONNECT) connected(reply.connect);
      else if (reply.id === SUBSCRIBE) subscribed(reply.subscribe);
      else if (reply.push) pushed(reply.push);
      else if (pong && Object.keys(reply).length === 0) send({});
    }
    listen();
  };

  socket.onopen = () => {
    if (ended) return;
    sentAt.connect = Date.now();
    // `ext` says the same as the subprotocol, for proxies that eat subprotocols. Both commands share one frame: one round trip.
    const connect = { name: 'tidings-console', ext: ['tidings.v1'] };
    if (token) connect.token = token;
    send({ id: CONNECT, connect }, subscribeCommand());
  };
  socket.onmessage = event => !ended && receive(event.data);
  socket.onclose = ({ code, reason }) => {
    if (ended) return;
    const why = closeText(code, reason);
    end(() => (mayReturn(code) ? on.lost({ why, window: retryWindow(reason) }) : on.refused(why)));
  };

  return {
    /** As if the network went away: nothing that still arrives on this connection is looked at. */
    abandon: () => end(),
    close: reason => end(null, 1000, reason ?? 'closed'),
  };
}

/** Which close codes allow another attempt: by range, so that codes yet unknown are treated right. */
function mayReturn(code) {
  if (code === 1009 || code === 1000) return false;
  return !(code >= 3500 && code < 4000) && !(code >= 4500 && code < 5000);
}

function closeText(code, reason) {
  if (code === 1006) return 'closed without a word (1006)';
  return `closed by the hub: ${code}${reason ? ` ${reason}` : ''}`;
}
