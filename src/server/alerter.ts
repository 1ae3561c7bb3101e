// Who is told of what, and when. It knows of each item the level of now, and of each user and channel the level that was told last;
// whenever something changes, and when something was waited for, it compares (core/alert/decide). What is to be told goes into
// one message a user and channel, and is looked at again before that is made.

import { type Decision, decide, type Hold, type Told } from "../core/alert/decide.ts";
import type { Message, Notice } from "../core/alert/message.ts";
import { levelOf, type Problem } from "../core/alert/problem.ts";
import { isWithin, type WallClockAt } from "../core/alert/when.ts";
import type { Clock } from "../core/clock.ts";
import type { AlertChanges, ItemKey, KeptProblem, KeptTold, Listener, Telling } from "../store/alert-store.ts";
import type { AlertBook, ListenerRules } from "./alert-book.ts";
import type { Facts } from "./composer.ts";
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
  facts(host: string, item: string): Facts;
  links(kept: KeptProblem, user: string): Notice["links"];
}

/** What is not told for now. */
export interface Pending extends ItemKey, Listener {
  level: string;
  prev: string;
  why: string;
  /** By the clock on the wall. */
  until_s?: number;
}

/** What waits to be told, since when it waits in its message. */
interface Digest extends Listener {
  opened_s: number;
  keys: Map<string, ItemKey>;
}

/** Something was to be told, and was not yet. */
interface Held {
  level: string;
  prev: string;
  why: string;
  until_s?: number;
}

/** A look at what waits for a clock on the wall, such as hours. */
const LOOK_S = 60;

export class Alerter {
  private readonly options: AlerterOptions;
  private book: AlertBook;
  private readonly suppressions: Suppressions;
  private readonly problems = new Map<string, KeptProblem>();
  private readonly told = new Map<string, Map<string, KeptTold>>();
  private readonly held = new Map<string, Map<string, Held & Listener>>();
  private readonly digests = new Map<string, Digest>();
  /** When an item is to be looked at again; steady. */
  private readonly wakes = new Map<string, number>();

  constructor(
    options: AlerterOptions,
    book: AlertBook,
    suppressions: Suppressions,
    known: { problems: readonly KeptProblem[]; told: readonly KeptTold[] },
  ) {
    this.options = options;
    this.book = book;
    this.suppressions = suppressions;
    for (const kept of known.problems) this.problems.set(keyOf(kept), kept);
    for (const kept of known.told) this.remember(kept);
    for (const key of this.problems.keys()) this.wakes.set(key, 0);
  }

  problem(host: string, item: string): Problem | undefined {
    return this.problems.get(keyOf({ host, item }))?.problem;
  }

  allProblems(): Iterable<KeptProblem> {
    return this.problems.values();
  }

  allTold(): KeptTold[] {
    return [...this.told.values()].flatMap((own) => [...own.values()]);
  }

  /** What each was told last of an item. */
  toldOf(host: string, item: string): KeptTold[] {
    return [...(this.told.get(keyOf({ host, item }))?.values() ?? [])];
  }

  /** What waits, and for what. */
  pending(): Pending[] {
    return [...this.held].flatMap(([key, listeners]) => {
      const kept = this.problems.get(key);
      return kept
        ? [...listeners.values()].map((each) => ({ host: kept.host, item: kept.item, ...this.shown(each) }))
        : [];
    });
  }

  private shown({ user, channel, level, prev, why, until_s }: Held & Listener): Omit<Pending, keyof ItemKey> {
    const until = until_s === undefined ? {} : { until_s: this.options.steady.wall(until_s) };
    return { user, channel, level, prev, why, ...until };
  }

  /** What those users who hear of it by these channels know to last. */
  lasting(channels: ReadonlySet<string>): { listener: Listener; notices: Notice[] }[] {
    const lasting = new Map<string, { listener: Listener; notices: Notice[] }>();
    for (const { host, item, user, channel, told } of this.allTold()) {
      const kept = this.problems.get(keyOf({ host, item }));
      if (!kept || !channels.has(channel)) continue;
      const listener = { user, channel };
      const own = lasting.get(listenerKey(listener)) ?? { listener, notices: [] };
      lasting.set(listenerKey(listener), own);
      own.notices.push(this.notice(kept, listener, "reminder", told.rule));
    }
    return [...lasting.values()];
  }

