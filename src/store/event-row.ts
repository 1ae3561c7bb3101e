// An event as a row of server.lite.

import type { Event } from "../core/event.ts";

/** An event and its moment by the server's clock (core/event: momentOf). By that, not by the client's, it is ordered and asked for. */
export interface DatedEvent {
  event: Event;
  at: number;
}

/** An event, when it was by the server's clock, and where it is stored: later ones have a larger place, unless all before are gone. */
export interface PlacedEvent {
  event: Event;
  at_s: number;
  row: number;
}

export type EventRow = Omit<Event, "flapping" | "text" | "reason"> & {
  seq: number;
  at: number;
  flapping: "start" | "stop" | null;
  text: string | null;
  reason: string | null;
};

export function toEvent({ id, time, host, item, level, prev, flapping, value, text, reason }: EventRow): Event {
  return {
    id,
    time,
    host,
    item,
    level,
    prev,
    ...(flapping ? { flapping } : {}),
    value,
    ...(text ? { text } : {}),
    ...(reason ? { reason } : {}),
  };
}

export function placed(row: EventRow): PlacedEvent {
  return { event: toEvent(row), at_s: row.at, row: row.seq };
}
