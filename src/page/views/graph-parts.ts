// What stands around the graphs of a page: ranges, the figures of each line, what to compare with, downloads.

import { formatAge } from "../../core/interval.ts";
import { GRAPH_SPAN_S, GRAPH_SUBJECTS_MAX } from "../../core/limits.ts";
import { compareText } from "../../core/text.ts";
import { formatValue } from "../../core/units.ts";
import { figuresOf } from "../../plot/figures.ts";
import { strokeOf } from "../../plot/line-styles.ts";
import type { Drawn, Graph } from "../drawing.ts";
import type { HostStatus } from "../fleet.ts";
import { isSeries } from "../graph-data.ts";
import { type Html, html, raw } from "../html.ts";
import { RANGES, type Range } from "../lookup.ts";
import { breakable, graphUrl, moment } from "../parts.ts";
import { keyOf } from "../subjects.ts";

/** What a graph page shows: `mars/root_usage` and those it is compared with, over a range. */
export interface GraphAddress {
  keys: readonly string[];
  range: Pick<Range, "name" | "label" | "span_s" | "to_s">;
}

/** Of a host with more items the first ones are offered; others can be typed. */
const OFFERED_MAX = 400;

/** The address of a graph page, from the root. */
export function hrefOf({ keys: [first = "", ...others], range }: GraphAddress, ival = range.name): string {
  const [tag = "", item = ""] = first.split("/");
  return `${graphUrl(tag, item)}?${queryOf(others, ival)}`;
}

function queryOf(others: readonly string[], ival: string): string {
  const also = others.map((key) => `&with=${encodeURIComponent(key.toWellFormed()).replaceAll("%2F", "/")}`);
  return `ival=${encodeURIComponent(ival)}${also.join("")}`;
}

export function rangeLinks(address: GraphAddress, now_s: number): Html {
  const { range } = address;
  const isNamed = RANGES.some(({ name }) => name === range.name);
  const named = (isNamed ? RANGES : [...RANGES, range]).map(
    (each: GraphAddress["range"]) =>
      html`<a href="${hrefOf(address, each.name)}"${each.name === range.name ? raw(' aria-current="page"') : null}>${each.label ?? each.name}</a>`,
  );
  const step = (by: number, sign: string, text: string) => {
    const to_s = Math.floor((range.to_s ?? now_s) + by * range.span_s);
    const ival = to_s >= now_s ? undefined : `${Math.floor(to_s - range.span_s)}..${to_s}`;
    if (by > 0 && range.to_s === undefined) return html`<span class="step" aria-hidden="true">${sign}</span>`;
    return html`<a class="step" href="${hrefOf(address, ival ?? nameOf(range.span_s))}" aria-label="${text}" title="${text}">${sign}</a>`;
  };
  return html`<nav class="ranges" aria-label="Range">${step(-1 / 2, "‹", "earlier")}${named}${step(1 / 2, "›", "later")}</nav>`;
}

/** So much up to now. */
function nameOf(span_s: number): string {
  const named = RANGES.find((range) => range.span_s === span_s);
  return named?.name ?? `${Math.min(GRAPH_SPAN_S.max, Math.max(GRAPH_SPAN_S.min, Math.round(span_s)))}s`;
}

/** A form that works without script: it goes to the same page with one item more. */
export function addForm({ keys, range }: GraphAddress, host: HostStatus): Html | null {
  if (keys.length >= GRAPH_SUBJECTS_MAX) return null;
  const [first = "", ...others] = keys;
  const [tag = "", item = ""] = first.split("/");
  const unit = host.rows.find((row) => row.item === item)?.state.unit;
  // What shares its graph comes first.
  const offered = host.rows
    .filter((row) => !keys.includes(keyOf(row)))
    .sort((a, b) => Number(b.state.unit === unit) - Number(a.state.unit === unit) || compareText(a.item, b.item));
  return html`<form class="add" action="${graphUrl(tag, item)}" method="get"><input type="hidden" name="ival" value="${range.name}">${others.map((key) => html`<input type="hidden" name="with" value="${key}">`)}<label><span>Compare with</span> <input name="with" list="items" autocomplete="off" autocapitalize="none" spellcheck="false" placeholder="item, or host/item" required></label><datalist id="items">${offered.slice(0, OFFERED_MAX).map((row) => html`<option value="${row.item}">`)}</datalist><button>Add</button></form>`;
}

