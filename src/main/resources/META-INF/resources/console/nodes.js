// All nodes that share what this one shares: a row each, shown as soon as there is more than one.

import { element, setText } from './dom.js';
import * as format from './format.js';

const TONES = { ready: 'good', degraded: 'bad', draining: 'warn' };

export class Nodes {
  #box = document.getElementById('nodes');
  #note = document.getElementById('nodes-note');
  #rows = document.getElementById('nodes-rows');

  show({ node, nodes = [] }) {
    this.#box.hidden = nodes.length < 2;
    setText(this.#note, summary(nodes));
    while (this.#rows.children.length > nodes.length) this.#rows.lastElementChild.remove();
    while (this.#rows.children.length < nodes.length) this.#rows.append(row());
    nodes.forEach((each, index) => fill(this.#rows.children[index], each, each.node === node));
  }
}

function summary(nodes) {
  const connections = nodes.reduce((sum, each) => sum + each.connections, 0);
  const allowed = nodes.reduce((sum, each) => sum + each.connections_limit, 0);
  const most = Math.max(...nodes.map(each => each.connections));
  const skew = connections > 0 ? ` · the fullest has ${format.rate(most * nodes.length / connections)} times the mean` : '';
  return `${format.count(nodes.length)} nodes · ${format.count(connections)} connections of ${format.count(allowed)} allowed${skew}`;
}

function row() {
  const tr = element('tr');
  const name = element('th');
  name.scope = 'row';
  const state = element('td');
  state.append(element('span', 'pill'));
  tr.append(name, state, element('td', 'number'), element('td', 'number'), element('td'));
  return tr;
}

function fill(tr, { node, state, connections, connections_limit: limit, version }, isThis) {
  const [name, stateCell, connectionsCell, limitCell, versionCell] = tr.children;
  setText(name, isThis ? `${node} (this one)` : node);
  setText(stateCell.firstElementChild, state);
  stateCell.firstElementChild.dataset.tone = TONES[state] ?? 'warn';
  setText(connectionsCell, format.count(connections));
  setText(limitCell, format.count(limit));
  setText(versionCell, version);
}
