// An event: the level of an item changed, or it began or ceased to change all the time (core/flapping). Made by the client, which
// also gives it its id, so that a resend is no second event.

import {
  CLOCK_SKEW_S_MAX,
  EVENT_ID_CHARS_MAX,
  EVENTS_PER_REQUEST_MAX,
  HOSTNAME_CHARS_MAX,
  NAME_CHARS_MAX,
  TEXT_CHARS_MAX,
  TIME_S_MAX,
} from "./limits.ts";
import { HOSTNAME_FORM, isHostname, isName, NAME_FORM } from "./names.ts";
import { list, nullable, number, object, type Shape, ShapeError, text } from "./shape.ts";

export interface Event {
  /** Unique for ever, increasing in time for one client (a UUIDv7). */
  id: string;
  /** Seconds since the epoch, by the client's clock. */
  time: number;
  host: string;
  item: string;
  /** Names of levels: that of now, and that of the event before. Whoever knows the last event knows the level. */
  level: string;
  prev: string;
  /**
   * The item began to flap: changes of its level are not told until it stops. The event of that has the level that holds
   * then, which may be the one that was told last.
   */
  flapping?: "start" | "stop";
  value: number | null;
  /** The short text beside the value, or the probe's error. */
  text?: string;
  /** Which rule made the level: `>90% (work.conf:41)`. */
  reason?: string;
}

const moment: Shape<number> = (value, path) => {
  const time_s = number(value, path);
  if (time_s < 0 || time_s > TIME_S_MAX) throw new ShapeError(path, "seconds from 1970 to 9999");
  return time_s;
};

const flapping: Shape<"start" | "stop"> = (value, path) => {
  if (value !== "start" && value !== "stop") throw new ShapeError(path, "start or stop");
  return value;
};

const id = text(EVENT_ID_CHARS_MAX, { test: (given) => /^[A-Za-z0-9-]{8,}$/.test(given), name: "an id" });
/** Checks an event from outside. Throws ShapeError. */
export const eventShape: Shape<Event> = object(
  {
    id,
    time: moment,
    host: text(HOSTNAME_CHARS_MAX, { test: isHostname, name: HOSTNAME_FORM }),
    item: text(NAME_CHARS_MAX, { test: isName, name: NAME_FORM }),
    level: text(NAME_CHARS_MAX, { test: isName, name: NAME_FORM }),
    prev: text(NAME_CHARS_MAX, { test: isName, name: NAME_FORM }),
    value: nullable(number),
  },
  { flapping, text: text(TEXT_CHARS_MAX), reason: text(TEXT_CHARS_MAX) },
);
const given = list((value) => value, EVENTS_PER_REQUEST_MAX);

/** Events from the wire, and those that are none that we know, by their id, with why. Throws ShapeError for what is no list of events. */
export function readEvents(value: unknown): { events: Event[]; unreadable: { id: string; why: string }[] } {
  const events: Event[] = [];
  const unreadable: { id: string; why: string }[] = [];
  for (const [i, each] of given(value, "events").entries()) {
    try {
      events.push(eventShape(each, `events[${i}]`));
    } catch (error) {
      if (!(error instanceof ShapeError)) throw error;
      // One that a newer client made must not hold up all others; one without an id is no event at all.
      unreadable.push({ id: object({ id })(each, `events[${i}]`).id, why: error.message });
    }
  }
  return { events, unreadable };
}

/** How far a client's clock is behind the server's (seconds; negative: ahead), from its last report; 0 where it is right. */
export function clockSkew(report: { time: number; received: number }): number {
  const skew_s = report.received - report.time;
  return Math.abs(skew_s) > CLOCK_SKEW_S_MAX ? skew_s : 0;
}

/**
 * When an event happened by the server's clock, as well as it can tell: never after it came, so that a client's clock that
 * is years ahead puts its events before nobody else's for good.
 */
export function momentOf(time_s: number, skew_s: number, received_s: number): number {
  return Math.min(time_s + skew_s, received_s);
}
