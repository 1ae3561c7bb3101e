// What a bench says: a number that was asked for, and what was measured.

export interface Row {
  what: string;
  /** `≤ 20 ms`; `-` where nothing was asked (a peer, or for comparison). */
  asked: string;
  measured: string;
}

/** Median, least and greatest, as text. */
export function spread(samples: readonly number[], unit: string, digits = 2): string {
  const at = (share: number) => percentile(samples, share).toFixed(digits);
  return `${at(0.5)} ${unit}  (least ${at(0)}, greatest ${at(1)}, n ${samples.length})`;
}

/** The least sample that this share of them does not exceed: 0.5 is the median, 1 the greatest. */
export function percentile(samples: readonly number[], share: number): number {
  const sorted = [...samples].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN;
}
