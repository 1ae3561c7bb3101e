// The small pieces that several pages are made of: level marks, times, values, links, tables of what is wrong.

import type { Event } from "../core/event.ts";
import { formatAge } from "../core/interval.ts";
import type { ItemState } from "../core/report.ts";
import { formatValue } from "../core/units.ts";
import { formatMoment, formatMomentFull, isoTime } from "../plot/clock.ts";
import type { Look, Scale } from "../plot/scale.ts";
import { type Fleet, findItem, type HostStatus, type Row } from "./fleet.ts";
import { type Html, html, raw } from "./html.ts";
import { TURNS } from "./looks.ts";

// Each look has a shape of its own in a box of 14 × 14, so that none rests on colour.
const SHAPES: Record<Look, string> = {
  fine: "M7 3a4 4 0 1 1 0 8a4 4 0 1 1 0-8z",
  soso: "M7 1.2 13.3 12.6H.7z",
  sick: "M7 .4 13.6 7 7 13.6.4 7z",
  crit: "M4.3.6h5.4l3.7 3.7v5.4l-3.7 3.7H4.3L.6 9.7V4.3zM6.1 3l.3 5h1.2l.3-5zM6 9.2h2v1.9H6z",
  dead: "M1 1h12v12H1zM4.6 3.5 3.5 4.6 5.9 7 3.5 9.4l1.1 1.1L7 8.1l2.4 2.4 1.1-1.1L8.1 7l2.4-2.4-1.1-1.1L7 5.9z",
  stale:
    "M7 .8a6.2 6.2 0 1 1 0 12.4A6.2 6.2 0 1 1 7 .8zM7 2.4a4.6 4.6 0 1 0 0 9.2a4.6 4.6 0 1 0 0-9.2zM6.3 3.8h1.4v2.9l2 1.6-.9 1-2.5-2z",
  odd: "M7 .8a6.2 6.2 0 1 1 0 12.4A6.2 6.2 0 1 1 7 .8zM7 2.4a4.6 4.6 0 1 0 0 9.2a4.6 4.6 0 1 0 0-9.2zM6 6h2v2H6z",
};

/** The path of a look's shape, for the page's icon. */
export function shape(look: Look): string {
  return SHAPES[look];
}

/** The attribute with those names that are any. */
export function classes(...names: (string | false | undefined)[]): Html | null {
  const all = names.filter(Boolean).join(" ");
  return all === "" ? null : html` class="${all}"`;
}

/** The shape alone; who cannot see it needs words beside it. */
export function mark(look: Look): Html {
  return raw(
    `<svg class="mark k-${look}" viewBox="0 0 14 14" aria-hidden="true"><path fill-rule="evenodd" d="${SHAPES[look]}"/></svg>`,
  );
}

/** The sign that all is well: a check mark in a disc. */
export const ALL_FINE_PATH = "M7 .4a6.6 6.6 0 1 1 0 13.2A6.6 6.6 0 1 1 7 .4zM3.2 7.2 6 10l5-5.1-1.2-1.1L6 7.6 4.4 6z";

/** A level in words, with its shape. */
export function chip(scale: Scale, level: string, stale = false): Html {
  const look = scale.look(level);
  if (stale)
    return html`<span class="chip k-stale" title="last known: ${scale.label(level)}">${mark("stale")}stale</span>`;
  return html`<span class="chip k-${look}">${mark(look)}${scale.label(level)}</span>`;
}

/** The level of an item now, and that it is only one of many if it flaps; of a silent host nobody knows. */
export function levelOf(scale: Scale, state: ItemState, stale: boolean): Html {
  const flaps = state.flapping && !stale;
  return html`${chip(scale, state.level, stale)}${flaps ? raw(' <span class="flapping" title="its level changes all the time; single changes make no events">flapping</span>') : null}`;
}

/** A bar of 0 to 100 %; the number stands beside it. */
export function meter(percent: number, look: Look): Html {
  const width = Math.min(100, Math.max(0, percent));
  return raw(
    `<svg class="meter k-${look}" viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true"><path class="m-all" d="M0 0h100v4H0z"/><path d="M0 0h${width.toFixed(1)}v4H0z"/></svg>`,
  );
}

