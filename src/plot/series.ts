// What is drawn: the history of an item.

import { type CoarserPart, coarserParts, withoutFillers } from "../core/kept-range.ts";
import { GRAPH_ROWS_MAX } from "../core/limits.ts";
import { list, nullable, number, object } from "../core/shape.ts";

/** History of one item: one row a bucket, oldest first; null where nothing was measured. */
export interface Series {
  from_s: number;
  to_s: number;
  bucket_s: number;
  /** Parts in which only longer rows are kept. */
  coarser?: readonly CoarserPart[];
  rows: {
    time_s: number;
    avg: number | null;
    min: number | null;
    max: number | null;
    /** Readings in it; 1 where nobody counted. */
    count?: number;
  }[];
}

const histShape = object({
  data: object({ rows: list(list(nullable(number), 5), GRAPH_ROWS_MAX) }, { bucket: number, coarser: coarserParts }),
});

/** What a client answers to a HIST of one item with +minmax. Throws ShapeError. */
export function readSeries(answer: unknown): Series {
  const { data } = histShape(answer, "");
  const { coarser = [] } = data;
  const first = data.rows[0]?.[0] ?? 0;
  const bucket_s = data.bucket ?? (data.rows[1]?.[0] ?? first + 60) - first;
  const rows = withoutFillers(data.rows, bucket_s, coarser);
  const last = rows.at(-1)?.[0] ?? 0;
  return {
    from_s: first,
    to_s: last + bucket_s,
    bucket_s,
    ...(coarser.length > 0 ? { coarser } : {}),
    rows: rows.map(([time, avg = null, min = null, max = null, count]) => ({
      time_s: time ?? 0,
      avg,
      min,
      max,
      count: count ?? 1,
    })),
  };
}
