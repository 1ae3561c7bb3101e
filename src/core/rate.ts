// Rates from counters, once for all probes: resets, wraps, late and missing samples never make a spike, a negative
// or an infinity.

/** A counter's last sample. Times are monotonic milliseconds, so that a clock that is set makes no spike. */
export interface Sample {
  value: number;
  at_ms: number;
  /** The last rate that was known: by it a wrap is told from a reset. */
  perSecond?: number;
  /** What it counts since, as far as that is known: samples of two epochs make no rate. */
  epoch?: number;
}

const WRAP_32 = 2 ** 32;
/** Two samples nearer than this make no rate: the error of the clock would be most of it. */
const GAP_MS_MIN = 100;
/** A wrap is believed when the rate that it makes is not more than so many times the one before. */
const WRAP_FASTER_MAX = 4;

/**
 * The rate per second between two samples, or null where there is none: the first sample, no time between them, or a
 * counter that went back (a reset; what it had counted before is unknown). A counter that sank from the upper to the lower
 * eighth of 32 bits has wrapped, or it has 64 bits, stood there by chance and was reset. Nobody can tell, so the rate before
 * decides: a wrap that would make much more of it, or with none known, is a reset. A minute without a value is better than
 * a spike, and a wrap that is not believed costs no more than that.
 */
export function rate(previous: Sample | undefined, current: Sample): number | null {
  if (!previous || !Number.isFinite(current.value) || previous.epoch !== current.epoch) return null;
  const elapsed_s = (current.at_ms - previous.at_ms) / 1000;
  if (!(elapsed_s >= GAP_MS_MIN / 1000)) return null;
  const difference = current.value - previous.value;
  const wrapped = difference < 0 && previous.value < WRAP_32 && mayHaveWrapped(previous.value, current.value);
  const perSecond = (wrapped ? difference + WRAP_32 : difference) / elapsed_s;
  if (wrapped && !(perSecond <= WRAP_FASTER_MAX * (previous.perSecond ?? 0))) return null;
  return perSecond >= 0 && Number.isFinite(perSecond) ? perSecond : null;
}

/** The sample that the next one is compared with: it knows the last rate, be it from before a gap. */
export function sampled(previous: Sample | undefined, current: Sample, perSecond: number | null): Sample {
  const last = perSecond ?? previous?.perSecond;
  return last === undefined ? current : { ...current, perSecond: last };
}

function mayHaveWrapped(before: number, now: number): boolean {
  return before >= WRAP_32 * 0.875 && now >= 0 && now < WRAP_32 / 8;
}

/**
 * What a counter that is known to have 32 bits grew by, or null when it was reset: going back by more than half of its range
 * is a wrap, by less a reset (RFC 1982 compares serial numbers so).
 */
export function increase32(before: number, now: number): number | null {
  const difference = now - before;
  if (difference >= 0) return difference;
  return difference + WRAP_32 < WRAP_32 / 2 ? difference + WRAP_32 : null;
}
