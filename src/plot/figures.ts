// What a range comes to in three numbers. Pure.

import type { Series } from "./series.ts";

/** Least, average and greatest value of the range. Not the last: the heading has the value of now, a row only an average. */
export function figuresOf(series: Series): { min: number; avg: number; max: number } | undefined {
  let [sum, n, min, max] = [0, 0, Infinity, -Infinity];
  for (const row of series.rows) {
    if (row.avg === null || !Number.isFinite(row.avg)) continue;
    const count = row.count ?? 1;
    n += count;
    sum += (row.avg - sum) * (count / n); // a running mean: sums of huge values overflow
    min = Math.min(min, row.min ?? row.avg);
    max = Math.max(max, row.max ?? row.avg);
  }
  return n === 0 ? undefined : { min, avg: sum, max };
}
