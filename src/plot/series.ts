// What is drawn: the history of an item.

import { type CoarserPart, coarserParts, withoutFillers } from "../core/kept-range.ts";
import { GRAPH_ROWS_MAX, NAME_CHARS_MAX } from "../core/limits.ts";
import { list, nullable, number, object, text } from "../core/shape.ts";

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

/** `ITEM:count`. */
const COLUMN_CHARS_MAX = NAME_CHARS_MAX + 10;
/** The columns of one item with +minmax: average, least, greatest, readings. */
const COLUMNS = 4;
const histShape = (items: number) =>
  object({
    data: object(
      { rows: list(list(nullable(number), 1 + COLUMNS * items), GRAPH_ROWS_MAX) },
      { bucket: number, coarser: coarserParts, cols: list(text(COLUMN_CHARS_MAX), 1 + COLUMNS * items) },
    ),
  });

/** What a client answers to a HIST of one item with +minmax. Throws ShapeError. */
export function readSeries(answer: unknown): Series {
  return seriesAt(histShape(1)(answer, "").data, 0);
}

/** The same of several items, each by its name. Throws ShapeError. */
export function readManySeries(answer: unknown, items: readonly string[]): Map<string, Series> {
  const { data } = histShape(items.length)(answer, "");
  const found = new Map<string, Series>();
  for (const item of items) {
    const column = data.cols?.indexOf(item) ?? (items.length === 1 ? 1 : -1);
    if (column > 0) found.set(item, seriesAt(data, column - 1));
  }
  return found;
}

interface Table {
  rows: (number | null)[][];
  bucket?: number;
  coarser?: CoarserPart[];
}

function seriesAt({ rows: all, bucket, coarser = [] }: Table, column: number): Series {
  const first = all[0]?.[0] ?? 0;
  const bucket_s = bucket ?? (all[1]?.[0] ?? first + 60) - first;
  const own = all.map(([time = 0, ...values]) => [time, ...values.slice(column, column + COLUMNS)]);
  const rows = withoutFillers(own, bucket_s, coarser);
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
