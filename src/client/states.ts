// The present of this client's items: last sample, level and since when. A reload keeps it, so nothing starts anew.

import type { Clock } from "../core/clock.ts";
import type { Event } from "../core/event.ts";
import { DEFAULT_LEVELS, describeRule, grade, type Level } from "../core/fitness.ts";
import { DEFAULT_FLAP, flap, resumeFlapping, steady } from "../core/flapping.ts";
import { formatInterval } from "../core/interval.ts";
import { FOUND_GONE_S, ITEMS_PER_HOST_MAX } from "../core/limits.ts";
import type { ProbeValue } from "../core/probe.ts";
import { isFailed, type Outcome } from "../core/reading.ts";
import type { HostState, ItemState } from "../core/report.ts";
import { resume } from "../core/resume.ts";
import type { Change } from "../store/changes.ts";
import type { KeptLevel } from "../store/client-store.ts";
import type { ClientWork, ItemWork } from "../work/works.ts";
import { asDeclared, foundWork, isSame, nameFound } from "./found.ts";
import type { PlannedItem } from "./plan.ts";
import { Remembered } from "./remembered.ts";
import type { ReadResult } from "./run.ts";
import { goOn, outcomeOf, stateOf, type Tracked } from "./tracked.ts";

/** What a reading made of an item: its value (absent: nothing was measured), and what is to be kept and told beside it. */
export interface Update {
  value?: number;
  event?: Event;
  change?: Change;
}

/** What became of an item that a probe found. */
export interface FoundUpdate extends Update {
  name: string;
  /** It was not there for a long time, and is forgotten. */
  gone?: true;
}

const GONE = `has not had it for ${formatInterval(FOUND_GONE_S)}`;

export class States {
  private readonly clock: Clock;
  private readonly newId: () => string;
  private levels: readonly Level[] = [];
  private hosts = new Map<string, Map<string, Tracked>>();
  private readonly remembered: Remembered;
  /** Items that began anew, until their level is stored: a restart shall not make them younger. */
  readonly newcomers: KeptLevel[] = [];

  constructor(clock: Clock, newId: () => string, remembered: readonly KeptLevel[]) {
    this.clock = clock;
    this.newId = newId;
    this.remembered = new Remembered(remembered, clock.mono_ms());
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
    this.remembered.retain(work); // what comes back to the work later begins anew
  }

  /** The levels as the last events told them, of all items: what a restart must know. */
  kept(): KeptLevel[] {
    const levels = this.remembered.all();
    for (const [host, items] of this.hosts) {
      for (const [item, { told: level, since_s: since, flapping }] of items)
        levels.push({ host, item, level, since, ...(flapping.flapping ? { flapping: true } : {}) });
    }
    return levels;
  }

  /** The rules of each item of a host in words, the mildest level first. */
  rules(host: string): Record<string, { level: string; rule: string }[]> {
    const items = [...(this.hosts.get(host) ?? [])].map(([item, { work }]) => {
      const rules = work.fit.toSorted((a, b) => a.level - b.level);
      const shown = rules.map((rule) => ({ level: this.levels[rule.level]?.name ?? "", rule: describeRule(rule) }));
      return [item, shown] as const;
    });
    return Object.fromEntries(items);
  }

  /** Whether the level of an item is still of use: it is there, or was at the last run and may be found again. */
  isKept(host: string, item: string): boolean {
    return this.hosts.get(host)?.has(item) === true || this.remembered.has(host, item);
  }

