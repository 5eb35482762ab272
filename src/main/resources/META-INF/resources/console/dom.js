// The little DOM help that the page needs. Text only ever enters through textContent.

/** An element with classes and text: element('li', 'line pub', 'hello'). */
export function element(tag, classes = '', text = '') {
  const node = document.createElement(tag);
  if (classes) node.className = classes;
  if (text) node.textContent = text;
  return node;
}

/** A copy of the single element inside <template id=...>. */
export function fromTemplate(id) {
  return document.getElementById(id).content.firstElementChild.cloneNode(true);
}

/** The elements marked data-field, by name. */
export function fieldsOf(root) {
  return Object.fromEntries([...root.querySelectorAll('[data-field]')].map(node => [node.dataset.field, node]));
}

/** Writes only what changed: rewriting the same text would disturb a selection and make a status region speak again. */
export function setText(node, text) {
  if (node.textContent !== text) node.textContent = text;
}
