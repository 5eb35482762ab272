// Draws the panels of the dashboard from the data of a Prometheus, as one SVG, and says which queries returned nothing. bench/README.md describes the options.
//
// Node, because it reads the dashboard's JSON and talks HTTP without a library, and ECharts draws SVG in it without a browser and without fonts.
import { readFileSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import * as echarts from "echarts";

const COLUMN = 66; // pixels for one of the grid's 24 columns
const ROW = 34; // pixels for one row of the grid
const GAP = 6;
const POINTS = 160; // along the time axis of a panel
const LEGEND_TEXT = 140; // pixels for a name in a legend
const LEGEND_MARK = 30; // pixels for what is beside it
const CHARACTER = 6; // pixels, about, in a legend
const EXIT_NO_DATA = 1;
const EXIT_USAGE = 2;
const EXIT_UNREACHABLE = 3;
const COLORS = { green: "#56a64b", red: "#e02f44", yellow: "#f2cc0c", blue: "#3274d9", transparent: "#8a8f98" };
const PALETTE = ["#56a64b", "#e0b400", "#3274d9", "#ff780a", "#8f3bb8", "#37872d", "#e02f44", "#1f60c4", "#b877d9", "#5794f2", "#a16a18", "#6e7079"];

const { options, from, to, step } = readOptions();
const dashboard = JSON.parse(readFileSync(options.dashboard, "utf8"));
const silent = [];
let queries = 0;
const drawn = [];
for (const panel of dashboard.panels) {
  drawn.push(panel.type === "row" ? title(panel) : frame(panel, await series(panel)));
}
const height = Math.max(...dashboard.panels.map(panel => panel.gridPos.y + panel.gridPos.h)) * ROW;
writeFileSync(options.out, `<svg xmlns="http://www.w3.org/2000/svg" width="${24 * COLUMN}" height="${height}" font-family="sans-serif">
<rect width="100%" height="100%" fill="#f4f5f5"/>
${drawn.join("\n")}
</svg>
`);
console.log(`${options.out}: ${queries} queries, ${new Date(from * 1000).toISOString()} to ${new Date(to * 1000).toISOString()}, a point every ${step} s`);
for (const { panel, target, expression } of silent) {
  console.log(`no data: ${panel.title} (${target.refId}): ${expression.replace(/\s+/g, " ")}`);
}
console.log(silent.length === 0 ? "every query returned data" : `${silent.length} of ${queries} queries returned no data`);
process.exitCode = silent.length === 0 ? 0 : EXIT_NO_DATA;

function readOptions() {
  let values;
  try {
    ({ values } = parseArgs({
      options: {
        prometheus: { type: "string" }, from: { type: "string", default: "15m" }, to: { type: "string", default: "now" },
        dashboard: { type: "string", default: "helm/tidings/dashboards/tidings.json" }, out: { type: "string", default: "target/dashboard.svg" },
        rate: { type: "string", default: "1m" }, namespace: { type: "string", default: ".*" }, job: { type: "string", default: ".*" },
        pod: { type: "string", default: ".*" },
      },
    }));
    if (!values.prometheus) {
      throw new Error("--prometheus is missing: the address of a Prometheus, such as http://127.0.0.1:9090");
    }
    const from = instant("--from", values.from);
    const to = instant("--to", values.to);
    if (!/^[1-9]\d*[smh]$/.test(values.rate)) {
      throw new Error(`--rate is ${values.rate}, allowed is a duration such as 30s, 1m`);
    }
    if (from >= to) {
      throw new Error(`--from is ${values.from}, which is not before --to, ${values.to}`);
    }
    return { options: values, from, to, step: Math.max(1, Math.round((to - from) / POINTS)) };
  } catch (error) {
    console.error(error.message);
    process.exit(EXIT_USAGE);
  }
}

/** Seconds since 1970 of `now`, of `15m` (that long ago), or of an ISO instant. */
function instant(option, text) {
  const ago = /^(\d+)([smh])$/.exec(text);
  const millis = text === "now" ? Date.now() : ago ? Date.now() - ago[1] * { s: 1, m: 60, h: 3600 }[ago[2]] * 1000 : Date.parse(text);
  if (Number.isNaN(millis)) {
    throw new Error(`${option} is ${text}, allowed is now, 15m (that long ago) or an instant such as 2026-01-31T12:00:00Z`);
  }
  return Math.floor(millis / 1000);
}

/** What the panel's queries return, each series with its name and its [millis, value] pairs; null where there is no value. */
async function series(panel) {
  const all = [];
  for (const target of panel.targets) {
    queries++;
    const expression = fill(target.expr);
    const result = await queryRange(expression);
    if (!result.some(one => one.values.length > 0)) {
      silent.push({ panel, target, expression });
    }
    for (const { metric, values } of result) {
      const name = target.legendFormat.replace(/\{\{\s*(\w+)\s*}}/g, (_, label) => metric[label] ?? "") || "all";
      all.push({ name, points: spread(values) });
    }
  }
  return all;
}

/** The query with Grafana's variables replaced. */
function fill(expression) {
  return expression.replaceAll("$__rate_interval", options.rate).replaceAll("$__range", `${to - from}s`).replaceAll("$namespace", options.namespace)
    .replaceAll("$job", options.job).replaceAll("$pod", options.pod);
}

async function queryRange(query) {
  const url = new URL("/api/v1/query_range", options.prometheus);
  try {
    const response = await fetch(url, { method: "POST", body: new URLSearchParams({ query, start: from, end: to, step }), signal: AbortSignal.timeout(30_000) });
    const body = await response.json();
    if (body.status !== "success") {
      throw new Error(`${body.error}\nin: ${query}`);
    }
    return body.data.result;
  } catch (error) {
    console.error(`${url} does not answer: ${error.cause?.message ?? error.message}`);
    process.exit(EXIT_UNREACHABLE);
  }
}

/** One pair for each step, so that a line breaks where there was no value. */
function spread(values) {
  const known = new Map(values.map(([at, value]) => [Math.round(at), Number(value)]));
  const points = [];
  for (let at = from; at <= to; at += step) {
    const value = known.get(at);
    points.push([at * 1000, Number.isFinite(value) ? value : null]);
  }
  return points;
}

function title(panel) {
  return `<text x="${GAP}" y="${(panel.gridPos.y + 0.72) * ROW}" font-size="17" font-weight="bold" fill="#24292e">${escape(panel.title)}</text>`;
}

/** The panel in its frame, at its place in the grid. */
function frame(panel, all) {
  const { x, y, w, h } = panel.gridPos;
  const width = w * COLUMN - GAP;
  const height = h * ROW - GAP;
  const inner = { width, height: height - 24 };
  const content = all.length === 0 ? text(inner, panel.fieldConfig.defaults.noValue ?? "No data", "#8a8f98")
    : panel.type === "timeseries" ? chart(panel, all, inner) : figure(panel, all, inner);
  return `<svg x="${x * COLUMN + GAP / 2}" y="${y * ROW + GAP / 2}" width="${width}" height="${height}">
<rect width="${width}" height="${height}" rx="3" fill="#ffffff" stroke="#d8dadd"/>
<text x="8" y="17" font-size="12.5" font-weight="bold" fill="#24292e">${escape(panel.title)}</text>
<svg y="24" width="${inner.width}" height="${inner.height}">${content}</svg></svg>`;
}

/** The last value, large, in the colour of its threshold. */
function figure(panel, all, inner) {
  const { thresholds, mappings = [], noValue } = panel.fieldConfig.defaults;
  const value = all[0].points.findLast(([, it]) => it !== null)?.[1];
  if (value === undefined) {
    return text(inner, noValue ?? "No data", "#8a8f98");
  }
  const mapped = mappings.find(it => it.type === "value")?.options[String(value)];
  const color = mapped?.color ?? thresholds.steps.findLast(it => it.value === null || value >= it.value).color;
  return text(inner, mapped?.text ?? format(panel, value), COLORS[color] ?? color);
}

function text({ width, height }, words, color) {
  return `<text x="${width / 2}" y="${height / 2 + 10}" font-size="30" text-anchor="middle" fill="${color}">${escape(words)}</text>`;
}

function chart(panel, all, { width, height }) {
  const { custom, min, max, decimals, thresholds } = panel.fieldConfig.defaults;
  const fixed = new Map((panel.fieldConfig.overrides ?? []).map(it => [it.matcher.options, it.properties.find(property => property.id === "color")?.value.fixedColor]));
  const limits = custom.thresholdsStyle.mode === "off" ? [] : thresholds.steps.filter(it => it.value !== null);
  const highest = Math.max(...all.flatMap(one => one.points.map(([, value]) => value ?? 0)));
  const stacked = custom.stacking.mode === "normal";
  const canvas = echarts.init(null, null, { renderer: "svg", ssr: true, width, height });
  const entry = LEGEND_MARK + Math.min(LEGEND_TEXT, CHARACTER * Math.max(...all.map(one => one.name.length)));
  const named = all.slice(0, Math.max(1, Math.floor(width / entry))).map(one => one.name);
  canvas.setOption({
    animation: false,
    color: PALETTE,
    grid: { left: 58, right: 12, top: 8, bottom: 44 },
    legend: { bottom: 2, itemWidth: 12, itemHeight: 8, itemGap: 8, textStyle: { fontSize: 10, width: LEGEND_TEXT, overflow: "truncate" }, data: [...new Set(named)] },
    xAxis: { type: "time", min: from * 1000, max: to * 1000, axisLabel: { fontSize: 10, hideOverlap: true, formatter: "{HH}:{mm}" }, splitNumber: 4 },
    yAxis: { type: "value", min, max, splitNumber: 4, minInterval: decimals === 0 ? 1 : 0, axisLabel: { fontSize: 10, formatter: value => format(panel, value) } },
    series: all.map((one, i) => ({
      name: one.name,
      type: custom.drawStyle === "bars" ? "bar" : "line",
      barCategoryGap: "0%",
      stack: stacked ? "all" : undefined,
      step: custom.lineInterpolation === "stepAfter" ? "end" : undefined,
      showSymbol: false,
      connectNulls: false,
      lineStyle: { width: 1.2 },
      areaStyle: stacked ? { opacity: 0.4 } : undefined,
      itemStyle: fixed.has(one.name) ? { color: COLORS[fixed.get(one.name)] } : undefined,
      data: one.points,
      markLine: i > 0 ? undefined : {
        silent: true, symbol: "none", label: { show: false },
        data: limits.filter(it => it.value <= Math.max(highest, max ?? 0)).map(it => ({ yAxis: it.value, lineStyle: { color: COLORS[it.color], type: "dashed" } })),
      },
    })),
  });
  const svg = canvas.renderToSVGString().replaceAll("zr0-", `zr${panel.id}-`).replaceAll("ec-", `ec${panel.id}-`);
  canvas.dispose();
  const more = all.length - named.length;
  return svg + (more > 0 ? `<text x="${width - 8}" y="12" font-size="10" text-anchor="end" fill="#8a8f98">and ${more} more</text>` : "");
}

/** The value in the panel's unit, as Grafana would write it. */
function format(panel, value) {
  const { unit, decimals } = panel.fieldConfig.defaults;
  switch (unit) {
    case "percentunit": return `${round(value * 100, decimals ?? 1)} %`;
    case "s": return scaled(value, [["µs", 1e-6], ["ms", 1e-3], ["s", 1]]);
    case "bytes": return scaled(value, [["B", 1], ["KiB", 1024], ["MiB", 1024 ** 2], ["GiB", 1024 ** 3]]);
    case "cps": return `${scaled(value, [["", 1], ["k", 1000], ["M", 1e6]])}/s`;
    case "short": return scaled(value, [["", 1], ["k", 1000], ["M", 1e6]]);
    case "none": return round(value, decimals ?? 2);
    default: throw new Error(`unit ${unit} of panel ${panel.title} is not known here`);
  }
}

function scaled(value, units) {
  const [name, factor] = units.findLast(([, it]) => Math.abs(value) >= it) ?? units[0];
  return `${round(value / factor, 1)}${name === "" || name === "k" || name === "M" ? name : ` ${name}`}`;
}

function round(value, decimals) {
  return String(Number(value.toFixed(decimals)));
}

function escape(words) {
  return words.replace(/[&<>"]/g, it => `&#${it.charCodeAt(0)};`);
}