/** The figures of each line of a graph, and what tells the lines apart. */
export function legend({ lines, unit, kind }: Graph, address: GraphAddress, removable: boolean): Html {
  const isOne = address.keys.length === 1;
  const [first] = lines;
  const series = lines.find((line) => isSeries(line.series))?.series;
  const found = series && isSeries(series) ? series : undefined;
  return html`<table class="legend"><caption class="unseen">Figures of the range</caption>
<thead><tr><th scope="col"><span class="${isOne ? "unseen" : ""}">Item</span></th><th scope="col" class="at"><span class="unseen">At the cursor </span><time class="cursor"></time></th>${["Least", "Average", "Greatest"].map((head) => html`<th scope="col">${head}</th>`)}${removable ? raw('<th><span class="unseen">Take away</span></th>') : null}</tr></thead>
<tbody>${lines.map((line, i) => legendRow(line, i, { address, removable, unit }))}</tbody></table>
<figcaption>${found ? html`<span>One point: <b>${bucketText(found.bucket_s)}</b></span><span>since <b>${moment(found.from_s, found.to_s)}</b></span>` : null}${lines.length > 1 && first.thresholds.length > 0 ? html`<span>limits are those of <bdi>${first.name}</bdi></span>` : null}${kind === "state" ? html`<span>steps are states</span>` : null}</figcaption>`;
}

function legendRow(
  line: Drawn,
  i: number,
  { address, removable, unit }: { address: GraphAddress; removable: boolean; unit: string },
): Html {
  const key = keyOf(line);
  const rest = address.keys.filter((each) => each !== key);
  const found = isSeries(line.series) ? figuresOf(line.series) : undefined;
  const trouble = isSeries(line.series) ? "nothing was measured" : line.series.message;
  const cells = found
    ? [found.min, found.avg, found.max].map((value) => html`<td>${formatValue(value, unit)}</td>`)
    : html`<td colspan="3" class="trouble-cell">${trouble}</td>`;
  const { tag } = line.host.view;
  const name = html`<a href="${hrefOf({ keys: [key], range: address.range })}"><bdi>${tag}</bdi> <bdi>${breakable(line.item)}</bdi></a>`;
  return html`
<tr data-line="${i}"><th scope="row">${swatch(i)}${name}</th><td class="at"></td>${cells}${removable ? html`<td class="take">${rest.length > 0 ? html`<a href="${hrefOf({ keys: rest, range: address.range })}" aria-label="without ${tag} ${line.item}" title="without it">×</a>` : null}</td>` : null}</tr>`;
}

/** A piece of the line. */
function swatch(line: number): Html {
  return raw(
    `<svg class="plot swatch" viewBox="0 0 28 8" aria-hidden="true"><path class="p-line${strokeOf(line).name}" d="M1 4H27"/></svg>`,
  );
}

function bucketText(bucket_s: number): string {
  return bucket_s >= 60 ? formatAge(bucket_s) : `${bucket_s} s`;
}

/** What is seen as files, and alone for other pages. */
export function downloads({ keys: [first = "", ...others], range }: GraphAddress): Html {
  const [tag = "", item = ""] = first.split("/");
  const data = `${graphUrl(tag, item).replace(/^graph/, "graph-data")}?${queryOf(others, range.name)}`;
  const subject = `host=${encodeURIComponent(tag.toWellFormed())}&item=${encodeURIComponent(item.toWellFormed())}`;
  const picture = `plot?${subject}&${queryOf(others, range.name)}`;
  return html`<p class="downloads">Download: <a href="${data}&fmt=csv" download>values (CSV)</a> <a href="${picture}&w=1240&h=400&fmt=png" download="${tag}-${item}.png">picture (PNG)</a> <a href="${picture}">picture for other pages (SVG)</a></p>`;
}
