// Writes down who was told what of an item, what waits to be told, and what was over before it was: in what is known of the item, and
// in the changes that are stored.

import type { Hold, Told } from "../core/alert/decide.ts";
import type { Message, Notice } from "../core/alert/message.ts";
import { levelOf } from "../core/alert/problem.ts";
import type { Clock } from "../core/clock.ts";
import type { Telling } from "../store/alert-records.ts";
import type { Listener } from "../store/alert-state.ts";
import { type ListenerRules, listenerKey } from "./alert-book.ts";
import type { Changes } from "./changes.ts";
import type { SteadyClock } from "./steady.ts";
import type { Held, Watched } from "./watched-items.ts";

export interface LedgerOptions {
  clock: Clock;
  steady: SteadyClock;
  /** The best level, which needs not be remembered. */
  best(): string;
}

export class Ledger {
  private readonly options: LedgerOptions;

  constructor(options: LedgerOptions) {
    this.options = options;
  }

  toldLevel({ told }: Watched, key: string): string {
    return told.get(key)?.told.level ?? this.options.best();
  }

  /** Notes that something waits; a level that waited before it, and is over, will not be told. */
  hold(
    watched: Watched,
    { key, user, channel }: ListenerRules,
    hold: Hold & Pick<Held, "unsaid">,
    rule: string,
    changes: Changes,
  ): void {
    const before = watched.held.get(key);
    const { level } = levelOf(watched.kept.problem);
    if (before && before.level !== level) this.unsaid(watched, before, before.unsaid ?? before.why, changes);
    watched.held.set(key, { ...hold, user, channel, level, prev: this.toldLevel(watched, key), rule });
  }

  /** Nothing waits any more: it was over before it could be told. */
  release(watched: Watched, key: string, changes: Changes): void {
    const before = watched.held.get(key);
    if (!before) return;
    this.unsaid(watched, before, before.unsaid ?? before.why, changes);
    watched.held.delete(key);
  }

  /** What waited will not be told. */
  unsaid(watched: Watched, held: Held, why: string, changes: Changes): void {
    changes.telling(this.telling(watched, held, held, "unsaid", why));
  }

  /** The level of now counts as known. Whether it is still what was told that is bad, the lines say. */
  follow(watched: Watched, listener: ListenerRules, changes: Changes): void {
    const { level } = levelOf(watched.kept.problem);
    const before = watched.told.get(listener.key)?.told;
    const lasts = before?.recovery === true || listener.rules.some(({ to }) => to.has(level));
    const at_s = before?.at_s ?? this.options.steady.now_s();
    const rule = lasts ? (before?.rule ?? "") : "";
    this.setTold(watched, listener, { level, at_s, rule, recovery: before?.recovery ?? false }, changes);
  }

  /** A notice became part of a message, the one of these that has it; or it was only counted. */
  tell(
    watched: Watched,
    listener: Listener,
    { notice, next, message }: { notice: Notice; next: Told; message: Message | undefined },
    messages: readonly Message[],
    changes: Changes,
  ): void {
    this.setTold(watched, listener, next, changes);
    watched.held.delete(listenerKey(listener));
    changes.telling(this.tellingOf(watched, listener, notice, message, messages));
  }

  /** As told; or not, where a message that waits told of something that is so no more, and now tells nothing of the item. */
  private tellingOf(
    watched: Watched,
    listener: Listener,
    notice: Notice,
    message: Message | undefined,
    messages: readonly Message[],
  ): Telling {
    const [first] = messages;
    if (!message && (first === undefined || first.more === 0))
      return this.telling(watched, listener, notice, "unsaid", "what it follows was never sent");
    const telling = this.telling(watched, listener, notice, notice.kind, notice.rule);
    const id = (message ?? first)?.id; // one that is only counted is told by the first
    return id === undefined ? telling : { ...telling, message: id };
  }

  /** The best level needs not be remembered. */
  private setTold({ kept, told: all }: Watched, listener: Listener, told: Told, changes: Changes): void {
    const { level } = told;
    const key = listenerKey(listener);
    const { user, channel } = listener;
    const who = { host: kept.host, item: kept.item, user, channel };
    if (level === this.options.best()) {
      if (all.delete(key)) changes.untold.push(who);
      return;
    }
    all.set(key, { ...who, told });
    changes.told.push({ ...who, told });
  }

  private telling(
    { kept: { host, item } }: Watched,
    { user, channel }: Listener,
    { prev, level }: { prev: string; level: string },
    kind: string,
    why: string,
  ): Telling {
    return { at_s: this.options.clock.now_s(), host, item, user, channel, prev, level, kind, why };
  }
}
