// Who is told of what, and when. It knows of each item the level of now, and of each user and channel the level that was told last;
// whenever something changes, and when something was waited for, it compares (core/alert/decide). What is to be told goes into
// one message a user and channel, and is looked at again before that is made.

import { type Decision, decide, type Hold, type Told } from "../core/alert/decide.ts";
import type { Message, Notice } from "../core/alert/message.ts";
import { levelOf } from "../core/alert/problem.ts";
import { isWithin, type WallClockAt } from "../core/alert/when.ts";
import type { Clock } from "../core/clock.ts";
import type { Hours } from "../core/hours.ts";
import type { AlertChanges } from "../store/alert-changes.ts";
import type { ItemKey, KeptProblem, KeptTold, Listener } from "../store/alert-state.ts";
import { type AlertBook, type ListenerRules, listenerKey } from "./alert-book.ts";
import { Changes } from "./changes.ts";
import { type Digest, Digests } from "./digests.ts";
import { Ledger } from "./ledger.ts";
import type { SteadyClock } from "./steady.ts";
import type { Suppressions } from "./suppressions.ts";
import { isSettled, keyOf, type Watched, WatchedItems } from "./watched-items.ts";

export interface AlerterOptions {
  clock: Clock;
  steady: SteadyClock;
  wallClockAt: WallClockAt;
  /** Notices of one user and channel that come within so long are one message. */
  digest_s(): number;
  /** Stores what changed; what cannot be stored now is kept and stored later. */
  save(changes: AlertChanges): void;
  /** Makes messages of what is to be told, and sends them. */
  send(listener: Listener, notices: readonly Notice[]): Message[];
  /** What is said of an item. */
  notice(kept: KeptProblem, said: Pick<Notice, "kind" | "prev" | "rule">): Notice;
}

/** A look at what waits for a clock on the wall, such as hours. */
const LOOK_S = 60;
/** After so long of making messages others have their turn. */
const CLOSING_MS = 5;

export class Alerter {
  private readonly options: AlerterOptions;
  private book: AlertBook;
  private readonly suppressions: Suppressions;
  readonly items = new WatchedItems();
  private readonly digests = new Digests();
  private readonly ledger: Ledger;

  constructor(
    options: AlerterOptions,
    book: AlertBook,
    suppressions: Suppressions,
    known: { problems: readonly KeptProblem[]; told: readonly KeptTold[] },
  ) {
    this.options = options;
    this.book = book;
    this.suppressions = suppressions;
    const { clock, steady } = options;
    this.ledger = new Ledger({ clock, steady, best: () => this.book.best });
    for (const kept of known.problems) this.items.wake(this.items.add(kept), 0);
    for (const told of known.told) this.items.get(told)?.told.set(listenerKey(told), told);
  }

  /** Items of which nothing is known that would not be so without them: well since before a (steady) time, as everybody knows. */
  settled(before_s: number): ItemKey[] {
    const settled = [...this.items.all()].filter((watched) => isSettled(watched, this.book.best, before_s));
    return settled.map(({ kept: { host, item } }) => ({ host, item }));
  }

  /** Forgets those of them that still are; returns which. */
  forgetSettled(keys: readonly ItemKey[], before_s: number): ItemKey[] {
    const still = keys.filter((key) => {
      const watched = this.items.get(key);
      return watched && isSettled(watched, this.book.best, before_s);
    });
    this.forget(still);
    return still;
  }

  /** What those users who hear of it by these channels know to last. */
  lasting(channels: ReadonlySet<string>): { listener: Listener; notices: Notice[] }[] {
    const lasting = new Map<string, { listener: Listener; notices: Notice[] }>();
    for (const { kept, told: all } of this.items.all()) {
      for (const { user, channel, told } of all.values()) {
        if (!channels.has(channel) || told.rule === "") continue; // nobody was told, or that it is over
        const listener = { user, channel };
        const own = lasting.get(listenerKey(listener)) ?? { listener, notices: [] };
        lasting.set(listenerKey(listener), own);
        const said = { kind: "reminder", prev: told.level, rule: told.rule } as const;
        own.notices.push(this.options.notice(kept, said));
      }
    }
    return [...lasting.values()];
  }

