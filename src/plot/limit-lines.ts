// The limits of a graph: what lies beyond each is tinted, each has its line, and in the margin, where no curve is, its name.

import type { ValueAxis } from "./axis.ts";
import { escapeText } from "./escape.ts";
import type { Threshold } from "./marks.ts";
import { bound } from "./points.ts";
import { SEVERITY } from "./scale.ts";
import { cut, type Frame, LINE_PX, px } from "./svg.ts";

/** Of the bold labels. */
const CHAR_PX = 7;
/** From the end of a line to its label. */
const LEAD_PX = 8;
/** Labels may reach so far beyond the frame: half a line above, and to where the level strip begins. */
const BEYOND_PX = 6;

/** The thresholds that are in the picture, with labels that a graph of this width has room for. */
export function limitsWithin(thresholds: readonly Threshold[], axis: ValueAxis, width: number): Threshold[] {
  return thresholds
    .filter(({ value }) => value >= axis.low && value <= axis.high)
    .map((limit) => ({ ...limit, label: cut(limit.label, Math.min(20, (width * 0.3) / CHAR_PX)) }));
}

/** The margin that the labels take to the right of the frame. */
export function marginOf(limits: readonly Threshold[]): number {
  const chars = Math.max(0, ...limits.map(({ label }) => label.length));
  return chars === 0 ? 10 : LEAD_PX + 4 + Math.ceil(chars * CHAR_PX);
}

/** The tinted ground beyond each limit. */
export function drawGrounds(frame: Frame, limits: readonly Threshold[]): string {
  let out = "";
  for (const { value, side, look } of limits) {
    const edge = Math.min(Math.max(frame.y(bound(value)), frame.top), frame.bottom);
    const [y, height] = side === "above" ? [frame.top, edge - frame.top] : [edge, frame.bottom - edge];
    if (height < 0.5) continue;
    out += `<rect class="p-over p-${look}" x="${frame.left}" y="${px(y)}" width="${frame.right - frame.left}" height="${px(height)}"/>`;
  }
  return out;
}

/** The lines and their labels. */
export function drawLimits(frame: Frame, limits: readonly Threshold[]): string {
  const { left, right, top, bottom } = frame;
  const low = top - BEYOND_PX;
  const high = bottom + BEYOND_PX;
  let out = limits
    .map(({ value, look }) => `<path class="p-limit p-${look}" d="M${left} ${px(frame.y(value))}H${right}"/>`)
    .join("");
  // Where there is not room for all, the worst are named.
  const room = Math.floor((high - low) / LINE_PX) + 1;
  const named = limits
    .toSorted((a, b) => SEVERITY[b.look] - SEVERITY[a.look])
    .slice(0, room)
    .sort((a, b) => frame.y(a.value) - frame.y(b.value));
  const places = apart(
    named.map(({ value }) => frame.y(value)),
    LINE_PX,
    low,
    high,
  );
  for (const [i, { value, look, label }] of named.entries()) {
    const y = places[i] ?? 0;
    out += `<path class="p-lead p-${look}" d="M${right} ${px(frame.y(value))}L${right + LEAD_PX - 2} ${px(y)}"/>`;
    out += `<text class="p-limit-label p-${look}" x="${right + LEAD_PX}" y="${px(y + 4)}">${escapeText(label)}</text>`;
  }
  return out;
}

/** Places at least `gap` apart and between low and high, as near as can be to those wanted (ascending). */
export function apart(wanted: readonly number[], gap: number, low: number, high: number): number[] {
  // Less i gaps each, places that are apart become places in order; those out of order meet at their average.
  const groups: { at: number; n: number }[] = [];
  for (const [i, y] of wanted.entries()) {
    let group = { at: y - i * gap, n: 1 };
    for (let last = groups.at(-1); last && last.at > group.at; last = groups.at(-1)) {
      groups.pop();
      group = { at: (last.at * last.n + group.at * group.n) / (last.n + group.n), n: last.n + group.n };
    }
    groups.push(group);
  }
  const most = high - (wanted.length - 1) * gap;
  return groups
    .flatMap(({ at, n }) => Array.from({ length: n }, () => Math.max(low, Math.min(most, at))))
    .map((at, i) => at + i * gap);
}
