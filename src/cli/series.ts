// The past of one item as it is drawn: the rows of HIST as points, where it has gaps, and what it comes to. Pure.

import type { Kind } from "../core/reading.ts";

export interface Row {
  time_s: number;
  avg: number | null;
  min: number | null;
  max: number | null;
  count: number | null;
}

/** A level, or the text beside it, that began. */
export interface Change {
  time_s: number;
  level: string;
  text?: string;
}

export interface Series {
  item: string;
  unit: string;
  kind: Kind;
  from_s: number;
  to_s: number;
  bucket_s: number;
  rows: readonly Row[];
  /** Oldest first. */
  changes: readonly Change[];
}

/** What was measured in a stretch of time. */
export interface Point {
  from_s: number;
  to_s: number;
  avg: number;
  min: number;
  max: number;
  count: number;
}

/** Beyond this, values are drawn as if they were this: differences of two still are finite. */
const VALUE_MAX = 1e300;
/** Rows at the same distance, so many in a row, are what there is, not what is left between gaps. */
const REGULAR = 3;

/**
 * The rows that have a value. What is kept in coarser rows than asked for, or read every ten minutes, comes regularly with
 * nothing between; such a row stands for all the time up to the next one. All else that is missing is a gap.
 */
export function pointsOf({ rows, bucket_s }: Pick<Series, "rows" | "bucket_s">): Point[] {
  const points: Point[] = [];
  for (const { time_s, avg, min, max, count } of rows) {
    if (avg === null || !Number.isFinite(avg)) continue;
    const mean = bound(avg);
    points.push({
      from_s: time_s,
      to_s: time_s + bucket_s,
      avg: mean,
      min: Math.min(mean, bound(finite(min, avg))),
      max: Math.max(mean, bound(finite(max, avg))),
      count: Math.max(1, finite(count, 1)),
    });
  }
  for (let i = 0, end = 0; i < points.length - 1; i = end) {
    const step_s = stepAfter(points, i);
    for (end = i + 1; stepAfter(points, end) === step_s; ) end++;
    if (end - i < REGULAR) continue;
    for (const [j, point] of points.slice(i, end + 1).entries())
      point.to_s = Math.min(point.from_s + step_s, points[i + j + 1]?.from_s ?? Number.POSITIVE_INFINITY);
  }
  return points;
}

function stepAfter(points: readonly Point[], i: number): number {
  return (points[i + 1]?.from_s ?? Number.NaN) - (points[i]?.from_s ?? Number.NaN);
}

function bound(value: number): number {
  return Math.min(VALUE_MAX, Math.max(-VALUE_MAX, value));
}

function finite(value: number | null, otherwise: number): number {
  return value !== null && Number.isFinite(value) ? value : otherwise;
}

/** What a series comes to; undefined when nothing was measured. */
export interface Summary {
  last: Point;
  least: Point;
  most: Point;
  /** Weighted by readings. */
  avg: number;
  /** Between the first and the last point. */
  missing_s: number;
}

export function summaryOf(points: readonly Point[]): Summary | undefined {
  const [first] = points;
  const last = points.at(-1);
  if (!first || !last) return undefined;
  let [least, most, avg, count, missing_s] = [first, first, 0, 0, 0];
  for (const [i, point] of points.entries()) {
    if (point.min < least.min) least = point;
    if (point.max > most.max) most = point;
    count += point.count;
    avg += (point.avg - avg) * (point.count / count);
    missing_s += Math.max(0, (points[i + 1]?.from_s ?? point.to_s) - point.to_s);
  }
  return { last, least, most, avg, missing_s };
}

/** Points next to each other joined as far as they fit into `column_s`, the time of one column of a drawing. */
export function thinned(points: readonly Point[], column_s: number): Point[] {
  const thin: Point[] = [];
  for (const point of points) {
    const last = thin.at(-1);
    if (!last || last.to_s < point.from_s || point.to_s - last.from_s > column_s) {
      thin.push({ ...point });
      continue;
    }
    const count = last.count + point.count;
    last.avg = last.avg * (last.count / count) + point.avg * (point.count / count);
    last.min = Math.min(last.min, point.min);
    last.max = Math.max(last.max, point.max);
    last.to_s = point.to_s;
    last.count = count;
  }
  return thin;
}