  /** New levels of items, in the order in which they came. */
  changed(problems: readonly KeptProblem[]): void {
    const changes = new Changes();
    let neighbours = false;
    for (const kept of problems) {
      const before = this.problems.get(keyOf(kept));
      this.problems.set(keyOf(kept), kept);
      const isNew = !before || levelOf(before.problem).level !== levelOf(kept.problem).level;
      neighbours ||= isNew && this.book.isNeeded(kept.host);
      this.look(kept, changes);
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
      const key = keyOf(each);
      for (const { user, channel, level, prev } of this.held.get(key)?.values() ?? [])
        changes.telling(this.telling(each, { user, channel }, { prev, level }, "unsaid", "it left the work"));
      this.problems.delete(key);
      this.told.delete(key);
      this.held.delete(key);
      this.wakes.delete(key);
      this.suppressions.unacknowledge(each.host, each.item);
      for (const digest of this.digests.values()) digest.keys.delete(key);
    }
    this.settle(changes);
  }

  /** Looks at what was waited for, and makes the messages that are due. To be called when `nextWake_s` has come, or earlier. */
  tick(): void {
    const now_s = this.options.steady.now_s();
    const changes = new Changes();
    for (const [key, wake_s] of this.wakes) {
      if (wake_s > now_s) continue;
      const kept = this.problems.get(key);
      if (kept) this.look(kept, changes);
      else this.wakes.delete(key);
    }
    this.settle(changes);
    for (const digest of this.digests.values())
      if (digest.opened_s + this.options.digest_s() <= now_s) this.close(digest);
  }

  /** By the steady clock; infinite when nothing is waited for. */
  get nextWake_s(): number {
    let next_s = Number.POSITIVE_INFINITY;
    for (const wake_s of this.wakes.values()) next_s = Math.min(next_s, wake_s);
    for (const { opened_s } of this.digests.values()) next_s = Math.min(next_s, opened_s + this.options.digest_s());
    return next_s;
  }

  private lookAtAll(changes: Changes): void {
    for (const kept of this.problems.values()) this.look(kept, changes);
  }

  private settle(changes: Changes): void {
    if (!changes.isEmpty) this.options.save(changes);
  }

  /** Compares for all who listen to an item. */
  private look(kept: KeptProblem, changes: Changes): void {
    const key = keyOf(kept);
    this.endAck(kept, changes);
    let wake_s = Number.POSITIVE_INFINITY;
    const listeners = this.book.listeners(kept.host, kept.item);
    const ask = this.asking(kept);
    for (const listener of listeners) {
      const decision = ask(listener);
      wake_s = Math.min(wake_s, this.take(kept, listener, decision, changes));
    }
    this.dropOthers(kept, listeners, changes);
    if (Number.isFinite(wake_s)) this.wakes.set(key, wake_s);
    else this.wakes.delete(key);
  }

  /** Decides for one who listens; what holds up the item is found out once for all of them. */
  private asking({ host, item, problem }: KeptProblem): (listener: ListenerRules) => Decision {
    const now_s = this.options.steady.now_s();
    let hold: { is: Hold | undefined } | undefined;
    const own = this.told.get(keyOf({ host, item }));
    return (listener) =>
      decide({
        rules: listener.rules,
        told: own?.get(listenerKey(listener))?.told,
        problem,
        best: this.book.best,
        now_s,
        closed: (hours) => {
          const wall_s = this.options.clock.now_s();
          if (isWithin(hours, wall_s, this.options.wallClockAt)) return undefined;
          return {
            why: "it is not in the hours of the alert",
            until_s: now_s + LOOK_S - (wall_s % LOOK_S),
            isLook: true,
          };
        },
        held: () => {
          hold ??= { is: this.suppressions.hold(host, item, problem) };
          return hold.is;
        },
      });
  }

