// What somebody believes of an item by what was told: a level, as far as the lines by which it is told tell levels apart.

import type { Line } from "./week-work.ts";

export interface Belief {
  from: number;
  view: string;
  /** As it was told. */
  level: string;
  told_t: number;
}

export const WELL = "that all is well";

/** What a level is to those whom these lines tell of it. */
export function viewOf(lines: readonly Line[], level: string): string {
  const told = lines.filter(({ to }) => to.includes(level));
  if (told.length === 0) return WELL;
  return told.every((line) => line.onlyFromBest) ? "that it is not well" : level;
}

export function asTold(lines: readonly Line[], level: string): Pick<Belief, "view" | "level"> {
  return { view: viewOf(lines, level), level };
}

export function beliefAt(beliefs: readonly Belief[], t: number): Belief {
  const found = beliefs.findLast(({ from }) => from <= t) ?? beliefs[0];
  if (!found) throw new Error("they believe nothing");
  return found;
}

export function afterOf(lines: readonly Line[], level: string): number {
  const told = lines.filter(({ to }) => to.includes(level));
  return told.length === 0 ? 0 : Math.min(...told.map(({ after_s = 0 }) => after_s));
}
