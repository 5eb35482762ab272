// What time it is at the hub. `publication.time` is the hub's clock, so latency has to be measured against that one.

export class HubClock {
  #ahead = 0;
  #uncertainty = Infinity;

  /** The hub said `hubTime` somewhere between `sent` and `received`; the tightest bracket wins, and ages so that drift is followed. */
  sample(hubTime, sent, received) {
    const uncertainty = (received - sent) / 2;
    this.#uncertainty += 0.05;
    if (uncertainty <= this.#uncertainty) {
      this.#uncertainty = uncertainty;
      this.#ahead = hubTime - (sent + received) / 2;
    }
  }

  now() {
    return Date.now() + this.#ahead;
  }
}
