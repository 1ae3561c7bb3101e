// When the next round is due: aligned to the clock, at an offset of the host's own, so that a thousand hosts
// neither measure nor report in the same second.

/**
 * Milliseconds from `nowMs` (epoch) to the next time that is `phaseMs` after a multiple of `intervalMs`. Never
 * less than a quarter of an interval, so a timer that fired a little early does not fire twice. Since only the
 * difference is used, a clock that jumped or a laptop that slept costs one late round, never a burst or a stall.
 */
export function delayToNext(nowMs: number, intervalMs: number, phaseMs: number): number {
  const since = (((nowMs - phaseMs) % intervalMs) + intervalMs) % intervalMs;
  const delay = intervalMs - since;
  return delay < intervalMs / 4 ? delay + intervalMs : delay;
}

/** A number in [0, 1) that depends on the name alone (FNV-1a with a final avalanche): each host's own place in the interval. */
export function spread(name: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < name.length; i++) hash = Math.imul(hash ^ name.charCodeAt(i), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32;
}
