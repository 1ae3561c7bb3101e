// What the server knows of every host: its last report, brought up to date by events as they come.

import type { Clock } from "../core/clock.ts";
import { clockSkew, type Event, momentOf } from "../core/event.ts";
import { parseForeignJson } from "../core/json.ts";
import { type About, aboutShape, type HostState, hostStateShape, type ItemState, type Report } from "../core/report.ts";
import type { KeptProblem } from "../store/alert-state.ts";
import type { ServerStore } from "../store/server-store.ts";
import type { News } from "./news.ts";
import type { SteadyClock } from "./steady.ts";

export interface KnownHost {
  state: HostState;
  about: About;
  /** By the server's clock; seconds since the epoch. */
  received: number;
  /** The same by the steady clock. */
  received_s: number;
}

export class Registry {
  private store: ServerStore;
  private readonly clock: Clock;
  private readonly steady: SteadyClock;
  private readonly news: News;
  private readonly hosts = new Map<string, KnownHost>();
  private readonly dirty = new Set<string>();
  /** Items that the server itself has of a host: no report has them. */
  private readonly own = new Map<string, HostState>();

  /** Begins with what was known before the restart; a report that no longer reads is forgotten. */
  constructor(store: ServerStore, clock: Clock, steady: SteadyClock, news: News) {
    this.store = store;
    this.clock = clock;
    this.steady = steady;
    this.news = news;
    this.recall();
  }

  /** Takes up the stored reports of hosts of which there is none yet. Throws StoreError. */
  recall(): void {
    for (const { host, received, about, state } of this.store.reports()) {
      if (this.hosts.has(host)) continue;
      try {
        this.hosts.set(host, {
          received,
          received_s: this.steady.of(received),
          about: aboutShape(parseForeignJson(about), ""),
          state: hostStateShape(parseForeignJson(state), ""),
        });
        this.newItems(host);
      } catch {
        // Written by another version: the next report replaces it.
      }
    }
  }

  /** Goes on with another store, to which all that is known is written at the next flush. */
  useStore(store: ServerStore): void {
    this.store = store;
    this.touch();
  }

  /** All that is known is written at the next flush: the clock was set, and from then on what is stored is read by that. */
  touch(): void {
    for (const host of this.hosts.keys()) this.dirty.add(host);
  }

  report(report: Report): void {
    const received = this.clock.now_s();
    const received_s = this.steady.now_s();
    for (const [host, state] of Object.entries(report.hosts)) {
      const before = this.hosts.get(host)?.state;
      const now = { ...this.own.get(host), ...state };
      this.hosts.set(host, { state: now, about: report.about, received, received_s });
      this.dirty.add(host);
      if (before && hasSameItems(before, now)) this.news.host(host);
      else this.newItems(host);
    }
  }

  /** An item that the server itself has of a host. */
  setOwn(host: string, item: string, state: ItemState): void {
    const own = { ...this.own.get(host), [item]: state };
    this.own.set(host, own);
    const known = this.hosts.get(host);
    if (known) known.state = { ...known.state, [item]: state };
    this.dirty.add(host);
    this.newItems(host);
  }

  /** Planned work on some of a host's items is on others now. */
  private newItems(host: string): void {
    this.news.host(host);
    this.news.changed("planned");
  }

  /**
   * Lets the state show events before the next report, and stores them, each id once; returns what the new ones made of their items.
   * Those of the server itself are dated by its own clock. Throws StoreError, when shown.
   */
  events(events: readonly Event[], best: string, from: "client" | "server"): KeptProblem[] {
    this.show(events);
    const received = this.clock.now_s();
    const dated = events.map((event) => ({ event, at: this.momentOf(event, from) }));
    const judgement = { best, sinceOf: (event: Event) => this.sinceOf(event, from), now_s: this.steady.now_s() };
    return this.store.addEvents(dated, received, judgement);
  }

  /** When an event happened by our clock, by which those that we make are dated. */
  momentOf(event: Event, from: "client" | "server"): number {
    return momentOf(event.time, from === "server" ? 0 : this.skew(event.host), this.clock.now_s());
  }

  /** The same by the steady clock, which tells right also when ours was set after the last report. */
  sinceOf(event: Event, from: "client" | "server"): number {
    const now_s = this.steady.now_s();
    if (from === "server") return Math.min(this.steady.of(event.time), now_s);
    return momentOf(event.time, this.skew(event.host, "received_s"), now_s);
  }

  /** How far the clock of a host's client is behind ours, as its last report told. */
  private skew(host: string, by: "received" | "received_s" = "received"): number {
    const known = this.hosts.get(host);
    return known ? clockSkew({ time: known.about.time, received: known[by] }) : 0;
  }

  private show(events: readonly Event[]): void {
    for (const event of events) {
      const state = this.hosts.get(event.host)?.state[event.item];
      if (!state || state.time > event.time) continue;
      if (state.level !== event.level) state.since = event.time; // who stops flapping may have the level for a while
      state.level = event.level;
      if (event.flapping === "start") state.flapping = true;
      else delete state.flapping;
      state.time = event.time;
      state.value = event.value;
      for (const [key, value] of [
        ["text", event.text],
        ["rule", event.reason],
      ] as const) {
        if (value === undefined) delete state[key];
        else state[key] = value;
      }
      if (event.value !== null) delete state.error;
      this.dirty.add(event.host);
      this.news.host(event.host);
    }
  }

  host(host: string): KnownHost | undefined {
    return this.hosts.get(host);
  }

  /** Hosts that are in nobody's work any more are forgotten; their events stay. Returns how many the store forgot. Throws StoreError. */
  retain(hosts: ReadonlySet<string>): number {
    for (const host of this.hosts.keys()) if (!hosts.has(host)) this.hosts.delete(host);
    return this.store.retainReports(hosts);
  }

  /**
   * Writes what changed since the last flush: once a minute, so that 10,000 reports are one transaction. Returns how many
   * hosts that were. Throws StoreError.
   */
  flush(): number {
    const changed = [...this.dirty].flatMap((host) => {
      const known = this.hosts.get(host);
      if (!known) return [];
      return [
        {
          host,
          received: this.steady.wall(known.received_s),
          about: JSON.stringify(known.about),
          state: JSON.stringify(known.state),
        },
      ];
    });
    if (changed.length > 0) this.store.keepReports(changed);
    this.dirty.clear();
    return changed.length;
  }
}

function hasSameItems(a: HostState, b: HostState): boolean {
  const items = Object.keys(a);
  return items.length === Object.keys(b).length && items.every((item) => Object.hasOwn(b, item));
}
