// Drawing is put off by a few frames and done once for everything that happened meanwhile. Not only to save work: a frame drawn for one
// pane's publication would keep the same publication waiting at the other pane, and show up there as latency the hub did not cause.

const PAUSE_MS = 50;
const waiting = new Set();

/** Calls `draw` soon, once, however often it was asked for. */
export function soon(draw) {
  waiting.add(draw);
  if (waiting.size === 1) setTimeout(drawAll, PAUSE_MS);
}

function drawAll() {
  const due = [...waiting];
  waiting.clear();
  for (const draw of due) draw();
}
