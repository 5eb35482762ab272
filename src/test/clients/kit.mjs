// What the scripts share: claims that run one after the other or at once, a TCP proxy that cuts, tokens, and the hub's API.

import crypto from 'node:crypto';
import net from 'node:net';

const PATIENCE_MS = 25_000;

let failures = 0;

/** Runs one claim and says how it went. */
export async function claim(name, body) {
  const started = Date.now();
  try {
    await body();
    console.log(`ok      ${name} (${Date.now() - started} ms)`);
  } catch (failure) {
    failures++;
    console.log(`FAILED  ${name}: ${failure.stack ?? failure}`);
  }
}

/** Ends the script; whatever a client still has open does not hold it up. */
export function finish() {
  process.exit(failures ? 1 : 0);
}

/** Waits until the condition holds. */
export async function until(condition, what) {
  const deadline = Date.now() + PATIENCE_MS;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(`waited in vain until ${typeof what === 'function' ? what() : what}`);
    await new Promise(resolve => setTimeout(resolve, 20));
  }
}

export function same(actual, expected) {
  const [is, should] = [JSON.stringify(actual), JSON.stringify(expected)];
  if (is !== should) throw new Error(`is ${is}, should be ${should}`);
}

export function holds(condition, what) {
  if (!condition) throw new Error(`does not hold: ${what}`);
}

/** The next event of a centrifuge client or subscription. */
export function next(emitter, event) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`no ${event} within ${PATIENCE_MS} ms`)), PATIENCE_MS);
    emitter.once(event, context => {
      clearTimeout(timer);
      resolve(context);
    });
  });
}

/** A token that is valid for so many seconds. */
export function token(claims, seconds = 600) {
  const encode = part => Buffer.from(JSON.stringify(part)).toString('base64url');
  const signed = `${encode({ alg: 'HS256', typ: 'JWT' })}.${encode({ exp: Math.floor(Date.now() / 1000) + seconds, ...claims })}`;
  return `${signed}.${crypto.createHmac('sha256', process.env.SECRET).update(signed).digest('base64url')}`;
}

/** Everything in the channels of the tests. */
export const grants = { tidings: { subscribe: ['chat:*'], publish: ['chat:*'], history: ['chat:*'], presence: ['chat:*'] } };

/** Calls the API of a hub as a back end. */
export async function call(hub, path, body) {
  const headers = { 'Content-Type': 'application/json', 'X-API-Key': process.env.API_KEY };
  const response = await fetch(`${hub}/v1/${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
  return response.json();
}

/** Publishes the numbers from first to last, one after the other. */
export async function publish(hub, channel, first, last) {
  for (let n = first; n <= last; n++) await call(hub, 'publish', { channel, data: { n } });
}

export function numbers(first, last) {
  return Array.from({ length: last - first + 1 }, (_, i) => first + i);
}

/** Stands between a client and a hub. Cuts what is open, and lets nobody through until it is told to. */
export class Proxy {
  #open = new Set();
  #through = true;
  #server;

  static async to(hub) {
    const proxy = new Proxy();
    const { hostname, port } = new URL(hub);
    proxy.#server = net.createServer(socket => proxy.#accept(socket, hostname, port));
    await new Promise(resolve => proxy.#server.listen(0, '127.0.0.1', resolve));
    return proxy;
  }

  get address() {
    return `127.0.0.1:${this.#server.address().port}`;
  }

  #accept(socket, hostname, port) {
    socket.on('error', () => {});
    if (!this.#through) {
      socket.destroy();
      return;
    }
    const upstream = net.connect(port, hostname);
    const both = [socket, upstream];
    for (const one of both) {
      this.#open.add(one);
      one.on('error', () => {});
      one.on('close', () => {
        this.#open.delete(one);
        both.forEach(other => other.destroy());
      });
    }
    socket.pipe(upstream).pipe(socket);
  }

  cut() {
    this.#through = false;
    this.#open.forEach(socket => socket.destroy());
  }

  mend() {
    this.#through = true;
  }

  get connections() {
    return this.#open.size / 2;
  }
}
