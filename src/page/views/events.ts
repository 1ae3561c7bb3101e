// The events that the filters of the address leave, newest first, page by page.

import { EVENTS_LOOKED_MAX } from "../../core/limits.ts";
import {
  askedOf,
  EVENT_QUERY,
  EVENTS_PER_PAGE,
  type EventFilter,
  eventsUrl,
  fieldOf,
  isFiltered,
  newest,
  placeAt,
  readFilter,
  wordsOf,
} from "../event-filter.ts";
import { eventForm, widening } from "../event-form.ts";
import { eventList } from "../event-list.ts";
import type { Fleet } from "../fleet.ts";
import { type Html, html } from "../html.ts";
import { type EventLog, FilterRefused } from "../model.ts";
import { mark, moment } from "../parts.ts";
import { defineViewOf } from "../view.ts";

interface Found {
  filter: EventFilter;
  log: EventLog;
}

const NONE: EventLog = { events: [] };

export default defineViewOf<Found>({
  path: "/events",
  nav: "Events",
  query: EVENT_QUERY,
  ofEvents: true,
  async load({ fleet, overview, query }, source) {
    const filter = readFilter(query, overview.groups, fleet.scale, overview.now_s);
    if (filter.fault) return { filter, log: NONE };
    if (!isFiltered(filter) && Object.keys(filter.place).length === 0)
      return { filter, log: newest(overview, EVENTS_PER_PAGE) };
    try {
      return { filter, log: await source.eventLog(askedOf(filter, overview.now_s)) };
    } catch (error) {
      if (!(error instanceof FilterRefused)) throw error;
      return { filter: { ...filter, fault: { field: fieldOf(error.field), message: error.message } }, log: NONE };
    }
  },
  status: ({ filter }) => (filter.fault ? 400 : 200),
  title: ({ fleet }, { filter }) =>
    ["Events", ...wordsOf(filter, fleet.scale).map(({ words }) => words)].join(" ").slice(0, 100),
  render: ({ fleet }, found) => {
    const { filter, log } = found;
    return html`<div class="heading"><h1>Events</h1>
<p class="lead">${filter.fault ? "Which ones? Something is not understood." : said(found, fleet)}</p></div>
${eventForm(fleet, filter)}
${
  filter.fault
    ? null
    : html`${pager(found, "above")}
${log.events.length === 0 ? nothing(filter) : html`<div class="sheet">${eventList(log.events, fleet)}</div>`}
${reached(found, fleet.overview.now_s)}
${pager(found, "below")}`
}`;
  },
});

/** `23 events of web (group), sick or worse, since yesterday 14:00` */
function said({ filter, log }: Found, fleet: Fleet): Html {
  const { length } = log.events;
  const isMore = log.goOn !== undefined || filter.place.before !== undefined || filter.place.after !== undefined;
  const count = length === 0 ? "No event" : `${length} event${length === 1 ? "" : "s"}`;
  const how = isMore && log.goOn !== undefined && !filter.place.before && !filter.place.after ? "The newest " : "";
  const words = wordsOf(filter, fleet.scale).map(
    ({ words: text, full }, i) =>
      html`${i === 0 && /^(?:of|since|from) /.test(text) ? " " : ", "}<bdi${full ? html` title="${full}"` : null}>${text}</bdi>`,
  );
  const first = log.events[0];
  const last = log.events.at(-1);
  const span =
    isMore && first && last && length > 1
      ? html`, from ${moment(last.time, fleet.overview.now_s, "second")} to ${moment(first.time, fleet.overview.now_s, "second")}`
      : null;
  return html`${how}${count}${words}${span}`;
}

function nothing(filter: EventFilter): Html {
  if (filter.place.after)
    return html`<p class="empty">Nothing newer has come. <a href="${eventsUrl(filter)}">Show the newest</a></p>`;
  if (filter.place.before)
    return html`<p class="empty">Nothing older is kept. <a href="${eventsUrl(filter)}">Show the newest</a></p>`;
  if (!isFiltered(filter)) return html`<p class="empty">No level has changed yet.</p>`;
  const ways = widening(filter);
  return html`<p class="empty">No such event ${filter.typed.ival ? "was then" : "is kept"}. Look for those ${ways.map((way, i) => html`${i === 0 ? "" : i === ways.length - 1 ? " or " : ", "}${way}`)}.</p>`;
}

/** How far the server looked, where that was not all. */
function reached({ filter, log }: Found, now_s: number): Html | null {
  if (log.reached_s === undefined || log.goOn === undefined) return null;
  const isNewer = filter.place.after !== undefined;
  const on = eventsUrl(filter, { place: [isNewer ? "after" : "before", log.goOn] });
  return html`<p class="notice">${mark("stale")}<span>Looked through ${EVENTS_LOOKED_MAX.toLocaleString("en")} events, ${isNewer ? "up" : "back"} to <b>${moment(log.reached_s, now_s, "second")}</b>; there may be more. <a href="${on}">Look further ${isNewer ? "on" : "back"}</a></span></p>`;
}

/** Newer and older ones; where there are none of them, nothing. */
function pager({ filter, log }: Found, where: "above" | "below"): Html | null {
  const { before, after } = filter.place;
  const [first, last] = [log.events[0], log.events.at(-1)];
  const newer = after === undefined ? before && first && placeAt(first) : log.goOn;
  const older = after === undefined ? log.goOn : last && placeAt(last);
  if (!newer && !older && before === undefined && after === undefined) return null;
  const isAway = before !== undefined || after !== undefined;
  return html`<nav class="pages" aria-label="Pages of events, ${where}">${isAway ? html`<a href="${eventsUrl(filter)}">newest</a>` : null}
${newer ? html`<a rel="prev" href="${eventsUrl(filter, { place: ["after", newer] })}">newer</a>` : null}
${older ? html`<a rel="next" href="${eventsUrl(filter, { place: ["before", older] })}">older</a>` : null}</nav>`;
}
