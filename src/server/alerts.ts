// From a changed level to the right person: what the server's other parts, and the commands, have to do with alerts.

import type { Hold } from "../core/alert/decide.ts";
import type { Message, Notice, OtherTrouble } from "../core/alert/message.ts";
import { levelOf, type Problem, untilNow } from "../core/alert/problem.ts";
import { Silence, type Voice } from "../core/alert/silence.ts";
import type { WallClockAt } from "../core/alert/when.ts";
import type { Clock } from "../core/clock.ts";
import { ACK_TEXT_CHARS_MAX, MESSAGE_NOTICES_MAX, OTHER_TROUBLE_MAX, UNSAVED_CHANGES_MAX } from "../core/limits.ts";
import type { About, ItemState } from "../core/report.ts";
import type { ChannelType } from "../notify/channel.ts";
import type {
  Ack,
  AlertChanges,
  AlertStore,
  Downtime,
  ItemKey,
  KeptProblem,
  Listener,
  Queued,
  Telling,
} from "../store/alert-store.ts";
import { StoreError } from "../store/database.ts";
import type { ServerWork } from "../work/works.ts";
import { AlertBook } from "./alert-book.ts";
import { Alerter, type Pending } from "./alerter.ts";
import { Delivery, worstFirst } from "./delivery.ts";
import type { SteadyClock } from "./steady.ts";
import { DMON_ITEM, Suppressions } from "./suppressions.ts";

/** An event that the server itself makes of an item. */
export interface OwnEvent extends ItemKey {
  level: string;
  text: string;
  reason: string;
}

export interface AlertsOptions {
  hostname: string;
  version: string;
  clock: Clock;
  steady: SteadyClock;
  wallClockAt: WallClockAt;
  digest_s(): number;
  from(): string;
  /** What the server knows of a host. */
  known(host: string): { state: Readonly<Record<string, ItemState>>; about: About } | undefined;
  /** Stores events of the server's own, and tells us of them as of any other. */
  make(events: readonly OwnEvent[]): void;
  channel(name: string): Promise<{ type: ChannelType; url: string } | undefined>;
  graph(notice: Notice): Promise<Uint8Array | undefined>;
  links(host: string, item: string, user: string): Notice["links"];
  /** The database cannot be written now. */
  failed(error: unknown): void;
  log: { quiet(text: string): void; verbose(text: string): void };
}

/** Whom the server waits for is looked at so often. */
const LISTEN_S = 5;
/** A message that was not taken for so long is a problem of its own. */
const QUEUE_LATE_S = 600;
/** Of what was in a message, and changed before that was tried. */
const SUPERSEDED = "it changed while its message waited for the one before";
/** By which the server tells of itself. */
const SILENCE_ITEM = "dmon_silence";
const QUEUE_ITEM = "dmon_alerts";

export class Alerts {
  private readonly options: AlertsOptions;
  private store: AlertStore;
  private book: AlertBook;
  private readonly suppressions: Suppressions;
  private readonly alerter: Alerter;
  private readonly delivery: Delivery;
  private readonly silence: Silence;
  private readonly unsaved: AlertChanges[] = [];
  private listened_s = 0;
  /** Items whose level in the last report was not that of their last event. */
  private differing = new Map<string, string>();

  constructor(options: AlertsOptions, store: AlertStore, work: ServerWork) {
    this.options = options;
    this.store = store;
    this.book = new AlertBook(work);
    const { clock, steady, wallClockAt } = options;
    this.silence = new Silence(steady.now_s());
    this.suppressions = new Suppressions(
      {
        book: () => this.book,
        wallClockAt,
        wall_s: () => clock.now_s(),
        now_s: () => steady.now_s(),
        problem: (host, item) => this.alerter.problem(host, item),
        voice: (client) => this.silence.voice(client),
        ival_s: (client) => options.known(client)?.about.ival ?? 0,
      },
      store.acks(),
      store.downtimes(),
    );
    this.alerter = new Alerter(
      {
        clock,
        steady,
        wallClockAt,
        digest_s: () => options.digest_s(),
        save: (changes) => this.save(changes),
        send: (listener, notices) => this.send(listener, notices),
        facts: (host, item) => this.facts(host, item),
        links: (host, item, user) => options.links(host, item, user),
      },
      this.book,
      this.suppressions,
      {
        problems: store.problems().map((kept) => ({ ...kept, problem: untilNow(kept.problem, steady.now_s()) })),
        told: store.told().map((kept) => ({ ...kept, told: { ...kept.told, at_s: steady.of(kept.told.at_s) } })),
      },
    );
    this.delivery = new Delivery(
      {
        clock,
        steady,
        version: options.version,
        from: () => options.from(),
        channel: (name) => options.channel(name),
        graph: (notice) => options.graph(notice),
        postponed: (queued) => this.keep(() => this.store.postpone(queued)),
        sent: (queued) => this.keep(() => this.store.dequeue(queued)),
        gaveUp: (queued) => this.keep(() => this.store.dequeue(queued, givenUp(queued, clock.now_s()))),
        changed: () => this.tellOfQueue(),
        log: options.log,
        random: () => Math.random(),
      },
      store.queue(),
    );
    this.expectClients();
  }

