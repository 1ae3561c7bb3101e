// The graphs of a page as they go to a browser, as JSON: columns instead of rows, and times once where several items share them.
// Pure: the pages write it, their script reads it.

import type { CoarserPart } from "../core/kept-range.ts";
import type { Kind } from "../core/reading.ts";
import { clockOf, type LocalClock } from "./local-clock.ts";
import type { Stretch, Threshold } from "./marked.ts";
import type { Look } from "./scale.ts";
import type { Series } from "./series.ts";

/** All times are seconds since the epoch. */
export interface GraphData {
  now_s: number;
  /** As `ival` takes it, and as people read it. */
  range: string;
  label: string;
  /** Of the range itself; that of its lines may be a little more. */
  from_s: number;
  to_s: number;
  /** It ends now: what is measured next belongs to it. */
  isLive: boolean;
  /** From when on local time is how far ahead of UTC, oldest first. */
  zone: readonly (readonly [from_s: number, offset_s: number])[];
  times: readonly (readonly number[])[];
  graphs: readonly GraphPart[];
}

export interface GraphPart {
  title: string;
  unit: string;
  kind: Kind;
  thresholds: readonly Threshold[];
  lines: readonly LineData[];
}

export interface LineData {
  /** `mars/root_usage`, and what it is called in its graph. */
  key: string;
  name: string;
  /** Why there is no history. */
  trouble?: string;
  /** Which of `times`. */
  times: number;
  bucket_s: number;
  coarser?: readonly CoarserPart[];
  avg: readonly (number | null)[];
  /** Least and greatest; null where each is the average. */
  min: readonly (number | null)[] | null;
  max: readonly (number | null)[] | null;
  stretches: readonly Stretch[];
  marks: readonly Mark[];
}

/** Something that happened at a moment, or lasts until another one. */
export interface Mark {
  at_s: number;
  until_s?: number;
  look: Look;
  text: string;
}

/** The history of a line again. */
export function seriesOf(data: GraphData, line: LineData): Series {
  const times = data.times[line.times] ?? [];
  return {
    from_s: data.from_s,
    to_s: data.to_s,
    bucket_s: line.bucket_s,
    ...(line.coarser ? { coarser: line.coarser } : {}),
    rows: times.map((time_s, i) => {
      const avg = line.avg[i] ?? null;
      return { time_s, avg, min: line.min ? (line.min[i] ?? null) : avg, max: line.max ? (line.max[i] ?? null) : avg };
    }),
  };
}

/** The local time that the pages have, wherever the browser is. */
export function clockOfData({ zone }: Pick<GraphData, "zone">): LocalClock {
  return clockOf((time_s) => (zone.findLast(([from_s]) => from_s <= time_s) ?? zone[0])?.[1] ?? 0);
}
