// Who is told of what, and when. It knows of each item the level of now, and of each user and channel the level that was told last;
// whenever something changes, and when something was waited for, it compares (core/alert/decide). What is to be told goes into
// one message a user and channel, and is looked at again before that is made.

import { type Decision, decide, type Hold, type Told } from "../core/alert/decide.ts";
import type { Message, Notice } from "../core/alert/message.ts";
import { levelOf, type Problem } from "../core/alert/problem.ts";
import { isWithin, type WallClockAt } from "../core/alert/when.ts";
import type { Clock } from "../core/clock.ts";
import type { Hours } from "../core/hours.ts";
import type { AlertChanges } from "../store/alert-changes.ts";
import type { Telling } from "../store/alert-records.ts";
import type { ItemKey, KeptProblem, KeptTold, Listener } from "../store/alert-state.ts";
import { type AlertBook, type ListenerRules, listenerKey } from "./alert-book.ts";
import { Changes } from "./changes.ts";
import type { SteadyClock } from "./steady.ts";
import type { Suppressions } from "./suppressions.ts";

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

/** What is not told for now. */
export interface Pending extends ItemKey, Listener {
  level: string;
  prev: string;
  why: string;
  /** The alert line by which it is to be told. */
  rule: string;
  /** By the clock on the wall. */
  until_s?: number;
}

/** What waits to be told, since when it waits in its message. */
interface Digest extends Listener {
  opened_s: number;
  items: Set<Watched>;
}

/** Something was to be told, and was not yet. */
interface Held extends Listener {
  level: string;
  prev: string;
  why: string;
  rule: string;
  until_s?: number;
  isLook?: boolean;
  /** Why it was not told, once it is over. */
  unsaid?: string;
}

/** All that is known of an item. */
interface Watched {
  kept: KeptProblem;
  /** By listener. The best level is not remembered. */
  told: Map<string, KeptTold>;
  held: Map<string, Held>;
  /** When it is to be looked at again; steady. */
  wake_s: number;
}

/** A look at what waits for a clock on the wall, such as hours. */
const LOOK_S = 60;
/** After so long of making messages others have their turn. */
const CLOSING_MS = 5;

export class Alerter {
  private readonly options: AlerterOptions;
  private book: AlertBook;
  private readonly suppressions: Suppressions;
  private readonly items = new Map<string, Watched>();
  private readonly byHost = new Map<string, Set<string>>();
  /** Those of them that are to be looked at again at some time. */
  private readonly waking = new Set<Watched>();
  private readonly digests = new Map<string, Digest>();

  constructor(
    options: AlerterOptions,
    book: AlertBook,
    suppressions: Suppressions,
    known: { problems: readonly KeptProblem[]; told: readonly KeptTold[] },
  ) {
    this.options = options;
    this.book = book;
    this.suppressions = suppressions;
    for (const kept of known.problems) this.wake(this.watch(kept), 0);
    for (const told of known.told) this.items.get(keyOf(told))?.told.set(listenerKey(told), told);
  }

  private watch(kept: KeptProblem): Watched {
    const watched = { kept, told: new Map(), held: new Map(), wake_s: Number.POSITIVE_INFINITY };
    this.items.set(keyOf(kept), watched);
    const ofHost = this.byHost.get(kept.host);
    if (ofHost) ofHost.add(kept.item);
    else this.byHost.set(kept.host, new Set([kept.item]));
    return watched;
  }

  private wake(watched: Watched, wake_s: number): void {
    watched.wake_s = wake_s;
    if (Number.isFinite(wake_s)) this.waking.add(watched);
    else this.waking.delete(watched);
  }

  problem(host: string, item: string): Problem | undefined {
    return this.items.get(keyOf({ host, item }))?.kept.problem;
  }

  /** The items of a host that have had an event. */
  itemsOf(host: string): Iterable<string> {
    return this.byHost.get(host) ?? [];
  }

  *allProblems(): Generator<KeptProblem> {
    for (const { kept } of this.items.values()) yield kept;
  }

  /** Items of which nothing is known that would not be so without them: well since before a (steady) time, as everybody knows. */
  settled(before_s: number): ItemKey[] {
    const settled = [...this.items.values()].filter((watched) => this.isSettled(watched, before_s));
    return settled.map(({ kept: { host, item } }) => ({ host, item }));
  }

  /** Forgets those of them that still are; returns which. */
  forgetSettled(keys: readonly ItemKey[], before_s: number): ItemKey[] {
    const still = keys.filter((key) => {
      const watched = this.items.get(keyOf(key));
      return watched && this.isSettled(watched, before_s);
    });
    this.forget(still);
    return still;
  }

