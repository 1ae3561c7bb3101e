// What happened while a graph's values were measured, as marks above it: to be pointed at, or reached by the keyboard.

import type { GraphPart, Mark } from "../../plot/graph-data.ts";
import type { Layout } from "../../plot/layout.ts";
import type { LocalClock } from "../../plot/local-clock.ts";
import { SEVERITY } from "../../plot/scale.ts";
import { momentText } from "./graph-moment.ts";

/** Marks nearer to each other are one. */
const NEAR_PX = 14;
const TOLD_MAX = 6;

/** Puts them over a place, in order of time. */
export function showMarks(place: HTMLElement, part: GraphPart, layout: Layout, clock: LocalClock): void {
  const list = document.createElement("div");
  list.className = "marks";
  const tip = document.createElement("div");
  tip.className = "tip";
  tip.hidden = true;
  for (const { x, marks } of clusters(part, layout)) list.append(button(x, marks, { tip, place, layout, clock }));
  place.append(list, tip);
}

function clusters(part: GraphPart, { frame, from_s, to_s }: Layout): { x: number; marks: Mark[] }[] {
  const all = part.lines.flatMap(({ marks }) => marks);
  const within = all.filter(({ at_s }) => at_s >= from_s && at_s <= to_s).sort((a, b) => a.at_s - b.at_s);
  const found: { x: number; marks: Mark[] }[] = [];
  for (const mark of within) {
    const x = frame.x(mark.at_s);
    const last = found.at(-1);
    if (last && x - last.x < NEAR_PX) last.marks.push(mark);
    else found.push({ x, marks: [mark] });
  }
  return found;
}

function button(
  x: number,
  marks: Mark[],
  { tip, place, layout, clock }: { tip: HTMLElement; place: HTMLElement; layout: Layout; clock: LocalClock },
): HTMLElement {
  const worst = marks.reduce((a, b) => (SEVERITY[b.look] > SEVERITY[a.look] ? b : a));
  const more = marks.length - TOLD_MAX;
  const lines = marks.slice(-TOLD_MAX).map(({ at_s, text }) => `${momentText(at_s, layout, clock)} ${text}`);
  if (more > 0) lines.unshift(`${more} more`);
  const made = document.createElement("button");
  made.type = "button";
  made.className = `event k-${worst.look}`;
  made.setAttribute("aria-label", lines.join("; "));
  made.style.left = `${x}px`;
  made.style.top = `${layout.frame.top}px`;
  made.style.height = `${layout.frame.bottom - layout.frame.top}px`;
  const show = () => {
    tip.replaceChildren(...lines.map((line) => Object.assign(document.createElement("div"), { textContent: line })));
    tip.hidden = false;
    tip.style.top = `${layout.frame.top + 4}px`;
    // On the side that has more room.
    const isLeft = x < place.clientWidth / 2;
    tip.style.left = isLeft ? `${x + 10}px` : "";
    tip.style.right = isLeft ? "" : `${place.clientWidth - x + 10}px`;
  };
  const hide = () => {
    tip.hidden = true;
  };
  made.addEventListener("mouseenter", show);
  made.addEventListener("focus", show);
  made.addEventListener("click", show);
  made.addEventListener("mouseleave", hide);
  made.addEventListener("blur", hide);
  return made;
}
