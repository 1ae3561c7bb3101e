// The front page: all that is not fine, worst first, grouped by host; beside or below it the last events.

import { formatAge } from "../../core/interval.ts";
import type { Look } from "../../plot/scale.ts";
import { hostActLinks } from "../acting.ts";
import { besideOf } from "../beside.ts";
import { type Fleet, fineSince, type HostStatus, hostWeight, isCaredFor } from "../fleet.ts";
import { type Html, html, raw } from "../html.ts";
import { lookOf, wordOf } from "../looks.ts";
import type { PageSource } from "../model.ts";
import { hostNotes, plannedSign, plannedWorks, silence } from "../notices.ts";
import { ALL_FINE_PATH, age, eventFeed, hostLink, hostUrl, mark, moment, problemTable, tallies } from "../parts.ts";
import { count, summary } from "../summary.ts";
import { defineViewOf, type Sight } from "../view.ts";

const EVENTS_SHOWN = 25;
/** Problems of one host that are shown here; the rest is on the host's page. */
const PROBLEMS_PER_HOST = 12;
/** Hosts whose problems are shown in full; with more, something larger is wrong than any row says. */
const HOSTS_SHOWN = 100;
/** Fleets up to this size are shown host by host, larger ones only by those that are not fine. */
const FLEET_SHOWN = 60;
/** So many hosts without a word have a card each; more share one. */
const SILENT_CARDS = 3;
/** Names on such a card. */
const NAMES_SHOWN = 100;

export default defineViewOf<PageSource["eventsOf"]>({
  path: "/",
  nav: "Alerts",
  load: (_, source) => source.eventsOf,
  title: ({ fleet }) => (fleet.troubled.length === 0 && fleet.items > 0 ? "all fine" : "Alerts"),
  render: (sight, eventsOf) => {
    const { fleet, overview } = sight;
    const cards = cardsOf(fleet);
    const shown = cards.slice(0, HOSTS_SHOWN);
    const more = cards.slice(HOSTS_SHOWN).flat().length;
    return html`<div class="front">
<section class="state${fleet.troubled.length === 0 ? " is-calm" : ""}" aria-labelledby="headline">
${headline(fleet)}
${plannedWorks(fleet)}
${fleetStrip(fleet, new Set(shown.filter((card) => Array.isArray(card)).flat()))}
</section>
<div class="wrong">
${shown.map((card) => (Array.isArray(card) ? silentHosts(card, fleet) : trouble(card, sight, eventsOf)))}
${more > 0 ? html`<p class="more"><a href="hosts">and ${more} more hosts</a></p>` : null}
</div>
<section class="lately" aria-labelledby="lately">
<h2 id="lately">Last events</h2>
${
  overview.events.length > 0
    ? html`${eventFeed(overview.events.slice(0, EVENTS_SHOWN), fleet)}<p class="more"><a href="events">All events</a></p>`
    : html`<p class="empty">No level has changed yet.</p>`
}
</section>
</div>`;
  },
});

/** What is not fine, worst first, a card each: a host, or all hosts that are silent in the same way where they are many. */
function cardsOf({ hosts, troubled }: Fleet): (HostStatus | HostStatus[])[] {
  // Silent in the same way, behind the same client, and seen to or not.
  const wayOf = ({ silent, care, view }: HostStatus) =>
    JSON.stringify([silent, silent === "behind" && view.via, care === undefined]);
  const alike = Map.groupBy(hosts, wayOf);
  const cards = troubled.map((host) => {
    const others = host.silent ? (alike.get(wayOf(host)) ?? []) : [];
    return others.length > SILENT_CARDS ? others : host;
  });
  return [...new Set(cards)];
}

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
  const wrong = troubled.some((host) => host.problems.some(({ stale }) => !stale));
  const stale = hosts.reduce((n, host) => n + host.staleItems, 0);
  return html`<h1 id="headline">${summary(fleet)}</h1>
<p class="lead">${wrong ? `on ${troubled.length} ` : ""}of ${count(hosts.length, "host")} <span class="tallies worded">${tallies(fleet.scale, fleet.counts, stale)}</span></p>`;
}

