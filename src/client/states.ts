// The present of this client's items: last sample, level and since when. A reload keeps it, so nothing starts anew.

import type { Clock } from "../core/clock.ts";
import type { Event } from "../core/event.ts";
import { DEFAULT_LEVELS, describeRule, type Grading, grade, type Level } from "../core/fitness.ts";
import { DEFAULT_FLAP, type Flapping, flap, resumeFlapping, steady } from "../core/flapping.ts";
import { formatInterval } from "../core/interval.ts";
import { FOUND_GONE_S, FOUND_MAX, ITEMS_PER_HOST_MAX } from "../core/limits.ts";
import type { Found, ProbeValue } from "../core/probe.ts";
import { rate, type Sample, sampled } from "../core/rate.ts";
import type { Outcome, Reading } from "../core/reading.ts";
import type { HostState, ItemState } from "../core/report.ts";
import { carry, presume, resume } from "../core/resume.ts";
import type { KeptLevel } from "../store/client-store.ts";
import type { ClientWork, ItemWork } from "../work/works.ts";
import { asDeclared, foundName, foundWork, isSame, parentsOf, plausible } from "./found.ts";
import type { PlannedItem } from "./plan.ts";
import { type ReadResult, tidy } from "./run.ts";

interface Tracked {
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
}

/** What became of an item that a probe found. */
export interface FoundUpdate {
  name: string;
  value?: number;
  event?: Event;
  /** It was not there for a long time, and is forgotten. */
  gone?: true;
}

export class States {
  private readonly clock: Clock;
  private readonly newId: () => string;
  private levels: readonly Level[] = [];
  private hosts = new Map<string, Map<string, Tracked>>();
  private readonly remembered = new Map<string, KeptLevel>();
  /** Items that began anew, until their level is stored: a restart shall not make them younger. */
  readonly newcomers: KeptLevel[] = [];

  constructor(clock: Clock, newId: () => string, remembered: readonly KeptLevel[]) {
    this.clock = clock;
    this.newId = newId;
    for (const level of remembered) this.remembered.set(`${level.host} ${level.item}`, level);
  }

  /** Takes over a work. Items that stay keep level and sample, and what their rules remember. */
  setWork(work: ClientWork): void {
    this.levels = work.levels;
    const hosts = new Map<string, Map<string, Tracked>>();
    for (const [host, { items }] of Object.entries(work.hosts)) {
      const tracked = new Map<string, Tracked>();
      for (const [name, item] of Object.entries(items)) tracked.set(name, this.track(host, name, item));
      for (const [name, { found }] of this.hosts.get(host) ?? []) {
        const parent = found && Object.hasOwn(items, found.by) ? items[found.by] : undefined;
        if (!found || !parent || tracked.has(name)) continue;
        tracked.set(name, { ...this.track(host, name, foundWork(parent, name, found.as, this.levels)), found });
      }
      hosts.set(host, tracked);
    }
    this.hosts = hosts;
    // What comes back to the work later begins anew; what an item may find is not known before it is read.
    for (const [key, { host, item }] of this.remembered) {
      const items = work.hosts[host]?.items ?? {};
      if (!parentsOf(item).some((name) => Object.hasOwn(items, name))) this.remembered.delete(key);
    }
  }

  private track(host: string, name: string, work: ItemWork): Tracked {
    const before = this.hosts.get(host)?.get(name);
    if (before) return this.goOn(before, work);
    const kept = this.remembered.get(`${host} ${name}`);
    const level = this.levels.findIndex((each) => each.name === kept?.level);
    if (kept && level >= 0) {
      const grading = resume(work.fit, level);
      const flapping = kept.flapping ? resumeFlapping(kept.level) : steady(kept.level);
      const { level: told, since: since_s } = kept;
      return { work, levels: this.levels, level: told, since_s, told, flapping, grading };
    }
    const newcomer = { host, item: name, level: this.levels[0]?.name ?? "fine", since: this.clock.now_s() };
    const anew = { work, levels: this.levels, level: newcomer.level, since_s: newcomer.since };
    // That it flaps was told, so that it stops must be, whatever else is new.
    if (kept?.flapping) return { ...anew, told: kept.level, flapping: resumeFlapping(kept.level) };
    // So must be the end of a level that is no more. A host that stood alone was fine, and that is no news.
    const told = kept && kept.level !== DEFAULT_LEVELS[0]?.name ? kept.level : newcomer.level;
    if (told === newcomer.level) this.newcomers.push(newcomer);
    return { ...anew, told, flapping: steady(newcomer.level) };
  }

