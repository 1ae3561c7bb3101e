// One item of one host over time: the graph, the five ranges, figures, and its level changes.

import type { Event } from "../../core/event.ts";
import { formatAge } from "../../core/interval.ts";
import type { ItemState } from "../../core/report.ts";
import { formatValue } from "../../core/units.ts";
import type { Fleet, HostStatus } from "../fleet.ts";
import { type Html, html, raw } from "../html.ts";
import { findHost, findItemOf, overRange, RANGES, type Range, rangeOf } from "../lookup.ts";
import { measuredFrom, stretchesOf, thresholdsOf } from "../marks.ts";
import { type Series, SourceUnavailable } from "../model.ts";
import { age, breakable, chip, eventTable, graphUrl, hostUrl, mark, moment, reason, valueText } from "../parts.ts";
import { plot } from "../plot.ts";
import { defineViewOf } from "../view.ts";
import { silence } from "./alerts.ts";

const EVENTS_ASKED = 500;
const EVENTS_SHOWN = 50;
/** The same graph for three widths of screens, for text in an SVG shrinks with it; the style shows one of them. */
const SIZES = [
  { name: "wide", width: 1240, height: 400 },
  { name: "middle", width: 760, height: 340 },
  { name: "narrow", width: 360, height: 260 },
];

interface Subject {
  host: HostStatus;
  item: string;
  state: ItemState;
  range: Range;
  /** Its history, or why there is none. */
  series: Series | SourceUnavailable;
}

export default defineViewOf<Subject>({
  path: "/graph/:tag/:item",
  events: EVENTS_ASKED,
  async load({ fleet, overview, params, query }, source) {
    const host = findHost(fleet, params.tag ?? "");
    const item = params.item ?? "";
    const state = findItemOf(host, item);
    const range = rangeOf(query);
    try {
      const series = await source.history(host.view.host, item, range.span_s, range.points);
      return { host, item, state, range, series: overRange(series, range, overview.now_s) };
    } catch (error) {
      // The page still shows what the server knows of the item.
      if (error instanceof SourceUnavailable) return { host, item, state, range, series: error };
      throw error;
    }
  },
  title: (_, { host, item }) => `${host.view.tag} ${item}`,
  render: ({ fleet, overview }, subject) => {
    const { host, item, state, range, series } = subject;
    const events = eventsOf(fleet, host, item);
    const stale = host.silent !== undefined;
    const why = reason(state);
    return html`<div class="heading split"><div><p class="crumbs"><a href="/hosts">Hosts</a> <span aria-hidden="true">/</span> <a href="${hostUrl(host.view.tag)}"><bdi>${host.view.tag}</bdi></a></p>
<h1><bdi>${breakable(item)}</bdi> ${chip(fleet.scale, state.level, stale)}</h1>
${state.label ? html`<p class="lead">${state.label}</p>` : null}
</div>
<p class="current"><b>${valueText(state)}</b> <span class="quiet">${stale ? html`${fleet.scale.label(state.level)} when last known, ${age(state.time, overview.now_s)} ago` : html`${fleet.scale.label(state.level)} for ${age(state.since, overview.now_s)}, read ${age(state.time, overview.now_s)} ago`}</span>${why.text === "" ? null : html`<span class="why">${why}</span>`}</p></div>
${silence(host)}
<nav class="ranges" aria-label="Range">${rangeLinks(host.view.tag, item, range)}</nav>
<section aria-label="Graph of the last ${range.name}" class="sheet graph">${
      series instanceof SourceUnavailable
        ? html`<div class="nograph"><p>${mark("stale")}<b>No history can be had now.</b></p><p>${series.message}</p><p class="quiet">It is kept by the host itself, so it is not lost.</p></div>`
        : graphs(series, subject, fleet, events)
    }</section>
${series instanceof SourceUnavailable ? null : figures(series, state, range)}
<section aria-labelledby="changes"><h2 id="changes">Level changes</h2>
${events.length === 0 ? html`<p class="empty">None lately.</p>` : html`<div class="sheet">${eventTable(events.slice(0, EVENTS_SHOWN), fleet, "item")}</div>`}
</section>`;
  },
});

/** The events of one item among those of the overview, newest first. */
export function eventsOf({ overview }: Fleet, host: HostStatus, item: string): Event[] {
  const { view } = host;
  return overview.events.filter(
    (event) => event.item === item && (event.host === view.host || event.host === view.tag),
  );
}

function rangeLinks(tag: string, item: string, range: Range): Html[] {
  const own = RANGES.some(({ name }) => name === range.name) ? [] : [range];
  return [...RANGES, ...own].map(
    ({ name }) =>
      html`<a href="${graphUrl(tag, item)}?ival=${name}"${name === range.name ? raw(' aria-current="page"') : null}>${name}</a>`,
  );
}

function graphs(series: Series, { host, item, state, range }: Subject, fleet: Fleet, events: Event[]): Html {
  const thresholds = thresholdsOf(state, events, fleet.scale, state.unit);
  const stretches = stretchesOf(
    host.silent ? undefined : state,
    events,
    fleet.scale,
    measuredFrom(series),
    series.to_s,
  );
  const title = `${host.view.tag} ${item}, last ${range.name}`;
  return html`${SIZES.map(
    ({ name, width, height }) =>
      html`<div class="size-${name}">${raw(plot(series, { width, height, unit: state.unit, kind: state.kind, title, thresholds, stretches }))}</div>`,
  )}`;
}

/** Least, average, greatest and last value of the range. */
export function figuresOf(series: Series): { min: number; avg: number; max: number; last: number } | undefined {
  let [sum, n, min, max, last] = [0, 0, Infinity, -Infinity, 0];
  for (const row of series.rows) {
    if (row.avg === null || !Number.isFinite(row.avg)) continue;
    const count = row.count ?? 1;
    n += count;
    sum += (row.avg - sum) * (count / n); // a running mean: sums of huge values overflow
    min = Math.min(min, row.min ?? row.avg);
    max = Math.max(max, row.max ?? row.avg);
    last = row.avg;
  }
  return n === 0 ? undefined : { min, avg: sum, max, last };
}

function figures(series: Series, state: ItemState, range: Range): Html | null {
  const found = figuresOf(series);
  if (!found) return null;
  const cell = (name: string, value: number) =>
    html`<div><dt>${name}</dt><dd>${formatValue(value, state.unit)}</dd></div>`;
  const bucket = series.bucket_s >= 60 ? formatAge(series.bucket_s) : `${series.bucket_s} s`;
  return html`<dl class="facts figures">${cell("Least", found.min)}${cell("Average", found.avg)}${cell("Greatest", found.max)}${cell("Last", found.last)}<div><dt>One point</dt><dd>${bucket}</dd></div><div><dt>Range</dt><dd>${range.name} <span class="quiet">since ${moment(series.from_s, series.to_s)}</span></dd></div></dl>`;
}
