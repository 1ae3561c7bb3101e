// What is drawn: the history of an item.

import type { CoarserPart } from "../core/kept-range.ts";

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
