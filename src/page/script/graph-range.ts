// Ranges of graphs: moved, zoomed, and as addresses name them. Pure.

import { GRAPH_SPAN_S } from "../../core/limits.ts";

export interface Span {
  from_s: number;
  to_s: number;
}

const DAY_S = 86_400;
/** Those with a name, when they end now. */
const NAMED: readonly (readonly [string, number])[] = [
  ["hour", 3600],
  ["day", DAY_S],
  ["week", 7 * DAY_S],
  ["month", 31 * DAY_S],
  ["year", 366 * DAY_S],
];
/** What ends so near to now, measured by its length, is meant to. */
const NEAR_NOW = 0.02;
/** A key moves by so much of a range, and zooms by so much. */
const STEP = 0.5;
const ZOOM = 2;

export function moved({ from_s, to_s }: Span, by: -1 | 1): Span {
  const step_s = by * STEP * (to_s - from_s);
  return { from_s: from_s + step_s, to_s: to_s + step_s };
}

/** In or out around a part of it: 0 is its beginning, 1 its end. What ends now goes on to do so. */
export function zoomed({ from_s, to_s }: Span, way: "in" | "out", around: number): Span {
  const span_s = to_s - from_s;
  const new_s = way === "in" ? span_s / ZOOM : span_s * ZOOM;
  const begin = from_s + around * (span_s - new_s);
  return { from_s: begin, to_s: begin + new_s };
}

/** Within what can be drawn: not of the future, neither too short nor too long. */
export function bounded({ from_s, to_s }: Span, now_s: number): Span {
  const span_s = Math.min(GRAPH_SPAN_S.max, Math.max(GRAPH_SPAN_S.min, to_s - from_s));
  const middle = (from_s + to_s) / 2;
  const end = Math.min(now_s, middle + span_s / 2);
  return { from_s: Math.floor(end - span_s), to_s: Math.floor(end) };
}

/** As `ival` has it: from when to when, or, where that is now, how long ago it begins. */
export function ivalOf({ from_s, to_s }: Span, now_s: number): string {
  const span_s = to_s - from_s;
  if (now_s - to_s > NEAR_NOW * span_s) return `${Math.floor(from_s)}..${Math.floor(to_s)}`;
  const named = NAMED.find(([, long]) => Math.abs(long - span_s) < NEAR_NOW * long);
  return named?.[0] ?? `${Math.round(span_s)}s`;
}