/** The fleet at a glance, without those that a card names already. */
function fleetStrip(fleet: Fleet, named: Set<HostStatus>): Html | null {
  const hosts = fleet.hosts.filter((host) => !named.has(host));
  const troubled = fleet.troubled.filter((host) => !named.has(host));
  const shown = (hosts.length <= FLEET_SHOWN ? hosts : troubled)
    .toSorted(
      (a, b) =>
        hostWeight(b, fleet.scale) - hostWeight(a, fleet.scale) ||
        fleet.scale.weight(b.worst) - fleet.scale.weight(a.worst),
    )
    .slice(0, FLEET_SHOWN);
  if (hosts.length === 0) return null;
  const rest = hosts.length - shown.length;
  return html`<ul class="fleet" aria-label="Hosts, worst first">${shown.map((host) => {
    const look = lookOf(host, fleet);
    const word = wordOf(host, fleet);
    return html`<li data-key="${host.view.host}"><a href="${hostUrl(host.view.tag)}" title="${host.view.host}: ${word}">${mark(look)}<bdi>${host.view.tag}</bdi><span class="unseen"> ${word}</span>${plannedSign(host)}</a></li>`;
  })}${rest > 0 ? html`<li><a class="rest" href="hosts">and ${rest} more</a></li>` : null}</ul>`;
}

/** By what nobody sees to; else by the worst. */
function cardLook(host: HostStatus, fleet: Fleet): Look {
  const open = host.silent ? undefined : host.problems.find(({ care }) => !care);
  return open ? fleet.scale.look(open.state.level) : lookOf(host, fleet);
}

/** In whole minutes: of many hosts, no seconds matter. */
function silentFor({ report_age_s = 0 }: HostStatus): number {
  return report_age_s - (report_age_s % 60);
}

/** One card for many hosts of which there is nothing to say but their names, and since when each is silent. */
function silentHosts(hosts: HostStatus[], fleet: Fleet): Html {
  const [first] = hosts;
  const never = first?.silent === "never";
  const client =
    first?.silent === "behind" ? (fleet.find(first.view.via ?? "")?.view.tag ?? first.view.via) : undefined;
  const how =
    client === undefined
      ? never
        ? "have not reported yet"
        : "are silent"
      : html`are stale: <bdi>${client}</bdi> is silent`;
  const seen = first?.care === undefined ? null : ", and seen to";
  const ages = hosts.map(silentFor);
  const [least, most] = [formatAge(Math.min(...ages)), formatAge(Math.max(...ages))];
  const rest = hosts.length - NAMES_SHOWN;
  return html`<section class="card k-${never ? "odd" : "stale"}">
<header><h2>${hosts.length} hosts ${how}${seen}</h2></header>
${
  never
    ? html`<p class="notice">${mark("odd")}<span>The server knows them from its work-config only. Each reports within five minutes of <code>./dmon start</code> there.</span></p>`
    : html`<p class="notice">${mark("stale")}<span><b>No report for ${least === most ? least : `${least} to ${most}`}.</b> Their pages show what was last known.</span></p>`
}
<ul class="fleet">${hosts
    .slice(0, NAMES_SHOWN)
    .map(
      (host) =>
        html`<li><a href="${hostUrl(host.view.tag)}" title="${host.view.host}"><bdi>${host.view.tag}</bdi>${least === most ? null : html` <span class="quiet">${formatAge(silentFor(host))}</span>`}</a></li>`,
    )}${rest > 0 ? html`<li><a class="rest" href="hosts">and ${rest} more</a></li>` : null}</ul>
</section>`;
}

function trouble(host: HostStatus, sight: Sight, eventsOf: PageSource["eventsOf"]): Html {
  const { fleet, overview } = sight;
  const { scale } = fleet;
  const { view } = host;
  const shown = host.problems.slice(0, PROBLEMS_PER_HOST);
  const more = host.problems.length - shown.length;
  return html`<section data-key="${host.view.host}" class="card k-${cardLook(host, fleet)}${isCaredFor(host) ? " is-seen" : ""}">
<header><h2>${hostLink(host)}</h2>${view.host === view.tag ? null : html`<span class="fqdn"><bdi>${view.host}</bdi></span>`}<span class="tallies">${tallies(scale, host.counts, 0, true)}</span></header>
${silence(host, fleet)}
${hostNotes(host, overview.now_s)}${host.silent || host.planned.some(({ id }) => id !== undefined) ? hostActLinks(host, sight, "./") : null}
${shown.length > 0 ? problemTable(shown, fleet, `What is not fine on ${view.tag}`, besideOf(sight, eventsOf, "./")) : null}
${more > 0 ? html`<p class="more"><a href="${hostUrl(view.tag)}">and ${more} more on ${view.tag}</a></p>` : null}
</section>`;
}
