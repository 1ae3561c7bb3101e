// Stretches of time: from, and until but not with.

import type { Span } from "./week-plan.ts";

/** Sorted, and without overlaps. */
export function union(spans: readonly Span[]): Span[] {
  const merged: [number, number][] = [];
  for (const [from, to] of [...spans].sort((a, b) => a[0] - b[0])) {
    const last = merged.at(-1);
    if (last && from <= last[1]) last[1] = Math.max(last[1], to);
    else if (from < to) merged.push([from, to]);
  }
  return merged;
}

/** What is left of a stretch without others. */
export function without([from, to]: Span, spans: readonly Span[]): Span[] {
  const left: Span[] = [];
  let at = from;
  for (const [begin, end] of union(spans)) {
    if (end <= at) continue;
    if (begin >= to) break;
    if (begin > at) left.push([at, begin]);
    at = Math.max(at, end);
  }
  if (at < to) left.push([at, to]);
  return left;
}

export function covering(spans: readonly Span[], t: number): Span | undefined {
  return spans.find(([from, to]) => from <= t && t < to);
}

/** So much is taken off both ends; what is shorter is gone. */
export function narrowed(spans: readonly Span[], by_s: number): Span[] {
  return spans.flatMap(([from, to]): Span[] => (to - from > 2 * by_s ? [[from + by_s, to - by_s]] : []));
}

export function overlapOf([from, to]: Span, spans: readonly Span[]): number {
  return union(spans).reduce((sum, [begin, end]) => sum + Math.max(0, Math.min(to, end) - Math.max(from, begin)), 0);
}
