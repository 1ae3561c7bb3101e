// /events: what changed, newest first; to be gone on with in either direction.

import { API_EVENTS_MAX } from "../../../core/limits.ts";
import { askedOf, fieldOf, newest, placeAt } from "../../event-filter.ts";
import { ownItem } from "../../fleet.ts";
import { findHost, noItem } from "../../lookup.ts";
import { type EventLog, FilterRefused, type PageSource } from "../../model.ts";
import { BadRequest, NotFound, type Visit } from "../../view.ts";
import { sentence } from "../../wish.ts";
import { defineEndpoint } from "../endpoint.ts";
import { itemNames, pastHostNames } from "../names.ts";
import { levels, moment, place, type Read, wholeNumber } from "../query.ts";
import { eventOf } from "../rows.ts";
import { boolean, list, object, seconds, text } from "../schema.ts";
import { event, now_s } from "../shapes.ts";

const query = {
  host: pastHostNames("Only of these hosts."),
  item: itemNames("Only of these items."),
  level: levels("Only changes to one of these levels."),
  from: moment("Only from this time on."),
  to: moment("Only before this time."),
  after: place("Only what came behind this place: what happened since you asked last (`latest`)."),
  before: place("Only what was before this place: where the last answer ended (`next`)."),
  count: wholeNumber("At most so many.", { min: 1, max: API_EVENTS_MAX, otherwise: 100 }),
};

export default defineEndpoint({
  path: "/events",
  summary: "What changed, newest first",
  doc: "Changes of levels, newest first. To see all of a long time, go on with `before=` the `next` of the last answer until `more` is false. To follow what happens, ask with `after=` the `latest` of the last answer: you get the oldest of what is newer, and ask again at once while `more` is true.",
  query,
  example: "/events?level=crit&from=yesterday&count=20",
  answer: object(
    {
      now_s,
      events: list(event, "The events, newest first."),
      more: boolean(
        "There may be more that fit, further back; with `after`, newer ones. An answer may have none of them and still say so.",
      ),
    },
    {
      next: text(
        "The place from which to go on, for `before`; absent where nothing is further back, and with `after`.",
      ),
      latest: text("The place of the newest of these, for `after`; absent while nothing has happened at all."),
      reached_s: seconds(
        "So far the server looked through many events that do not fit before it stopped for now; absent where it found enough.",
      ),
    },
  ),
  async make(visit, wanted, source) {
    const { events, goOn, reached_s } = await found(visit, wanted, source);
    const [first = wanted.before === undefined ? visit.overview.events[0] : undefined] = events;
    const isForward = wanted.after !== undefined;
    const ahead = isForward ? (goOn ?? (events[0] ? placeAt(events[0]) : wanted.after)) : first && placeAt(first);
    return {
      now_s: visit.overview.now_s,
      events: events.map((each) => eventOf(each, visit.fleet)),
      more: goOn !== undefined,
      next: isForward ? undefined : goOn,
      latest: ahead,
      reached_s,
    };
  },
});

async function found(visit: Visit, wanted: Read<typeof query>, source: PageSource): Promise<EventLog> {
  const { overview } = visit;
  const { host, item, level, from, to, before, after, count } = wanted;
  if (before !== undefined && after !== undefined) throw new BadRequest("Give before or after, not both.");
  if (from !== undefined && from >= (to ?? overview.now_s)) return { events: [] };
  const isPlain = [from, to, before, after].every((each) => each === undefined) && level.names.length === 0;
  if (isPlain && host.isAll && item.isAll && count < overview.events.length) return newest(overview, count);
  const stretch =
    from === undefined && to === undefined ? {} : { stretch: { from_s: from ?? 0, to_s: to ?? overview.now_s } };
  const typed = { host: host.text, group: "", item: item.text, level: level.names.join(","), ival: "", text: "" };
  const filter = {
    typed,
    on: { recoveries: false, flapping: false },
    place: { ...(before === undefined ? {} : { before }), ...(after === undefined ? {} : { after }) },
    ...stretch,
  };
  try {
    return await source.eventLog({ ...askedOf(filter, overview.now_s), count });
  } catch (error) {
    throw error instanceof FilterRefused ? refusal(error, visit, wanted) : error;
  }
}

/** What is wrong with a parameter, and what was probably meant. */
function refusal({ field, message }: FilterRefused, { fleet }: Visit, { host, item }: Read<typeof query>): Error {
  const own = fieldOf(field);
  if (own === "host") {
    // Those that are no more have events, or nobody knows them.
    for (const name of host.plain) findHost(fleet, name);
    return new NotFound(sentence(message));
  }
  if (own === "item") {
    const strange = item.plain.find((name) => !fleet.hosts.some(({ view }) => ownItem(view, name)));
    return strange === undefined ? new NotFound(sentence(message)) : noItem(strange, fleet);
  }
  return new BadRequest(`${own === "ival" ? "from" : own}: ${message}.`);
}
