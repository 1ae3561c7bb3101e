// The levels that the last run left, until their items are taken up again: a restart is no event, nor does it hide the end of one.

import type { KeptLevel } from "../store/client-store.ts";
import type { ClientWork } from "../work/works.ts";
import { finderOf } from "./found.ts";

/** A level of something that an item has found, as the last run knew. */
interface Awaited {
  kept: KeptLevel;
  by: string | undefined;
  seen_ms: number;
}

export class Remembered {
  private readonly hosts = new Map<string, Map<string, Awaited>>();

  constructor(levels: readonly KeptLevel[], start_ms: number) {
    for (const kept of levels) {
      const items = this.hosts.get(kept.host) ?? new Map<string, Awaited>();
      this.hosts.set(kept.host, items.set(kept.item, { kept, by: undefined, seen_ms: start_ms }));
    }
  }

  all(): KeptLevel[] {
    return [...this.hosts.values()].flatMap((awaited) => [...awaited.values()].map(({ kept }) => kept));
  }

  has(host: string, item: string): boolean {
    return this.hosts.get(host)?.has(item) ?? false;
  }

  /** The level of an item that is there; it is not remembered any more, lest the item have it again when it comes back. */
  take(host: string, item: string): KeptLevel | undefined {
    const kept = this.hosts.get(host)?.get(item)?.kept;
    this.hosts.get(host)?.delete(item);
    return kept;
  }

  /** Of what is not in the work only that stays which an item may find: this is not known before it is read. */
  retain(work: ClientWork): void {
    for (const [host, awaited] of this.hosts) {
      const items = work.hosts[host]?.items ?? {};
      for (const [name, each] of awaited) {
        each.by = finderOf(name, items);
        if (each.by === undefined) awaited.delete(name);
      }
      if (awaited.size === 0) this.hosts.delete(host);
    }
  }

  /** What an item has not found since the start, nor for so long; it is not remembered any more. */
  takeGone(host: string, by: string, now_ms: number, gone_ms: number): KeptLevel[] {
    const gone = this.of(host, by).filter(({ seen_ms }) => now_ms - seen_ms >= gone_ms);
    for (const { kept } of gone) this.take(host, kept.item);
    return gone.map(({ kept }) => kept);
  }

  /** While an item fails nobody knows whether it is there. */
  putOff(host: string, by: string, now_ms: number): void {
    for (const each of this.of(host, by)) each.seen_ms = now_ms;
  }

  private of(host: string, by: string): Awaited[] {
    return [...(this.hosts.get(host)?.values() ?? [])].filter((each) => each.by === by);
  }
}
