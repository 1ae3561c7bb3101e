// Events of an answer of EVENTLOG, a line each.

import { cellsOf } from "../core/cells.ts";
import {
  EVENTS_ANSWERED_MAX,
  HOSTNAME_CHARS_MAX,
  NAME_CHARS_MAX,
  TEXT_CHARS_MAX,
  UNIT_CHARS_MAX,
} from "../core/limits.ts";
import { list, nullable, number, object, text } from "../core/shape.ts";
import { formatValue } from "../core/units.ts";
import { stamp } from "../process/localtime.ts";
import { changeOf } from "./alerts-text.ts";
import { type Paper, rowsAsLines } from "./rows.ts";
import { cutCells, type Line, type Span } from "./screen.ts";
import { shortTime } from "./times.ts";

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
    tag: text(HOSTNAME_CHARS_MAX),
  },
  { text: words, reason: words, flapping: words, unit: text(UNIT_CHARS_MAX) },
);

export const eventsShape = object({ now: number, events: list(eventShape, EVENTS_ANSWERED_MAX) }, { goOn: name });

/** With the host's tag; a host that left the work has its name alone. And with the unit, where the item is still there. */
export type Told = ReturnType<typeof eventsShape>["events"][number];

export function eventsLines(events: readonly Told[], now_s: number, { width, isTerminal }: Paper): Line[] {
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

function why({ text: said, reason }: Told): string {
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