  /** Does what was decided; returns when to look again. */
  private take(kept: KeptProblem, listener: ListenerRules, decision: Decision, changes: Changes): number {
    const { level } = levelOf(kept.problem);
    const prev = this.toldLevel(kept, listener);
    const key = keyOf(kept);
    if (decision.what !== "tell") this.digests.get(listenerKey(listener))?.keys.delete(key);
    switch (decision.what) {
      case "tell": {
        if (decision.kind !== "reminder")
          this.hold(
            kept,
            listener,
            { level, prev, why: `it is told with what comes within ${this.options.digest_s()} s` },
            changes,
          );
        this.digest(listener).keys.set(key, kept);
        return Number.POSITIVE_INFINITY;
      }
      case "wait": {
        const { why, until_s, isLook } = decision.hold;
        const held = { level, prev, why: `${why} (${decision.rule.where})` };
        this.hold(kept, listener, until_s === undefined || isLook ? held : { ...held, until_s }, changes);
        return until_s ?? Number.POSITIVE_INFINITY;
      }
      case "follow":
        this.release(kept, listener, changes);
        this.setTold(kept, listener, undefined, changes);
        return Number.POSITIVE_INFINITY;
      case "nothing":
        this.release(kept, listener, changes);
        return decision.until_s ?? Number.POSITIVE_INFINITY;
    }
  }

  /** Notes that something waits; a level that waited before it, and is over, will not be told. */
  private hold(kept: KeptProblem, listener: Listener, held: Held, changes: Changes): void {
    const key = keyOf(kept);
    const own = this.held.get(key) ?? new Map<string, Held & Listener>();
    this.held.set(key, own);
    const before = own.get(listenerKey(listener));
    if (before && before.level !== held.level)
      changes.telling(this.telling(kept, listener, before, "unsaid", before.why));
    own.set(listenerKey(listener), { ...held, user: listener.user, channel: listener.channel });
  }

  /** Nothing waits any more: it was over before it could be told. */
  private release(kept: KeptProblem, listener: Listener, changes: Changes): void {
    const key = keyOf(kept);
    const own = this.held.get(key);
    const before = own?.get(listenerKey(listener));
    if (!own || !before) return;
    changes.telling(this.telling(kept, listener, before, "unsaid", before.why));
    own.delete(listenerKey(listener));
    if (own.size === 0) this.held.delete(key);
  }

  private dropOthers(kept: KeptProblem, listeners: readonly ListenerRules[], changes: Changes): void {
    const key = keyOf(kept);
    const listens = new Set(listeners.map(listenerKey));
    for (const each of this.told.get(key)?.values() ?? []) {
      if (listens.has(listenerKey(each))) continue;
      this.told.get(key)?.delete(listenerKey(each));
      changes.untold.push({ host: kept.host, item: kept.item, user: each.user, channel: each.channel });
    }
    for (const each of this.held.get(key)?.values() ?? []) {
      if (listens.has(listenerKey(each))) continue;
      this.release(kept, each, changes);
      this.digests.get(listenerKey(each))?.keys.delete(key);
    }
  }

  private digest(listener: Listener): Digest {
    const key = listenerKey(listener);
    const known = this.digests.get(key);
    if (known && known.keys.size > 0) return known;
    const { user, channel } = listener;
    const opened: Digest = { user, channel, opened_s: this.options.steady.now_s(), keys: new Map() };
    this.digests.set(key, opened);
    return opened;
  }

  /** Makes a message of what is still to be told of a digest. */
  private close(digest: Digest): void {
    this.digests.delete(listenerKey(digest));
    const changes = new Changes();
    const told: { kept: KeptProblem; notice: Notice; next: Told }[] = [];
    for (const [key] of digest.keys) {
      const kept = this.problems.get(key);
      const listener =
        kept && this.book.listeners(kept.host, kept.item).find((each) => listenerKey(each) === listenerKey(digest));
      if (!kept || !listener) continue;
      const decision = this.asking(kept)(listener);
      if (decision.what !== "tell") {
        const wake_s = this.take(kept, listener, decision, changes);
        if (Number.isFinite(wake_s)) this.wakes.set(key, Math.min(wake_s, this.wakes.get(key) ?? wake_s));
        continue;
      }
      const { kind, rule, recovery } = decision;
      const next = {
        level: levelOf(kept.problem).level,
        at_s: this.options.steady.now_s(),
        rule: rule.where,
        recovery,
      };
      told.push({ kept, notice: this.notice(kept, digest, kind, rule.where), next });
    }
    const notices = told.map(({ notice }) => notice);
    const messages = notices.length > 0 ? this.options.send(digest, notices) : [];
    const idOf = (notice: Notice) => (messages.find((each) => each.notices.includes(notice)) ?? messages[0])?.id;
    for (const { kept, notice, next } of told) {
      this.setTold(kept, digest, next, changes);
      this.held.get(keyOf(kept))?.delete(listenerKey(digest));
      if (this.held.get(keyOf(kept))?.size === 0) this.held.delete(keyOf(kept));
      const telling = this.telling(kept, digest, notice, notice.kind, notice.rule);
      const message = idOf(notice);
      changes.telling(message === undefined ? telling : { ...telling, message });
      this.raiseAck(kept, changes);
      this.wakes.set(keyOf(kept), 0); // for its next reminder
    }
    changes.messages.push(...messages.map((message) => ({ ...message, channel: digest.channel })));
    this.settle(changes);
  }