  private track(host: string, name: string, work: ItemWork): Tracked {
    const before = this.hosts.get(host)?.get(name);
    if (before) return goOn(before, work, this.levels);
    const kept = this.remembered.take(host, name);
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

  /**
   * Takes one reading over into the state of its item. There is an event if the level changed; of an item that flaps only that it
   * started and that it stopped.
   */
  update(item: PlannedItem, declared: ProbeValue | undefined, result: ReadResult, at_ms: number): Update {
    const tracked = this.hosts.get(item.host)?.get(item.name);
    if (!tracked) return {}; // left the work while it was read
    const outcome = outcomeOf(tracked, declared, result, at_ms);
    const before = { level: tracked.level, text: textOf(tracked.state) };
    this.regrade(tracked, outcome, at_ms / 1000);
    const wasFlapping = tracked.flapping.flapping;
    tracked.flapping = flap(tracked.flapping, tracked.level, tracked.work.flap ?? DEFAULT_FLAP);
    tracked.state = stateOf(tracked, declared, outcome, this.clock.now_s());
    const event = this.tell(item, tracked, wasFlapping);
    const change = changeOf(item.name, before, tracked);
    const value = outcome.ok ? outcome.value : null;
    return { ...(value === null ? {} : { value }), ...(event ? { event } : {}), ...(change ? { change } : {}) };
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
   * What became of them is put into `updates` one by one, so that it is there even if this throws.
   */
  updateFound(
    parent: PlannedItem,
    result: ReadResult,
    at_ms: number,
    updates: FoundUpdate[] = [],
  ): readonly FoundUpdate[] {
    const items = this.hosts.get(parent.host);
    const owner = items?.get(parent.name);
    if (!items || !owner) return updates;
    const failed = "error" in result || isFailed(result.readings[parent.work.value] ?? null);
    const found = "error" in result ? [] : (result.found ?? []);
    const present = nameFound(parent.name, found, items, (name) => this.remembered.has(parent.host, name));
    const missing = [...items].filter(([name, tracked]) => tracked.found?.by === parent.name && !present.has(name));
    // Names that change from reading to reading shall not take all room: the missing make way for those that are there.
    const newcomers = [...present.keys()].filter((name) => !items.has(name)).length;
    const crowd = items.size + newcomers - ITEMS_PER_HOST_MAX;
    for (const [i, [name, tracked]] of missing.entries())
      updates.push(this.missed(parent, name, tracked, failed, i < crowd, at_ms));
    let leftOut = found.length - present.size;
    for (const [name, each] of present) {
      let tracked = items.get(name);
      if (tracked && !tracked.found) continue; // the work has an item of that name: it goes first
      if (!tracked && items.size >= ITEMS_PER_HOST_MAX) {
        leftOut++; // more than a report can have
        continue;
      }
      if (!tracked || !isSame(tracked.found?.as, each)) {
        const before = this.track(parent.host, name, foundWork(owner.work, name, each, this.levels));
        tracked = { ...before, found: { by: parent.name, as: each, seen_ms: at_ms } };
        items.set(name, tracked);
      }
      if (tracked.found) tracked.found.seen_ms = at_ms;
      const item = { host: parent.host, name, work: tracked.work };
      const one: ReadResult = each.error ? { error: each.error } : { readings: { [each.key]: each.reading } };
      updates.push({ name, ...this.update(item, asDeclared(each), one, at_ms) });
    }
    if (failed) this.remembered.putOff(parent.host, parent.name, at_ms);
    else updates.push(...this.notFoundAgain(parent, at_ms));
    if (!failed) owner.leftOut = leftOut;
    return updates;
  }

  /** What the last run knew and this one has not found for a long time. */
  private notFoundAgain(parent: PlannedItem, at_ms: number): FoundUpdate[] {
    const gone = this.remembered.takeGone(parent.host, parent.name, at_ms, FOUND_GONE_S * 1000);
    const [best] = DEFAULT_LEVELS; // a host that stood alone was fine, whatever that is called now
    return gone.map(({ item, level, flapping = false }) =>
      this.end(parent, item, level === best?.name ? this.levels[0]?.name : level, flapping, GONE),
    );
  }

  /** What is not found this time; `crowded`: its place is needed. */
  private missed(
    parent: PlannedItem,
    name: string,
    tracked: Tracked,
    failed: boolean,
    crowded: boolean,
    at_ms: number,
  ): FoundUpdate {
    const { found } = tracked;
    const item = { host: parent.host, name, work: tracked.work };
    const declared = found && asDeclared(found.as);
    // While its item fails nobody knows whether it is there.
    if (failed && found) found.seen_ms = at_ms;
    const isGone = found && (crowded || at_ms - found.seen_ms >= FOUND_GONE_S * 1000);
    if (!isGone) return { name, ...this.update(item, declared, { readings: {} }, at_ms) };
    this.hosts.get(parent.host)?.delete(name);
    const why = crowded ? "finds others in its place" : GONE;
    return this.end(parent, name, tracked.told, tracked.flapping.flapping, why);
  }

  /** The last of what an item found: an event, if its trouble was told. */
  private end(parent: PlannedItem, name: string, told: string | undefined, flaps: boolean, why: string): FoundUpdate {
    const [best] = this.levels;
    if (!best || told === undefined || (told === best.name && !flaps)) return { name, gone: true };
    const event: Event = {
      id: this.newId(),
      time: this.clock.now_s(),
      host: parent.host,
      item: name,
      level: best.name,
      prev: told,
      ...(flaps ? { flapping: "stop" as const } : {}),
      value: null,
      text: `${parent.name} ${why}: taken for gone`,
    };
    const { time: time_s, level, text = "" } = event;
    return { name, event, change: { item: name, time_s, level, text, isLevel: true }, gone: true };
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

function textOf(state: ItemState | undefined): string | undefined {
  return state?.error ?? state?.text;
}

/** What changed beside the value, if anything: each change of level, told or not, and each text that is another one. */
function changeOf(
  item: string,
  before: { level: string; text: string | undefined },
  { level, state }: Tracked,
): Change | undefined {
  const text = textOf(state);
  if (!state || (level === before.level && text === before.text)) return undefined;
  return { item, time_s: state.time, level, ...(text ? { text } : {}), isLevel: level !== before.level };
}
