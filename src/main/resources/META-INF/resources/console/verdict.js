// The book-keeping behind the panes: what a position says must have arrived, and what did. No DOM in here.
//
// Offsets of one channel are dense, so everything can be judged from them: an offset at or below the position is a duplicate, a jump
// is a hole. A publication may carry `prev`, the offset before it as far as this subscription may see; then that is what a jump is
// measured from. A gap is not a hole: the hub told us, and told the range.

import { count, lag, position as positionText, publications } from './format.js';

export class Ledger {
  position = null;
  received = 0;
  duplicates = 0;
  holes = 0;
  gaps = 0;

  /** The hub's answer to a subscribe. A position of our own is kept: what follows has to connect to it. */
  subscribed({ epoch, offset, gapDue }) {
    if (epoch == null || offset == null) return;
    const resetUntold = this.position && this.position.epoch !== epoch && !gapDue;
    if (resetUntold) this.holes++;
    if (!this.position || resetUntold) this.position = { epoch, offset };
  }

  /** 'next', 'duplicate' or 'hole', and how many were missing. */
  publication({ offset, prev }) {
    this.received++;
    if (offset == null) return { kind: 'next', missing: 0 };
    if (!this.position) {
      this.position = { epoch: '', offset };
      return { kind: 'next', missing: 0 };
    }
    if (offset <= this.position.offset) {
      this.duplicates++;
      return { kind: 'duplicate', missing: 0 };
    }
    const missing = Math.max(0, (prev ?? offset - 1) - this.position.offset);
    this.position = { ...this.position, offset };
    this.holes += missing;
    return { kind: missing ? 'hole' : 'next', missing };
  }

  gap({ to }) {
    this.gaps++;
    this.position = { epoch: to.epoch, offset: to.offset };
  }

  /** "Nothing for you up to here": moves the position of a filtered subscription. */
  moved({ epoch, offset }) {
    this.position = { epoch, offset };
  }
}

/** The highest offset this page has heard of from anywhere: replies to its publishes, and either pane. Evidence for "0 lost". */
export class Horizon {
  #epoch = null;
  #offset = 0;

  saw({ epoch, offset } = {}) {
    if (!epoch || offset == null) return;
    this.#offset = epoch === this.#epoch ? Math.max(this.#offset, offset) : offset;
    this.#epoch = epoch;
  }

  get position() {
    return this.#epoch && { epoch: this.#epoch, offset: this.#offset };
  }

  /** How many publications lie beyond `position`; null where that cannot be said. */
  beyond(position) {
    return position && position.epoch === this.#epoch ? Math.max(0, this.#offset - position.offset) : null;
  }
}

/** One absence of one pane, from the kill to the verdict. */
export class Absence {
  recovered = 0;
  lost = 0;
  doubled = 0;
  gaps = [];
  backAt = null;
  settledAt = null;
  #replay = 0;
  #gapDue = false;
  #top = null;
  #closed = false;

  constructor(from, leftAt) {
    this.from = from;
    this.leftAt = leftAt;
    this.to = from;
  }

  /**
   * Subscribed again. The hub announced `replay` publications and perhaps a gap; `top` is what the page knew to be published by now.
   * Until all of that has come, what arrives counts as recovered.
   */
  returned({ replay, gapDue, top }, at) {
    this.backAt = at;
    this.#replay = replay;
    this.#gapDue = gapDue;
    this.#top = top;
  }

  publication({ kind, missing }, position, at) {
    if (this.#closed) return;
    if (kind === 'duplicate') this.doubled++;
    this.lost += missing;
    if (this.settledAt != null) {
      // The seam: the first new publication after the recovery has to connect to it as well. What comes later is another story.
      this.#closed = kind !== 'duplicate';
      return;
    }
    if (this.#replay > 0) this.#replay--;
    if (kind !== 'duplicate') this.recovered++;
    this.settleIfComplete(position, at);
  }

  gap(gap, position, at) {
    this.gaps.push(gap);
    this.#gapDue = false;
    if (this.settledAt == null) this.settleIfComplete(position, at);
  }

  settleIfComplete(position, at) {
    if (this.backAt == null || this.#replay > 0 || this.#gapDue || this.#missing(position) > 0) return;
    this.to = position;
    this.settledAt = at;
  }

  /** Waited long enough: whatever is known to exist and has not come is lost. */
  giveUp(position, at) {
    if (this.settledAt != null) return;
    this.lost += Math.max(this.#missing(position), this.#replay);
    this.to = position;
    this.settledAt = at;
  }

  #missing(position) {
    return this.#top && position && position.epoch === this.#top.epoch ? Math.max(0, this.#top.offset - position.offset) : 0;
  }
}

/** What to say about an absence that has ended: {tone, headline, detail}. */
export function verdictOn(absence) {
  const { recovered, lost, doubled, gaps, from, to, leftAt, backAt, settledAt } = absence;
  const timing = `Away ${lag(backAt - leftAt)}, caught up ${lag(settledAt - backAt)} after subscribing again.`;
  if (!from) {
    return {
      tone: 'idle',
      headline: 'Back, with nothing to check',
      detail: `This channel gives no positions: what was published meanwhile is not kept. ${timing}`,
    };
  }
  const sums = `${publications(recovered)}, ${count(lost)} lost, ${count(doubled)} doubled`;
  const range = `From ${positionText(from)} to ${positionText(to)}.`;
  if (lost || doubled) return { tone: 'bad', headline: `Recovered ${sums}`, detail: `${range} ${gaps.length ? 'The gap that was told does not explain this.' : 'No gap was told.'} ${timing}` };
  if (gaps.length) return { tone: 'warn', headline: gaps.map(gapText).join('; '), detail: `Beyond the gap: recovered ${sums}. ${timing}` };
  const idle = recovered === 0 ? ' Nothing was published meanwhile; try it with auto publish on.' : '';
  return { tone: 'good', headline: `Recovered ${sums}`, detail: `${range} ${timing}${idle}` };
}

/** What to say about a connection that was never away. */
export function verdictOnLive({ duplicates, holes, gaps }) {
  const detail = 'Kill the connection to see what recovery does.';
  if (duplicates || holes) return { tone: 'bad', headline: `${count(holes)} missing, ${count(duplicates)} doubled`, detail };
  if (gaps) return { tone: 'warn', headline: 'Every publication in order, but for the gaps told', detail };
  return { tone: 'idle', headline: 'Every publication so far, in order', detail };
}

export function gapText({ reason, from, to }) {
  if (from && from.epoch === to.epoch) return `Gap told (${reason}): up to ${publications(to.offset - from.offset)} may be missing`;
  return `Gap told (${reason}): anything up to ${positionText(to)} may be missing`;
}