  /** An item that stays keeps what was told of it, whatever else is new: the next event goes on from the last one. */
  private goOn(before: Tracked, work: ItemWork): Tracked {
    const place = (index: number) => placeOf(index, before.levels, this.levels);
    const renamed = (name: string) =>
      this.levels[place(before.levels.findIndex((each) => each.name === name))]?.name ?? name;
    const { grading, state, flapping } = before;
    const sameSource = JSON.stringify(source(before.work)) === JSON.stringify(source(work));
    const carried = (old: Grading) =>
      sameSource ? carry(old, before.work.fit, work.fit, place) : presume(work.fit, place(old.level));
    const level = renamed(before.level);
    return {
      ...before,
      work,
      levels: this.levels,
      sample: sameSource ? before.sample : undefined,
      grading: grading && carried(grading),
      level,
      // The best level by another name is no event: there would be one for every item of every host.
      told: before.told === before.levels[0]?.name ? renamed(before.told) : before.told,
      flapping: { ...flapping, level: renamed(flapping.level) },
      state: sameSource && state ? { ...state, level } : undefined,
    };
  }

  /**
   * Takes one reading over into the state of its item. Returns the value to be stored (undefined: nothing was measured)
   * and the event, if the level changed; of an item that flaps only that it started and that it stopped.
   */
  update(
    item: PlannedItem,
    declared: ProbeValue | undefined,
    result: ReadResult,
    at_ms: number,
  ): { value?: number; event?: Event } {
    const tracked = this.hosts.get(item.host)?.get(item.name);
    if (!tracked) return {}; // left the work while it was read
    const outcome = this.outcome(tracked, declared, result, at_ms);
    this.regrade(tracked, outcome, at_ms / 1000);
    const wasFlapping = tracked.flapping.flapping;
    tracked.flapping = flap(tracked.flapping, tracked.level, tracked.work.flap ?? DEFAULT_FLAP);
    tracked.state = stateOf(tracked, declared, outcome, this.clock.now_s());
    const event = this.tell(item, tracked, wasFlapping);
    const value = outcome.ok ? outcome.value : null;
    return { ...(value === null ? {} : { value }), ...(event ? { event } : {}) };
  }

  /** The level that an outcome makes, and since when. */
  private regrade(tracked: Tracked, outcome: Outcome, now_s: number): void {
    const grading = grade(tracked.work.fit, this.levels, tracked.grading, outcome, now_s);
    // A first reading without data says nothing: a counter has no rate yet, and that is not stale.
    const isEarly = outcome.ok && outcome.value === null && !tracked.state;
    tracked.grading = isEarly ? { ...(tracked.grading ?? { level: 0 }), rules: grading.rules } : grading;
    const level = this.levels[tracked.grading.level]?.name ?? tracked.level;
    if (level === tracked.level) return;
    tracked.level = level;
    tracked.since_s = this.clock.now_s();
  }

  /** The event that a new state makes, if it is one to tell. */
  private tell({ host, name }: PlannedItem, tracked: Tracked, wasFlapping: boolean): Event | undefined {
    const { level, told: prev, state } = tracked;
    const { flapping } = tracked.flapping;
    const turn = flapping === wasFlapping ? undefined : flapping ? "start" : "stop";
    if (!state || (!turn && (flapping || level === prev))) return undefined;
    tracked.told = level;
    const text = state.error ?? state.text;
    return {
      id: this.newId(),
      time: state.time,
      host,
      item: name,
      level,
      prev,
      ...(turn ? { flapping: turn } : {}),
      value: state.value,
      ...(text ? { text } : {}),
      ...(state.rule ? { reason: state.rule } : {}),
    };
  }

