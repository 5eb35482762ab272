// A parser for text/event-stream, for streams read with fetch. It follows the WHATWG rules as far as a hub makes use of them.

export class SseParser {
  #onEvent;
  #onRetry;
  #rest = '';
  #data = [];
  #type = '';
  #id = '';

  /** `onEvent({type, data, lastEventId})` for each event, `onRetry(ms)` for each retry field. */
  constructor(onEvent, onRetry) {
    this.#onEvent = onEvent;
    this.#onRetry = onRetry;
  }

  push(text) {
    this.#rest += text;
    // A CR at the very end may be half of a CRLF, so it waits for the next chunk.
    const held = this.#rest.endsWith('\r') ? 1 : 0;
    const lines = this.#rest.slice(0, this.#rest.length - held).split(/\r\n|\n|\r/);
    this.#rest = lines.pop() + (held ? '\r' : '');
    lines.forEach(line => this.#line(line));
  }

  #line(line) {
    if (line === '') return this.#dispatch();
    const colon = line.indexOf(':');
    if (colon === 0) return;
    const name = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
    if (name === 'data') this.#data.push(value);
    else if (name === 'event') this.#type = value;
    else if (name === 'id' && !value.includes('\0')) this.#id = value;
    else if (name === 'retry' && /^\d+$/.test(value)) this.#onRetry(Number(value));
  }

  #dispatch() {
    const event = { type: this.#type || 'message', data: this.#data.join('\n'), lastEventId: this.#id };
    const empty = this.#data.length === 0;
    this.#data = [];
    this.#type = '';
    if (!empty) this.#onEvent(event);
  }
}
