// How one row of history is stored: the values of all items of one host in one bucket, side by side. A minute is then one
// small row for sixty items instead of sixty rows, and a year of one item is read from 184 of them.

import type { Bucket } from "../core/consolidation.ts";

/** A row as stored. `avg` is n doubles, NaN where nothing was measured; `spread` is n times min, max (doubles), then n counts (uint32). */
export interface StoredRow {
  avg: Uint8Array;
  /** Absent where every bucket has one reading: min and max are the average, the count is 1. */
  spread: Uint8Array | null;
}

/** Encodes buckets in the order of their layout; undefined is a gap. */
export function encodeRow(buckets: readonly (Bucket | undefined)[]): StoredRow {
  const n = buckets.length;
  const avg = new Float64Array(n);
  let plain = true;
  for (const [i, bucket] of buckets.entries()) {
    avg[i] = bucket ? bucket.avg : Number.NaN;
    if (bucket && bucket.count > 1) plain = false;
  }
  if (plain) return { avg: bytes(avg), spread: null };
  const minMax = new Float64Array(2 * n);
  const counts = new Uint32Array(n);
  for (const [i, bucket] of buckets.entries()) {
    minMax[2 * i] = bucket ? bucket.min : Number.NaN;
    minMax[2 * i + 1] = bucket ? bucket.max : Number.NaN;
    counts[i] = bucket ? bucket.count : 0;
  }
  return { avg: bytes(avg), spread: Buffer.concat([bytes(minMax), bytes(counts)]) };
}

/** Reads single columns of a stored row without decoding the others. */
export class RowReader {
  private readonly avg: DataView;
  private readonly spread: DataView | undefined;
  private readonly n: number;

  constructor(row: StoredRow) {
    this.avg = view(row.avg);
    this.spread = row.spread ? view(row.spread) : undefined;
    this.n = row.avg.byteLength / 8;
  }

  /** The bucket in a column, or undefined for a gap. */
  bucket(column: number): Bucket | undefined {
    if (column >= this.n) return undefined;
    const avg = this.avg.getFloat64(column * 8, true);
    if (Number.isNaN(avg)) return undefined;
    if (!this.spread) return { avg, min: avg, max: avg, count: 1 };
    return {
      avg,
      min: this.spread.getFloat64(column * 16, true),
      max: this.spread.getFloat64(column * 16 + 8, true),
      count: this.spread.getUint32(this.n * 16 + column * 4, true),
    };
  }
}

function bytes(array: Float64Array | Uint32Array): Uint8Array {
  return new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
}

function view(data: Uint8Array): DataView {
  return new DataView(data.buffer, data.byteOffset, data.byteLength);
}
