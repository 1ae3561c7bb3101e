// One host: what it says of itself, what is wrong, all items by group, its latest events.

import type { Event } from "../../core/event.ts";
import { formatAge } from "../../core/interval.ts";
import { hostActLinks } from "../acting.ts";
import { besideOf } from "../beside.ts";
import type { Fleet, HostStatus, Row } from "../fleet.ts";
import { type HostPast, loadPast } from "../host-past.ts";
import { type Html, html } from "../html.ts";
import { lastEvents } from "../last-events.ts";
import { findHost } from "../lookup.ts";
import type { PageSource } from "../model.ts";
import { careNotes, hostNotes, silence } from "../notices.ts";
import {
  age,
  breakable,
  causes,
  chip,
  eventTable,
  graphUrl,
  hostUrl,
  itemLink,
  levelOf,
  moment,
  problemTable,
  tallies,
  valueText,
} from "../parts.ts";
import { rulesOf } from "../rules.ts";
import { skewText } from "../skew.ts";
import { smallGraph } from "../small-graph.ts";
import { defineViewOf } from "../view.ts";

const EVENTS_SHOWN = 30;

/** What administrators call the groups whose prefix is an abbreviation. */
const GROUP_TITLES: Readonly<Record<string, string>> = {
  cpu: "CPU",
  mem: "Memory",
  net: "Network",
  proc: "Processes",
  procs: "Processes",
  usage: "Usage",
  dmon: "dmon",
  ups: "UPS",
};

interface Extra {
  host: HostStatus;
  events: Event[];
  eventsOf: PageSource["eventsOf"];
  past: HostPast;
}

