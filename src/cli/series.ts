// The past of one item as it is drawn: the rows of HIST as points, where it has gaps, and what it comes to. Pure.

import { formatInterval } from "../core/interval.ts";
import { bucketAt, type CoarserPart } from "../core/kept-range.ts";
import type { Kind } from "../core/reading.ts";
import { formatMoment, localParts } from "../plot/clock.ts";

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
  /** Until when something may have been measured: now, where `to_s` is still to come. */
  until_s: number;
  bucket_s: number;
  /** Parts in which only longer rows are kept. */
  coarser?: readonly CoarserPart[];
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
export function pointsOf({ rows, bucket_s, coarser }: Pick<Series, "rows" | "bucket_s" | "coarser">): Point[] {
  const points: Point[] = [];
  for (const { time_s, avg, min, max, count } of rows) {
    if (avg === null || !Number.isFinite(avg)) continue;
    const mean = bound(avg);
    points.push({
      from_s: time_s,
      to_s: time_s + bucketAt(time_s, bucket_s, coarser),
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
  /** The last one is older than the row that is not full yet and the one before. */
  isLate: boolean;
  least: Point;
  most: Point;
  /** Weighted by readings. */
  avg: number;
  /** From the first point on, between them and behind a last one that is late. */
  missing_s: number;
}

export function summaryOf(
  series: Pick<Series, "rows" | "bucket_s" | "coarser" | "until_s">,
  points: readonly Point[] = pointsOf(series),
): Summary | undefined {
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
  const late_s = series.until_s - last.to_s;
  const isLate = late_s > 2 * Math.max(series.bucket_s, last.to_s - last.from_s);
  return { last, isLate, least, most, avg, missing_s: missing_s + (isLate ? late_s : 0) };
}

/** Longer ones are no moment to a person. */
const MOMENT_S_MAX = 3600;
const DAY_S = 86_400;

/** When a point was: `13:30`, of a long one `in the 2d from 10 Jun`. */
export function whenOf(point: Point, now_s: number): string {
  const span_s = Math.round(point.to_s - point.from_s);
  return span_s > MOMENT_S_MAX
    ? `in the ${formatInterval(span_s)} from ${beginOf(point, now_s)}`
    : beginOf(point, now_s);
}

/** When it began: `13:30`, of one of days `10 Jun`. */
export function beginOf({ from_s, to_s }: Point, now_s: number): string {
  if (!(to_s - from_s >= DAY_S)) return formatMoment(from_s, now_s);
  const { day, month, year } = localParts(from_s);
  return `${day} ${month}${year === localParts(now_s).year ? "" : ` ${year}`}`;
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
