// The present of one item: its last sample, level and since when; what a reading makes of it, and what stays of it under a new work.

import { describeRule, type Grading, type Level } from "../core/fitness.ts";
import type { Flapping } from "../core/flapping.ts";
import { ITEMS_PER_HOST_MAX } from "../core/limits.ts";
import type { Found, ProbeValue } from "../core/probe.ts";
import { rate, type Sample, sampled } from "../core/rate.ts";
import { isFailed, type Outcome } from "../core/reading.ts";
import type { ItemState } from "../core/report.ts";
import { carry, presume } from "../core/resume.ts";
import type { ItemWork } from "../work/works.ts";
import { plausible } from "./found.ts";
import { type ReadResult, tidy } from "./run.ts";

export interface Tracked {
  work: ItemWork;
  /** The scale that `grading` counts in. */
  levels: readonly Level[];
  sample?: Sample;
  grading?: Grading;
  level: string;
  since_s: number;
  /** The level of the last event; another than `level` only while it flaps. */
  told: string;
  flapping: Flapping;
  /** Absent until the first reading. */
  state?: ItemState;
  /** Set for what a probe found: by which item, as what, and when it was last there. */
  found?: { by: string; as: Found; seen_ms: number };
  /** Of what its probe found, so many found no room. */
  leftOut?: number;
}

/** An item that stays keeps what was told of it, whatever else is new: the next event goes on from the last one. */
export function goOn(before: Tracked, work: ItemWork, levels: readonly Level[]): Tracked {
  const place = (index: number) => placeOf(index, before.levels, levels);
  const renamed = (name: string) => levels[place(before.levels.findIndex((each) => each.name === name))]?.name ?? name;
  const { grading, state, flapping } = before;
  const sameSource = JSON.stringify(source(before.work)) === JSON.stringify(source(work));
  const carried = (old: Grading) =>
    sameSource ? carry(old, before.work.fit, work.fit, place) : presume(work.fit, place(old.level));
  const level = renamed(before.level);
  return {
    ...before,
    work,
    levels,
    sample: sameSource ? before.sample : undefined,
    grading: grading && carried(grading),
    level,
    // The best level by another name is no event: there would be one for every item of every host.
    told: before.told === before.levels[0]?.name ? renamed(before.told) : before.told,
    flapping: { ...flapping, level: renamed(flapping.level) },
    state: sameSource && state ? { ...state, level } : undefined,
  };
}

/** What a reading says of an item: a counter is a rate by now. */
export function outcomeOf(
  tracked: Tracked,
  declared: ProbeValue | undefined,
  result: ReadResult,
  at_ms: number,
): Outcome {
  if ("error" in result) return { ok: false, error: result.error };
  const reading = result.readings[tracked.work.value] ?? null;
  if (reading === null) return { ok: true, value: null };
  if (isFailed(reading)) return { ok: false, error: tidy(reading.error) };
  const value = typeof reading === "number" ? reading : reading.value;
  const text = typeof reading === "number" ? "" : tidy(reading.text);
  const beside = text ? { text } : {};
  if (value === null) return { ok: true, value, ...beside };
  if (!Number.isFinite(value)) return { ok: false, error: "the probe gave no finite number" };
  if (declared?.kind !== "rate") return { ok: true, value: plausible(value, tracked.found?.as), ...beside };
  const epoch = typeof reading === "number" || reading.value === null ? undefined : reading.epoch;
  const sample: Sample = { value, at_ms, ...(epoch === undefined ? {} : { epoch }) };
  const perSecond = rate(tracked.sample, sample);
  tracked.sample = sampled(tracked.sample, sample, perSecond);
  return { ok: true, value: plausible(perSecond, tracked.found?.as), ...beside };
}

/** What a report says of an item, after one outcome. */
export function stateOf(
  tracked: Tracked,
  declared: ProbeValue | undefined,
  outcome: Outcome,
  now_s: number,
): ItemState {
  const { work, level, since_s, grading, flapping } = tracked;
  const text = outcome.ok ? textOf(tracked, outcome.text) : undefined;
  return {
    value: outcome.ok ? outcome.value : null,
    level,
    since: since_s,
    time: now_s,
    unit: work.unit ?? declared?.unit ?? "",
    kind: declared?.kind ?? "gauge",
    ...(work.label ? { label: work.label } : {}),
    ...(text ? { text } : {}),
    ...(outcome.ok ? {} : { error: outcome.error }),
    ...(grading?.rule ? { rule: describeRule(grading.rule) } : {}),
    ...(flapping.flapping ? { flapping: true } : {}),
  };
}

function textOf({ leftOut = 0 }: Tracked, text: string | undefined): string | undefined {
  if (leftOut === 0) return text;
  const crowd = `${leftOut} more are left out, for a host has ${ITEMS_PER_HOST_MAX} items at most`;
  return tidy(text ? `${crowd}; ${text}` : crowd);
}

/** Where a level stands in a new scale: by its name; the best is the best; one that is no more is that in its place. */
function placeOf(index: number, before: readonly Level[], now: readonly Level[]): number {
  if (index === 0) return 0;
  const place = now.findIndex(({ name }) => name === before[index]?.name);
  return place >= 0 ? place : Math.min(index, now.length - 1);
}

// What must stay the same for a counter's last sample to be of use.
function source({ probe, value, args, options }: ItemWork): unknown {
  return [probe, value, args, options];
}