  /** New levels of items, in the order in which they came. */
  changed(problems: readonly KeptProblem[]): void {
    const changes = new Changes();
    let neighbours = false;
    for (const kept of problems) {
      const known = this.items.get(kept);
      const isNew = !known || levelOf(known.kept.problem).level !== levelOf(kept.problem).level;
      neighbours ||= isNew && this.book.isNeeded(kept.host);
      if (known) known.kept = kept;
      this.look(known ?? this.items.add(kept), changes);
    }
    if (neighbours) this.lookAtAll(changes);
    this.settle(changes);
  }

  /** The work is another one, or something that may hold up anything has changed. */
  reconsider(book: AlertBook = this.book): void {
    this.book = book;
    const changes = new Changes();
    this.lookAtAll(changes);
    this.settle(changes);
  }

  /** Items of which nobody is to hear any more: they left the work. */
  forget(keys: readonly ItemKey[]): void {
    const changes = new Changes();
    for (const each of keys) {
      const watched = this.items.get(each);
      if (!watched) continue;
      for (const held of watched.held.values()) this.ledger.unsaid(watched, held, "it left the work", changes);
      this.items.delete(watched);
      this.suppressions.unacknowledge(each.host, each.item);
      this.digests.remove(watched);
    }
    this.settle(changes);
  }

  /** Looks at what was waited for, and makes the messages that are due. To be called when `nextWake_s` has come, or earlier. */
  tick(): void {
    const now_s = this.options.steady.now_s();
    const changes = new Changes();
    for (const watched of this.items.due(now_s)) this.look(watched, changes);
    this.settle(changes);
    // Each may be a thousand notices; those that are left come with the next look, which is at once.
    const begun_ms = this.options.clock.mono_ms();
    for (const digest of this.digests.due(this.options.digest_s(), now_s)) {
      this.close(digest);
      if (this.options.clock.mono_ms() - begun_ms > CLOSING_MS) break;
    }
  }

  /** By the steady clock; infinite when nothing is waited for. */
  get nextWake_s(): number {
    return Math.min(this.items.nextWake_s, this.digests.nextDue_s(this.options.digest_s()));
  }

  private lookAtAll(changes: Changes): void {
    for (const watched of this.items.all()) this.look(watched, changes);
  }

  private settle(changes: Changes): void {
    if (!changes.isEmpty) this.options.save(changes);
  }

  /** Compares for all who listen to an item. */
  private look(watched: Watched, changes: Changes): void {
    const { kept, told, held } = watched;
    this.endAck(kept, changes);
    // Most items that ever had an event are well, and everybody knows.
    if (told.size === 0 && held.size === 0 && levelOf(kept.problem).level === this.book.best) {
      this.items.wake(watched, Number.POSITIVE_INFINITY);
      return;
    }
    let wake_s = Number.POSITIVE_INFINITY;
    const listeners = this.book.listeners(kept.host, kept.item);
    const ask = this.asking(watched);
    for (const listener of listeners) wake_s = Math.min(wake_s, this.take(watched, listener, ask(listener), changes));
    this.dropOthers(watched, listeners, changes);
    this.items.wake(watched, wake_s);
  }

  /** Decides for one who listens; what holds up the item is found out once for all who were told the same. */
  private asking({ kept: { host, item, problem }, told: own }: Watched): (listener: ListenerRules) => Decision {
    const now_s = this.options.steady.now_s();
    const { book } = this;
    const { best } = book;
    const rank = (name: string) => book.rank(name);
    const holds = new Map<string, Hold | undefined>();
    const held = (level: string) => {
      if (!holds.has(level)) holds.set(level, this.suppressions.hold(host, item, problem, level));
      return holds.get(level);
    };
    const closed = (hours: Hours) => this.closed(hours, now_s);
    return ({ key, rules }) => {
      const told = own.get(key)?.told;
      return decide({ rules, told, problem, best, rank, now_s, closed, held: () => held(told?.level ?? best) });
    };
  }

