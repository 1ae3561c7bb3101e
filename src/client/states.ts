// The present of this client's items: last sample, level and since when. A reload keeps it, so nothing starts anew.

import type { Clock } from "../core/clock.ts";
import type { Event } from "../core/event.ts";
import { describeRule, type Grading, grade, type Level, resume } from "../core/fitness.ts";
import { DEFAULT_FLAP, type Flapping, flap, resumeFlapping, steady } from "../core/flapping.ts";
import type { ProbeValue } from "../core/probe.ts";
import { rate, type Sample } from "../core/rate.ts";
import type { Outcome, Reading } from "../core/reading.ts";
import type { HostState, ItemState } from "../core/report.ts";
import type { KeptLevel } from "../store/client-store.ts";
import type { ClientWork, ItemWork } from "../work/works.ts";
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

  /** Takes over a work. Items that stay keep level and sample; the rules' memory too, unless the rules changed. */
  setWork(work: ClientWork): void {
    this.levels = work.levels;
    const hosts = new Map<string, Map<string, Tracked>>();
    for (const [host, { items }] of Object.entries(work.hosts)) {
      const tracked = new Map<string, Tracked>();
      for (const [name, item] of Object.entries(items)) tracked.set(name, this.track(host, name, item));
      hosts.set(host, tracked);
    }
    this.hosts = hosts;
    this.remembered.clear(); // what comes back to the work later begins anew
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
    tracked.sample = sample;
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
function source({ probe, value, args }: ItemWork): unknown {
  return [probe, value, args];
}
