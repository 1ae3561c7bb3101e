// The present of this client's items: last sample, level and since when. A reload keeps it, so nothing starts anew.

import type { Clock } from "../core/clock.ts";
import type { Event } from "../core/event.ts";
import { describeRule, type Grading, grade, type Level, resume } from "../core/fitness.ts";
import { DEFAULT_FLAP, type Flapping, flap, resumeFlapping, steady } from "../core/flapping.ts";
import { formatInterval } from "../core/interval.ts";
import { FOUND_GONE_S, FOUND_MAX, ITEMS_PER_HOST_MAX } from "../core/limits.ts";
import type { Found, ProbeValue } from "../core/probe.ts";
import { rate, type Sample, sampled } from "../core/rate.ts";
import type { Outcome, Reading } from "../core/reading.ts";
import type { HostState, ItemState } from "../core/report.ts";
import type { ClientWork, ItemWork } from "../work/works.ts";
import { asDeclared, foundName, foundWork, isSame, parentsOf } from "./found.ts";
import type { PlannedItem } from "./plan.ts";
import { type ReadResult, tidy } from "./run.ts";

interface Tracked {
  work: ItemWork;
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

/** The level that an item had when the daemon last stopped: if it flapped then, the one that was told last. */
export interface RememberedLevel {
  host: string;
  item: string;
  level: string;
  since: number;
  flapping?: boolean;
}

export class States {
  private readonly clock: Clock;
  private readonly newId: () => string;
  private levels: readonly Level[] = [];
  private hosts = new Map<string, Map<string, Tracked>>();
  private readonly remembered = new Map<string, RememberedLevel>();
  /** Items that began anew, until their level is stored: a restart shall not make them younger. */
  readonly newcomers: RememberedLevel[] = [];

  constructor(clock: Clock, newId: () => string, remembered: readonly RememberedLevel[]) {
    this.clock = clock;
    this.newId = newId;
    for (const level of remembered) this.remembered.set(`${level.host} ${level.item}`, level);
  }

  /** Takes over a work. Items that stay keep level and sample; the rules' memory too, unless the rules changed. */
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
    const known = (level: string) => this.levels.some((each) => each.name === level);
    if (before && known(before.level) && JSON.stringify(source(before.work)) === JSON.stringify(source(work))) {
      const sameRules = JSON.stringify(before.work.fit) === JSON.stringify(work.fit);
      const { grading, ...rest } = before;
      return { ...rest, work, ...(sameRules && grading ? { grading } : {}) };
    }
    const kept = before ? undefined : this.remembered.get(`${host} ${name}`);
    const level = this.levels.findIndex((each) => each.name === kept?.level);
    if (kept && level >= 0) {
      const grading = resume(work.fit, level);
      const flapping = kept.flapping ? resumeFlapping(kept.level) : steady(kept.level);
      return { work, level: kept.level, since_s: kept.since, told: kept.level, flapping, grading };
    }
    const newcomer = { host, item: name, level: this.levels[0]?.name ?? "fine", since: this.clock.now_s() };
    const anew = { work, level: newcomer.level, since_s: newcomer.since };
    // That it flaps was told, so that it stops must be, whatever else is new.
    if (before?.flapping.flapping) return { ...anew, told: before.told, flapping: before.flapping };
    if (kept?.flapping) return { ...anew, told: kept.level, flapping: resumeFlapping(kept.level) };
    this.newcomers.push(newcomer);
    return { ...anew, told: newcomer.level, flapping: steady(newcomer.level) };
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
    const now_s = this.clock.now_s();
    const outcome = this.outcome(tracked, declared, result, at_ms);
    const grading = grade(tracked.work.fit, this.levels, tracked.grading, outcome, at_ms / 1000);
    // With new rules there is no memory: an item without a value keeps the level it had.
    const blind = outcome.ok && outcome.value === null && !tracked.grading;
    const level = blind ? tracked.level : (this.levels[grading.level]?.name ?? tracked.level);
    if (!blind) tracked.grading = grading;
    if (level !== tracked.level) {
      tracked.level = level;
      tracked.since_s = now_s;
    }
    const wasFlapping = tracked.flapping.flapping;
    tracked.flapping = flap(tracked.flapping, level, tracked.work.flap ?? DEFAULT_FLAP);
    const { flapping } = tracked.flapping;
    const rule = grading.rule && describeRule(grading.rule);
    tracked.state = {
      value: outcome.ok ? outcome.value : null,
      level,
      since: tracked.since_s,
      time: now_s,
      unit: tracked.work.unit ?? declared?.unit ?? "",
      kind: declared?.kind ?? "gauge",
      ...(tracked.work.label ? { label: tracked.work.label } : {}),
      ...(outcome.ok && outcome.text ? { text: outcome.text } : {}),
      ...(outcome.ok ? {} : { error: outcome.error }),
      ...(rule ? { rule } : {}),
      ...(flapping ? { flapping } : {}),
    };
    const value = outcome.ok && outcome.value !== null ? { value: outcome.value } : {};
    const turn = flapping === wasFlapping ? undefined : flapping ? "start" : "stop";
    const prev = tracked.told;
    if (!turn && (flapping || level === prev)) return value;
    tracked.told = level;
    const text = outcome.ok ? outcome.text : outcome.error;
    const event: Event = {
      id: this.newId(),
      time: now_s,
      host: item.host,
      item: item.name,
      level,
      prev,
      ...(turn ? { flapping: turn } : {}),
      value: tracked.state.value,
      ...(text ? { text } : {}),
      ...(rule ? { reason: rule } : {}),
    };
    return { ...value, event };
  }

  /**
   * Takes over what an item's probe found beside it: items called ITEM.KEY, which come with the first reading that has
   * them. One that is missing has no data; when it was missing for a long time it is forgotten, with an event if it was not well.
   */
  updateFound(parent: PlannedItem, result: ReadResult, at_ms: number): FoundUpdate[] {
    const items = this.hosts.get(parent.host);
    const work = items?.get(parent.name)?.work;
    if (!items || !work) return [];
    const found = "error" in result ? [] : (result.found ?? []);
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
    if (declared?.kind !== "rate") return { ok: true, value, ...beside };
    const sample: Sample = { value, at_ms };
    const perSecond = rate(tracked.sample, sample);
    tracked.sample = sampled(tracked.sample, sample, perSecond);
    return { ok: true, value: perSecond, ...beside };
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

// What must stay the same for a counter's last sample to be of use.
function source({ probe, value, args, options }: ItemWork): unknown {
  return [probe, value, args, options];
}