  private closed(hours: Hours, now_s: number): Hold | undefined {
    const wall_s = this.options.clock.now_s();
    if (isWithin(hours, wall_s, this.options.wallClockAt)) return undefined;
    return { why: "it is not in the hours of the alert", until_s: now_s + LOOK_S - (wall_s % LOOK_S), isLook: true };
  }

  /** Does what was decided; returns when to look again. */
  private take(watched: Watched, listener: ListenerRules, decision: Decision, changes: Changes): number {
    if (decision.what !== "tell") this.digests.remove(watched, listener.key);
    if (decision.what === "tell") {
      const digest_s = this.options.digest_s();
      const why = `it is told with what comes within ${digest_s} s`;
      const hold = { why, unsaid: `it was over within the ${digest_s} s in which a message is collected` };
      if (decision.kind !== "reminder") this.ledger.hold(watched, listener, hold, decision.rule.where, changes);
      this.digests.add(listener, watched, this.options.steady.now_s());
      return Number.POSITIVE_INFINITY;
    }
    if (decision.what === "wait") {
      this.ledger.hold(watched, listener, decision.hold, decision.rule.where, changes);
      return decision.hold.until_s ?? Number.POSITIVE_INFINITY;
    }
    this.ledger.release(watched, listener.key, changes);
    if (decision.what === "nothing") return decision.until_s ?? Number.POSITIVE_INFINITY;
    this.ledger.follow(watched, listener, changes);
    return 0; // for its next reminder
  }

  private dropOthers(watched: Watched, listeners: readonly ListenerRules[], changes: Changes): void {
    const { told, held, kept } = watched;
    if (told.size === 0 && held.size === 0) return;
    const listens = new Set(listeners.map(({ key }) => key));
    for (const [key, { user, channel }] of told) {
      if (listens.has(key)) continue;
      told.delete(key);
      changes.untold.push({ host: kept.host, item: kept.item, user, channel });
    }
    for (const key of held.keys()) {
      if (listens.has(key)) continue;
      this.ledger.release(watched, key, changes);
      this.digests.remove(watched, key);
    }
  }

  /** Makes messages of what is still to be told of a digest. */
  private close(digest: Digest): void {
    const key = listenerKey(digest);
    const changes = new Changes();
    const told: { watched: Watched; notice: Notice; next: Told }[] = [];
    for (const watched of digest.items) {
      const { kept } = watched;
      const listener = this.book.listeners(kept.host, kept.item).find((each) => each.key === key);
      if (!listener) continue;
      const decision = this.asking(watched)(listener);
      if (decision.what !== "tell") {
        this.items.wake(watched, Math.min(watched.wake_s, this.take(watched, listener, decision, changes)));
        continue;
      }
      const { kind, rule, recovery } = decision;
      const { level } = levelOf(kept.problem);
      const said = { kind, prev: this.ledger.toldLevel(watched, key), rule: rule.where };
      const next = { level, at_s: this.options.steady.now_s(), rule: kind === "recovery" ? "" : rule.where, recovery };
      told.push({ watched, notice: this.options.notice(kept, said), next });
    }
    const notices = told.map(({ notice }) => notice);
    const messages = notices.length > 0 ? this.options.send(digest, notices) : [];
    const messageOf = new Map(messages.flatMap((message) => message.notices.map((each) => [keyOf(each), message])));
    for (const { watched, notice, next } of told) {
      const message = messageOf.get(keyOf(notice));
      this.ledger.tell(watched, digest, { notice, next, message }, messages, changes);
      this.items.wake(watched, 0); // for its next reminder
    }
    changes.messages.push(...messages.map((message) => ({ ...message, channel: digest.channel })));
    this.settle(changes);
  }

  /** An acknowledgement ends when all is well, or when its time is over. */
  private endAck({ host, item, problem }: KeptProblem, changes: Changes): void {
    const ack = this.suppressions.ack(host, item);
    if (!ack) return;
    const isWell = levelOf(problem).level === this.book.best && !problem.flapping;
    const isOver = ack.until_s !== undefined && ack.until_s <= this.options.clock.now_s();
    if (!isWell && !isOver) return;
    this.suppressions.unacknowledge(host, item);
    changes.unacked.push({ host, item });
  }
}
