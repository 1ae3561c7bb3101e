// How readings become the rows of history: buckets of avg, min, max and count, from a minute to days.

/** One tier of history: rows of `bucket_s` seconds each, kept for `keep_s` seconds. */
export interface Tier {
  bucket_s: number;
  keep_s: number;
}

/** What is known of one item in one bucket. Without readings there is no Bucket: a gap stays a gap. */
export interface Bucket {
  avg: number;
  min: number;
  max: number;
  count: number;
}

/** Adds `b` to what is known (count-weighted average); either may be missing. */
export function merge(a: Bucket | undefined, b: Bucket | undefined): Bucket | undefined {
  if (!a || !b) return a ?? b;
  const count = a.count + b.count;
  const min = Math.min(a.min, b.min);
  const max = Math.max(a.max, b.max);
  // Weights before sums, lest they overflow; between min and max, lest rounding move a constant off itself.
  const avg = a.avg * (a.count / count) + b.avg * (b.count / count);
  return { avg: Math.min(max, Math.max(min, avg)), min, max, count };
}

/** The start of the bucket that a time (seconds) falls into. Buckets are aligned to UTC. */
export function bucketStart(time_s: number, bucket_s: number): number {
  return Math.floor(time_s / bucket_s) * bucket_s;
}

/** What there is of a tier: whole buckets that begin in [from, until). */
export interface Held {
  bucket_s: number;
  /** What is older was dropped. */
  from_s: number;
  /** Up to there its buckets are made; the finest, which takes the readings, has no end. */
  until_s: number;
}

/** A stretch of time that is read from one tier. */
export interface Segment {
  bucket_s: number;
  from_s: number;
  to_s: number;
}

/**
 * Which tier answers which part of [from, to) when rows of `wanted_s` are asked for: the coarsest tier that divides the wanted
 * size (a row must not straddle two of the wanted ones), where it has them; finer tiers for the newest part that it has not yet;
 * coarser ones for the oldest part that no finer tier has. `tiers` are finest first. No reading is in two segments: where a coarse
 * row reaches into what a finer tier keeps, the coarse row is the one that is read.
 */
export function planSegments(tiers: readonly Held[], from_s: number, to_s: number, wanted_s: number): Segment[] {
  const isFitting = ({ bucket_s }: Held) => wanted_s % bucket_s === 0;
  const fitting = tiers.filter(isFitting).toReversed();
  const others = tiers.filter((tier) => !isFitting(tier));
  let segments: Segment[] = [];
  let gaps: [number, number][] = [[from_s, to_s]];
  for (const tier of [...fitting, ...others]) {
    const { bucket_s } = tier;
    const open: [number, number][] = [];
    for (const [a, b] of gaps) {
      // A row is read where it begins: one that begins before the gap gives nothing for it, and must not drive out finer ones.
      const start = alignUp(Math.max(a, tier.from_s), bucket_s);
      const end = Math.min(b, tier.until_s);
      // A row that is wanted has no part of one that ends in another; only where nothing finer is left a coarser row is taken
      // whole, and the finer ones behind its middle are not.
      const whole = isFitting(tier) ? bucketStart(end, bucket_s) : Math.min(to_s, alignUp(end, bucket_s));
      if (start >= Math.min(end, whole)) {
        open.push([a, b]);
        continue;
      }
      segments = segments.flatMap((s) => {
        if (s.from_s < end || s.from_s >= whole) return s;
        return s.to_s > whole ? { ...s, from_s: whole } : [];
      });
      segments.push({ bucket_s, from_s: start, to_s: whole });
      if (a < start) open.push([a, start]);
      if (whole < b) open.push([whole, b]);
    }
    gaps = open;
  }
  return segments.sort((x, y) => x.from_s - y.from_s);
}

/** The first bucket that begins at a time or after it. */
export function alignUp(time_s: number, bucket_s: number): number {
  return -bucketStart(-time_s, bucket_s);
}