  private notice(kept: KeptProblem, listener: Listener, kind: Notice["kind"], rule: string): Notice {
    const { host, item, problem } = kept;
    const { level, since_s } = levelOf(problem);
    const { tag, unit, value, time_s } = this.options.facts(host, item);
    const { text, reason } = problem;
    const links = this.options.links(kept, listener.user);
    return {
      kind,
      host,
      tag,
      item,
      level,
      prev: this.toldLevel(kept, listener),
      rule,
      rank: this.book.rank(level),
      since_s: this.options.steady.wall(since_s),
      time_s: Math.max(time_s, problem.at_s),
      value: time_s > problem.at_s ? value : problem.value,
      unit,
      problem: problem.begun,
      ...(text === undefined ? {} : { text }),
      ...(reason === undefined ? {} : { reason }),
      ...(links ? { links } : {}),
    };
  }

  /** The best level needs not be remembered. Without `next`, the level of now counts as known. */
  private setTold(kept: KeptProblem, { user, channel }: Listener, next: Told | undefined, changes: Changes): void {
    const { level } = levelOf(kept.problem);
    const who = { host: kept.host, item: kept.item, user, channel };
    if (level === this.book.best) {
      if (this.told.get(keyOf(kept))?.delete(listenerKey(who))) changes.untold.push(who);
      return;
    }
    const before = this.told.get(keyOf(kept))?.get(listenerKey(who))?.told;
    const now_s = this.options.steady.now_s();
    const told = next ?? { level, at_s: before?.at_s ?? now_s, rule: before?.rule ?? "", recovery: false };
    this.remember({ ...who, told });
    changes.told.push({ ...who, told: { ...told, at_s: this.options.steady.wall(told.at_s) } });
  }

  private remember(kept: KeptTold): void {
    const own = this.told.get(keyOf(kept)) ?? new Map<string, KeptTold>();
    own.set(listenerKey(kept), kept);
    this.told.set(keyOf(kept), own);
  }

  private toldLevel(key: ItemKey, listener: Listener): string {
    return this.told.get(keyOf(key))?.get(listenerKey(listener))?.told.level ?? this.book.best;
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

  /** What was told although it is acknowledged is acknowledged from now on: it is told once. */
  private raiseAck({ host, item, problem }: KeptProblem, changes: Changes): void {
    const ack = this.suppressions.ack(host, item);
    const { level } = levelOf(problem);
    if (!ack || ack.level === level || level === this.book.best) return;
    const raised = { ...ack, level };
    this.suppressions.acknowledge(raised);
    changes.acks.push(raised);
  }

  private telling(
    { host, item }: ItemKey,
    { user, channel }: Listener,
    { prev, level }: { prev: string; level: string },
    kind: string,
    why: string,
  ): Telling {
    return { at_s: this.options.clock.now_s(), host, item, user, channel, prev, level, kind, why };
  }
}

/** What one look changes, to be stored at once. */
class Changes implements AlertChanges {
  readonly told: KeptTold[] = [];
  readonly untold: (ItemKey & Listener)[] = [];
  readonly tellings: Telling[] = [];
  readonly acks: NonNullable<AlertChanges["acks"]>[number][] = [];
  readonly unacked: ItemKey[] = [];
  readonly messages: NonNullable<AlertChanges["messages"]>[number][] = [];

  telling(telling: Telling): void {
    this.tellings.push(telling);
  }

  get isEmpty(): boolean {
    const { told, untold, tellings, acks, unacked, messages } = this;
    return [told, untold, tellings, acks, unacked, messages].every((list) => list.length === 0);
  }
}

function keyOf({ host, item }: ItemKey): string {
  return `${host}\0${item}`;
}

function listenerKey({ user, channel }: Listener): string {
  return `${user}\0${channel}`;
}
