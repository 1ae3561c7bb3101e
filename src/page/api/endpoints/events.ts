// /events: what changed, newest first; to be gone on with in either direction.

import type { Event } from "../../../core/event.ts";
import { API_EVENTS_LOOKED, API_EVENTS_MAX } from "../../../core/limits.ts";
import { ownItem } from "../../fleet.ts";
import { findHost } from "../../lookup.ts";
import { type PageSource, RECENT_EVENTS, SourceRefused } from "../../model.ts";
import { BadRequest, type Visit } from "../../view.ts";
import { defineEndpoint } from "../endpoint.ts";
import { id, itemNames, levels, moment, pastHostNames, type Read, wholeNumber } from "../query.ts";
import { eventOf } from "../rows.ts";
import { boolean, list, object, text } from "../schema.ts";
import { event, now_s } from "../shapes.ts";
import { noItem } from "./item.ts";

const query = {
  host: pastHostNames("Only of these hosts."),
  item: itemNames("Only of these items."),
  level: levels("Only changes to one of these levels."),
  from: moment("Only from this time on."),
  to: moment("Only up to this time."),
  after: id("Only what is newer than this event: what happened since you asked last."),
  before: id("Only what is older than this event: where the last answer ended (`next`)."),
  count: wholeNumber("At most so many.", { min: 1, max: API_EVENTS_MAX, otherwise: 100 }),
};

export default defineEndpoint({
  path: "/events",
  summary: "What changed, newest first",
  doc: `Changes of levels, newest first. To see all of a long time, go on with \`before=\` the \`next\` of the last answer until \`more\` is false. To follow what happens, keep the \`id\` of the first event and ask with \`after=\` it the next time. The last ${API_EVENTS_LOOKED} events are looked through; give one \`host\` and one \`item\` without \`*\` to look further back.`,
  query,
  example: "/events?level=crit&from=yesterday&count=20",
  answer: object(
    {
      now_s,
      events: list(event, "The events, newest first."),
      more: boolean("There are older ones that fit: ask for them with `before`."),
      complete: boolean(
        "All that the server keeps was looked through, up to `from` or `after`. False: there may be older ones.",
      ),
    },
    { next: text("The id of the last of these events, for `before`; absent without events.") },
  ),
  async make(visit, wanted, source) {
    const { fleet, overview } = visit;
    const looked = await lookedThrough(visit, wanted, source);
    for (const name of wanted.host.plain) if (!looked.events.some(({ host }) => host === name)) findHost(fleet, name);
    for (const name of wanted.item.plain) {
      const isKnown = looked.events.some(({ item }) => item === name);
      if (!isKnown && !fleet.hosts.some(({ view }) => ownItem(view, name))) throw noItem(name, fleet);
    }
    const end = looked.events.findIndex(({ id: own }) => own === wanted.after);
    const start = looked.events.findIndex(({ id: own }) => own === wanted.before) + 1;
    if (wanted.before !== undefined && start === 0) throw lost("before", wanted.before);
    if (wanted.after !== undefined && end < 0) throw lost("after", wanted.after);
    const stretch = looked.events.slice(start, end < 0 ? undefined : Math.max(start, end));
    const fitting = stretch.filter((each) => fits(each, wanted, visit));
    const events = fitting.slice(0, wanted.count);
    const isBounded = end >= 0 || stretch.some(({ time }) => wanted.from !== undefined && time < wanted.from);
    return {
      now_s: overview.now_s,
      events: events.map((each) => eventOf(each, fleet)),
      more: fitting.length > events.length,
      complete: looked.isAll || isBounded,
      next: events.at(-1)?.id,
    };
  },
});

function fits({ host, item, level, time }: Event, wanted: Read<typeof query>, { fleet }: Visit): boolean {
  const tag = fleet.find(host)?.view.tag ?? host;
  const inTime = time >= (wanted.from ?? time) && time <= (wanted.to ?? time);
  return inTime && wanted.host(tag, host) && wanted.item(item) && wanted.level(level);
}

/** The events among which those are that fit: few where they are enough, for a long answer of the server takes its time. */
async function lookedThrough(
  { overview, fleet }: Visit,
  wanted: Read<typeof query>,
  source: PageSource,
): Promise<{ events: readonly Event[]; isAll: boolean }> {
  const recent = overview.events;
  const isAll = recent.length < RECENT_EVENTS;
  const name = wanted.host.only;
  const host = name === undefined ? undefined : fleet.find(name)?.view.host;
  const item = wanted.item.only;
  const isPlain = wanted.host.isAll && wanted.item.isAll;
  if (isAll) return { events: recent, isAll };
  const reaches =
    wanted.after === undefined
      ? isPlain && wanted.before === undefined
      : recent.some(({ id: own }) => own === wanted.after);
  const enough = recent.filter((each) => fits(each, wanted, { fleet } as Visit)).length > wanted.count;
  if (reaches && (enough || wanted.after !== undefined)) return { events: recent, isAll };
  try {
    const asked = { ...(host === undefined ? {} : { host }), ...(item === undefined ? {} : { item }) };
    const events = await source.events({ ...asked, count: API_EVENTS_LOOKED });
    return { events, isAll: events.length < API_EVENTS_LOOKED };
  } catch (error) {
    if (error instanceof SourceRefused) return { events: [], isAll: true }; // an item that there never was
    throw error;
  }
}

function lost(parameter: string, wanted: string): BadRequest {
  return new BadRequest(
    `${parameter}: there is no event “${wanted.slice(0, 100)}” among the last ${API_EVENTS_LOOKED} of these hosts and items; ask by from and to instead.`,
  );
}
