// Hosts by items: every host, or those of a group or by name, with the items that one asks for first, or any others.

import { compareText } from "../../core/text.ts";
import { chosenHosts, chosenItems, ITEMS_CHOSEN_MAX, withQuery } from "../chosen.ts";
import { type Fleet, type HostStatus, hostWeight } from "../fleet.ts";
import { type Html, html, raw } from "../html.ts";
import { type Column, KEY_VALUES, type Key, keyOf } from "../key-values.ts";
import { plannedSign } from "../notices.ts";
import { age, chip, graphUrl, hostLink, mark, meter, tallies, valueText } from "../parts.ts";
import { rollup } from "../rollup.ts";
import { defineView } from "../view.ts";

/** Hosts on one page; more are on the next. */
const HOSTS_PER_PAGE = 1000;

export default defineView({
  path: "/hosts",
  nav: "Hosts",
  query: ["group", "q", "items", "sort", "page"],
  title: ({ query }) => ["Hosts", query.get("group")].filter(Boolean).join(" of "),
  render: ({ fleet, query }) => {
    const { group, q, hosts } = chosenHosts(fleet, query);
    const chosen = chosenItems(fleet, query);
    const columns = chosen ? chosen.items.map((name): Column => ({ head: name, items: [{ name }] })) : KEY_VALUES;
    const sorted = sortHosts(hosts, query.get("sort") ?? "", columns, fleet);
    const page = Math.max(1, Math.min(Number(query.get("page")) || 1, Math.ceil(sorted.length / HOSTS_PER_PAGE)));
    const shown = sorted.slice((page - 1) * HOSTS_PER_PAGE, page * HOSTS_PER_PAGE);
    return html`<div class="heading"><h1>Hosts</h1>
${lead(hosts, fleet)}</div>
${fleet.hosts.length === 0 ? null : [rollup(fleet, query, group), filter(fleet, { group, q, items: chosen?.text ?? "" })]}
${chosen && chosen.items.length === 0 ? html`<p class="empty">No host has an item “${chosen.text}”.</p>` : null}
${chosen && chosen.more > 0 ? html`<p class="empty">The first ${ITEMS_CHOSEN_MAX} items are shown; ${chosen.more} more fit no screen.</p>` : null}
${hosts.length === 0 ? none(fleet) : matrix(shown, columns, fleet, query)}
${sorted.length > HOSTS_PER_PAGE ? pages(page, sorted.length, query) : null}`;
  },
});

function lead(hosts: readonly HostStatus[], fleet: Fleet): Html {
  const counts = new Map<string, number>();
  let [items, stale] = [0, 0];
  for (const host of hosts) {
    items += host.rows.length;
    stale += host.staleItems;
    for (const [level, n] of host.counts) counts.set(level, (counts.get(level) ?? 0) + n);
  }
  const all = hosts.length === fleet.hosts.length ? "" : ` of ${fleet.hosts.length}`;
  return html`<p class="lead">${hosts.length}${all} host${hosts.length === 1 && all === "" ? "" : "s"} · ${items} items <span class="tallies worded">${tallies(fleet.scale, counts, stale)}</span></p>`;
}

function none(fleet: Fleet): Html {
  return fleet.hosts.length === 0
    ? html`<p class="empty">No hosts yet. Run <code>./dmon start</code> on one; its first report comes within five minutes.</p>`
    : html`<p class="empty">No host has a name like that. A part of a name is enough; <code>web*,!web3</code> is a selector. <a href="hosts">Show all</a></p>`;
}

function filter(fleet: Fleet, { group, q, items }: { group: string; q: string; items: string }): Html {
  const groups = Object.keys(fleet.overview.groups.hosts).sort(compareText);
  return html`<form class="filter" action="hosts" method="get" role="search" aria-label="Choose hosts and items">
<label>Host <input type="search" id="search" name="q" value="${q}" placeholder="all" autocomplete="off" autocapitalize="none" spellcheck="false" maxlength="200"></label>
${
  groups.length === 0
    ? null
    : html`<label>Group <select name="group"><option value="">all</option>${groups.map((name) => html`<option value="${name}"${name === group ? raw(" selected") : null}>${name}</option>`)}</select></label>`
}
<label>Items <input name="items" value="${items}" placeholder="cpu_load root_*" autocomplete="off" autocapitalize="none" spellcheck="false" maxlength="400"></label>
<button>Show</button>${group || q || items ? html` <a href="hosts">show all</a>` : null}
</form>`;
}

