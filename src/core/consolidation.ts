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
 * coarser ones for the oldest part that no finer tier has. `tiers` are finest first; one may be there several times. No reading is
 * in two segments: where a coarse row reaches into what a finer tier has, the coarse row is the one that is read.
 */
export function planSegments(tiers: readonly Held[], from_s: number, to_s: number, wanted_s: number): Segment[] {
  const isFitting = ({ bucket_s }: Held) => wanted_s % bucket_s === 0;
  const fitting = tiers.filter(isFitting).toReversed();
  let segments: Segment[] = [];
  for (const tier of fitting.concat(tiers.filter((each) => !isFitting(each)))) {
    const { bucket_s } = tier;
    let gap = nextGap(segments, from_s, to_s);
    for (; gap; gap = nextGap(segments, gap.to_s, to_s)) {
      const first_s = Math.max(gap.from_s, tier.from_s);
      const last_s = Math.min(gap.to_s, tier.until_s);
      if (first_s >= last_s) continue;
      // A row is read where it begins. One that begins before the question gives nothing; one that begins before the gap is taken
      // whole, and what is beside the gap gives way.
      let start_s = alignUp(first_s, bucket_s);
      const least_s = Math.max(from_s, tier.from_s);
      if (start_s > gap.from_s) start_s = seam(segments, start_s - bucket_s, -bucket_s, least_s, start_s) ?? start_s;
      // A row that is wanted has no part of one that ends in another; only where nothing finer is left a coarser row is taken
      // whole at the end, too.
      const end_s = isFitting(tier)
        ? bucketStart(last_s, bucket_s)
        : seam(segments, alignUp(last_s, bucket_s), bucket_s, last_s, Math.min(to_s, tier.until_s));
      const whole_s = Math.min(to_s, end_s ?? alignUp(last_s, bucket_s));
      if (start_s >= Math.min(last_s, whole_s)) continue;
      segments = segments.flatMap((segment) => without(segment, start_s, whole_s));
      segments.push({ bucket_s, from_s: start_s, to_s: whole_s });
      segments.sort((a, b) => a.from_s - b.from_s);
    }
  }
  return segments;
}

/** The first part of [from, to) that no segment has; they are in order. */
function nextGap(
  segments: readonly Segment[],
  from_s: number,
  to_s: number,
): Pick<Segment, "from_s" | "to_s"> | undefined {
  let start_s = from_s;
  for (const segment of segments) {
    if (segment.from_s > start_s) return { from_s: start_s, to_s: Math.min(to_s, segment.from_s) };
    start_s = Math.max(start_s, segment.to_s);
  }
  return start_s < to_s ? { from_s: start_s, to_s } : undefined;
}

/** The first time, from one on in steps and within bounds, at which no row of a segment is cut. */
function seam(
  segments: readonly Segment[],
  from_s: number,
  step_s: number,
  least_s: number,
  most_s: number,
): number | undefined {
  for (let at_s = from_s; at_s >= least_s && at_s <= most_s; at_s += step_s) {
    const cut = segments.find((segment) => segment.from_s < at_s && at_s < segment.to_s);
    if (!cut || at_s % cut.bucket_s === 0) return at_s;
  }
  return undefined;
}

/** What is left of a segment without [from, to). */
function without(segment: Segment, from_s: number, to_s: number): Segment[] {
  const { bucket_s } = segment;
  return [
    { bucket_s, from_s: segment.from_s, to_s: Math.min(segment.to_s, from_s) },
    { bucket_s, from_s: Math.max(segment.from_s, to_s), to_s: segment.to_s },
  ].filter((part) => part.from_s < part.to_s);
}

/** Where buckets of both sizes begin together. */
export function leastCommonMultiple(a: number, b: number): number {
  let [divisor, rest] = [a, b];
  while (rest !== 0) [divisor, rest] = [rest, divisor % rest];
  return (a / divisor) * b;
}

/** The first bucket that begins at a time or after it. */
export function alignUp(time_s: number, bucket_s: number): number {
  return -bucketStart(-time_s, bucket_s);
}
