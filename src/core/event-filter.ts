// How events are asked for: which levels, and the place in their order from which a page goes on. Pure.

import { type Level, levelHint } from "./fitness.ts";
import { EVENT_ID_CHARS_MAX } from "./limits.ts";
import { type Shape, ShapeError, text } from "./shape.ts";

/** A place between events: beside that one. Its time finds the place where the event was forgotten meanwhile. */
export interface EventCursor {
  at_s: number;
  id: string;
}

const CURSOR = /^(\d{1,12}(?:\.\d{1,9})?)~([A-Za-z0-9-]+)$/;
const CURSOR_CHARS_MAX = 24 + EVENT_ID_CHARS_MAX;
const CURSOR_FORM = "a place that an answer named, such as 1795369274.25~0198c5…";

/** As answers and addresses have it. */
export function formatCursor({ at_s, id }: EventCursor): string {
  return `${Number(at_s.toFixed(6))}~${id}`;
}

/** Reads it. Throws ShapeError. */
export const cursorShape: Shape<EventCursor> = (value, path) => {
  const [, at, id] = CURSOR.exec(text(CURSOR_CHARS_MAX)(value, path)) ?? [];
  if (at === undefined || id === undefined) throw new ShapeError(path, CURSOR_FORM);
  return { at_s: Number(at), id };
};

export const LEVELS_FORM = "names of levels such as sick or soso,sick, or >=sick";

/** The levels that `>=sick`, `sick` or `soso,dead` mean; an error says what is wrong. `levels` come best first. */
export function parseLevels(typed: string, levels: readonly Level[]): ReadonlySet<string> | { error: string } {
  const names = levels.map(({ name }) => name);
  const meant = new Set<string>();
  for (const part of typed.split(",").map((each) => each.trim())) {
    const [, op = "", name = ""] = /^(>=|<=|>|<)?\s*(.*)$/s.exec(part) ?? [];
    const at = names.indexOf(name);
    if (name === "") return { error: `${JSON.stringify(typed)} has a part without a level; give ${LEVELS_FORM}` };
    if (at < 0) return { error: `there is no level ${JSON.stringify(name)}; ${levelHint(name, levels)}` };
    const found = names.filter((_, i) => holds(op, i, at));
    if (found.length === 0) return { error: `no level is ${op}${name}; levels are ${names.join(", ")}, best first` };
    for (const each of found) meant.add(each);
  }
  return meant;
}

function holds(op: string, i: number, at: number): boolean {
  if (op === ">=") return i >= at;
  if (op === "<=") return i <= at;
  if (op === ">") return i > at;
  return op === "<" ? i < at : i === at;
}

/** A selector as people type it, with blanks beside its commas or for them: `root_* !root_avail`. */
export function typedSelector(typed: string): string {
  return typed
    .split(/[\s,]+/)
    .filter(Boolean)
    .join(",");
}
