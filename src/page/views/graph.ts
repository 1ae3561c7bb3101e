// One item of one host over time: the graph, the five ranges, figures, and its level changes.

import { formatAge } from "../../core/interval.ts";
import type { ItemState } from "../../core/report.ts";
import { formatValue } from "../../core/units.ts";
import type { Series } from "../../plot/series.ts";
import { actLinks } from "../acting.ts";
import { type Drawing, draw, loadDrawing } from "../drawing.ts";
import type { Fleet } from "../fleet.ts";
import { type Html, html, raw } from "../html.ts";
import { findHost, findItemOf, RANGES, type Range, rangeOf } from "../lookup.ts";
import { SourceUnavailable } from "../model.ts";
import { careNotes, hostNotes, silence } from "../notices.ts";
import { age, breakable, eventTable, graphUrl, hostUrl, levelOf, mark, moment, reason, valueText } from "../parts.ts";
import { defineViewOf } from "../view.ts";

const EVENTS_SHOWN = 50;
/** The same graph for three widths of screens, for text in an SVG shrinks with it; the style shows one of them. */
const SIZES = [
  { name: "wide", width: 1240, height: 400 },
  { name: "middle", width: 760, height: 340 },
  { name: "narrow", width: 360, height: 260 },
];

export default defineViewOf<Drawing>({
  path: "/graph/:tag/:item",
  load({ fleet, overview, params, query }, source) {
    const host = findHost(fleet, params.tag ?? "");
    const item = params.item ?? "";
    const subject = { host, item, state: findItemOf(host, item), range: rangeOf(query, overview.now_s) };
    return loadDrawing(subject, source, overview.now_s);
  },
  title: (_, { host, item }) => `${host.view.tag} ${item}`,
  render: (visit, drawing) => {
    const { fleet, overview } = visit;
    const { host, item, state, range, events, series } = drawing;
    const row = host.rows.find((each) => each.item === item);
    const stale = row?.stale ?? false;
    return html`<div class="heading split"><div><p class="crumbs"><a href="hosts">Hosts</a> <span aria-hidden="true">/</span> <a href="${hostUrl(host.view.tag)}"><bdi>${host.view.tag}</bdi></a></p>
<h1><bdi>${breakable(item)}</bdi> ${levelOf(fleet.scale, state, stale)}</h1>
${state.label ? html`<p class="lead">${state.label}</p>` : null}
</div>
<div class="current"><b>${state.value === null ? "no value" : valueText(state)}</b> <span class="quiet">${stale ? html`${fleet.scale.label(state.level)} when last known, ${age(state.time, overview.now_s)} ago` : html`${fleet.scale.label(state.level)} for ${age(state.since, overview.now_s)}, read ${age(state.time, overview.now_s)} ago`}</span>${reason(state)}</div></div>
${silence(host, fleet)}
${row ? careNotes(row, overview.now_s) : null}${hostNotes(host, overview.now_s)}${row ? actLinks(row, visit, fleet.scale.isBest(state.level), graphUrl(host.view.tag, item)) : null}
<nav class="ranges" aria-label="Range">${rangeLinks(host.view.tag, item, range)}</nav>
<section aria-label="Graph of ${range.to_s === undefined ? "the last " : ""}${range.name}" class="sheet graph">${
      series instanceof SourceUnavailable
        ? html`<div class="nograph"><p>${mark("stale")}<b>No history can be had now.</b></p><p>${series.message}</p><p class="quiet">It is kept by the host itself, so it is not lost.</p></div>`
        : graphs(drawing, series, fleet)
    }</section>
${series instanceof SourceUnavailable ? null : figures(series, state, range)}
<section aria-labelledby="changes"><h2 id="changes">Level changes</h2>
${events.length === 0 ? html`<p class="empty">None lately.</p>` : html`<div class="sheet">${eventTable(events.slice(0, EVENTS_SHOWN), fleet, "item")}</div>`}
</section>`;
  },
});

function rangeLinks(tag: string, item: string, range: Range): Html[] {
  const own = RANGES.some(({ name }) => name === range.name) ? [] : [range];
  return [...RANGES, ...own].map(
    ({ name }) =>
      html`<a href="${graphUrl(tag, item)}?ival=${encodeURIComponent(name)}"${name === range.name ? raw(' aria-current="page"') : null}>${name}</a>`,
  );
}

function graphs(drawing: Drawing, series: Series, fleet: Fleet): Html[] {
  return SIZES.map(
    ({ name, ...size }) => html`<div class="size-${name}">${raw(draw(drawing, series, fleet.scale, size))}</div>`,
  );
}

/** Least, average and greatest value of the range. Not the last: the heading has the value of now, a row only an average. */
export function figuresOf(series: Series): { min: number; avg: number; max: number } | undefined {
  let [sum, n, min, max] = [0, 0, Infinity, -Infinity];
  for (const row of series.rows) {
    if (row.avg === null || !Number.isFinite(row.avg)) continue;
    const count = row.count ?? 1;
    n += count;
    sum += (row.avg - sum) * (count / n); // a running mean: sums of huge values overflow
    min = Math.min(min, row.min ?? row.avg);
    max = Math.max(max, row.max ?? row.avg);
  }
  return n === 0 ? undefined : { min, avg: sum, max };
}

function figures(series: Series, state: ItemState, range: Range): Html | null {
  const found = figuresOf(series);
  if (!found) return null;
  const cell = (name: string, value: number) =>
    html`<div><dt>${name}</dt><dd>${formatValue(value, state.unit)}</dd></div>`;
  const bucket = series.bucket_s >= 60 ? formatAge(series.bucket_s) : `${series.bucket_s} s`;
  return html`<dl class="facts figures">${cell("Least", found.min)}${cell("Average", found.avg)}${cell("Greatest", found.max)}<div><dt>One point</dt><dd>${bucket}</dd></div><div><dt>Range</dt><dd>${range.name} <span class="quiet">since ${moment(series.from_s, series.to_s)}</span></dd></div></dl>`;
}