  /** Goes on with another store, to which all that is known is written. */
  useStore(store: AlertStore): void {
    this.store = store;
    const { steady } = this.options;
    const told = this.alerter
      .allTold()
      .map((kept) => ({ ...kept, told: { ...kept.told, at_s: steady.wall(kept.told.at_s) } }));
    const messages = this.delivery.queue().map(({ message, channel }) => ({ ...message, channel }));
    this.keep(() => {
      for (const kept of this.alerter.allProblems()) store.putProblem(kept);
    });
    this.save({ told, acks: [...this.suppressions.allAcks()] });
    for (const message of messages) this.save({ message });
  }

  setWork(work: ServerWork): void {
    this.book = new AlertBook(work);
    this.silence.retain((client) => work.hosts[client] !== undefined && work.hosts[client]?.via === undefined);
    this.suppressions.setDowntimes(this.suppressions.allDowntimes());
    this.retire([...this.alerter.allProblems()].filter(({ host }) => !work.hosts[host]));
    this.alerter.reconsider(this.book);
  }

  /** New levels of items, in the order in which they came. */
  changed(problems: readonly KeptProblem[]): void {
    this.alerter.changed(problems);
  }

  /** The clients of these hosts sent something. */
  heard(hosts: readonly string[]): void {
    const now_s = this.options.steady.now_s();
    for (const host of hosts) this.silence.sign(this.book.clientOf(host), now_s);
  }

  /**
   * A client reported. Items that it no longer has are retired: nobody hears of them again. Where a level is another one than events
   * told, twice in a row, an event was lost: the report is right.
   */
  reported(about: About, hosts: Readonly<Record<string, Readonly<Record<string, ItemState>>>>): void {
    this.silence.heard(about.host, about.ival, this.options.steady.now_s());
    const lost: OwnEvent[] = [];
    const gone: ItemKey[] = [];
    for (const [host, state] of Object.entries(hosts)) {
      for (const [item, { level, rule, text, flapping }] of Object.entries(state)) {
        const problem = this.alerter.problem(host, item);
        const known = problem ? levelOf(problem).level : this.book.best;
        const isOther = level !== known && !flapping && !problem?.flapping;
        const key = `${host}\0${item}`;
        if (isOther && this.differing.get(key) === level)
          lost.push({ host, item, level, text: text ?? "", reason: rule ?? "" });
        if (isOther) this.differing.set(key, level);
        else this.differing.delete(key);
      }
    }
    for (const [host, state] of Object.entries(hosts))
      for (const item of this.alerter.itemsOf(host))
        if (!Object.hasOwn(state, item) && !this.isOwn(host, item)) gone.push({ host, item });
    if (lost.length > 0) this.options.make(lost);
    this.retire(gone);
  }

  private isOwn(host: string, item: string): boolean {
    return item === DMON_ITEM || (host === this.options.hostname && (item === SILENCE_ITEM || item === QUEUE_ITEM));
  }

  private retire(keys: readonly ItemKey[]): void {
    if (keys.length === 0) return;
    this.alerter.forget(keys);
    this.keep(() => this.store.dropProblems(keys));
  }

  /** What is due. Returns in how many seconds something is due again. */
  tick(): number {
    const { steady } = this.options;
    const now_s = steady.now_s();
    if (now_s >= this.listened_s + LISTEN_S) this.listen(now_s);
    this.alerter.tick();
    this.delivery.tick();
    this.saveWaiting();
    const next_s = Math.min(this.alerter.nextWake_s, this.delivery.nextDue_s, this.listened_s + LISTEN_S);
    return Math.max(0, next_s - steady.now_s());
  }

  stop(): void {
    this.delivery.stop();
    this.saveWaiting();
  }

  // Who is heard.

  private expectClients(): void {
    const now_s = this.options.steady.now_s();
    for (const [host, { via }] of Object.entries(this.book.work.hosts)) {
      const about = via === undefined ? this.options.known(host)?.about : undefined;
      if (!about) continue;
      const problem = this.alerter.problem(host, DMON_ITEM);
      const isDead = problem !== undefined && levelOf(problem).level === this.worst;
      this.silence.expect(host, about.ival, isDead, now_s);
    }
  }

