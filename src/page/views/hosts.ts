// Every host in one table: worst level, counts, the values one asks for first, report and version.

import { formatAge } from "../../core/interval.ts";
import type { Look } from "../../plot/scale.ts";
import type { Fleet, HostStatus, Row } from "../fleet.ts";
import { type Html, html, raw } from "../html.ts";
import { plannedSign } from "../notices.ts";
import { chip, graphUrl, hostLink, tallies, valueText } from "../parts.ts";
import { defineView } from "../view.ts";

/** The columns of values, and which item fills them: the first that a host has. `free` heads one that tells what is left. */
const KEY_VALUES: readonly { head: string; items: readonly { name: string; free?: string }[] }[] = [
  { head: "CPU", items: [{ name: "cpu_usage" }, { name: "cpu_busy" }, { name: "cpu_total" }, { name: "cpu_user" }] },
  { head: "Memory", items: [{ name: "mem_usage" }, { name: "mem_used" }, { name: "mem_avail", free: "Mem free" }] },
  { head: "Root disk", items: [{ name: "root_usage" }, { name: "root_avail", free: "Root free" }] },
  { head: "Load", items: [{ name: "cpu_load" }, { name: "load1" }, { name: "load" }] },
];

export default defineView({
  path: "/hosts",
  nav: "Hosts",
  title: () => "Hosts",
  render: ({ fleet }) => html`<div class="heading"><h1>Hosts</h1>
<p class="lead">${fleet.hosts.length} host${fleet.hosts.length === 1 ? "" : "s"} · ${fleet.items} items <span class="tallies worded">${tallies(
    fleet.scale,
    fleet.counts,
    fleet.hosts.reduce((n, host) => n + host.staleItems, 0),
  )}</span></p></div>
${
  fleet.hosts.length === 0
    ? html`<p class="empty">No hosts yet. Run <code>./dmon start</code> on one; its first report comes within five minutes.</p>`
    : html`<div class="sheet"><table class="hosts">
<caption class="unseen">All hosts, by name</caption>
<thead><tr><th scope="col">Host</th><th scope="col">Level</th>${KEY_VALUES.map((column) => html`<th scope="col" class="num">${column.head}</th>`)}<th scope="col">Items</th><th scope="col" class="num">Report</th><th scope="col">Version</th></tr></thead>
<tbody>${fleet.hosts.map((host) => hostRow(host, fleet))}
</tbody></table></div>`
}`,
});

function hostRow(host: HostStatus, fleet: Fleet): Html {
  const { view, silent } = host;
  const via =
    view.about && view.about.host !== view.host
      ? (fleet.find(view.about.host)?.view.tag ?? view.about.host)
      : undefined;
  const keys = KEY_VALUES.map((column) => keyOf(column, host));
  const marks = [silent && "is-stale", keys.every(({ row }) => row === undefined) && "is-bare"].filter(Boolean);
  return html`
<tr data-key="${view.host}"${marks.length > 0 ? html` class="${marks.join(" ")}"` : null}><th scope="row" class="c-host">${hostLink(host)}${view.host === view.tag ? null : html`<span class="fqdn"><bdi>${view.host}</bdi></span>`}</th>
<td class="c-level">${silent === "never" ? html`<span class="chip k-odd">no report</span>` : chip(fleet.scale, host.worst, silent !== undefined && !host.dead)}${plannedSign(host)}</td>
${keys.map((key) => keyValue(key, fleet))}
<td class="c-counts">${host.rows.length === 0 ? null : html`<span class="tallies">${tallies(fleet.scale, host.counts, host.staleItems)}</span>`}</td>
${host.report_age_s === undefined ? raw('<td class="c-report num never">never</td>') : html`<td class="c-report num">${formatAge(host.report_age_s)}<span class="unseen"> ago</span></td>`}
<td class="c-version">${via === undefined ? view.about?.version : html`via <bdi>${via}</bdi>`}</td></tr>`;
}

interface Key {
  head: string;
  row?: Row;
  free: boolean;
}

/** The first item of a column's that the host has, and what heads it there. */
function keyOf({ head, items }: (typeof KEY_VALUES)[number], host: HostStatus): Key {
  for (const { name, free } of items) {
    const row = host.rows.find(({ item }) => item === name);
    if (row) return { head: free ?? head, row, free: free !== undefined };
  }
  return { head, free: false };
}

function keyValue({ head, row, free }: Key, { scale }: Fleet): Html {
  if (!row) return html`<td class="c-key" data-head="${head}"><span class="none">–</span></td>`;
  const { host, item, state } = row;
  const look = row.stale ? "stale" : scale.look(state.level);
  const filled = state.unit === "%" && state.value !== null ? (free ? 100 - state.value : state.value) : undefined;
  return html`<td class="c-key k-${look}" data-head="${head}"><a href="${graphUrl(host.view.tag, item)}" title="${item}: ${scale.label(state.level)}">${valueText(state)}${free ? raw(' <span class="free">free</span>') : null}</a>${filled === undefined ? null : meter(filled, look)}</td>`;
}

// A bar of 0 to 100 %; the number stands beside it.
function meter(percent: number, look: Look): Html {
  const width = Math.min(100, Math.max(0, percent));
  return raw(
    `<svg class="meter k-${look}" viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true"><path class="m-all" d="M0 0h100v4H0z"/><path d="M0 0h${width.toFixed(1)}v4H0z"/></svg>`,
  );
}
