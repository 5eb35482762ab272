// A bounded log: the newest 200 lines, following the end unless somebody scrolled up to read.

import { element } from './dom.js';
import { clockTime } from './format.js';
import { soon } from './soon.js';

const LIMIT = 200;
const LONGEST_TEXT = 400;

export class Log {
  #list;
  #waiting = [];

  constructor(list) {
    this.#list = list;
    this.clear();
  }

  /** `kind` is a class of the style sheet; `label` the short word in front; `aside` what stands at the right. */
  add(kind, label, text, aside = '') {
    this.#waiting.push({ at: new Date(), kind, label, text, aside });
    // In a hidden tab drawing is rare, publications are not.
    if (this.#waiting.length > LIMIT) this.#waiting.shift();
    soon(this.#draw);
  }

  clear() {
    this.#waiting = [];
    this.#list.replaceChildren(element('li', 'log-empty', 'Nothing yet.'));
  }

  #draw = () => {
    if (!this.#waiting.length) return;
    const list = this.#list;
    const following = list.scrollHeight - list.scrollTop - list.clientHeight < 24;
    list.querySelector('.log-empty')?.remove();
    list.append(...this.#waiting.map(line));
    this.#waiting = [];
    while (list.childElementCount > LIMIT) list.firstElementChild.remove();
    if (following) list.scrollTop = list.scrollHeight;
  };
}

function line({ at, kind, label, text, aside }) {
  const item = element('li', `line ${kind}`);
  const time = element('time', '', clockTime(at));
  time.dateTime = at.toISOString();
  time.title = time.dateTime;
  const shown = text.length > LONGEST_TEXT ? `${text.slice(0, LONGEST_TEXT)}…` : text;
  item.append(time, element('b', '', label), element('span', 'line-text', shown), element('span', 'line-aside', aside));
  return item;
}
