// One item of one host over time, beside others if wished: graphs, ranges, figures, and its level changes.

import { actLinks } from "../acting.ts";
import { type Drawing, drawAll, loadDrawing, titleOf } from "../drawing.ts";
import type { Fleet } from "../fleet.ts";
import { graphData, isSeries } from "../graph-data.ts";
import { type Html, html, raw } from "../html.ts";
import { findHost, findItemOf, rangeOf } from "../lookup.ts";
import { SourceUnavailable } from "../model.ts";
import { careNotes, hostNotes, silence } from "../notices.ts";
import { age, breakable, eventTable, graphUrl, hostUrl, levelOf, mark, reason, valueText } from "../parts.ts";
import { findSubjects, keyOf, type Missing } from "../subjects.ts";
import { defineViewOf } from "../view.ts";
import { addForm, downloads, type GraphAddress, hrefOf, legend, rangeLinks } from "./graph-parts.ts";

const EVENTS_SHOWN = 50;
/** Of more items a tab tells only how many. */
const TITLED_MAX = 3;
/** The same graph for three widths of screens, for text in an SVG shrinks with it; the style shows one of them. */
export const SIZES = [
  { name: "wide", width: 1240, height: 400, several: 280 },
  { name: "middle", width: 760, height: 340, several: 260 },
  { name: "narrow", width: 360, height: 260, several: 230 },
];

interface Extra {
  drawing: Drawing;
  missing: readonly Missing[];
  address: GraphAddress;
}

export default defineViewOf<Extra>({
  path: "/graph/:tag/:item",
  query: ["ival", "with", "at"],
  graphs: true,
  async load({ fleet, overview: { now_s }, params, query }, source) {
    const host = findHost(fleet, params.tag ?? "");
    const item = params.item ?? "";
    findItemOf(host, item);
    const range = rangeOf(query, now_s);
    const { all, missing } = findSubjects(fleet, host.view.tag, item, query);
    const drawing = await loadDrawing(all, range, source, { now_s, scale: fleet.scale });
    return { drawing, missing, address: { keys: all.map(keyOf), range } };
  },
  title: (_, { address: { keys } }) => {
    const [first = "", ...others] = keys.map((key) => key.replace("/", " "));
    return others.length < TITLED_MAX ? [first, ...others].join(", ") : `${first} and ${others.length} more`;
  },
  render: (visit, { drawing, missing, address }) => {
    const { fleet, overview } = visit;
    const [{ host, item, state, events }] = drawing.drawn;
    const row = host.rows.find((each) => each.item === item);
    const stale = row?.stale ?? false;
    const { range } = drawing;
    return html`<div class="heading split"><div><p class="crumbs"><a href="hosts">Hosts</a> <span aria-hidden="true">/</span> <a href="${hostUrl(host.view.tag)}"><bdi>${host.view.tag}</bdi></a></p>
<h1><bdi>${breakable(item)}</bdi> ${levelOf(fleet.scale, state, stale)}</h1>
${state.label ? html`<p class="lead">${state.label}</p>` : null}
</div>
<div class="current"><b>${state.value === null ? "no value" : valueText(state)}</b> <span class="quiet">${stale ? html`${fleet.scale.label(state.level)} when last known, ${age(state.time, overview.now_s)} ago` : html`${fleet.scale.label(state.level)} for ${age(state.since, overview.now_s)}, read ${age(state.time, overview.now_s)} ago`}</span>${reason(state)}</div></div>
${silence(host, fleet)}
${row ? careNotes(row, overview.now_s) : null}${hostNotes(host, overview.now_s)}${row ? actLinks(row, visit, fleet.scale.isBest(state.level), graphUrl(host.view.tag, item)) : null}
${missing.map((each) => notFound(each, address))}
<div class="graph-bar">${rangeLinks(address, overview.now_s)}${addForm(address, host)}</div>
<section aria-label="Graph of ${range.to_s === undefined ? "the last " : ""}${range.label ?? range.name}" class="graphs" id="graphs" data-keep data-subject="${keyOf(drawing.drawn[0])}" data-graphs="${JSON.stringify(graphData(drawing, fleet.scale))}">
${graphs(drawing, address)}
</section>
${downloads(address)}
${changes(drawing.drawn.length > 1 ? item : undefined, events, fleet)}`;
  },
});

function notFound({ text, message, near }: Missing, address: GraphAddress): Html {
  const asked = near && hrefOf({ ...address, keys: [...address.keys, near] });
  return html`<div class="notice">${mark("odd")}<p>${message} ${near && asked ? html`Did you mean <a href="${asked}"><bdi>${near}</bdi></a>?` : html`“<bdi>${text.slice(0, 100)}</bdi>” is not shown.`}</p></div>`;
}

function graphs(drawing: Drawing, address: GraphAddress): Html[] {
  const { graphs: all, range, drawn } = drawing;
  const pictures = SIZES.map(({ name, width, height, several }) => {
    // What can be pointed at would be a megabyte of ten items; their figures stand below.
    const size = { width, height: all.length > 1 ? several : height, pointed: drawn.length === 1 };
    return { name, svgs: drawAll(drawing, size) };
  });
  return all.map((graph, i) => {
    const { lines } = graph;
    const some = lines.some(({ series }) => isSeries(series));
    const sizes = pictures.map(({ name, svgs }) => html`<div class="size-${name}">${raw(svgs[i] ?? "")}</div>`);
    const place = some
      ? html`<div class="${all.length > 1 ? "place several" : "place"}">${sizes}</div>`
      : html`<div class="nograph"><p>${mark("stale")}<b>No history can be had now.</b></p>${troubles(lines)}<p class="quiet">It is kept by the host itself, so it is not lost.</p></div>`;
    return html`<figure class="sheet graph" data-graph="${i}" aria-label="${titleOf(graph, range)}">${place}
${some ? legend(graph, address, drawn.length > 1) : null}</figure>`;
  });
}

/** Why there is no history, each reason once. */
function troubles(lines: Drawing["drawn"]): Html[] {
  const found = lines.flatMap(({ series }) => (series instanceof SourceUnavailable ? series.message : []));
  return [...new Set(found)].map((message) => html`<p>${message}</p>`);
}

function changes(item: string | undefined, events: Drawing["drawn"][number]["events"], fleet: Fleet): Html {
  const of = item === undefined ? null : html` of <bdi>${item}</bdi>`;
  return html`<section aria-labelledby="changes"><h2 id="changes">Level changes${of}</h2>
${events.length === 0 ? html`<p class="empty">None lately.</p>` : html`<div class="sheet">${eventTable(events.slice(0, EVENTS_SHOWN), fleet, "item")}</div>`}
</section>`;
}
