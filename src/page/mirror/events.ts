// The newest events, in the order in which they were by the server's clock; those of one item are found without a search. Pure.

import type { Event } from "../../core/event.ts";
import { WATCHED_EVENTS_MAX, WATCHED_EVENTS_MIN, WATCHED_EVENTS_S } from "../../core/limits.ts";

/** An event, when it was by the server's clock, and its place among those that the server has. */
export type PlacedEvent = Event & { at: number; row: number };

export class RecentEvents {
  /** Oldest first. */
  private all: PlacedEvent[] = [];
  private rows = new Set<number>();
  private byItem: Map<string, PlacedEvent[]> | undefined;
  private newest: readonly Event[] | undefined;

  /** In the place of all that was known. */
  replace(events: readonly PlacedEvent[], now_s: number): void {
    this.all = [];
    this.rows = new Set();
    this.add(events, now_s);
  }

  /** Adds those that are new, in whatever order they come, and forgets what is too old; returns the new ones. */
  add(events: readonly PlacedEvent[], now_s: number): PlacedEvent[] {
    const fresh = events.filter(({ row }) => !this.rows.has(row));
    if (fresh.length > 0) {
      for (const { row } of fresh) this.rows.add(row);
      const sorted = fresh.toSorted(compare);
      const isLater = isInOrder(this.all.at(-1), sorted[0]);
      this.all = isLater ? [...this.all, ...sorted] : [...this.all, ...sorted].sort(compare);
      this.forget();
    }
    this.dropOld(now_s);
    return fresh;
  }

  /** Newest first, at most so many. */
  last(count: number): Event[] {
    this.newest ??= this.all.slice(-WATCHED_EVENTS_MIN).toReversed();
    return count <= this.newest.length ? this.newest.slice(0, count) : this.all.slice(-count).toReversed();
  }

  /** Those of one item, newest first. */
  of(host: string, item: string): readonly Event[] {
    this.byItem ??= indexed(this.all);
    return this.byItem.get(keyOf(host, item)) ?? [];
  }

  private dropOld(now_s: number): void {
    const { length } = this.all;
    const young = this.all.findIndex(({ at }) => at >= now_s - WATCHED_EVENTS_S);
    const old = young < 0 ? length : young;
    const gone = Math.max(length - WATCHED_EVENTS_MAX, Math.min(old, length - WATCHED_EVENTS_MIN));
    if (gone <= 0) return;
    for (const { row } of this.all.slice(0, gone)) this.rows.delete(row);
    this.all = this.all.slice(gone);
    this.forget();
  }

  /** What was made of them before. */
  private forget(): void {
    this.byItem = undefined;
    this.newest = undefined;
  }
}

function indexed(all: readonly PlacedEvent[]): Map<string, PlacedEvent[]> {
  const byItem = new Map<string, PlacedEvent[]>();
  for (const event of all.toReversed()) {
    const key = keyOf(event.host, event.item);
    const own = byItem.get(key);
    if (own) own.push(event);
    else byItem.set(key, [event]);
  }
  return byItem;
}

function compare(a: PlacedEvent, b: PlacedEvent): number {
  return a.at - b.at || a.row - b.row;
}

function isInOrder(last: PlacedEvent | undefined, next: PlacedEvent | undefined): boolean {
  return !last || !next || compare(last, next) < 0;
}

function keyOf(host: string, item: string): string {
  return `${host}\0${item}`;
}
