// The events that the server has not yet confirmed: those in the outbox, and those that could not be stored yet. A disk that
// fails is no reason to blame the server, nor to send again what it has.

import type { Event } from "../core/event.ts";
import { OUTBOX_EVENTS_MAX } from "../core/limits.ts";
import { DamagedError, StoreError } from "../store/database.ts";
import type { Outbox } from "../store/outbox.ts";
import type { Waiting } from "./reporter.ts";

/** A server that does not know yet that a host is ours is asked again after so long. */
const POSTPONED_MS = 300_000;

export class WaitingEvents implements Waiting {
  private readonly outbox: () => Outbox | undefined;
  private readonly mono_ms: () => number;
  private readonly damaged: (error: DamagedError) => void;
  private inMemory: Event[] = [];
  /** Confirmed, but the outbox could not forget them. */
  private confirmed = new Set<string>();
  /** Refused for now, and when to try again. */
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

  /** Events that could not be stored; the oldest are dropped beyond OUTBOX_EVENTS_MAX. */
  unstored(): readonly Event[] {
    return this.inMemory;
  }

  keepInMemory(events: readonly Event[]): void {
    this.inMemory.push(...events);
    this.inMemory.splice(0, this.inMemory.length - OUTBOX_EVENTS_MAX);
  }

  /** All that was in memory is in the outbox now. */
  stored(): void {
    this.inMemory = [];
  }

  size(): number {
    const stored = this.unlessDiskFails(0, () => this.outbox()?.size() ?? 0);
    // What was confirmed may have gone with a file that was damaged.
    return Math.max(0, stored - this.confirmed.size) + this.inMemory.length;
  }

  first(count: number): Event[] {
    const passed = this.confirmed.size + this.postponed.size;
    const events = [...this.unlessDiskFails([], () => this.outbox()?.first(count + passed) ?? []), ...this.inMemory];
    return events.filter(({ id }) => !this.confirmed.has(id) && !this.isPostponed(id)).slice(0, count);
  }

  confirm(ids: readonly string[]): void {
    for (const id of ids) {
      this.confirmed.add(id);
      this.postponed.delete(id);
    }
    this.inMemory = this.inMemory.filter(({ id }) => !this.confirmed.has(id));
    this.unlessDiskFails(undefined, () => {
      this.outbox()?.confirm([...this.confirmed]);
      this.confirmed.clear();
    });
  }

  postpone(ids: readonly string[]): void {
    for (const id of ids) this.postponed.set(id, this.mono_ms() + POSTPONED_MS);
  }

  private isPostponed(id: string): boolean {
    const until = this.postponed.get(id);
    if (until === undefined) return false;
    if (until > this.mono_ms()) return true;
    this.postponed.delete(id);
    return false;
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