  voice(client: string): Voice | undefined {
    return this.silence.voice(client);
  }

  private listen(now_s: number): void {
    this.listened_s = now_s;
    const { died, returned, suspects, trusts } = this.silence.judge(now_s);
    const { best } = this.book;
    const { hostname } = this.options;
    const reason = "the server's clock";
    const events: OwnEvent[] = [
      ...died.map((host) => ({ host, item: DMON_ITEM, level: this.worst, text: "no report any more", reason })),
      ...returned.map((host) => ({ host, item: DMON_ITEM, level: this.levelNow(host), text: "reports again", reason })),
    ];
    if (suspects) {
      const text = `${suspects.silent} of ${suspects.of} hosts are silent: is it the network of this server?`;
      events.push({ host: hostname, item: SILENCE_ITEM, level: this.bad, text, reason });
    }
    if (trusts)
      events.push({ host: hostname, item: SILENCE_ITEM, level: best, text: "most hosts are heard again", reason });
    if (events.length > 0) this.options.make(events);
  }

  /** What a client says of itself, once it is heard again. */
  private levelNow(host: string): string {
    const level = this.options.known(host)?.state[DMON_ITEM]?.level;
    return level === undefined || level === this.worst ? this.book.best : level;
  }

  private get worst(): string {
    return this.book.work.levels.at(-1)?.name ?? "dead";
  }

  private get bad(): string {
    return (this.book.work.levels[2] ?? this.book.work.levels.at(-1))?.name ?? "dead";
  }

  // Messages.

  private send({ user: name, channel }: Listener, notices: readonly Notice[]): Message | undefined {
    const user = this.book.work.users[name];
    if (!user) return undefined;
    const open = this.delivery.open({ user: name, channel });
    if (open) {
      const superseded = this.delivery.extend(open, notices);
      const tellings = tellingsOf(open, superseded, "unsaid", SUPERSEDED, this.options.clock.now_s());
      if (tellings.length > 0) this.save({ tellings });
      return open.message;
    }
    const sorted = worstFirst(notices);
    const message: Message = {
      id: Bun.randomUUIDv7(),
      server: this.options.hostname,
      user: { name, mail: user.mail, options: user.options ?? {} },
      made_s: this.options.clock.now_s(),
      notices: sorted.slice(0, MESSAGE_NOTICES_MAX),
      more: Math.max(0, sorted.length - MESSAGE_NOTICES_MAX),
      others: this.others(sorted),
      levels: this.book.work.levels,
    };
    this.delivery.add({ user: name, channel, message, attempts: 0, next_s: message.made_s, isUnsure: false });
    return message;
  }

  /** What else is not well on the first hosts of a message. */
  private others(notices: readonly Notice[]): OtherTrouble[] {
    const hosts = [...new Set(notices.map(({ host }) => host))].slice(0, OTHER_TROUBLE_MAX);
    const told = new Set(notices.map(({ host, item }) => `${host}\0${item}`));
    return hosts.flatMap((host) => {
      const items = [...this.alerter.allProblems()]
        .filter((kept) => kept.host === host && !told.has(`${host}\0${kept.item}`))
        .map((kept) => this.otherItem(kept))
        .filter(({ rank }) => rank > 0)
        .toSorted((a, b) => b.rank - a.rank);
      if (items.length === 0) return [];
      const more = Math.max(0, items.length - OTHER_TROUBLE_MAX);
      return [{ host, tag: this.facts(host, "").tag, items: items.slice(0, OTHER_TROUBLE_MAX), more }];
    });
  }

  private otherItem({ host, item, problem }: KeptProblem): OtherTrouble["items"][number] {
    const { level, since_s } = levelOf(problem);
    const { unit, value } = this.facts(host, item);
    const rank = this.book.work.levels.findIndex(({ name }) => name === level);
    const { text } = problem;
    return {
      item,
      level,
      rank,
      value,
      unit,
      since_s: this.options.steady.wall(since_s),
      ...(text === undefined ? {} : { text }),
    };
  }

  private facts(host: string, item: string): { tag: string; unit: string; value: number | null; time_s: number } {
    const tag = this.book.work.hosts[host]?.tag ?? host;
    const state = this.options.known(host)?.state;
    const own = state && Object.hasOwn(state, item) ? state[item] : undefined;
    return { tag, unit: own?.unit ?? "", value: own?.value ?? null, time_s: own?.time ?? 0 };
  }

