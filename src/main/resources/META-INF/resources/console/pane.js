// One pane of the try-it panel: a transport, what arrived over it, and what an absence cost. It decides when to come back; the
// connection (socket-connection.js or stream-connection.js) only knows how.

import { fieldsOf, fromTemplate, setText } from './dom.js';
import * as format from './format.js';
import { randomIn } from './hub.js';
import { Log } from './log.js';
import { soon } from './soon.js';
import { Absence, gapText, Ledger, verdictOn, verdictOnLive } from './verdict.js';

const STATE_TONES = { closed: 'idle', connecting: 'warn', live: 'good', away: 'bad', reconnecting: 'warn', refused: 'bad' };
const LONGEST_BACKOFF_MS = 15_000;
// How long after subscribing again the last of what is known to exist may take.
const SETTLE_MS = 5000;
const TICK_MS = 100;

export class Pane {
  #view;
  #log;
  #dial;
  #clock;
  #horizon;
  #onProgress;
  #state = 'closed';
  #settings = { channel: '', token: '' };
  #ledger = new Ledger();
  #cursor = '';
  #replay = 0;
  #connection = null;
  #absence = null;
  #refusal = '';
  #attempts = 0;
  #retryMs = null;
  #returnAt = 0;
  #returnTimer;
  #settleTimer;
  #ticker;

  /**
   * `dial(settings, on)` opens a connection. `settings()` says which channel and token to use when the pane's own Connect button is
   * pressed, `awayMs()` how long a kill lasts; `onProgress()` is called whenever the position or the state may have changed.
   */
  constructor({ title, wire, accent, dial, clock, horizon, settings, awayMs, onProgress }) {
    this.title = title;
    this.#dial = dial;
    this.#clock = clock;
    this.#horizon = horizon;
    this.#onProgress = onProgress;
    this.root = fromTemplate('pane-template');
    this.root.dataset.accent = accent;
    this.#view = fieldsOf(this.root);
    this.#view.title.textContent = title;
    this.#view.wire.textContent = wire;
    this.root.setAttribute('aria-label', title);
    this.#view.log.setAttribute('aria-label', `What arrived over ${title}`);
    this.#log = new Log(this.#view.log);
    this.#view.clear.addEventListener('click', () => this.#log.clear());
    this.#view.kill.addEventListener('click', () => this.kill(awayMs()));
    this.#view.toggle.addEventListener('click', () => (this.active ? this.close() : this.open(settings())));
    this.#show('closed');
  }

  /** Open, or on its way (back). */
  get active() {
    return this.#state !== 'closed' && this.#state !== 'refused';
  }

  get position() {
    return this.#ledger.position;
  }

  /** Begins anew: counters, position and verdict of an earlier channel mean nothing for this one. */
  open({ channel, token }) {
    this.#leave(connection => connection.close());
    this.#settings = { channel, token };
    this.#ledger = new Ledger();
    this.#cursor = '';
    this.#absence = null;
    this.#attempts = 0;
    this.#connect();
  }

  close() {
    if (!this.active) return;
    this.#leave(connection => connection.close());
    this.#absence = null;
    this.#log.add('net', 'closed', 'by this page');
    this.#show('closed');
  }

  /** Drops the connection without a goodbye, stays away, and comes back with the last position. */
  kill(ms) {
    if (this.#state !== 'live') return;
    this.#leave(connection => connection.abandon());
    this.#absence = new Absence(this.position, Date.now());
    this.#log.add('net bad', 'killed', `back in ${format.milliseconds(ms)}, from position ${format.position(this.position)}`);
    this.#returnIn(ms);
    this.#show('away');
  }

  #connect() {
    this.#log.add('net', 'connect', `${this.#settings.channel}${this.position ? `, recovering from ${format.position(this.position)}` : ''}`);
    this.#connection = this.#dial({ ...this.#settings, position: this.position, cursor: this.#cursor }, this.#heard());
    this.#show('connecting');
  }

