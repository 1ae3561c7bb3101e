// What is said beside levels: that a host is silent, who sees to something, which work is planned.

import { formatAge } from "../core/interval.ts";
import type { Fleet, HostStatus, Row } from "./fleet.ts";
import { type Content, type Html, html, raw } from "./html.ts";
import type { AckView, PlannedView } from "./model.ts";
import { age, hostLink, mark, moment } from "./parts.ts";

/** Works that are named where there are many; the same of hosts. */
const WORKS_SHOWN = 10;
const HOSTS_NAMED = 8;

const TICK = icon("M5.6 11.6 1.4 7.4l1.5-1.5 2.7 2.7 5.5-6.2 1.6 1.4z");
const ENVELOPE = icon("M.8 2.6h12.4v8.8H.8zM2.4 3.8 7 7.6l4.6-3.8zM2 5v5.2h10V5L7 9.1z");
const SPANNER = icon(
  "M12.9 3.4 10.7 5.6 8.5 5.4 8.3 3.2 10.5 1.1a3.8 3.8 0 0 0-4.8 4.9L1 10.7a1.6 1.6 0 1 0 2.3 2.3l4.7-4.7a3.8 3.8 0 0 0 4.9-4.9z",
);

function icon(path: string): Html {
  return raw(`<svg class="mark" viewBox="0 0 14 14" aria-hidden="true"><path d="${path}"/></svg>`);
}

/** Who acknowledged it, since when, until when, and why. */
export function ackNote({ user, at_s, until_s, text }: AckView, now_s: number): Html {
  const until = until_s === undefined ? "until it is well" : html`until ${moment(until_s, now_s)}`;
  return html`<div class="care">${TICK}<span>acknowledged by <b><bdi>${user}</bdi></b> ${age(at_s, now_s)} ago, ${until}${why(text)}</span></div>`;
}

/** Whose work it is, until when, and why; of a line of the work, where that stands. */
export function plannedNote(work: PlannedView, now_s: number, hosts: Content = null): Html {
  const { user, until, text, where } = work;
  const by = user === undefined ? null : html` of <b><bdi>${user}</bdi></b>`;
  const end = until === undefined ? ", always" : html` until ${moment(until, now_s)}`;
  const line = where === undefined ? null : html` <span class="where">(${where})</span>`;
  return html`<div class="care">${SPANNER}<span>planned work${by}${end}${hosts}${why(text)}${line}</span></div>`;
}

function why(text: string): Html | null {
  return text === "" ? null : html`: <bdi>${text}</bdi>`;
}

/** Who sees to an item; what is planned on its whole host is said there. */
export function careNotes({ ack, planned }: Row, now_s: number): Html[] {
  return [...(ack ? [ackNote(ack, now_s)] : []), ...planned.map((work) => plannedNote(work, now_s))];
}

/** Users that are named; the rest is a number. */
const TOLD_SHOWN = 4;

/** Who was told of an item that is not well, by what, and when; nobody is no news. */
export function toldNote({ host, item }: Row, now_s: number): Html | null {
  const told = Object.hasOwn(host.view.told ?? {}, item) ? (host.view.told?.[item] ?? []) : [];
  if (told.length === 0) return null;
  const more = told.length - TOLD_SHOWN;
  const named = told.slice(0, TOLD_SHOWN).map(({ user, channel, at_s }, i) => {
    const by = channel === "mail" ? null : html` by <bdi>${channel}</bdi>`;
    return html`${i > 0 ? ", " : null}<bdi>${user}</bdi>${by} ${moment(at_s, now_s)}`;
  });
  return html`<div class="care told">${ENVELOPE}<span>told: ${named}${more > 0 ? ` and ${more} more` : null}</span></div>`;
}

/** Planned work on a whole host. */
export function hostNotes(host: HostStatus, now_s: number): Html[] {
  return host.planned.map((work) => plannedNote(work, now_s));
}

/** A sign that work is planned on a host, where there is no room for more. */
export function plannedSign({ planned }: HostStatus): Html | null {
  return planned.length === 0
    ? null
    : html`<span class="sign">${SPANNER}<span class="unseen"> planned work</span></span>`;
}

/** All planned work of now, and where it is. */
export function plannedWorks(fleet: Fleet): Html | null {
  const { planned, now_s } = fleet.overview;
  if (planned.length === 0) return null;
  const more = planned.length - WORKS_SHOWN;
  return html`<div class="works">${planned.slice(0, WORKS_SHOWN).map((work) => plannedNote(work, now_s, placesOf(work, fleet)))}
${more > 0 ? html`<p class="more">and ${more} more planned works</p>` : null}</div>`;
}

function placesOf({ of }: PlannedView, fleet: Fleet): Html {
  const places = Object.entries(of);
  const more = places.length - HOSTS_NAMED;
  const named = places.slice(0, HOSTS_NAMED).map(([name, items], i) => {
    const host = fleet.find(name);
    const which = items.includes("*") ? "" : ` (${items.length === 1 ? items[0] : `${items.length} items`})`;
    return html`${i > 0 ? ", " : null}${host ? hostLink(host) : html`<bdi>${name}</bdi>`}${which}`;
  });
  return html` on ${named}${more > 0 ? ` and ${more} more hosts` : null}`;
}

/** What is to be said of a host that does not report. */
export function silence(host: HostStatus, fleet: Fleet): Html | null {
  const { about, via = "" } = host.view;
  const items = `${host.staleItems} item${host.staleItems === 1 ? "" : "s"} stale: what is shown is what was last known.`;
  if (host.silent === undefined) return null;
  if (host.silent === "never")
    return html`<p class="notice">${mark("odd")}<span><b>No report yet.</b> The server knows this host from its work-config only.</span></p>`;
  if (host.silent === "behind") {
    const client = fleet.find(via);
    return html`<p class="notice">${mark("stale")}<span><b>stale: ${client ? hostLink(client) : html`<bdi>${via}</bdi>`} is silent</b>, which asks this host. ${items}</span></p>`;
  }
  const asker = about && about.host !== host.view.host ? html` It is asked by <bdi>${about.host}</bdi>.` : null;
  const due = about ? html`; one is due every ${formatAge(about.ival)}` : null;
  return html`<p class="notice">${mark("stale")}<span><b>No report for ${formatAge(host.report_age_s ?? 0)}</b>${due}. ${items}${asker}</span></p>`;
}
