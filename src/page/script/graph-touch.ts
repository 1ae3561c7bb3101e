// Two fingers on a graph: what was under them when they came is under them when they leave.

import type { Span } from "./graph-range.ts";

/** Nearer fingers tell no range. */
const APART_PX = 24;

interface Touching {
  timeAt: (place: Element, x: number) => number | undefined;
  select: (span: Span) => void;
}

export function onPinch(root: HTMLElement, { timeAt, select }: Touching): void {
  let begun: { place: Element; times: [number, number] } | undefined;
  let last: [number, number] = [0, 0];
  root.addEventListener(
    "touchstart",
    (event) => {
      const place = event.target instanceof Element ? event.target.closest(".place") : null;
      const xs = xsOf(event);
      begun = undefined;
      if (!place || !xs || xs[1] - xs[0] < APART_PX) return;
      const [a, b] = [timeAt(place, xs[0]), timeAt(place, xs[1])];
      if (a === undefined || b === undefined) return;
      begun = { place, times: [a, b] };
      last = xs;
    },
    { passive: true },
  );
  root.addEventListener(
    "touchmove",
    (event) => {
      const xs = xsOf(event);
      if (!begun || !xs) return;
      event.preventDefault(); // else the page itself is zoomed
      last = xs;
    },
    { passive: false },
  );
  root.addEventListener("touchend", () => {
    if (!begun) return;
    const { place, times } = begun;
    begun = undefined;
    const [left, right] = [timeAt(place, last[0]), timeAt(place, last[1])];
    const box = place.querySelector(".u-over")?.getBoundingClientRect();
    const [from_s, to_s] = [timeAt(place, box?.left ?? 0), timeAt(place, box?.right ?? 0)];
    if (left === undefined || right === undefined || from_s === undefined || to_s === undefined) return;
    if (last[1] - last[0] < APART_PX) return;
    // time = a * place + b, so that both fingers keep theirs.
    const a = (times[1] - times[0]) / (right - left);
    const b = times[0] - a * left;
    select({ from_s: a * from_s + b, to_s: a * to_s + b });
  });
}

function xsOf({ touches }: TouchEvent): [number, number] | undefined {
  const [one, two] = touches;
  if (!one || !two || touches.length !== 2) return undefined;
  return [Math.min(one.clientX, two.clientX), Math.max(one.clientX, two.clientX)];
}