/** By name, by what is worst, by the age of the report, or by the value of a column, greatest first. */
function sortHosts(hosts: readonly HostStatus[], by: string, columns: readonly Column[], fleet: Fleet): HostStatus[] {
  const { scale } = fleet;
  const column = columns.find(({ head }) => head === by);
  const value = (host: HostStatus) => {
    if (column) return (column && keyOf(column, host).row?.state.value) ?? Number.NEGATIVE_INFINITY;
    if (by === "level") return hostWeight(host, scale) * 100 + scale.weight(host.worst);
    return by === "report" ? (host.report_age_s ?? Number.POSITIVE_INFINITY) : 0;
  };
  const valued = hosts.map((host) => ({ host, value: value(host) }));
  // Those of the same value stay in the order of their names.
  return valued.sort((a, b) => (a.value === b.value ? 0 : b.value > a.value ? 1 : -1)).map(({ host }) => host);
}

function matrix(hosts: readonly HostStatus[], columns: readonly Column[], fleet: Fleet, query: URLSearchParams): Html {
  const by = query.get("sort") ?? "";
  const head = (name: string, sort: string, numeric = false) => {
    const isBy = sort === by;
    const sorted = isBy ? (sort === "" ? "ascending" : "descending") : "none";
    return html`<th scope="col"${numeric ? raw(' class="num"') : null} aria-sort="${sorted}"><a href="${withQuery("hosts", query, { sort, page: "" })}">${name}${isBy ? html`<span class="sorted" aria-hidden="true">${sort === "" ? "▲" : "▼"}</span>` : null}</a></th>`;
  };
  return html`<div class="sheet wide"><table class="hosts">
<caption class="unseen">Hosts and their items</caption>
<thead><tr>${head("Host", "")}${head("Level", "level")}${columns.map((column) => head(column.head, column.head, true))}<th scope="col">Items</th>${head("Report", "report", true)}<th scope="col">Version</th></tr></thead>
<tbody>${hosts.map((host) => hostRow(host, columns, fleet))}
</tbody></table></div>`;
}

function pages(page: number, count: number, query: URLSearchParams): Html {
  const last = Math.ceil(count / HOSTS_PER_PAGE);
  const to = (n: number, text: string) =>
    n < 1 || n > last
      ? null
      : html`<a href="${withQuery("hosts", query, { page: n === 1 ? "" : String(n) })}">${text}</a>`;
  return html`<nav class="pages" aria-label="Pages of hosts">${to(page - 1, "previous")} <span>page ${page} of ${last}</span> ${to(page + 1, "next")}</nav>`;
}

function hostRow(host: HostStatus, columns: readonly Column[], fleet: Fleet): Html {
  const { view, silent } = host;
  const via =
    view.about && view.about.host !== view.host
      ? (fleet.find(view.about.host)?.view.tag ?? view.about.host)
      : undefined;
  const keys = columns.map((column) => keyOf(column, host));
  const marks = [silent && "is-stale", keys.every(({ row }) => row === undefined) && "is-bare"].filter(Boolean);
  return html`
<tr data-key="${view.host}"${marks.length > 0 ? html` class="${marks.join(" ")}"` : null}><th scope="row" class="c-host">${hostLink(host)}${view.host === view.tag ? null : html`<span class="fqdn"><bdi>${view.host}</bdi></span>`}</th>
<td class="c-level">${silent === "never" ? html`<span class="chip k-odd">no report</span>` : chip(fleet.scale, host.worst, silent !== undefined && !host.dead)}${plannedSign(host)}</td>
${keys.map((key) => keyValue(key, fleet))}
<td class="c-counts">${host.rows.length === 0 ? null : html`<span class="tallies">${tallies(fleet.scale, host.counts, host.staleItems)}</span>`}</td>
${view.received_s === undefined ? raw('<td class="c-report num never">never</td>') : html`<td class="c-report num">${age(view.received_s, fleet.overview.now_s)}<span class="unseen"> ago</span></td>`}
<td class="c-version">${via === undefined ? view.about?.version : html`via <bdi>${via}</bdi>`}</td></tr>`;
}

function keyValue({ head, row, free }: Key, { scale }: Fleet): Html {
  if (!row) return html`<td class="c-key" data-head="${head}"><span class="none">–</span></td>`;
  const { host, item, state } = row;
  const look = row.stale ? "stale" : scale.look(state.level);
  const filled = state.unit === "%" && state.value !== null ? (free ? 100 - state.value : state.value) : undefined;
  const level = scale.label(state.level);
  return html`<td class="c-key k-${look}" data-head="${head}"><a href="${graphUrl(host.view.tag, item)}" title="${item}: ${level}">${look === "fine" || look === "stale" ? null : [mark(look), html`<span class="unseen">${level} </span>`]}${valueText(state)}${free ? raw(' <span class="free">free</span>') : null}</a>${filled === undefined ? null : meter(filled, look)}</td>`;
}