  /** That messages wait is itself something that somebody should know, by another channel or the pages. */
  private tellOfQueue(): void {
    const queue = this.delivery.queue();
    const now_s = this.options.clock.now_s();
    const late = queue.filter(({ message, attempts }) => attempts > 0 && message.made_s < now_s - QUEUE_LATE_S);
    const level = late.length > 0 ? this.bad : this.book.best;
    const before = this.alerter.problem(this.options.hostname, QUEUE_ITEM);
    if (level === (before ? levelOf(before).level : this.book.best)) return;
    const [first] = late;
    const text = first
      ? `${queue.length} messages wait: ${first.channel}: ${first.answer ?? ""}`
      : "all messages were taken";
    this.options.make([{ host: this.options.hostname, item: QUEUE_ITEM, level, text, reason: "the server's queue" }]);
  }

  // What people do.

  problem(host: string, item: string): Problem | undefined {
    return this.alerter.problem(host, item);
  }

  /** Undefined where there is nothing to acknowledge. */
  acknowledge(host: string, item: string, user: string, text: string, until_s?: number): Ack | undefined {
    const problem = this.alerter.problem(host, item);
    if (!problem || levelOf(problem).level === this.book.best) return undefined;
    const { level } = levelOf(problem);
    const until = until_s === undefined ? {} : { until_s };
    const ack: Ack = {
      host,
      item,
      user,
      at_s: this.options.clock.now_s(),
      level,
      text: text.slice(0, ACK_TEXT_CHARS_MAX),
      ...until,
    };
    this.suppressions.acknowledge(ack);
    this.save({ acks: [ack] });
    this.alerter.reconsider();
    return ack;
  }

  unacknowledge(host: string, item: string): boolean {
    const was = this.suppressions.unacknowledge(host, item);
    if (was) this.save({ unacked: [{ host, item }] });
    this.alerter.reconsider();
    return was;
  }

  acks(): Ack[] {
    return [...this.suppressions.allAcks()];
  }

  /** Throws StoreError. */
  addDowntime(downtime: Omit<Downtime, "id">): Downtime {
    const id = this.store.addDowntime(downtime);
    const added = { ...downtime, id };
    this.suppressions.setDowntimes([...this.suppressions.allDowntimes(), added]);
    this.alerter.reconsider();
    return added;
  }

  /** False where there is none of that number. Throws StoreError. */
  dropDowntime(id: number): boolean {
    const all = this.suppressions.allDowntimes();
    if (!all.some((each) => each.id === id)) return false;
    this.store.dropDowntime(id);
    this.suppressions.setDowntimes(all.filter((each) => each.id !== id));
    this.alerter.reconsider();
    return true;
  }

  downtimes(): readonly Downtime[] {
    return this.suppressions.allDowntimes();
  }

  /** The planned work that an item is in now. */
  plannedWork(host: string, item: string): Hold | undefined {
    return this.suppressions.plannedWork(host, item);
  }

  pending(): Pending[] {
    return this.alerter.pending();
  }

  queue(): Queued[] {
    return this.delivery.queue();
  }

  /** Newest first. Throws StoreError. */
  tellings(query: Parameters<AlertStore["tellings"]>[0]): Telling[] {
    return this.store.tellings(query);
  }

  /** Forgets old tellings; returns how many. Throws StoreError. */
  dropTellings(before_s: number, atMost: number): number {
    return this.store.dropTellings(before_s, atMost);
  }

  /** Whether all is as it should be: what waits for long is not. */
  get isWell(): boolean {
    const problem = this.alerter.problem(this.options.hostname, QUEUE_ITEM);
    return !problem || levelOf(problem).level === this.book.best;
  }

  // What cannot be stored now is stored later: who is told of what goes on meanwhile.

  private save(changes: AlertChanges): void {
    this.unsaved.push(changes);
    if (this.unsaved.length > UNSAVED_CHANGES_MAX) {
      const least = this.unsaved.findIndex(
        ({ told, untold, message, acks, unacked }) =>
          [told, untold, acks, unacked].every((list) => !list?.length) && !message,
      );
      if (least >= 0) this.unsaved.splice(least, 1);
    }
    this.saveWaiting();
  }

  private saveWaiting(): void {
    this.keep(() => {
      for (let [first] = this.unsaved; first; [first] = this.unsaved) {
        this.store.apply(first);
        this.unsaved.shift();
      }
    });
  }

  private keep(work: () => void): void {
    try {
      work();
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
      this.options.failed(error);
    }
  }
}

function givenUp(queued: Queued, at_s: number): Telling[] {
  return tellingsOf(queued, queued.message.notices, "given up", queued.answer ?? "", at_s);
}

function tellingsOf(
  { user, channel, message }: Queued,
  notices: readonly Notice[],
  kind: string,
  why: string,
  at_s: number,
): Telling[] {
  return notices.map(({ host, item, prev, level }) => ({
    ...{ at_s, user, channel, host, item, prev, level, kind, why, message: message.id },
  }));
}