  /**
   * Takes over what an item's probe found beside it: items called ITEM.KEY, which come with the first reading that has
   * them. One that is missing has no data; when it was missing for a long time it is forgotten, with an event if it was not well.
   */
  updateFound(parent: PlannedItem, result: ReadResult, at_ms: number): FoundUpdate[] {
    const items = this.hosts.get(parent.host);
    const work = items?.get(parent.name)?.work;
    if (!items || !work) return [];
    const { found = [] } = result;
    const updates: FoundUpdate[] = [];
    const named = new Set<string>();
    for (const each of found.slice(0, FOUND_MAX)) {
      const name = foundName(parent.name, each.key, named);
      named.add(name);
      let tracked = items.get(name);
      if (tracked && !tracked.found) continue; // the work has an item of that name: it goes first
      if (!tracked && items.size >= ITEMS_PER_HOST_MAX) break; // more than a report can have
      if (!tracked || !isSame(tracked.found?.as, each)) {
        const before = this.track(parent.host, name, foundWork(work, name, each, this.levels));
        tracked = { ...before, found: { by: parent.name, as: each, seen_ms: at_ms } };
        items.set(name, tracked);
        this.remembered.delete(`${parent.host} ${name}`);
      }
      if (tracked.found) tracked.found.seen_ms = at_ms;
      const item = { host: parent.host, name, work: tracked.work };
      const one: ReadResult = each.error ? { error: each.error } : { readings: { [each.key]: each.reading } };
      updates.push({ name, ...this.update(item, asDeclared(each), one, at_ms) });
    }
    for (const [name, tracked] of items) {
      if (tracked.found?.by !== parent.name || named.has(name)) continue;
      updates.push(this.missed(parent, name, tracked, "error" in result, at_ms));
    }
    return updates;
  }

  private missed(parent: PlannedItem, name: string, tracked: Tracked, failed: boolean, at_ms: number): FoundUpdate {
    const { found } = tracked;
    const item = { host: parent.host, name, work: tracked.work };
    const declared = found && asDeclared(found.as);
    // While its item fails nobody knows whether it is there.
    if (failed && found) found.seen_ms = at_ms;
    if (!found || at_ms - found.seen_ms < FOUND_GONE_S * 1000)
      return { name, ...this.update(item, declared, { readings: {} }, at_ms) };
    this.hosts.get(parent.host)?.delete(name);
    const [best] = this.levels;
    if (!best || tracked.told === best.name) return { name, gone: true };
    const event: Event = {
      id: this.newId(),
      time: this.clock.now_s(),
      host: parent.host,
      item: name,
      level: best.name,
      prev: tracked.told,
      ...(tracked.flapping.flapping ? { flapping: "stop" as const } : {}),
      value: null,
      text: `${parent.name} has not had it for ${formatInterval(FOUND_GONE_S)}: taken for gone`,
    };
    return { name, event, gone: true };
  }

  private outcome(tracked: Tracked, declared: ProbeValue | undefined, result: ReadResult, at_ms: number): Outcome {
    if ("error" in result) return { ok: false, error: result.error };
    const reading: Reading = result.readings[tracked.work.value] ?? null;
    if (reading === null) return { ok: true, value: null };
    const value = typeof reading === "number" ? reading : reading.value;
    const text = typeof reading === "number" ? "" : tidy(reading.text);
    const beside = text ? { text } : {};
    if (!Number.isFinite(value)) return { ok: false, error: "the probe gave no finite number" };
    if (declared?.kind !== "rate") return { ok: true, value: plausible(value, tracked.found?.as), ...beside };
    const sample: Sample = { value, at_ms };
    const perSecond = rate(tracked.sample, sample);
    tracked.sample = sampled(tracked.sample, sample, perSecond);
    return { ok: true, value: plausible(perSecond, tracked.found?.as), ...beside };
  }

  /** The unit of an item that was read at least once. */
  unit(host: string, item: string): string {
    return this.hosts.get(host)?.get(item)?.state?.unit ?? "";
  }

  /** The state of all items that were read at least once, by host. */
  report(): Record<string, HostState> {
    const hosts: Record<string, HostState> = {};
    for (const [host, items] of this.hosts) {
      const state: HostState = {};
      for (const [name, tracked] of items) if (tracked.state) state[name] = tracked.state;
      hosts[host] = state;
    }
    return hosts;
  }
}

/** What a report says of an item, after one outcome. */
function stateOf(tracked: Tracked, declared: ProbeValue | undefined, outcome: Outcome, now_s: number): ItemState {
  const { work, level, since_s, grading, flapping } = tracked;
  return {
    value: outcome.ok ? outcome.value : null,
    level,
    since: since_s,
    time: now_s,
    unit: work.unit ?? declared?.unit ?? "",
    kind: declared?.kind ?? "gauge",
    ...(work.label ? { label: work.label } : {}),
    ...(outcome.ok && outcome.text ? { text: outcome.text } : {}),
    ...(outcome.ok ? {} : { error: outcome.error }),
    ...(grading?.rule ? { rule: describeRule(grading.rule) } : {}),
    ...(flapping.flapping ? { flapping: true } : {}),
  };
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