  #leave(how) {
    clearTimeout(this.#returnTimer);
    clearTimeout(this.#settleTimer);
    clearInterval(this.#ticker);
    if (this.#connection) how(this.#connection);
    this.#connection = null;
  }

  #returnIn(ms) {
    this.#returnAt = Date.now() + ms;
    this.#returnTimer = setTimeout(() => {
      clearInterval(this.#ticker);
      this.#connect();
    }, ms);
    this.#ticker = setInterval(() => this.#show(this.#state), TICK_MS);
  }

  /** What a connection tells us. */
  #heard() {
    return {
      connected: ({ client, node }) => {
        setText(this.#view.client, client ?? '–');
        setText(this.#view.node, node ?? '–');
        this.#view['node-row'].hidden = !node;
      },
      subscribed: (subscription, cursor) => this.#subscribed(subscription, cursor),
      publication: (publication, cursor) => this.#publication(publication, cursor),
      gap: (gap, cursor) => this.#gap(gap, cursor),
      moved: (position, cursor) => {
        this.#ledger.moved(position);
        this.#log.add('control', 'position', `nothing for this subscription up to ${format.position(position)}`);
        this.#advanced(cursor);
      },
      drain: ({ reason, min = 0, max = 0 }) => {
        const ms = randomIn({ min, max });
        this.#log.add('control warn', 'drain', `${reason}; moving in ${format.milliseconds(ms)}`);
        this.#returnTimer = setTimeout(() => {
          this.#leave(connection => connection.close('migrated'));
          this.#absence = new Absence(this.position, Date.now());
          this.#connect();
        }, ms);
      },
      control: (name, text) => this.#log.add('control', name, text),
      retry: ms => { this.#retryMs = ms; },
      lost: loss => this.#lost(loss),
      refused: why => {
        this.#leave(connection => connection.abandon());
        this.#absence = null;
        this.#refusal = this.#settings.token ? why : `${why}. The hub may ask for a token.`;
        this.#log.add('net bad', 'refused', why);
        this.#show('refused');
      },
    };
  }

  #subscribed(subscription, cursor) {
    this.#attempts = 0;
    this.#replay = subscription.replay;
    this.#ledger.subscribed(subscription);
    const replay = subscription.replay ? `, ${format.publications(subscription.replay)} to come` : '';
    this.#log.add('control', subscription.returning ? 'recovering' : 'subscribed', `at ${format.position(this.position)}${replay}`);
    this.#state = 'live';
    // Between a loss and this moment the absence has no return yet; an EventSource that came back by itself passes here as well.
    const absence = this.#absence;
    if (absence && absence.backAt == null) {
      absence.returned({ replay: subscription.replay, gapDue: subscription.gapDue, top: this.#horizon.position }, Date.now());
      absence.settleIfComplete(this.position, Date.now());
      this.#settleTimer = setTimeout(() => {
        absence.giveUp(this.position, Date.now());
        this.#show(this.#state);
      }, SETTLE_MS);
    }
    this.#advanced(cursor);
  }

  #publication(publication, cursor) {
    const outcome = this.#ledger.publication(publication);
    const recovered = this.#replay > 0;
    if (recovered) this.#replay--;
    this.#absence?.publication(outcome, this.position, Date.now());

    const { data, b64data, offset, event, tags, time } = publication;
    const text = [event, JSON.stringify(data ?? b64data), tags && JSON.stringify(tags)].filter(Boolean).join(' ');
    const late = time == null ? '' : format.lag(this.#clock.now() - time);
    const label = offset == null ? '·' : `${offset}`;
    if (outcome.kind === 'hole') this.#log.add('bad', 'hole', `${format.publications(outcome.missing)} missing before ${offset}, and no gap told`);
    const kind = outcome.kind === 'duplicate' ? 'pub bad' : recovered ? 'pub recovered' : 'pub';
    const remark = outcome.kind === 'duplicate' ? 'duplicate' : recovered ? 'recovered' : '';
    this.#log.add(kind, label, text, [remark, late].filter(Boolean).join(' '));
    this.#advanced(cursor);
  }

