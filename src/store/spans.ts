// Spans of time, such as those of which a tier has all that was read.

export interface Span {
  from_s: number;
  until_s: number;
}

/** Beyond it the two that are nearest become one. */
const SPANS_MAX = 16;

/** Spans in order, with one more; those that touch are one. */
export function withSpan(spans: readonly Span[], { from_s, until_s }: Span): Span[] {
  if (from_s >= until_s) return [...spans];
  const touching = spans.filter((span) => span.from_s <= until_s && span.until_s >= from_s);
  const joined = {
    from_s: Math.min(from_s, ...touching.map((span) => span.from_s)),
    until_s: Math.max(until_s, ...touching.map((span) => span.until_s)),
  };
  const all = [...spans.filter((span) => !touching.includes(span)), joined].sort((a, b) => a.from_s - b.from_s);
  return all.length > SPANS_MAX ? withoutNarrowestGap(all) : all;
}

function withoutNarrowestGap(spans: readonly Span[]): Span[] {
  const gap = (i: number) => (spans[i + 1]?.from_s ?? Number.POSITIVE_INFINITY) - (spans[i]?.until_s ?? 0);
  const narrowest = spans.reduce((best, _, i) => (gap(i) < gap(best) ? i : best), 0);
  const [left, right] = spans.slice(narrowest, narrowest + 2);
  if (!left || !right) return [...spans];
  return withSpan(spans, { from_s: left.until_s, until_s: right.from_s });
}

/** What of spans is not before a time. */
export function spansFrom(spans: readonly Span[], from_s: number): Span[] {
  return spans
    .filter((span) => span.until_s > from_s)
    .map((span) => ({ from_s: Math.max(from_s, span.from_s), until_s: span.until_s }));
}

/** Where the spans begin that go on without a gap to the end of time; the end of time when none do. */
export function unbrokenFrom(spans: readonly Span[]): number {
  let from_s = Number.POSITIVE_INFINITY;
  for (;;) {
    const earlier = spans.find((span) => span.until_s >= from_s && span.from_s < from_s);
    if (!earlier) return from_s;
    from_s = earlier.from_s;
  }
}
