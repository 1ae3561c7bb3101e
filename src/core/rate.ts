// Rates from counters, once for all probes: resets, wraps, late and missing samples never make a spike, a negative
// or an infinity.

/** A counter's last sample. Times are monotonic milliseconds, so that a clock that is set makes no spike. */
export interface Sample {
  value: number;
  at_ms: number;
}

const WRAP_32 = 2 ** 32;
/** Two samples nearer than this make no rate: the error of the clock would be most of it. */
const GAP_MS_MIN = 100;

/**
 * The rate per second between two samples, or null where there is none: the first sample, no time between
 * them, or a counter that went back (a reset; what it had counted before is unknown). A counter that sank from the
 * upper to the lower eighth of 32 bits is taken to have wrapped.
 */
export function rate(previous: Sample | undefined, current: Sample): number | null {
  if (!previous || !Number.isFinite(current.value)) return null;
  const elapsed_s = (current.at_ms - previous.at_ms) / 1000;
  if (!(elapsed_s >= GAP_MS_MIN / 1000)) return null;
  let difference = current.value - previous.value;
  if (difference < 0 && previous.value < WRAP_32 && previous.value >= WRAP_32 * 0.875 && current.value < WRAP_32 / 8) {
    difference += WRAP_32;
  }
  const perSecond = difference / elapsed_s;
  return difference >= 0 && Number.isFinite(perSecond) ? perSecond : null;
}