  #gap(gap, cursor) {
    this.#ledger.gap(gap);
    this.#absence?.gap(gap, this.position, Date.now());
    this.#log.add('control warn', 'gap', gapText(gap));
    this.#advanced(cursor);
  }

  #lost({ why, window, itself }) {
    // Attempts that fail while already on the way back belong to the same absence.
    if (this.#state === 'live') this.#absence = new Absence(this.position, Date.now());
    clearTimeout(this.#settleTimer);
    // A move that was planned (drain) has been overtaken.
    clearTimeout(this.#returnTimer);
    if (itself) {
      this.#log.add('net warn', 'lost', `${why}; the browser reconnects by itself`);
    } else {
      this.#connection = null;
      const ms = this.#pause(window);
      this.#log.add('net warn', 'lost', `${why}; back in ${format.milliseconds(ms)}`);
      clearInterval(this.#ticker);
      this.#returnIn(ms);
    }
    this.#show('reconnecting');
  }

  /** The hub's window if it gave one, the stream's `retry` if there was one, else backoff; always random, always longer on failure. */
  #pause(window) {
    const backoff = Math.min(LONGEST_BACKOFF_MS, 500 * 2 ** this.#attempts++) * (0.5 + Math.random() / 2);
    if (window) return Math.round(randomIn(window));
    return Math.round(Math.max(backoff, this.#retryMs ?? 0));
  }

  #advanced(cursor) {
    if (cursor) this.#cursor = cursor;
    this.#horizon.saw(this.position ?? {});
    this.#show(this.#state);
    this.#onProgress();
  }

  #show(state) {
    this.#state = state;
    soon(this.#draw);
  }

  #draw = () => {
    const state = this.#state;
    const waiting = (state === 'away' || state === 'reconnecting') && this.#returnAt > Date.now();
    const view = this.#view;
    const ledger = this.#ledger;
    setText(view.state, state);
    setText(view.left, waiting ? `${((this.#returnAt - Date.now()) / 1000).toFixed(1)} s` : '');
    view.pill.dataset.tone = STATE_TONES[state];
    setText(view.position, format.position(ledger.position));
    view['cursor-row'].hidden = !this.#cursor;
    setText(view.cursor, this.#cursor || '–');
    for (const counter of ['received', 'duplicates', 'holes', 'gaps']) setText(view[counter], format.count(ledger[counter]));
    view.duplicates.dataset.tone = ledger.duplicates ? 'bad' : '';
    view.holes.dataset.tone = ledger.holes ? 'bad' : '';
    view.gaps.dataset.tone = ledger.gaps ? 'warn' : '';
    // Not `disabled`, which would take the focus away from whoever pressed it with the keyboard.
    view.kill.setAttribute('aria-disabled', state !== 'live');
    setText(view.toggle, this.active ? 'Disconnect' : 'Connect');

    const { tone, headline, detail } = this.#verdict();
    view.verdict.dataset.tone = tone;
    // While away the figures change many times a second; only what comes of it is worth announcing.
    view.verdict.setAttribute('aria-live', tone === 'away' ? 'off' : 'polite');
    setText(view['verdict-head'], headline);
    setText(view['verdict-detail'], detail);
  };

  #verdict() {
    const absence = this.#absence;
    if (this.#state === 'refused') return { tone: 'bad', headline: 'Refused by the hub', detail: this.#refusal };
    if (!absence && this.#state === 'live') return verdictOnLive(this.#ledger);
    if (!absence) return { tone: 'idle', headline: 'Not connected', detail: 'Connect, then kill the connection while publications go on.' };
    if (absence.settledAt != null) return verdictOn(absence);
    if (absence.backAt != null) return { tone: 'away', headline: 'Recovering', detail: `From ${format.position(absence.from)}.` };
    const missed = this.#horizon.beyond(absence.from);
    return {
      tone: 'away',
      headline: missed == null ? 'Away' : `Away, ${format.publications(missed)} behind`,
      detail: absence.from ? `Will ask for everything after ${format.position(absence.from)}.` : 'This channel gives no positions, so nothing can be asked for.',
    };
  }

  /** Something was published or arrived elsewhere: the figure of what is missed may have grown. */
  refresh() {
    if (this.#absence && this.#absence.settledAt == null) soon(this.#draw);
  }

  get cursor() {
    return this.#cursor;
  }
}
