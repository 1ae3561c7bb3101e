// The events that the server has not yet confirmed: those in the outbox, and those that could not be stored yet. A disk that
// fails is no reason to blame the server, nor to send again what it has.

import type { Event } from "../core/event.ts";
import { EVENTS_STORED_AT_ONCE } from "../core/limits.ts";
import { DamagedError, StoreError } from "../store/database.ts";
import type { Outbox } from "../store/outbox.ts";
import type { Pile } from "./folding.ts";
import type { Waiting } from "./reporter.ts";
import { UnstoredEvents } from "./unstored.ts";

/** A server that does not know yet that a host is ours is asked again after so long. */
const POSTPONED_MS = 300_000;

export class WaitingEvents implements Waiting {
  private readonly outbox: () => Outbox | undefined;
  private readonly mono_ms: () => number;
  private readonly damaged: (error: DamagedError) => void;
  private readonly inMemory = new UnstoredEvents();
  /** Confirmed, but the outbox could not forget them. */
  private confirmed = new Set<string>();
  /** What was given last: the server may have it, though it has not said so. */
  private given = new Set<string>();
  /** Hosts of which it was refused for now, and when to try again. */
  private readonly postponed = new Map<string, number>();

  /** `damaged` is told of a file that is damaged: a minute may be stored in it all the same. */
  constructor(
    outbox: () => Outbox | undefined,
    mono_ms: () => number,
    damaged: (error: DamagedError) => void = () => {},
  ) {
    this.outbox = outbox;
    this.mono_ms = mono_ms;
    this.damaged = damaged;
  }

  /** Events that are to be stored, oldest first: those of a round, and of many that waited a part. */
  unstored(): readonly Event[] {
    return this.inMemory.all().slice(0, EVENTS_STORED_AT_ONCE);
  }

  keepInMemory(events: readonly Event[]): void {
    this.inMemory.add(events);
  }

  /** What was to be stored is in the outbox now. */
  stored(): void {
    this.inMemory.forgetFirst(EVENTS_STORED_AT_ONCE);
  }

  /** Where they wait, each of which has a bound (Folding). */
  piles(): Pile[] {
    const outbox = this.outbox();
    return outbox ? [outbox, this.inMemory] : [this.inMemory];
  }

  isUnderWay(id: string): boolean {
    return this.given.has(id);
  }

  size(): number {
    const stored = this.unlessDiskFails(0, () => this.outbox()?.size() ?? 0);
    // What was confirmed may have gone with a file that was damaged.
    return Math.max(0, stored - this.confirmed.size) + this.inMemory.size();
  }

  first(count: number): Event[] {
    const hosts = this.postponedHosts();
    const outbox = this.unlessDiskFails([], () => this.outbox()?.first(count + this.confirmed.size, hosts) ?? []);
    const others = this.inMemory.all().filter(({ host }) => !hosts.includes(host));
    const events = [...outbox, ...others].filter(({ id }) => !this.confirmed.has(id)).slice(0, count);
    this.given = new Set(events.map(({ id }) => id));
    return events;
  }

  confirm(ids: readonly string[]): void {
    for (const id of ids) this.confirmed.add(id);
    this.inMemory.forget(this.confirmed);
    this.unlessDiskFails(undefined, () => {
      this.outbox()?.confirm([...this.confirmed]);
      this.confirmed.clear();
    });
  }

  /** All that comes of a host waits, lest it overtake what was refused. */
  postpone(hosts: readonly string[]): void {
    for (const host of hosts) this.postponed.set(host, this.mono_ms() + POSTPONED_MS);
  }

  private postponedHosts(): string[] {
    for (const [host, until_ms] of this.postponed) if (until_ms <= this.mono_ms()) this.postponed.delete(host);
    return [...this.postponed.keys()];
  }

  // What is wrong with the disk is said where a minute is stored.
  private unlessDiskFails<T>(otherwise: T, work: () => T): T {
    try {
      return work();
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
      if (error instanceof DamagedError) this.damaged(error);
      return otherwise;
    }
  }
}
