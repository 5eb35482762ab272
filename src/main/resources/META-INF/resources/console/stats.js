// The feed of the overview: asks /console/stats every second, turns counters into rates, and keeps trying when the hub is away.

import { address, Refusal } from './hub.js';

const PERIOD_MS = 1000;
const PATIENCE_MS = 5000;
const LONGEST_PAUSE_MS = 15_000;

export class StatsFeed {
  #clock;
  #listener;
  #timer;
  #asking = false;
  #failures = 0;
  #previous = null;

  /** `listener.sample(stats, rates)` once a second; `listener.away({why, failures, pause})` once per failed attempt. */
  constructor(clock, listener) {
    this.#clock = clock;
    this.#listener = listener;
  }

  /** Asks now, and from then on by itself. */
  async poll() {
    if (this.#asking) return;
    this.#asking = true;
    clearTimeout(this.#timer);
    const started = Date.now();
    let pause;
    try {
      const stats = await ask();
      this.#clock.sample(stats.time, started, Date.now());
      this.#failures = 0;
      this.#listener.sample(stats, rates(this.#previous, stats));
      this.#previous = stats;
      pause = Math.max(0, PERIOD_MS - (Date.now() - started));
    } catch (failure) {
      this.#failures++;
      // Jitter, because many consoles may be open on a hub that restarts.
      pause = Math.min(LONGEST_PAUSE_MS, PERIOD_MS * 2 ** (this.#failures - 1)) * (0.8 + 0.4 * Math.random());
      this.#listener.away({ why: reason(failure), failures: this.#failures, pause });
    } finally {
      this.#asking = false;
    }
    this.#timer = setTimeout(() => this.poll(), pause);
  }
}

async function ask() {
  const response = await fetch(address('console/stats'), { cache: 'no-store', signal: AbortSignal.timeout(PATIENCE_MS) });
  if (!response.ok) throw await Refusal.of(response);
  return response.json();
}

function reason(failure) {
  if (failure instanceof Refusal) return `The hub answers, but without statistics: ${failure.text}.`;
  if (failure.name === 'TimeoutError') return `The hub did not answer within ${PATIENCE_MS / 1000} seconds.`;
  if (failure instanceof SyntaxError) return 'Something answers at the address of the statistics, but not the hub.';
  return 'The hub cannot be reached.';
}

/** Per second since the sample before; null where two samples cannot be compared: another node answered, or this one restarted. */
export function rates(previous, current) {
  const nothing = { publications: null, deliveries: { websocket: null, sse: null } };
  if (!previous || previous.node !== current.node || current.uptime_ms < previous.uptime_ms) return nothing;
  const seconds = (current.time - previous.time) / 1000;
  if (seconds <= 0) return nothing;
  const perSecond = (now, before) => (now < before ? null : (now - before) / seconds);
  return {
    publications: perSecond(current.publications_total, previous.publications_total),
    deliveries: {
      websocket: perSecond(current.deliveries_total.websocket, previous.deliveries_total.websocket),
      sse: perSecond(current.deliveries_total.sse, previous.deliveries_total.sse),
    },
  };
}
