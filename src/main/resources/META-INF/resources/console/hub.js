// Where the hub is and how to publish to it. Addresses are relative to the page, so the console also works below a path prefix.

export function address(path, parameters = {}) {
  const url = new URL(path, document.baseURI);
  url.hash = '';
  for (const [name, value] of Object.entries(parameters)) {
    if (value) url.searchParams.set(name, value);
  }
  return url;
}

export function socketAddress(path) {
  const url = address(path);
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
  return url;
}

/** What the hub says when it refuses: a problem document, or only a status. */
export class Refusal extends Error {
  constructor(status, problem, retry) {
    super(problem.title ?? `status ${status}`);
    this.status = status;
    this.code = problem.code;
    this.temporary = problem.temporary ?? (status === 429 || status >= 500);
    this.retry = retry;
  }

  static async of(response) {
    let problem = {};
    try {
      problem = await response.json();
    } catch { /* not a problem document: a proxy in between answers with a page */ }
    return new Refusal(response.status, problem, retryWindow(response.headers.get('Tidings-Retry')));
  }

  get text() {
    return `${this.status} ${this.message}${this.code ? ` (${this.code})` : ''}`;
  }
}

/** {min, max} in milliseconds from "min=0, max=30000" or "drain;min=0;max=30000", or null. */
export function retryWindow(text) {
  const max = /\bmax=(\d+)/.exec(text ?? '');
  if (!max) return null;
  const min = /\bmin=(\d+)/.exec(text);
  return { min: min ? Number(min[1]) : 0, max: Number(max[1]) };
}

/** A uniformly random delay: whoever was sent away together must not come back together. */
export function randomIn({ min, max }) {
  return min + Math.random() * Math.max(0, max - min);
}

export async function publish(publication, token) {
  const headers = { 'Content-Type': 'application/json' };
  if (token) headers.Authorization = `Bearer ${token}`;
  const response = await fetch(address('v1/publish'), { method: 'POST', headers, body: JSON.stringify(publication) });
  if (!response.ok) throw await Refusal.of(response);
  return response.json();
}