  private isSettled({ kept, told, held }: Watched, before_s: number): boolean {
    const { level, since_s } = levelOf(kept.problem);
    const isQuiet = told.size === 0 && held.size === 0 && !kept.problem.flapping;
    return isQuiet && level === this.book.best && since_s < before_s;
  }

  allTold(): KeptTold[] {
    return [...this.items.values()].flatMap(({ told }) => [...told.values()]);
  }

  /** What each was told last of an item. */
  toldOf(host: string, item: string): KeptTold[] {
    return [...(this.items.get(keyOf({ host, item }))?.told.values() ?? [])];
  }

  /** What waits, and for what. */
  pending(): Pending[] {
    return [...this.items.values()].flatMap(({ kept: { host, item }, held }) =>
      [...held.values()].map(({ user, channel, level, prev, why, rule, until_s, isLook }) => {
        const until = until_s === undefined || isLook ? {} : { until_s: this.options.steady.wall(until_s) };
        return { host, item, user, channel, level, prev, why, rule, ...until };
      }),
    );
  }

  /** What those users who hear of it by these channels know to last. */
  lasting(channels: ReadonlySet<string>): { listener: Listener; notices: Notice[] }[] {
    const lasting = new Map<string, { listener: Listener; notices: Notice[] }>();
    for (const { kept, told: all } of this.items.values()) {
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
      const known = this.items.get(keyOf(kept));
      const isNew = !known || levelOf(known.kept.problem).level !== levelOf(kept.problem).level;
      neighbours ||= isNew && this.book.isNeeded(kept.host);
      if (known) known.kept = kept;
      this.look(known ?? this.watch(kept), changes);
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
      const watched = this.items.get(keyOf(each));
      if (!watched) continue;
      for (const held of watched.held.values())
        changes.telling(this.telling(watched, held, held, "unsaid", "it left the work"));
      this.items.delete(keyOf(each));
      this.byHost.get(each.host)?.delete(each.item);
      this.waking.delete(watched);
      this.suppressions.unacknowledge(each.host, each.item);
      for (const digest of this.digests.values()) digest.items.delete(watched);
    }
    this.settle(changes);
  }

  /** Looks at what was waited for, and makes the messages that are due. To be called when `nextWake_s` has come, or earlier. */
  tick(): void {
    const now_s = this.options.steady.now_s();
    const changes = new Changes();
    for (const watched of this.waking) if (watched.wake_s <= now_s) this.look(watched, changes);
    this.settle(changes);
    // Each may be a thousand notices; those that are left come with the next look, which is at once.
    const begun_ms = this.options.clock.mono_ms();
    for (const digest of this.digests.values()) {
      if (digest.opened_s + this.options.digest_s() > now_s) continue;
      this.close(digest);
      if (this.options.clock.mono_ms() - begun_ms > CLOSING_MS) break;
    }
  }

  /** By the steady clock; infinite when nothing is waited for. */
  get nextWake_s(): number {
    let next_s = Number.POSITIVE_INFINITY;
    for (const { wake_s } of this.waking) next_s = Math.min(next_s, wake_s);
    for (const { opened_s } of this.digests.values()) next_s = Math.min(next_s, opened_s + this.options.digest_s());
    return next_s;
  }

