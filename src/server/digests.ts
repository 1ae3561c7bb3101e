// What waits to be told to each user by each channel: what comes within some seconds is one message.

import type { Listener } from "../store/alert-state.ts";
import type { ListenerRules } from "./alert-book.ts";
import type { Watched } from "./watched-items.ts";

export interface Digest extends Listener {
  /** Since when it waits; steady. */
  opened_s: number;
  items: Set<Watched>;
}

export class Digests {
  private readonly open = new Map<string, Digest>();

  add({ key, user, channel }: ListenerRules, watched: Watched, now_s: number): void {
    const known = this.open.get(key);
    if (known && known.items.size > 0) known.items.add(watched);
    else this.open.set(key, { user, channel, opened_s: now_s, items: new Set([watched]) });
  }

  /** There is nothing to tell of an item any more: to one, by the key of the listener, or to anybody. */
  remove(watched: Watched, key?: string): void {
    if (key !== undefined) this.open.get(key)?.items.delete(watched);
    else for (const { items } of this.open.values()) items.delete(watched);
  }

  /** Takes out those that have waited for so long, one at a time. */
  *due(digest_s: number, now_s: number): Generator<Digest> {
    for (const [key, digest] of this.open) {
      if (digest.opened_s + digest_s > now_s) continue;
      this.open.delete(key);
      yield digest;
    }
  }

  /** When the next one has waited for so long; infinite: none waits. */
  nextDue_s(digest_s: number): number {
    let next_s = Number.POSITIVE_INFINITY;
    for (const { opened_s } of this.open.values()) next_s = Math.min(next_s, opened_s + digest_s);
    return next_s;
  }
}
