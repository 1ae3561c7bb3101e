// An event: the level of an item changed. Made by the client, which also gives it its id, so that a resend is no second event.

import { EVENTS_PER_REQUEST_MAX, HOSTNAME_CHARS_MAX, NAME_CHARS_MAX, TEXT_CHARS_MAX } from "./limits.ts";
import { HOSTNAME_FORM, isHostname, isName, NAME_FORM } from "./names.ts";
import { list, nullable, number, object, type Shape, text } from "./shape.ts";

export interface Event {
  /** Unique for ever, increasing in time for one client (a UUIDv7). */
  id: string;
  /** Seconds since the epoch, by the client's clock. */
  time: number;
  host: string;
  item: string;
  /** Names of levels. */
  level: string;
  prev: string;
  value: number | null;
  /** The short text beside the value, or the probe's error. */
  text?: string;
  /** Which rule made the level: `>90% (work.conf:41)`. */
  reason?: string;
}

/** Checks a list of events from the wire. Throws ShapeError. */
export const eventsShape: Shape<Event[]> = list(
  object(
    {
      id: text(64, { test: (id) => /^[A-Za-z0-9-]{8,}$/.test(id), name: "an id" }),
      time: number,
      host: text(HOSTNAME_CHARS_MAX, { test: isHostname, name: HOSTNAME_FORM }),
      item: text(NAME_CHARS_MAX, { test: isName, name: NAME_FORM }),
      level: text(NAME_CHARS_MAX, { test: isName, name: NAME_FORM }),
      prev: text(NAME_CHARS_MAX, { test: isName, name: NAME_FORM }),
      value: nullable(number),
    },
    { text: text(TEXT_CHARS_MAX), reason: text(TEXT_CHARS_MAX) },
  ),
  EVENTS_PER_REQUEST_MAX,
);