  private lookAtAll(changes: Changes): void {
    for (const watched of this.items.values()) this.look(watched, changes);
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
      this.wake(watched, Number.POSITIVE_INFINITY);
      return;
    }
    let wake_s = Number.POSITIVE_INFINITY;
    const listeners = this.book.listeners(kept.host, kept.item);
    const ask = this.asking(watched);
    for (const listener of listeners) wake_s = Math.min(wake_s, this.take(watched, listener, ask(listener), changes));
    this.dropOthers(watched, listeners, changes);
    this.wake(watched, wake_s);
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
    if (decision.what !== "tell") this.digests.get(listener.key)?.items.delete(watched);
    if (decision.what === "tell") {
      const digest_s = this.options.digest_s();
      const why = `it is told with what comes within ${digest_s} s`;
      const hold = { why, unsaid: `it was over within the ${digest_s} s in which a message is collected` };
      if (decision.kind !== "reminder") this.hold(watched, listener, hold, decision.rule.where, changes);
      this.digest(listener).items.add(watched);
      return Number.POSITIVE_INFINITY;
    }
    if (decision.what === "wait") {
      this.hold(watched, listener, decision.hold, decision.rule.where, changes);
      return decision.hold.until_s ?? Number.POSITIVE_INFINITY;
    }
    this.release(watched, listener.key, changes);
    if (decision.what === "nothing") return decision.until_s ?? Number.POSITIVE_INFINITY;
    this.follow(watched, listener, changes);
    return 0; // for its next reminder
  }

  /** Notes that something waits; a level that waited before it, and is over, will not be told. */
  private hold(
    watched: Watched,
    { key, user, channel }: ListenerRules,
    hold: Hold & Pick<Held, "unsaid">,
    rule: string,
    changes: Changes,
  ): void {
    const before = watched.held.get(key);
    const { level } = levelOf(watched.kept.problem);
    if (before && before.level !== level)
      changes.telling(this.telling(watched, before, before, "unsaid", before.unsaid ?? before.why));
    watched.held.set(key, { ...hold, user, channel, level, prev: this.toldLevel(watched, key), rule });
  }

  /** Nothing waits any more: it was over before it could be told. */
  private release(watched: Watched, key: string, changes: Changes): void {
    const before = watched.held.get(key);
    if (!before) return;
    changes.telling(this.telling(watched, before, before, "unsaid", before.unsaid ?? before.why));
    watched.held.delete(key);
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
      this.release(watched, key, changes);
      this.digests.get(key)?.items.delete(watched);
    }
  }

  private digest({ key, user, channel }: ListenerRules): Digest {
    const known = this.digests.get(key);
    if (known && known.items.size > 0) return known;
    const opened: Digest = { user, channel, opened_s: this.options.steady.now_s(), items: new Set() };
    this.digests.set(key, opened);
    return opened;
  }

  /** Makes messages of what is still to be told of a digest. */
  private close(digest: Digest): void {
    const key = listenerKey(digest);
    this.digests.delete(key);
    const changes = new Changes();
    const told: { watched: Watched; notice: Notice; next: Told }[] = [];
    for (const watched of digest.items) {
      const { kept } = watched;
      const listener = this.book.listeners(kept.host, kept.item).find((each) => each.key === key);
      if (!listener) continue;
      const decision = this.asking(watched)(listener);
      if (decision.what !== "tell") {
        this.wake(watched, Math.min(watched.wake_s, this.take(watched, listener, decision, changes)));
        continue;
      }
      const { kind, rule, recovery } = decision;
      const { level } = levelOf(kept.problem);
      const said = { kind, prev: this.toldLevel(watched, key), rule: rule.where };
      const next = { level, at_s: this.options.steady.now_s(), rule: kind === "recovery" ? "" : rule.where, recovery };
      told.push({ watched, notice: this.options.notice(kept, said), next });
    }
    const notices = told.map(({ notice }) => notice);
    const messages = notices.length > 0 ? this.options.send(digest, notices) : [];
    const messageOf = new Map(messages.flatMap((message) => message.notices.map((each) => [keyOf(each), message])));
    for (const { watched, notice, next } of told) {
      this.setTold(watched, digest, next, changes);
      watched.held.delete(key);
      changes.telling(this.tellingOf(watched, digest, notice, messageOf.get(keyOf(notice)), messages));
      this.wake(watched, 0); // for its next reminder
    }
    changes.messages.push(...messages.map((message) => ({ ...message, channel: digest.channel })));
    this.settle(changes);
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

  /** The level of now counts as known. Whether it is still what was told that is bad, the lines say. */
  private follow(watched: Watched, listener: ListenerRules, changes: Changes): void {
    const { level } = levelOf(watched.kept.problem);
    const before = watched.told.get(listener.key)?.told;
    const lasts = before?.recovery === true || listener.rules.some(({ to }) => to.has(level));
    const at_s = before?.at_s ?? this.options.steady.now_s();
    const rule = lasts ? (before?.rule ?? "") : "";
    this.setTold(watched, listener, { level, at_s, rule, recovery: before?.recovery ?? false }, changes);
  }

  /** The best level needs not be remembered. */
  private setTold({ kept, told: all }: Watched, listener: Listener, told: Told, changes: Changes): void {
    const { level } = told;
    const key = listenerKey(listener);
    const { user, channel } = listener;
    const who = { host: kept.host, item: kept.item, user, channel };
    if (level === this.book.best) {
      if (all.delete(key)) changes.untold.push(who);
      return;
    }
    all.set(key, { ...who, told });
    changes.told.push({ ...who, told });
  }

  private toldLevel({ told }: Watched, key: string): string {
    return told.get(key)?.told.level ?? this.book.best;
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

function keyOf({ host, item }: ItemKey): string {
  return `${host}\0${item}`;
}
