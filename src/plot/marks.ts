// What a graph shows beside the values: the limits that its rules name, and which level held when. Pure.

import type { Event } from "../core/event.ts";
import { parseTest } from "../core/fitness.ts";
import type { ItemState } from "../core/report.ts";
import { compareText } from "../core/text.ts";
import type { Stretch, Threshold } from "./marked.ts";
import type { Scale } from "./scale.ts";
import type { Series } from "./series.ts";

/**
 * The thresholds that the texts of rules name: all of the item's where its client told them (`rules`), else the rule in force, and those
 * that events of this item give as their reason. What no rule text tells, no line is drawn for.
 */
export function thresholdsOf(
  state: ItemState | undefined,
  events: readonly Event[],
  scale: Scale,
  unit: string,
  rules?: readonly { level: string; rule: string }[],
) {
  const found = new Map<string, Threshold>();
  const add = (rule: string | undefined, level: string) => {
    if (rule === undefined || scale.isBest(level)) return;
    for (const { value, side } of limitsIn(rule, unit)) {
      const label = scale.label(level);
      found.set(`${side} ${value} ${label}`, { value, side, look: scale.look(level), label });
    }
  };
  // Oldest first: when a rule was changed, the newer one of a level wins.
  if (rules === undefined) for (const event of events.toReversed()) add(event.reason, event.level);
  else for (const { rule, level } of rules) add(rule, level);
  add(state?.rule, state?.level ?? "");
  const newest = new Map<string, Threshold>();
  for (const threshold of found.values()) newest.set(`${threshold.side} ${threshold.label}`, threshold);
  return [...newest.values()].sort((a, b) => a.value - b.value || compareText(a.label, b.label));
}

// `sick >90% for 5m (work.conf:41)` -> above 90; `!10..40` -> below 10, above 40; `10..40` is bad inside: no line.
function limitsIn(rule: string, unit: string): { value: number; side: "above" | "below" }[] {
  for (const word of rule.split(/\s+/).slice(0, 8)) {
    if (!/^[<>!=0-9]/.test(word)) continue;
    const test = parseTest(word, unit);
    if ("error" in test) continue;
    if (test.op === ">" || test.op === ">=") return [{ value: test.value, side: "above" }];
    if (test.op === "<" || test.op === "<=") return [{ value: test.value, side: "below" }];
    if (test.op === "outside") {
      return [
        { value: test.low, side: "below" },
        { value: test.high, side: "above" },
      ];
    }
    return [];
  }
  return [];
}

// From when on something was measured.
function measuredFrom(series: Series): number {
  return series.rows.find(({ avg }) => avg !== null)?.time_s ?? series.to_s;
}

/**
 * Which level held when, up to `until_s`, as far as the item's state and its events (newest first) tell: an item that
 * fails has a level and no value. Times of which nothing is known are left out.
 */
export function stretchesOf(
  state: ItemState,
  events: readonly Event[],
  scale: Scale,
  series: Series,
  until_s = series.to_s,
): Stretch[] {
  const stretches: Stretch[] = [];
  let end = Math.min(until_s, series.to_s);
  const push = (level: string, start: number) => {
    const begin = Math.max(start, series.from_s);
    if (begin < end) {
      stretches.push({ from_s: begin, to_s: end, look: scale.look(level), label: scale.label(level) });
    }
    end = Math.min(end, begin);
  };
  push(state.level, state.since);
  for (const event of events) push(event.level, event.time);
  // What held before the oldest event began at nobody knows when; that something was measured is all there is.
  const oldest = events.at(-1);
  if (oldest) push(oldest.prev, measuredFrom(series));
  return stretches.toReversed();
}
