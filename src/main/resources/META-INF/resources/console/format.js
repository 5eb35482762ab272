// How numbers look, everywhere on the page. '–' stands for "not known".

const UNKNOWN = '–';
const grouped = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });
const compact = new Intl.NumberFormat('en', { notation: 'compact', minimumSignificantDigits: 3, maximumSignificantDigits: 3 });
const threeDigits = new Intl.NumberFormat('en', { maximumSignificantDigits: 3 });

export function count(value) {
  if (value == null) return UNKNOWN;
  return value < 100_000 ? grouped.format(value) : compact.format(value);
}

export function rate(value) {
  if (value == null) return UNKNOWN;
  return value < 100 ? threeDigits.format(Math.round(value * 10) / 10) : count(value);
}

export function milliseconds(value) {
  if (value == null) return UNKNOWN;
  if (value >= 10_000) return `${grouped.format(value / 1000)} s`;
  if (value >= 1000) return `${threeDigits.format(value / 1000)} s`;
  return `${value < 10 ? threeDigits.format(Math.round(value * 100) / 100) : grouped.format(value)} ms`;
}

export function bytes(value) {
  if (value == null) return UNKNOWN;
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit++;
  }
  return `${unit === 0 ? grouped.format(value) : threeDigits.format(value)} ${units[unit]}`;
}

export function duration(ms) {
  if (ms == null) return UNKNOWN;
  const seconds = Math.floor(ms / 1000);
  const [days, hours, minutes] = [Math.floor(seconds / 86_400), Math.floor(seconds / 3600) % 24, Math.floor(seconds / 60) % 60];
  if (days) return `${days} d ${hours} h`;
  if (hours) return `${hours} h ${minutes} min`;
  if (minutes) return `${minutes} min ${seconds % 60} s`;
  return `${seconds} s`;
}

/** "1 publication", "2 publications". */
export function publications(n) {
  return `${count(n)} ${n === 1 ? 'publication' : 'publications'}`;
}

export function clockTime(date) {
  return [date.getHours(), date.getMinutes(), date.getSeconds()].map(n => String(n).padStart(2, '0')).join(':');
}

export function position(p) {
  return p ? `${p.epoch || '?'}:${p.offset}` : UNKNOWN;
}

/** Latency against the hub's clock, which is known to about a millisecond at best. */
export function lag(ms) {
  return ms < 1 ? '<1 ms' : milliseconds(ms < 1000 ? Math.round(ms) : ms);
}
