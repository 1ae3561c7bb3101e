// A range of the past in rows as they are kept: of what is long ago there are only longer ones.

import { alignUp, bucketStart, type Held, planSegments, type Segment } from "./consolidation.ts";
import type { Range } from "./range.ts";
import { list, number, object } from "./shape.ts";

/** Rows of an answer that are kept in a size of their own. */
export interface CoarserPart {
  from: number;
  to: number;
  bucket: number;
}

/** Tiers are few, each in a few parts. */
const PARTS_MAX = 1000;
export const coarserParts = list(object({ from: number, to: number, bucket: number }), PARTS_MAX);

/** How long the row is that begins at a time, where some parts of an answer have longer ones than the rest. */
export function bucketAt(time_s: number, bucket_s: number, coarser: readonly CoarserPart[] = []): number {
  return coarser.find(({ from, to }) => from <= time_s && time_s < to)?.bucket ?? bucket_s;
}

/** Without the empty rows that are only the distance between longer ones. */
export function withoutFillers(
  rows: readonly (number | null)[][],
  bucket_s: number,
  coarser: readonly CoarserPart[],
): (number | null)[][] {
  return rows.filter(
    ([time = 0, ...values]) =>
      (time ?? 0) % bucketAt(time ?? 0, bucket_s, coarser) === 0 || values.some((value) => value !== null),
  );
}

/**
 * A range as it can be had: in rows no finer than the finest tier that has any part of them, and from where the oldest one begins; else an
 * answer would say of a row of hours that it is one of a minute, and nothing of the others. Where only a part of it is kept in
 * coarser rows, these are told.
 */
export function asKept(range: Range, tiers: readonly Held[]): { range: Range; coarser: Segment[] } {
  const having = tiers.filter(({ from_s, until_s }) => from_s < range.to_s && until_s > range.from_s);
  const bucket_s = Math.max(range.bucket_s, having[0]?.bucket_s ?? 0);
  const oldest_s = having.find(({ from_s }) => from_s <= range.from_s)?.bucket_s ?? bucket_s;
  const from_s = bucketStart(oldest_s > bucket_s ? bucketStart(range.from_s, oldest_s) : range.from_s, bucket_s);
  const kept = { from_s, to_s: alignUp(range.to_s, bucket_s), bucket_s };
  const coarser = planSegments(tiers, kept.from_s, kept.to_s, bucket_s).filter((part) => part.bucket_s > bucket_s);
  return { range: kept, coarser };
}
