// The curl lines: what the panel does, for a shell, for the chosen channel and this page's own origin.

import { fromTemplate, setText } from './dom.js';
import { address } from './hub.js';

const COPIED_MS = 1500;

const LINES = [
  ['Publish', ({ channel, data, authorization }) =>
    `curl -sS ${quote(address('v1/publish'))} \\\n${authorization}  -H 'Content-Type: application/json' \\\n  -d ${quote(JSON.stringify({ channel, data }))}`],
  ['Subscribe', ({ channel, authorization }) => `curl -N ${quote(address('v1/sse', { channel }))}${tail(authorization)}`],
  ['Resume where the stream above is', ({ channel, cursor, authorization }) =>
    `curl -N ${quote(address('v1/sse', { channel, cursor: cursor || 'CURSOR' }))}${tail(authorization)}`],
];

export class CurlLines {
  #codes = [];

  constructor(parent) {
    for (const [title] of LINES) {
      const root = fromTemplate('curl-template');
      const code = root.querySelector('code');
      const button = root.querySelector('button');
      root.querySelector('h3').textContent = title;
      root.querySelector('pre').setAttribute('aria-label', `${title} with curl`);
      button.setAttribute('aria-label', `Copy: ${title}`);
      button.addEventListener('click', async () => {
        const copied = await copy(code);
        button.textContent = copied ? 'Copied' : 'Selected';
        setTimeout(() => { button.textContent = 'Copy'; }, COPIED_MS);
      });
      this.#codes.push(code);
      parent.append(root);
    }
  }

  /** The token itself stays out of lines that end up in shell histories and chats. */
  show({ channel, token, data, cursor }) {
    const authorization = token ? '  -H "Authorization: Bearer $TOKEN" \\\n' : '';
    LINES.forEach(([, write], index) => setText(this.#codes[index], write({ channel, data, cursor, authorization })));
  }
}

function tail(authorization) {
  return authorization && ` \\\n${authorization.replace(/ \\\n$/, '')}`;
}

/** For a POSIX shell: nothing inside single quotes is special but the single quote. */
function quote(text) {
  return `'${String(text).replaceAll("'", "'\\''")}'`;
}

/** The clipboard exists only on https and localhost; elsewhere the line is selected, ready for Ctrl+C. */
async function copy(code) {
  try {
    await navigator.clipboard.writeText(code.textContent);
    return true;
  } catch {
    getSelection().selectAllChildren(code);
    return false;
  }
}
