// What a bench says: a number that was asked for, and what was measured.

export interface Row {
  what: string;
  /** `≤ 20 ms`; `-` where nothing was asked (a peer, or for comparison). */
  asked: string;
  measured: string;
}

/** Median, least and greatest, as text. */
export function spread(samples: readonly number[], unit: string, digits = 2): string {
  const sorted = [...samples].sort((a, b) => a - b);
  const at = (share: number) => (sorted[Math.floor((sorted.length - 1) * share)] ?? Number.NaN).toFixed(digits);
  return `${at(0.5)} ${unit}  (least ${at(0)}, greatest ${at(1)}, n ${sorted.length})`;
}
