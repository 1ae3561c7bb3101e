// Events that wait in memory: those of this round, and those that the disk did not take.

import type { Event } from "../core/event.ts";

export class UnstoredEvents {
  private events: Event[] = [];

  /** Oldest first. */
  all(): readonly Event[] {
    return this.events;
  }

  add(events: readonly Event[]): void {
    this.events.push(...events);
  }

  forget(ids: ReadonlySet<string>): void {
    if (this.events.length > 0) this.events = this.events.filter(({ id }) => !ids.has(id));
  }

  forgetFirst(count: number): void {
    this.events = this.events.slice(count);
  }

  size(): number {
    return this.events.length;
  }

  /** As Outbox.pages: of what is there now. */
  *pages(count: number): Generator<Event[]> {
    const { events } = this;
    for (let i = 0; i < events.length; i += count) yield events.slice(i, i + count);
  }

  /** As Outbox.drop. */
  drop(ids: readonly string[]): boolean {
    const gone = new Set(ids);
    const left = this.events.filter(({ id }) => !gone.has(id));
    if (left.length !== this.events.length - gone.size) return false;
    this.events = left;
    return true;
  }

  /** As Outbox.keepNewest. */
  keepNewest(count: number): number {
    return this.events.splice(0, this.events.length - count).length;
  }
}