/** A number of things with a level: the shape, the number, and the level's name for whom the shape says nothing. */
export function tally(look: Look, count: number, label: string): Html {
  return html`<span class="tally k-${look}" title="${count} ${label}">${mark(look)}${count}<span class="unseen"> ${label}</span></span>`;
}

/** Numbers by level, worst first; `spare` leaves out the best level. */
export function tallies(scale: Scale, counts: Map<string, number>, stale: number, spare = false): Html[] {
  const levels = [...counts].sort(([a], [b]) => scale.weight(b) - scale.weight(a));
  const shown = levels.filter(([level]) => !spare || !scale.isBest(level));
  const out = shown.map(([level, n]) => tally(scale.look(level), n, scale.label(level)));
  if (stale > 0) out.push(tally("stale", stale, "stale"));
  return out;
}

/** A moment, short, with the whole of it behind; `to` the second where many may fall into one minute. */
export function moment(time_s: number, now_s: number, to?: "second"): Html {
  return html`<time datetime="${isoTime(time_s)}" title="${formatMomentFull(time_s)}">${formatMoment(time_s, now_s, to)}</time>`;
}

/** How long ago, with the moment behind. */
export function age(time_s: number, now_s: number): Html {
  return html`<time class="age" datetime="${isoTime(time_s)}" title="since ${formatMomentFull(time_s)}">${formatAge(now_s - time_s)}</time>`;
}

/** A name or path that may go on in the next line behind its joints, and only where it must within its words. */
export function breakable(name: string): Html {
  return html`${name.split(/(?<=[_./-])/).map((part, i) => (i === 0 ? html`${part}` : html`<wbr>${part}`))}`;
}

export function hostUrl(tag: string): string {
  return `host/${encodeURIComponent(tag.toWellFormed())}`;
}

export function itemUrl(item: string): string {
  return `item/${encodeURIComponent(item.toWellFormed())}`;
}

export function graphUrl(tag: string, item: string): string {
  return `graph/${encodeURIComponent(tag.toWellFormed())}/${encodeURIComponent(item.toWellFormed())}`;
}

export function hostLink({ view }: HostStatus): Html {
  return html`<a class="${named("tag", view.tag)}" href="${hostUrl(view.tag)}"><bdi>${breakable(view.tag)}</bdi></a>`;
}

export function itemLink({ host, item }: Pick<Row, "host" | "item">): Html {
  return html`<a class="${named("item", item)}" href="${graphUrl(host.view.tag, item)}"><bdi>${breakable(item)}</bdi></a>`;
}

/** Names up to this length are not broken where there is room for columns; `diskio_await_worst` has 18. */
const NAME_CHARS_WHOLE = 24;

function named(kind: "tag" | "item", name: string): string {
  return name.length > NAME_CHARS_WHOLE ? `${kind} long` : kind;
}

/** An item's value in its unit. */
export function valueText(state: Pick<ItemState, "value" | "unit">): string {
  return formatValue(state.value, state.unit);
}

/**
 * Why an item has its level: what its probe says, and the rule that it broke. Blocks, so that they stand apart in text browsers
 * and in what is copied too: of "make it anew with: dmon mk-work -f" and "<1", a shell would make a redirection.
 */
export function reason(state: Pick<ItemState, "error" | "text" | "rule">): Html | null {
  const parts = [...causes(state), ruleText(state.rule)].filter((part) => part !== null);
  return parts.length === 0 ? null : html`<div class="why">${parts.map((part) => html`<div>${part}</div>`)}</div>`;
}

/** What the probe says: its error, the text beside the value. */
export function causes({ error, text }: Pick<ItemState, "error" | "text">): Html[] {
  const out: Html[] = [];
  if (error) out.push(html`<bdi class="error">${error}</bdi>`);
  if (text && text !== error) out.push(html`<bdi class="text">${text}</bdi>`);
  return out;
}

/** `>90% for 5m (work.conf:41)`: the rule as code, and quieter where it stands. */
function ruleText(rule: string | undefined): Html | null {
  if (!rule) return null;
  const [, test = rule, where] = /^(.*?)\s*(\([^()]*\))?$/s.exec(rule) ?? [];
  return html`<code class="rule">${test}</code>${where ? html` <span class="where">${where}</span>` : null}`;
}

const PROBLEM_HEADS = ["Level", "Item", "Value", "Reason", "Since"];

