// A client of the simulated week, with the dumb hosts behind it: it measures, keeps its events until the server has them, reports.

import type { Event } from "../../src/core/event.ts";
import type { HostState, Report } from "../../src/core/report.ts";
import type { Change } from "./week-plan.ts";
import type { Host } from "./week-work.ts";

export const REPORT_S = 300;
export const START_S = Date.UTC(2026, 10, 23) / 1000;
let made = 0;

interface State {
  level: string;
  isFlapping: boolean;
}

export class WeekClient {
  readonly name: string;
  readonly outbox: Event[] = [];
  /** When in its interval it reports. */
  readonly slot_s: number;
  cut = 0;
  off = 0;
  private readonly hosts: readonly Host[];
  private readonly states = new Map<string, State>();
  /** What became of its items while it was off. */
  private readonly meanwhile = new Map<string, Change>();
  private shown: Record<string, HostState> | undefined;

  constructor(name: string, hosts: readonly Host[], slot_s: number) {
    this.name = name;
    this.hosts = hosts;
    this.slot_s = slot_s;
  }

  get isAway(): boolean {
    return this.cut > 0 || this.off > 0;
  }

  take(change: Change): void {
    const key = `${change.host} ${change.item}`;
    if (this.off > 0) {
      this.meanwhile.set(key, change);
      return;
    }
    const before = this.states.get(key) ?? { level: "fine", isFlapping: false };
    if (change.level === before.level && !change.flapping) return;
    const { t, host, item, level, flapping } = change;
    this.states.set(key, { level, isFlapping: flapping === "start" });
    this.shown = undefined;
    this.outbox.push({
      id: `event-${String(made++).padStart(8, "0")}`,
      time: START_S + t,
      host,
      item,
      level,
      prev: before.level,
      value: 97,
      reason: ">90% (work.conf:1)",
      ...(flapping ? { flapping } : {}),
    });
  }

  /** It is on again, and measures what is so now. */
  wake(t: number): void {
    for (const [key, { host, item, level }] of this.meanwhile) {
      this.meanwhile.delete(key);
      const flapped = this.states.get(key)?.isFlapping === true;
      this.take({ t, host, item, level, ...(flapped ? { flapping: "stop" } : {}) });
    }
  }

  report(t: number): Report {
    const time = START_S + t;
    this.shown ??= Object.fromEntries(this.hosts.map((host) => [host.name, this.stateOf(host, time)]));
    const about = { host: this.name, version: "1", target: "linux-x64", time, started: START_S, ival: REPORT_S };
    return { about, hosts: this.shown };
  }

  private stateOf({ name, client, items }: Host, time: number): HostState {
    const own = name === client ? [...items, "dmon"] : items;
    return Object.fromEntries(
      own.map((item) => {
        const { level, isFlapping } = this.states.get(`${name} ${item}`) ?? { level: "fine", isFlapping: false };
        const state = { value: 1, level, since: time, time, unit: "%", kind: "gauge" as const };
        return [item, isFlapping ? { ...state, flapping: true } : state];
      }),
    );
  }
}
