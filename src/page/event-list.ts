// Events by day, each with a link to its graph at that moment.

import { formatMomentFull, isoTime, localParts } from "../plot/clock.ts";
import { type Fleet, findItem } from "./fleet.ts";
import { type Html, html } from "./html.ts";
import type { LoggedEvent } from "./model.ts";
import { change, eventSubject, graphUrl, mark, reason } from "./parts.ts";

/** So much of what led to an event is seen in its graph, and so much of what came of it. */
const BEFORE_S = 3 * 3600;
const AFTER_S = 3600;
const DAY_S = 86_400;

interface Day {
  key: string;
  heading: string;
  events: LoggedEvent[];
}

/** A table of events, newest first, with a heading for each day. */
export function eventList(events: readonly LoggedEvent[], fleet: Fleet): Html {
  return html`<table class="events a-all by-day">
<caption class="unseen">Events, newest first, by day</caption>
<thead><tr>${["Time", "Host", "Item", "Change", "Value", "Reason"].map((head) => html`<th scope="col">${head}</th>`)}</tr></thead>
${daysOf(events, fleet.overview.now_s).map(
  ({ key, heading, events: own }) => html`<tbody data-key="${key}">
<tr class="day" data-key="${key}"><th scope="rowgroup" colspan="6">${heading}</th></tr>${own.map((event) => row(event, fleet))}
</tbody>`,
)}</table>`;
}

function row(event: LoggedEvent, fleet: Fleet): Html {
  const { host, item, value } = eventSubject(fleet, event);
  const { scale } = fleet;
  // The level that it left has its shape too.
  const left = event.prev === event.level ? null : html`<span class="left">${mark(scale.look(event.prev))}</span>`;
  return html`
<tr data-key="${event.id}"><td class="c-time">${when(event, fleet)}</td><td class="c-host">${host}</td><td class="c-item">${item}</td>
<td class="c-change">${left}${change(scale, event)}</td><td class="c-value">${value}</td><td class="c-reason">${reason({ text: event.text, rule: event.reason })}</td></tr>`;
}

/** The time of day to the second, which leads to the graph around it where the item is still there. */
function when(event: LoggedEvent, fleet: Fleet): Html {
  const { clock, second } = localParts(event.time);
  const time = html`<time datetime="${isoTime(event.time)}" title="${formatMomentFull(event.time)}">${isoTime(event.time) === "" ? "–" : `${clock}:${second}`}</time>`;
  const host = fleet.find(event.host);
  if (!host || !findItem(fleet, event)) return time;
  const label = `${formatMomentFull(event.time)}: graph of ${host.view.tag} ${event.item} around it`;
  return html`<a href="${graphAt(host.view.tag, event, fleet.overview.now_s)}" aria-label="${label}">${time}</a>`;
}

/** The graph around an event: some hours before it, and what came of it; never what is to come. */
function graphAt(tag: string, { item, time }: LoggedEvent, now_s: number): string {
  const at_s = Math.min(time, now_s);
  const iso = (time_s: number) => `${isoTime(time_s).slice(0, 16)}Z`;
  const to_s = Math.min(Math.ceil((at_s + AFTER_S) / 60) * 60, now_s);
  return `${graphUrl(tag, item)}?ival=${iso(at_s - BEFORE_S)}..${iso(to_s)}&at=${Math.floor(at_s)}`;
}

function daysOf(events: readonly LoggedEvent[], now_s: number): Day[] {
  const days: Day[] = [];
  const times = new Map<string, number>();
  for (const event of events) {
    const { year, month, day, weekday } = localParts(event.time);
    const date = isoTime(event.time) === "" ? "At no time" : `${weekday} ${day} ${month} ${year}`;
    const last = days.at(-1);
    if (last?.heading.endsWith(date)) last.events.push(event);
    else {
      // A client's clock that is off may make a day come twice. No place in the list: at midnight all others would be new ones.
      const before = times.get(date) ?? 0;
      times.set(date, before + 1);
      days.push({
        key: `day ${date}${before === 0 ? "" : ` ${before}`}`,
        heading: `${nearness(event.time, now_s)}${date}`,
        events: [event],
      });
    }
  }
  return days;
}

function nearness(time_s: number, now_s: number): string {
  const dayOf = (at_s: number) => {
    const { year, month, day } = localParts(at_s);
    return `${year} ${month} ${day}`;
  };
  if (dayOf(time_s) === dayOf(now_s)) return "Today, ";
  return dayOf(time_s) === dayOf(now_s - DAY_S) ? "Yesterday, " : "";
}
