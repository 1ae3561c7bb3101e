// The front page: all that is not fine, worst first, grouped by host; beside or below it the last events.

import { formatAge } from "../../core/interval.ts";
import { type Fleet, fineSince, type HostStatus, hostWeight } from "../fleet.ts";
import { type Html, html, raw } from "../html.ts";
import { ALL_FINE_PATH, age, eventFeed, hostLink, hostUrl, mark, moment, problemTable, tallies } from "../parts.ts";
import { defineView } from "../view.ts";

const EVENTS_SHOWN = 25;
/** Problems of one host that are shown here; the rest is on the host's page. */
const PROBLEMS_PER_HOST = 12;
/** Hosts whose problems are shown in full; with more, something larger is wrong than any row says. */
const HOSTS_SHOWN = 100;
/** Fleets up to this size are shown host by host, larger ones only by those that are not fine. */
const FLEET_SHOWN = 60;

export default defineView({
  path: "/",
  nav: "Alerts",
  title: ({ fleet }) => (fleet.troubled.length === 0 && fleet.items > 0 ? "all fine" : "Alerts"),
  render: ({ fleet, overview }) => html`<div class="front">
<section class="state${fleet.troubled.length === 0 ? " is-calm" : ""}" aria-labelledby="headline">
${headline(fleet)}
${fleet.hosts.length > 0 ? fleetStrip(fleet) : null}
</section>
<div class="wrong">
${fleet.troubled.slice(0, HOSTS_SHOWN).map((host) => trouble(host, fleet))}
${fleet.troubled.length > HOSTS_SHOWN ? html`<p class="more"><a href="/hosts">and ${fleet.troubled.length - HOSTS_SHOWN} more hosts</a></p>` : null}
</div>
<section class="lately" aria-labelledby="lately">
<h2 id="lately">Last events</h2>
${
  overview.events.length > 0
    ? html`${eventFeed(overview.events.slice(0, EVENTS_SHOWN), fleet)}<p class="more"><a href="/events">All events</a></p>`
    : html`<p class="empty">No level has changed yet.</p>`
}
</section>
</div>`,
});

const CHECK = raw(
  `<svg class="mark k-fine" viewBox="0 0 14 14" aria-hidden="true"><path fill-rule="evenodd" d="${ALL_FINE_PATH}"/></svg>`,
);

function headline(fleet: Fleet): Html {
  const { hosts, troubled, items, overview } = fleet;
  if (hosts.length === 0) {
    return html`<h1 id="headline">No hosts yet</h1>
<p class="lead">Nothing has reported to this server. Copy the dmon binary to a host and run <code>./dmon start</code>; its first report comes within five minutes.</p>`;
  }
  if (items === 0) {
    return html`<h1 id="headline">Waiting for the first report</h1>
<p class="lead">${count(hosts.length, "host")} in the work-config; none has reported yet.</p>`;
  }
  if (troubled.length === 0) {
    const since = fineSince(fleet);
    return html`<h1 id="headline" class="calm">${CHECK}All is fine</h1>
<p class="lead">${since === undefined ? null : html`for ${age(since, overview.now_s)}, since ${moment(since, overview.now_s)} · `}${count(hosts.length, "host")} · ${count(items, "item")}</p>`;
  }
  const wrong = troubled.flatMap((host) => host.problems.filter((row) => !row.stale));
  const problems = wrong.filter(({ state }) => !fleet.scale.isBest(state.level)).length;
  const flapping = wrong.length - problems; // the others flap, and their level is shown beside that
  const unseen = hosts.filter((host) => host.silent === "never").length;
  const silent = fleet.silentHosts - unseen;
  const parts = [
    problems > 0 ? count(problems, "problem") : "",
    flapping > 0 ? count(flapping, "flapping item") : "",
    silent > 0 ? count(silent, "silent host") : "",
    unseen > 0 ? `${count(unseen, "host")} without a report` : "",
  ];
  const stale = hosts.reduce((n, host) => n + host.staleItems, 0);
  return html`<h1 id="headline">${parts.filter(Boolean).join(", ")}</h1>
<p class="lead">on ${troubled.length} of ${count(hosts.length, "host")} <span class="tallies worded">${tallies(fleet.scale, fleet.counts, stale)}</span></p>`;
}

function fleetStrip(fleet: Fleet): Html {
  const all = fleet.hosts.length <= FLEET_SHOWN;
  const shown = (all ? fleet.hosts : fleet.troubled)
    .toSorted((a, b) => hostWeight(b, fleet.scale) - hostWeight(a, fleet.scale))
    .slice(0, FLEET_SHOWN);
  const rest = fleet.hosts.length - shown.length;
  return html`<ul class="fleet" aria-label="Hosts, worst first">${shown.map((host) => {
    const look = host.silent === "never" ? "odd" : host.silent ? "stale" : fleet.scale.look(host.worst);
    const word = host.silent === "never" ? "no report yet" : host.silent ? "silent" : fleet.scale.label(host.worst);
    return html`<li><a href="${hostUrl(host.view.tag)}" title="${host.view.host}: ${word}">${mark(look)}<bdi>${host.view.tag}</bdi><span class="unseen"> ${word}</span></a></li>`;
  })}${rest > 0 ? html`<li><a class="rest" href="/hosts">and ${rest} more</a></li>` : null}</ul>`;
}

function trouble(host: HostStatus, fleet: Fleet): Html {
  const { scale, overview } = fleet;
  const { view } = host;
  const shown = host.problems.slice(0, PROBLEMS_PER_HOST);
  const more = host.problems.length - shown.length;
  return html`<section class="card k-${host.silent === "never" ? "odd" : host.silent ? "stale" : scale.look(host.worst)}">
<header><h2>${hostLink(host)}</h2>${view.host === view.tag ? null : html`<span class="fqdn"><bdi>${view.host}</bdi></span>`}<span class="tallies">${tallies(scale, host.counts, 0, true)}</span></header>
${silence(host)}
${shown.length > 0 ? problemTable(shown, scale, overview.now_s, `What is not fine on ${view.tag}`) : null}
${more > 0 ? html`<p class="more"><a href="${hostUrl(view.tag)}">and ${more} more on ${view.tag}</a></p>` : null}
</section>`;
}

/** What is to be said of a host that does not report. */
export function silence(host: HostStatus): Html | null {
  if (host.silent === undefined) return null;
  const { about } = host.view;
  const via = about && about.host !== host.view.host ? html` It is asked by <bdi>${about.host}</bdi>.` : null;
  if (host.silent === "never") {
    return html`<p class="notice">${mark("odd")}<span><b>No report yet.</b> The server knows this host from its work-config only.</span></p>`;
  }
  return html`<p class="notice">${mark("stale")}<span><b>No report for ${formatAge(host.report_age_s ?? 0)}</b>${
    about ? html`; one is due every ${formatAge(about.ival)}` : null
  }. ${count(host.staleItems, "item")} stale: what is shown is what was last known.${via}</span></p>`;
}

function count(n: number, noun: string): string {
  return `${n} ${noun}${n === 1 ? "" : "s"}`;
}
