// dmon itself: the server's own load, and every client's version, last report, clock, cycle and queue.

import { formatAge } from "../../core/interval.ts";
import { formatValue } from "../../core/units.ts";
import type { Fleet, HostStatus } from "../fleet.ts";
import { type Html, html, raw } from "../html.ts";
import { lookOf, wordOf } from "../looks.ts";
import { age, hostLink, mark, moment } from "../parts.ts";
import { skewText } from "../skew.ts";
import { defineView } from "../view.ts";

export default defineView({
  path: "/system",
  nav: "System",
  title: () => "System",
  render: ({ fleet }) => {
    const clients = fleet.hosts.filter(isClient);
    return html`<div class="heading"><h1>System</h1>
<p class="lead">dmon itself: server <bdi>${fleet.overview.server}</bdi>, ${clients.length} client${clients.length === 1 ? "" : "s"}</p></div>
${figures(fleet)}
<section aria-labelledby="versions"><h2 id="versions">Versions</h2>${versions(clients)}</section>
<section aria-labelledby="clients"><h2 id="clients">Clients</h2>
${clients.length === 0 ? html`<p class="empty">No hosts yet.</p>` : table(clients, fleet)}</section>`;
  },
});

/** Whether it runs a dmon of its own, as far as one knows. */
function isClient({ view }: HostStatus): boolean {
  return view.via === undefined && (view.about === undefined || view.about.host === view.host);
}

/** What the server tells of itself. */
function figures({ overview }: Fleet): Html {
  const { figures: own, now_s } = overview;
  if (!own) return html`<p class="empty">The server is of an older version and tells nothing of itself.</p>`;
  const lived_s = Math.max(1, now_s - own.started_s);
  const fact = (name: string, value: Html | string | number) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`;
  return html`<dl class="facts">
${fact("Version", own.version)}
${fact("Running for", html`${age(own.started_s, now_s)} <span class="quiet">since ${moment(own.started_s, now_s)}</span>`)}
${fact("CPU", html`${((own.cpu_s / lived_s) * 100).toPrecision(2)} % <span class="quiet">of one, on average</span>`)}
${fact("Memory", formatValue(own.rss_bytes, "B"))}
${fact("Database", formatValue(own.database_bytes, "B"))}
${fact("Reports", html`${own.reports} <span class="quiet">${((own.reports / lived_s) * 60).toPrecision(2)} a minute</span>`)}
${fact("Events", own.events)}
${fact("Hosts heard of", html`${own.hosts_known} <span class="quiet">of ${own.hosts}</span>`)}
${fact("Notices held up", own.pending)}
${fact("Messages waiting", own.queue)}
${fact("Peers refused", own.refused)}
</dl>`;
}

/** How many clients run which version, the one of most first. */
function versions(clients: readonly HostStatus[]): Html {
  const counts = countVersions(clients);
  if (counts.length === 0) return html`<p class="empty">No client has reported yet.</p>`;
  return html`<ul class="versions">${counts.map(
    ([version, count]) =>
      html`<li data-key="${version}"><b>${version}</b> <span class="quiet">${count} client${count === 1 ? "" : "s"}</span></li>`,
  )}</ul>`;
}

function countVersions(clients: readonly HostStatus[]): [string, number][] {
  const counts = new Map<string, number>();
  for (const { view } of clients) {
    const version = view.about?.version;
    if (version !== undefined) counts.set(version, (counts.get(version) ?? 0) + 1);
  }
  return [...counts].sort(([, a], [, b]) => b - a);
}

function table(clients: readonly HostStatus[], fleet: Fleet): Html {
  const usual = countVersions(clients)[0]?.[0];
  return html`<div class="sheet wide"><table class="hosts system">
<caption class="unseen">Clients, by name</caption>
<thead><tr><th scope="col">Client</th><th scope="col" class="num">Last report</th><th scope="col">Version</th><th scope="col">Target</th><th scope="col" class="num">Clock</th><th scope="col" class="num">Cycle</th><th scope="col" class="num">Queue</th><th scope="col" class="num">Running for</th></tr></thead>
<tbody>${clients.map((host) => row(host, usual, fleet))}
</tbody></table></div>`;
}

function row(host: HostStatus, usual: string | undefined, fleet: Fleet): Html {
  const { about, received_s } = host.view;
  const { now_s } = fleet.overview;
  const name = html`<th scope="row" class="c-host">${mark(lookOf(host, fleet))}<span class="unseen">${wordOf(host, fleet)} </span>${hostLink(host)}</th>`;
  const key = host.view.host;
  if (!about || received_s === undefined)
    return html`
<tr data-key="${key}" class="is-stale">${name}<td class="num never">never</td><td colspan="6"></td></tr>`;
  const skew = skewText(host.view);
  const cycle = about.cycle_ms === undefined ? "" : formatValue(about.cycle_ms / 1000, "s");
  return html`
<tr data-key="${key}"${host.silent ? raw(' class="is-stale"') : null}>${name}
<td class="num" data-head="Last report">${age(received_s, now_s)}<span class="unseen"> ago</span></td>
<td data-head="Version"${about.version === usual ? null : raw(' class="other"')}>${about.version}</td>
<td data-head="Target">${about.target}</td>
<td class="num${skew === undefined ? "" : " other"}" data-head="Clock">${skew ?? "right"}</td>
<td class="num" data-head="Cycle">${cycle}</td>
<td class="num${(about.queue ?? 0) > 0 ? " other" : ""}" data-head="Queue">${about.queue}</td>
<td class="num" data-head="Running for">${formatAge((host.silent ? about.time : now_s) - about.started)}</td></tr>`;
}