export interface Beside {
  /** The last hours of an item. */
  strip(row: Row): Html;
  /** Who sees to it, who was told. */
  notes(row: Row): Html[];
}

/** What is wrong, one row an item; the same columns on every page that shows it. */
export function problemTable(rows: readonly Row[], fleet: Fleet, caption: string, beside: Beside): Html {
  const { scale } = fleet;
  const { now_s } = fleet.overview;
  return html`<table class="problems">
<caption class="unseen">${caption}</caption>
<thead><tr>${PROBLEM_HEADS.map((head) => html`<th scope="col" class="c-${head.toLowerCase()}"><span class="unseen">${head}</span></th>`)}</tr></thead>
<tbody>${rows.map(
    (row) => html`
<tr data-key="${row.item}"${classes(row.stale && "is-stale", row.care && "is-seen")}><td class="c-level">${levelOf(scale, row.state, row.stale)}</td>
<th scope="row" class="c-item">${itemLink(row)}${row.state.label ? html`<span class="label">${breakable(row.state.label)}</span>` : null}</th>
<td class="c-value">${valueText(row.state)}</td>
<td class="c-reason">${reason(row.state)}${beside.notes(row)}</td>
<td class="c-since">${beside.strip(row)}<span class="at">since ${moment(row.state.since, now_s)}</span> <b>${age(row.state.since, now_s)}</b></td></tr>`,
  )}
</tbody></table>`;
}

/** What became of an item in one event: from this level to that, and whether it began or ceased to change all the time. */
export function change(scale: Scale, { prev, level, flapping }: Event): Html {
  const from =
    prev === level
      ? null
      : html`<span class="prev">${scale.label(prev)}</span> <span class="arrow" aria-label="to">→</span> `;
  const turn = flapping ? html` <span class="flapping">${TURNS[flapping]}</span>` : null;
  return html`<span class="change">${from}${chip(scale, level)}</span>${turn}`;
}

/** Links to an event's host and item where they still exist, else their names. */
export function eventSubject(fleet: Fleet, event: Event): { host: Html; item: Html; value: string } {
  const host = fleet.find(event.host);
  const state = findItem(fleet, event);
  return {
    host: host ? hostLink(host) : html`<bdi class="${named("tag", event.host)}">${breakable(event.host)}</bdi>`,
    item:
      host && state
        ? itemLink({ host, item: event.item })
        : html`<bdi class="${named("item", event.item)}">${breakable(event.item)}</bdi>`,
    value: event.value === null ? "" : formatValue(event.value, state?.unit ?? ""),
  };
}

/** A table of events; the host and item columns are left out where the page is about one. */
export function eventTable(events: readonly Event[], fleet: Fleet, about: "all" | "host" | "item"): Html {
  const { scale, overview } = fleet;
  return html`<table class="events a-${about}">
<caption class="unseen">Events, newest first</caption>
<thead><tr><th scope="col">Time</th>${about === "all" ? raw('<th scope="col">Host</th>') : null}${about === "item" ? null : raw('<th scope="col">Item</th>')}<th scope="col">Change</th><th scope="col">Value</th><th scope="col">Reason</th></tr></thead>
<tbody>${events.map((event) => {
    const { host, item, value } = eventSubject(fleet, event);
    return html`
<tr data-key="${event.id}"><td class="c-time">${moment(event.time, overview.now_s, "second")}</td>${about === "all" ? html`<td class="c-host">${host}</td>` : null}${about === "item" ? null : html`<td class="c-item">${item}</td>`}
<td class="c-change">${change(scale, event)}</td><td class="c-value">${value}</td><td class="c-reason">${reason({ text: event.text, rule: event.reason })}</td></tr>`;
  })}
</tbody></table>`;
}

/** The last events where there is little width: two lines each. */
export function eventFeed(events: readonly Event[], fleet: Fleet): Html {
  return html`<ol class="feed">${events.map((event) => {
    const { host, item, value } = eventSubject(fleet, event);
    return html`
<li data-key="${event.id}">${moment(event.time, fleet.overview.now_s)}<div class="what">${host} ${item}</div>
<div class="became">${change(fleet.scale, event)} <span class="value">${value}</span></div></li>`;
  })}
</ol>`;
}
