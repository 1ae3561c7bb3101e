// The last events of a host or an item for a page: what the server has; while that is away, what is known here.

import type { Event } from "../core/event.ts";
import { type EventsAsked, type PageSource, SourceUnavailable } from "./model.ts";

export async function lastEvents(
  asked: EventsAsked & { host: string },
  /** All that are known here, newest first. */
  known: readonly Event[],
  source: PageSource,
): Promise<Event[]> {
  const { host, item, count } = asked;
  try {
    return await source.events(asked);
  } catch (error) {
    if (!(error instanceof SourceUnavailable)) throw error;
    if (item !== undefined) return source.eventsOf(host, item).slice(0, count);
    return known.filter((event) => event.host === host).slice(0, count);
  }
}
