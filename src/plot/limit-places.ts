// Which limits a graph has room for, and where their names and those of its lines stand in the margin, where no curve is. Pure.

import type { ValueAxis } from "./axis.ts";
import type { Threshold } from "./marked.ts";
import { bound } from "./points.ts";
import { type Look, SEVERITY } from "./scale.ts";
import { cut, type Frame, LINE_PX } from "./svg.ts";

/** Of the bold labels: levels are words of narrow letters, names of items are not. */
const CHAR_PX = 7;
const NAME_CHAR_PX = 7.8;
/** From the end of a line to its label. */
export const LEAD_PX = 8;
/** Labels may reach so far beyond the frame: half a line above, and to where the level strip begins. */
const BEYOND_PX = 6;

/** What stands in the margin: the name of a limit, which has a look, or of one of several lines, by its place among them. */
export interface MarginLabel {
  value: number;
  text: string;
  look?: Look;
  line?: number;
  /** Where its text is centred; what it names is at `from_y`. */
  y: number;
  from_y: number;
}

export function labelOf(text: string, width: number): string {
  return cut(text, Math.min(20, (width * 0.3) / CHAR_PX));
}

/** The thresholds that are in the picture, with labels that a graph of this width has room for. */
export function limitsWithin(thresholds: readonly Threshold[], axis: ValueAxis, width: number): Threshold[] {
  return thresholds
    .filter(({ value }) => value >= axis.low && value <= axis.high)
    .map((limit) => ({ ...limit, label: labelOf(limit.label, width) }));
}

/** The margin that the labels take to the right of the frame: those of limits, and the names of lines. */
export function marginOf(limits: readonly Threshold[], names: readonly string[]): number {
  const widths = [
    ...limits.map(({ label }) => label.length * CHAR_PX),
    ...names.map((name) => name.length * NAME_CHAR_PX),
  ];
  return widths.length === 0 ? 10 : LEAD_PX + 4 + Math.ceil(Math.max(...widths));
}

/** The part of the frame that is beyond a limit. */
export function groundOf(frame: Frame, { value, side }: Threshold): { y: number; height: number } {
  const edge = Math.min(Math.max(frame.y(bound(value)), frame.top), frame.bottom);
  return side === "above" ? { y: frame.top, height: edge - frame.top } : { y: edge, height: frame.bottom - edge };
}

/** The labels of the margin, each in its place. Where there is not room for all, lines and the worst limits are named. */
export function marginLabels(
  frame: Frame,
  limits: readonly Threshold[],
  ends: readonly { value: number; text: string; line: number }[],
): MarginLabel[] {
  const low = frame.top - BEYOND_PX;
  const high = frame.bottom + BEYOND_PX;
  const room = Math.floor((high - low) / LINE_PX) + 1;
  const named = [
    ...ends,
    ...limits
      .toSorted((a, b) => SEVERITY[b.look] - SEVERITY[a.look])
      .map(({ value, look, label }) => ({ value, look, text: label })),
  ]
    .slice(0, room)
    .sort((a, b) => frame.y(a.value) - frame.y(b.value));
  const wanted = named.map(({ value }) => frame.y(value));
  const places = apart(wanted, LINE_PX, low, high);
  return named.map((label, i) => ({ ...label, y: places[i] ?? 0, from_y: wanted[i] ?? 0 }));
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
