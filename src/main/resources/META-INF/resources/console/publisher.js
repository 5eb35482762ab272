// The publish panel: an editor for data, event and tags, one publication or a hundred or some per second, and where they have arrived.

import { setText } from './dom.js';
import * as format from './format.js';
import { publish, Refusal } from './hub.js';

const MANY = 100;
// HTTP/1.1 gives a page six connections to a host; the stream and the statistics need one each.
const PARALLEL = 4;
const FIRST_DATA = { text: 'hello' };
const TAGS_MAX = 32;

export class Publisher {
  #byId = id => document.getElementById(id);
  #settings;
  #panes;
  #horizon;
  #onEdit;
  #timer;
  #inFlight = 0;
  #number = 0;
  #batch = null;
  #auto = { accepted: 0, trouble: '' };

  /** `settings()` gives channel and token, `panes` are asked for their positions, `onEdit()` is called when the data changed. */
  constructor({ settings, panes, horizon, onEdit }) {
    this.#settings = settings;
    this.#panes = panes;
    this.#horizon = horizon;
    this.#onEdit = onEdit;

    this.#byId('data').value = pretty(FIRST_DATA);
    this.#byId('data').addEventListener('input', () => this.#edited());
    this.#byId('data').addEventListener('keydown', event => {
      if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
        event.preventDefault();
        this.#byId('publish').requestSubmit();
      }
    });
    this.#byId('tags').addEventListener('input', () => this.#edited());
    this.#byId('tidy').addEventListener('click', () => {
      const { data } = this.#readData();
      if (data !== undefined) this.#byId('data').value = pretty(data);
    });
    this.#byId('publish').addEventListener('submit', event => {
      event.preventDefault();
      this.#publishBatch(1);
    });
    this.#byId('publish-many').addEventListener('click', () => this.#publishBatch(MANY));
    this.#byId('auto').addEventListener('change', () => this.#switchAuto());
    this.#byId('rate').addEventListener('change', () => this.#byId('auto').checked && this.#switchAuto());
  }

  /** The data as edited, or undefined while it is no JSON. */
  get data() {
    return this.#readData().data;
  }

  stopAuto() {
    this.#byId('auto').checked = false;
    this.#switchAuto();
  }

  /** A pane moved: what was published last may have arrived. */
  refresh() {
    if (this.#batch) this.#showBatch();
  }

  /** Another channel or token: what was published before says nothing about this one. */
  reset() {
    this.stopAuto();
    this.#batch = null;
    this.#say('');
  }

  #edited() {
    const { problem } = this.#readData();
    invalid(this.#byId('data'), this.#byId('data-problem'), problem);
    invalid(this.#byId('tags'), this.#byId('tags-problem'), this.#readTags().problem);
    if (!problem) this.#onEdit();
  }

  #readData() {
    try {
      return { data: JSON.parse(this.#byId('data').value) };
    } catch (failure) {
      return { problem: `Not JSON: ${failure.message}` };
    }
  }

  #readTags() {
    const text = this.#byId('tags').value.trim();
    if (!text) return {};
    const tags = {};
    for (const pair of text.split(',')) {
      const [, name, value] = /^\s*([^=]+?)\s*=\s*(.*?)\s*$/.exec(pair) ?? [];
      if (!name) return { problem: 'Tags look like name=value, separated by commas.' };
      tags[name] = value;
    }
    return Object.keys(tags).length > TAGS_MAX ? { problem: `At most ${TAGS_MAX} tags.` } : { tags };
  }

  /** The publication as the form says, or null if the form is not right. */
  #read() {
    this.#edited();
    const { data, problem } = this.#readData();
    const { tags, problem: tagsProblem } = this.#readTags();
    if (problem || tagsProblem) {
      this.#byId(problem ? 'data' : 'tags').focus();
      return null;
    }
    const event = this.#byId('event').value.trim();
    return { channel: this.#settings().channel, data, ...(event && { event }), ...(tags && { tags }) };
  }

  async #send(publication) {
    const result = await publish(publication, this.#settings().token);
    this.#horizon.saw(result);
    for (const pane of this.#panes) pane.refresh();
    return result;
  }

  async #publishBatch(size) {
    const publication = this.#read();
    if (!publication) return;
    const batch = { size, accepted: 0, positions: [], trouble: '' };
    this.#batch = batch;
    let next = 0;
    const worker = async () => {
      while (next < size && !batch.trouble) {
        next++;
        try {
          const { epoch, offset } = await this.#send(size === 1 ? publication : this.#numbered(publication));
          batch.accepted++;
          if (offset != null) batch.positions.push({ epoch, offset });
        } catch (failure) {
          batch.trouble = reason(failure);
        }
        if (this.#batch === batch) this.#showBatch();
      }
    };
    await Promise.all(Array.from({ length: Math.min(PARALLEL, size) }, worker));
  }

  #switchAuto() {
    clearInterval(this.#timer);
    this.#auto = { accepted: 0, trouble: '' };
    if (!this.#byId('auto').checked) return;
    const rate = this.#byId('rate');
    rate.value = Math.min(Number(rate.max), Math.max(Number(rate.min), Math.round(rate.valueAsNumber) || 1));
    if (!this.#read()) {
      this.#byId('auto').checked = false;
      return;
    }
    this.#batch = null;
    this.#timer = setInterval(() => this.#publishAutomatically(), 1000 / rate.valueAsNumber);
  }

  async #publishAutomatically() {
    // A hub that answers slowly is not given more than it can take, and one that is away is simply asked again.
    if (this.#inFlight >= PARALLEL) return;
    const { data } = this.#readData();
    const { tags } = this.#readTags();
    if (data === undefined) return;
    const auto = this.#auto;
    const event = this.#byId('event').value.trim();
    this.#inFlight++;
    try {
      await this.#send(this.#numbered({ channel: this.#settings().channel, data, ...(event && { event }), ...(tags && { tags }) }));
      auto.accepted++;
      auto.trouble = '';
    } catch (failure) {
      auto.trouble = reason(failure);
      if (failure instanceof Refusal && !failure.temporary) this.stopAuto();
    } finally {
      this.#inFlight--;
    }
    if (!this.#batch && auto === this.#auto) this.#say(`${format.count(auto.accepted)} accepted automatically`, auto.trouble);
  }

  #numbered(publication) {
    const { data } = publication;
    const isObject = data !== null && typeof data === 'object' && !Array.isArray(data);
    if (!isObject) return publication;
    // The number comes first, where a long line cannot hide it.
    const { n, ...rest } = data;
    return { ...publication, data: { n: ++this.#number, ...rest } };
  }

  #showBatch() {
    const { size, accepted, positions, trouble } = this.#batch;
    const parts = [size === 1 ? 'Accepted' : `${accepted} of ${size} accepted`];
    if (positions.length) {
      const offsets = positions.map(({ offset }) => offset);
      const [first, last] = [Math.min(...offsets), Math.max(...offsets)];
      parts.push(first === last ? `offset ${first}` : `offsets ${first} to ${last}`);
      // Offsets arrive in order, so a pane's position says which of them it has.
      for (const pane of this.#panes.filter(({ active }) => active)) {
        const here = positions.filter(({ epoch, offset }) => pane.position?.epoch === epoch && offset <= pane.position.offset).length;
        parts.push(size === 1 ? `${pane.title} ${here ? 'has it' : 'waits'}` : `${pane.title} has ${here}`);
      }
    }
    this.#say(accepted ? parts.join(' · ') : '', trouble);
  }

  #say(text, trouble = '') {
    const outcome = this.#byId('outcome');
    outcome.dataset.tone = trouble ? 'bad' : 'good';
    // A running count is not read out; an outcome and a refusal are.
    outcome.setAttribute('aria-live', this.#byId('auto').checked && !trouble ? 'off' : 'polite');
    setText(outcome, [text, trouble].filter(Boolean).join(' · '));
  }
}

function invalid(field, message, problem) {
  if (problem) field.setAttribute('aria-invalid', 'true');
  else field.removeAttribute('aria-invalid');
  setText(message, problem ?? '');
}

function reason(failure) {
  return failure instanceof Refusal ? `refused: ${failure.text}` : 'the hub cannot be reached';
}

function pretty(data) {
  return JSON.stringify(data, null, 2);
}