export default defineViewOf<Extra>({
  path: "/host/:tag",
  async load({ fleet, overview, params }, source) {
    const host = findHost(fleet, params.tag ?? "");
    const asked = lastEvents({ host: host.view.host, count: EVENTS_SHOWN }, overview.events, source);
    const [events, past] = await Promise.all([asked, loadPast(host, source)]);
    return { host, events, eventsOf: source.eventsOf, past };
  },
  title: (_, { host }) => host.view.tag,
  render: (visit, { host, events, eventsOf, past }) => {
    const { fleet, overview } = visit;
    const { view } = host;
    const here = hostUrl(view.tag);
    return html`<div class="heading"><p class="crumbs"><a href="hosts">Hosts</a></p>
<h1><bdi>${view.tag}</bdi> ${host.silent && !host.dead ? null : chip(fleet.scale, host.worst)}</h1>
${view.host === view.tag ? null : html`<p class="lead fqdn"><bdi>${view.host}</bdi></p>`}</div>
${silence(host, fleet)}
${hostNotes(host, overview.now_s)}${hostActLinks(host, visit, here)}
${facts(host, fleet)}
${
  host.problems.length === 0
    ? null
    : html`<section aria-labelledby="wrong"><h2 id="wrong">Not fine</h2><div class="wrong"><div class="card k-${host.silent ? "stale" : fleet.scale.look(host.worst)}">${problemTable(host.problems, fleet, `What is not fine on ${view.tag}`, besideOf(visit, eventsOf, here))}</div></div></section>`
}
<section aria-labelledby="items"><h2 id="items">Items</h2>
${host.rows.length === 0 ? html`<p class="empty">Nothing is known of this host's items.</p>` : html`<div class="groups">${groupRows(host.rows).map(([name, rows]) => group(name, rows, fleet, past))}</div>`}
${past.trouble ? html`<p class="quiet">Small graphs and rules cannot be had now: ${past.trouble}.</p>` : null}</section>
<section aria-labelledby="events"><h2 id="events">Latest events</h2>
${
  events.length === 0
    ? html`<p class="empty">No level has changed lately.</p>`
    : html`<div class="sheet">${eventTable(events, fleet, "host")}</div><p class="more"><a href="events?host=${encodeURIComponent(view.tag.toWellFormed())}">All events of ${view.tag}</a></p>`
}
</section>
${rulesOf(host, past, fleet.scale)}
${inventory(host)}`;
  },
});

function facts(host: HostStatus, fleet: Fleet): Html {
  const { about, received_s } = host.view;
  const now_s = fleet.overview.now_s;
  const own = about && about.host === host.view.host ? about : undefined;
  const skew = own && skewText(host.view);
  return html`<dl class="facts">
<div><dt>Items</dt><dd>${host.rows.length === 0 ? html`<span class="quiet">none yet</span>` : html`<span class="tallies worded">${tallies(fleet.scale, host.counts, host.staleItems)}</span>`}</dd></div>
<div><dt>Last report</dt><dd>${received_s === undefined ? "never" : html`${age(received_s, now_s)} ago`}</dd></div>
${about && !own ? html`<div><dt>Asked by</dt><dd><bdi>${fleet.find(about.host)?.view.tag ?? about.host}</bdi></dd></div>` : null}
${own ? html`<div><dt>dmon</dt><dd>${own.version} <span class="quiet">${own.target}</span></dd></div><div><dt>Running for</dt><dd>${formatAge((host.silent ? own.time : now_s) - own.started)} <span class="quiet">since ${moment(own.started, now_s)}</span></dd></div>` : null}
${skew === undefined ? null : html`<div><dt>Clock</dt><dd>${skew}</dd></div>`}
</dl>`;
}

/** What it is made of: below all else, for it is looked up and never watched. */
function inventory({ view }: HostStatus): Html | null {
  const lines = Object.entries((view.about?.host === view.host && view.about.inventory) || {});
  if (lines.length === 0) return null;
  return html`<section aria-labelledby="inventory"><h2 id="inventory">Inventory</h2>
<dl class="facts">${lines.map(([name, text]) => html`<div><dt>${name}</dt><dd><bdi>${text}</bdi></dd></div>`)}</dl></section>`;
}

/**
 * Groups items by what found them (`disks.root` and `disks`), else by the first word of their names (`cpu_load`), else by the
 * last (`root_usage`), else as "other".
 */
export function groupRows(rows: readonly Row[]): [string, Row[]][] {
  const finders = new Set(rows.flatMap(({ item }) => (item.includes(".") ? finderOf(item) : [])));
  const firstOf = (row: Row) => (finders.has(finderOf(row.item)) ? finderOf(row.item) : firstWord(row));
  const first = countBy(rows, firstOf);
  const byFirst = (row: Row) => (first.get(firstOf(row)) ?? 0) > 1;
  // Only of those that are left: a group of one item is none.
  const left = rows.filter((row) => !byFirst(row) && row.item.includes("_"));
  const last = countBy(left, lastWord);
  const groups = new Map<string, Row[]>();
  for (const row of rows) {
    const byLast = (last.get(lastWord(row)) ?? 0) > 1 && row.item.includes("_");
    const name = byFirst(row) ? firstOf(row) : byLast ? lastWord(row) : "";
    groups.set(name, [...(groups.get(name) ?? []), row]);
  }
  return [...groups].sort(([a], [b]) => Number(a === "") - Number(b === "") || (a < b ? -1 : 1));
}

function finderOf(item: string): string {
  return item.split(".", 1)[0] ?? item;
}

function firstWord({ item }: Row): string {
  const word = item.split("_", 1)[0] ?? item;
  return word === "swap" ? "mem" : word;
}

function lastWord({ item }: Row): string {
  return item.slice(item.lastIndexOf("_") + 1);
}

function countBy(rows: readonly Row[], key: (row: Row) => string): Map<string, number> {
  const counts = new Map<string, number>();
  for (const row of rows) counts.set(key(row), (counts.get(key(row)) ?? 0) + 1);
  return counts;
}

function group(name: string, rows: readonly Row[], fleet: Fleet, { series }: HostPast): Html {
  const title = name === "" ? "Other" : Object.hasOwn(GROUP_TITLES, name) ? GROUP_TITLES[name] : name;
  return html`<section class="group"><h3><bdi>${title}</bdi></h3>
<table><caption class="unseen">Items of the group ${title}</caption>
<thead><tr>${["Item", "Day", "Value", "Level"].map((head) => html`<th scope="col" class="c-${head.toLowerCase()}"><span class="unseen">${head}</span></th>`)}</tr></thead>
<tbody>${rows.map((row) => {
    const { state, item, host } = row;
    const note = [state.label === undefined ? [] : breakable(state.label), causes(state)].flat();
    const past = series.get(item);
    const small = past && smallGraph(past, row);
    return html`
<tr data-key="${item}"${row.stale ? html` class="is-stale"` : null}><th scope="row" class="c-item">${itemLink(row)}${note.length > 0 ? html`<span class="label">${note.map((part, i) => [i > 0 && " · ", part])}</span>` : null}${careNotes(row, fleet.overview.now_s)}</th>
<td class="c-day">${small ? html`<a href="${graphUrl(host.view.tag, item)}" tabindex="-1">${small}</a>` : null}</td>
<td class="c-value">${valueText(state)}</td><td class="c-level">${levelOf(fleet.scale, state, row.stale)}<span class="unseen"> for ${age(state.since, fleet.overview.now_s)}</span></td></tr>`;
  })}
</tbody></table></section>`;
}
