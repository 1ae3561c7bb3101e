// Events that could not be stored: users are told of them all the same, once; those of the server's own wait here, for nobody sends
// them again.

import type { Event } from "../core/event.ts";
import { UNSTORED_EVENTS_MAX, UNSTORED_OWN_EVENTS_MAX } from "../core/limits.ts";

export class Unstored {
  /** Of which the alerts know. */
  private readonly told = new Set<string>();
  private waiting: Event[] = [];

  /** Those of the server's own, in the order in which they came. */
  get own(): readonly Event[] {
    return this.waiting;
  }

  wait(own: readonly Event[]): void {
    this.waiting.push(...own);
  }

  /** They could not be stored. Returns those of which the alerts do not know yet. */
  failed(events: readonly Event[]): Event[] {
    this.waiting.splice(0, this.waiting.length - UNSTORED_OWN_EVENTS_MAX);
    const fresh = events.filter(({ id }) => !this.told.has(id));
    for (const { id } of fresh) if (this.told.size < UNSTORED_EVENTS_MAX) this.told.add(id);
    return fresh;
  }

  /** They are stored; `isDurable`: on the disk, and not in what stands in for it. */
  stored(events: readonly Event[], isDurable: boolean): void {
    for (const { id } of events) this.told.delete(id);
    if (!isDurable || this.waiting.length === 0) return;
    const ids = new Set(events.map(({ id }) => id));
    this.waiting = this.waiting.filter(({ id }) => !ids.has(id));
  }
}
