// One SSE stream of one channel. It tells what socket-connection.js lists.
//
// Without a token it is the browser's own EventSource, reconnecting by itself as it does in any application. An EventSource cannot carry
// a token, so with one the stream is a POST read with fetch, and then coming back is the pane's business, as for a WebSocket.

import { address, Refusal, retryWindow } from './hub.js';
import { SseParser } from './sse-parser.js';

// As in socket-connection.js; the ping interval is in the connect event.
const SILENCE_MS = 10_000;

export function openStream({ channel, token, cursor, position }, on) {
  const returning = position != null;
  return token ? openFetch({ channel, token, cursor, returning }, on) : openEventSource({ channel, cursor, returning }, on);
}

function openEventSource({ channel, cursor, returning }, on) {
  const source = new EventSource(address('v1/sse', { channel, cursor }));
  let ended = false;
  let wasConnected = returning;

  const end = tell => {
    if (ended) return;
    ended = true;
    source.close();
    tell?.();
  };

  const receive = event => {
    if (ended) return;
    const content = JSON.parse(event.data);
    if (content.disconnect && content.disconnect.reconnect === false) return end(() => on.refused(disconnectText(content.disconnect)));
    dispatch(content, { channel, id: event.lastEventId, returning: wasConnected }, on);
    if (content.connect) wasConnected = true;
  };

  source.onmessage = receive;
  source.addEventListener('tidings', receive);
  source.onerror = async () => {
    if (ended) return;
    if (source.readyState === EventSource.CONNECTING) {
      on.lost({ why: 'the stream ended', itself: true });
      return;
    }
    // The browser gave up for ever and does not say why; the hub does, when asked with fetch.
    const refusal = await whyRefused(channel, cursor);
    end(() => {
      if (refusal && !refusal.temporary) on.refused(refusal.text);
      else on.lost({ why: refusal ? refusal.text : 'the stream could not be opened', window: refusal?.retry });
    });
  };

  return { abandon: () => end(), close: () => end() };
}

async function whyRefused(channel, cursor) {
  const abort = new AbortController();
  try {
    const response = await fetch(address('v1/sse', { channel, cursor, errors: 'status' }), {
      headers: { Accept: 'text/event-stream' }, cache: 'no-store', signal: abort.signal,
    });
    return response.ok ? null : await Refusal.of(response);
  } catch {
    return null;
  } finally {
    abort.abort();
  }
}

function openFetch({ channel, token, cursor, returning }, on) {
  const abort = new AbortController();
  let ended = false;
  let silence;
  let patience = null;

  const end = tell => {
    if (ended) return;
    ended = true;
    clearTimeout(silence);
    abort.abort();
    tell?.();
  };

  const listen = () => {
    clearTimeout(silence);
    if (patience) silence = setTimeout(() => end(() => on.lost({ why: 'the hub fell silent' })), patience);
  };

  const parser = new SseParser(({ data, lastEventId }) => {
    if (ended) return;
    const content = JSON.parse(data);
    if (content.disconnect && content.disconnect.reconnect === false) return end(() => on.refused(disconnectText(content.disconnect)));
    if (content.connect?.ping) patience = content.connect.ping * 1000 + SILENCE_MS;
    dispatch(content, { channel, id: lastEventId, returning }, on);
  }, ms => on.retry(ms));

  const read = async () => {
    const body = { token, ext: ['tidings.v1'], subs: { [channel]: {} } };
    if (cursor) body.cursor = cursor;
    const response = await fetch(address('v1/sse'), {
      method: 'POST', cache: 'no-store', signal: abort.signal, body: JSON.stringify(body),
      headers: { 'Content-Type': 'application/json', Accept: 'text/event-stream' },
    });
    if (!response.ok) throw await Refusal.of(response);
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      parser.push(value);
      listen();
    }
  };

  read().then(
    () => end(() => on.lost({ why: 'the stream ended' })),
    failure => end(() => {
      if (!(failure instanceof Refusal)) on.lost({ why: 'the stream broke off' });
      else if (failure.temporary) on.lost({ why: failure.text, window: failure.retry });
      else on.refused(failure.text);
    }),
  );

  return { abandon: () => end(), close: () => end() };
}

/** The content of one event, whichever reader it came from. `id` is the stream's cursor after the event. */
function dispatch(content, { channel, id, returning }, on) {
  // A token may bring subscriptions of its own to the stream; this page looks at one channel.
  if (content.channel && content.channel !== channel) return;
  const { connect, pub, gap, position, drain, disconnect, unsubscribe } = content;
  if (connect) connected(connect, { channel, id, returning }, on);
  else if (pub) on.publication(pub, id);
  else if (gap) on.gap(gap, id);
  else if (position) on.moved(position, id);
  else if (drain) on.drain(drain);
  else if (disconnect) on.control('disconnect', disconnectText(disconnect));
  else if (unsubscribe) on.control('unsubscribe', `${unsubscribe.code} ${unsubscribe.reason}`);
  else {
    const [name] = Object.keys(content).filter(key => key !== 'channel');
    if (name) on.control(name, JSON.stringify(content[name]));
  }
}

function connected(connect, { channel, id, returning }, on) {
  const { epoch, offset, replay = 0, was_recovering: recovering, recovered } = connect.subs?.[channel] ?? {};
  on.connected({ client: connect.client, node: connect.node });
  on.subscribed({ epoch, offset, returning, replay, gapDue: recovering === true && recovered === false }, id);
}

function disconnectText({ code, reason }) {
  return `${code} ${reason}`;
}
