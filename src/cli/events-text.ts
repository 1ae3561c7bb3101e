// Events of an answer of CLIENTS, a line each.

import { cellsOf } from "../core/cells.ts";
import {
  EVENTS_ANSWERED_MAX,
  HOSTNAME_CHARS_MAX,
  HOSTS_PER_WORK_MAX,
  NAME_CHARS_MAX,
  SERIES_PER_HOST_MAX,
  TEXT_CHARS_MAX,
  UNIT_CHARS_MAX,
} from "../core/limits.ts";
import { list, nullable, number, object, record, text } from "../core/shape.ts";
import { formatValue } from "../core/units.ts";
import { stamp } from "../process/localtime.ts";
import { changeOf } from "./alerts-text.ts";
import { type Paper, rowsAsLines } from "./rows.ts";
import { cutCells, type Line, type Span } from "./screen.ts";
import { shortTime } from "./times.ts";

const isAny = (key: string) => key.length <= HOSTNAME_CHARS_MAX;
const name = text(NAME_CHARS_MAX);
const words = text(TEXT_CHARS_MAX);
const eventShape = object(
  {
    id: name,
    time: number,
    host: text(HOSTNAME_CHARS_MAX),
    item: name,
    level: name,
    prev: name,
    value: nullable(number),
  },
  { text: words, reason: words, flapping: words },
);

/** The states tell the units, and the hosts their tags. */
export const eventsShape = object({
  now: number,
  cdmp: record(
    isAny,
    record(isAny, object({}, { unit: text(UNIT_CHARS_MAX) }), SERIES_PER_HOST_MAX),
    HOSTS_PER_WORK_MAX,
  ),
  clients: record(isAny, object({ tag: text(HOSTNAME_CHARS_MAX) }), HOSTS_PER_WORK_MAX),
  events: list(eventShape, EVENTS_ANSWERED_MAX),
});

type Answer = ReturnType<typeof eventsShape>;
export type Tagged = Answer["events"][number] & { tag: string; unit?: string };

/** With the host's tag; a host that left the work has its name alone. And with the unit, where the item is still there. */
export function tagged({ events, clients, cdmp }: Answer): Tagged[] {
  return events.map((event) => {
    const unit = cdmp[event.host]?.[event.item]?.unit;
    return { ...event, tag: clients[event.host]?.tag ?? event.host, ...(unit === undefined ? {} : { unit }) };
  });
}

export function eventsLines(events: readonly Tagged[], now_s: number, { width, isTerminal }: Paper): Line[] {
  const rows = events.map((event): Span[] => {
    const { time, tag, item, level, prev, value, unit = "", flapping } = event;
    const change = flapping
      ? `flapping ${flapping === "start" ? "begins" : "ends"}, ${level}`
      : changeOf({ prev, level });
    return [
      [isTerminal ? shortTime(time, now_s) : stamp(time), "dim"],
      [tag, "bold"],
      [item, "bold"],
      change,
      value === null ? "" : formatValue(value, unit),
      why(event),
    ];
  });
  // One line an event: what has no room is cut.
  return rowsAsLines(rows, Number.POSITIVE_INFINITY).map((line) => cutTo(line, width));
}

function why({ text: said, reason }: Tagged): string {
  return [said, reason].filter(Boolean).join("; ");
}

/** A last span that has no room ends with an ellipsis, so that one sees that there is more. */
function cutTo(line: Line, width: number): Line {
  const textOf = (span: Span) => (typeof span === "string" ? span : span[0]);
  const cells = line.reduce((sum, span) => sum + cellsOf(textOf(span)), 0);
  const last = line.at(-1);
  if (cells <= width || last === undefined) return line;
  const room = width - (cells - cellsOf(textOf(last)));
  return room < 2 ? line.slice(0, -1) : [...line.slice(0, -1), `${cutCells(textOf(last), room - 1)}…`];
}
