// The rows of a history as the points of a graph: gaps found, thinned to the pixels there are, bounded. Pure.

import { bucketAt } from "../core/kept-range.ts";
import type { Series } from "./series.ts";

/** Beyond this, values are drawn as if they were this: sums of two still are finite. */
const VALUE_MAX = 1e300;

/** One row, or a few rows that fall on the same pixel. */
export type Point = { from_s: number; mid_s: number; avg: number; min: number; max: number };

/** Rows without gaps between them, at most two a pixel. What was not measured separates two runs. */
export function runsOf(series: Series, width: number): Point[][] {
  const bucket = Math.max(series.bucket_s, 1);
  const perPoint = Math.ceil(series.rows.length / (width * 2));
  const runs: Point[][] = [];
  let run: Point[] = [];
  let last_s = -Infinity;
  for (let i = 0; i < series.rows.length; i += Math.max(1, perPoint)) {
    const point = mergeRows(series.rows.slice(i, i + Math.max(1, perPoint)), bucket);
    const step_s = bucketAt(last_s, bucket, series.coarser);
    const gap = !point || point.from_s - last_s > step_s * (perPoint + 0.5);
    if (gap && run.length > 0) {
      runs.push(run);
      run = [];
    }
    if (!point || point.mid_s < series.from_s - bucket || point.from_s > series.to_s) continue;
    point.mid_s = Math.min(Math.max(point.mid_s, series.from_s), series.to_s);
    last_s = point.from_s;
    run.push(point);
  }
  if (run.length > 0) runs.push(run);
  return runs;
}

function mergeRows(rows: Series["rows"], bucket_s: number): Point | undefined {
  let [sum, n, min, max] = [0, 0, Infinity, -Infinity];
  for (const row of rows) {
    if (row.avg === null || !Number.isFinite(row.avg)) continue;
    const avg = bound(row.avg);
    sum += avg / rows.length; // divided first, for two huge values add up to infinity
    n++;
    min = Math.min(min, avg, finite(row.min, avg));
    max = Math.max(max, avg, finite(row.max, avg));
  }
  const first = rows[0];
  const last = rows.at(-1);
  if (n === 0 || !first || !last) return undefined;
  const avg = sum * (rows.length / n);
  return { from_s: first.time_s, mid_s: (first.time_s + last.time_s + bucket_s) / 2, avg, min, max };
}

function finite(value: number | null, otherwise: number): number {
  return value !== null && Number.isFinite(value) ? bound(value) : otherwise;
}

/** A value as it can be drawn. */
export function bound(value: number): number {
  return Math.min(VALUE_MAX, Math.max(-VALUE_MAX, value));
}
