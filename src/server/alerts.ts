// From a changed level to the right person: what the server's other parts, and the commands, have to do with alerts.

import type { Hold } from "../core/alert/decide.ts";
import type { Notice } from "../core/alert/message.ts";
import { levelOf, type Problem, untilNow } from "../core/alert/problem.ts";
import type { Voice } from "../core/alert/silence.ts";
import type { WallClockAt } from "../core/alert/when.ts";
import type { Clock } from "../core/clock.ts";
import { ACK_TEXT_CHARS_MAX } from "../core/limits.ts";
import type { About, HostState } from "../core/report.ts";
import type { AlertState } from "../store/alert-state.ts";
import type { Ack, AlertStore, Downtime, ItemKey, KeptProblem, KeptTold, Telling } from "../store/alert-store.ts";
import type { ServerWork } from "../work/works.ts";
import { AlertBook, type Scope } from "./alert-book.ts";
import { noteChanges, TimedNews } from "./alert-news.ts";
import { joined } from "./alert-recall.ts";
import { Alerter, type Pending } from "./alerter.ts";
import { Composer, type Known } from "./composer.ts";
import { LostEvents } from "./lost-events.ts";
import type { News } from "./news.ts";
import { Outgoing } from "./outgoing.ts";
import { type OwnEvent, OwnEvents, QUEUE_ITEM } from "./own-events.ts";
import { makeTrial, type Trial } from "./prospects.ts";
import { Repeater } from "./repeater.ts";
import type { SteadyClock } from "./steady.ts";
import { type PlannedNow, Suppressions } from "./suppressions.ts";
import { Unsaved } from "./unsaved.ts";
import type { Way } from "./way.ts";

export interface AlertsOptions {
  hostname: string;
  clock: Clock;
  steady: SteadyClock;
  wallClockAt: WallClockAt;
  digest_s(): number;
  /** What the server knows of a host. */
  known(host: string): Known | undefined;
  /** Stores events of the server's own, and tells us of them as of any other. */
  make(events: readonly OwnEvent[]): void;
  /** The way that a name of a channel stands for; undefined when the work has none of that name any more. */
  way(name: string): Way | undefined;
  links(notice: Notice, user: string): Notice["links"];
  /** Somebody set the clock on the wall. */
  clockSet(): void;
  /** The database cannot be written now. */
  failed(error: unknown): void;
  /** Told of all that people see of alerts; and whose voice is another now. */
  news: News;
  voiced(client: string): void;
  log: { quiet(text: string): void; terse(text: string): void; verbose(text: string): void };
}

/** A clock on the wall that is off by less was not set, or it does not matter. */
const CLOCK_SET_S = 1;
const DAY_S = 86_400;
/** An item that is well for so long is as one that never had an event; what needs it waits a shorter time for news. */
const WELL_S = 3600;
/** Items that are forgotten at a stretch: a few milliseconds. */
const FORGOTTEN_AT_ONCE = 200;

export class Alerts {
  private readonly options: AlertsOptions;
  private readonly unsaved: Unsaved;
  private book: AlertBook;
  private readonly composer: Composer;
  private readonly suppressions: Suppressions;
  private alerter: Alerter;
  private readonly outgoing: Outgoing;
  private readonly repeater: Repeater;
  private readonly own: OwnEvents;
  private readonly timedNews: TimedNews;
  /** When it is looked again whom the server waits for. */
  private listen_s = 0;
  /** How far the clock on the wall is ahead of the steady one, as it is stored. */
  private ahead_s: number;
  private readonly lost = new LostEvents();
  /** What was stored has been read: what is known is all that there is. */
  isWhole: boolean;

  /** `isWhole`: the store is the database itself, and not what stands in for it while that cannot be opened. */
  constructor(options: AlertsOptions, store: AlertStore, work: ServerWork, isWhole: boolean) {
    this.options = options;
    this.isWhole = isWhole;
    this.unsaved = new Unsaved(store, {
      state: () => this.state(),
      now_s: () => options.steady.now_s(),
      failed: (error) => options.failed(error),
      changed: (changes) => noteChanges(changes, options.news),
    });
    this.book = new AlertBook(work);
    const { clock, steady } = options;
    const kept = store.state();
    this.ahead_s = kept.ahead_s;
    const around = {
      ...options,
      book: () => this.book,
      problem: (host: string, item: string) => this.alerter.problem(host, item),
      problems: () => this.alerter.allProblems(),
      voice: (client: string) => this.own.voice(client),
    };
    this.composer = new Composer(around);
    this.own = new OwnEvents(around, steady.now_s());
    this.suppressions = new Suppressions(
      {
        ...around,
        wall_s: () => clock.now_s(),
        now_s: () => steady.now_s(),
        ival_s: (client) => options.known(client)?.about.ival ?? 0,
      },
      kept.acks,
      kept.downtimes,
    );
    this.timedNews = new TimedNews(this.suppressions, () => this.book, clock, options.news);
    this.alerter = this.makeAlerter(kept);
    const { unsaved, composer, own } = this;
    this.outgoing = new Outgoing({ ...around, unsaved, composer, own }, kept.queue);
    this.repeater = this.makeRepeater();
    this.own.expectClients(steady.now_s());
    this.retireStrangers();
  }

  private makeAlerter({ problems, told }: Pick<AlertState, "problems" | "told">): Alerter {
    const { steady } = this.options;
    return new Alerter(
      {
        ...this.options,
        save: (changes) => this.unsaved.save(changes),
        send: (listener, notices) => this.outgoing.send(listener, notices),
        notice: (kept, said) => this.composer.notice(kept, said),
      },
      this.book,
      this.suppressions,
      {
        problems: problems.map((kept) => ({ ...kept, problem: untilNow(kept.problem, steady.now_s()) })),
        told: told.map((kept) => ({
          ...kept,
          told: { ...kept.told, at_s: Math.min(kept.told.at_s, steady.now_s()) },
        })),
      },
    );
  }

  private makeRepeater(): Repeater {
    return new Repeater(
      {
        ...this.options,
        isBusy: (listener) => this.outgoing.isBusy(listener),
        lasting: (channels) => this.alerter.lasting(channels),
        compose: (listener, notices) => this.composer.messages(listener, notices, true),
      },
      this.book.channels(),
    );
  }

  /** Goes on with another store, to which all that is known is written; with what is in it already, where that was never read. */
  useStore(store: AlertStore, isDatabase: boolean): void {
    this.unsaved.store = store;
    if (isDatabase && !this.isWhole) this.unsaved.attempt(() => this.recall(store));
    if (isDatabase && !this.isWhole) return; // it cannot be read now: nothing may be written over it
    this.unsaved.saveAll();
  }

  /** Takes what is stored, and is not known. Throws StoreError. */
  private recall(store: AlertStore): void {
    const { state, renumbered } = joined(this.state(), store.state());
    const waiting = new Set(this.outgoing.queue().map(({ message }) => message.id));
    this.outgoing.recall(state.queue.filter(({ message }) => !waiting.has(message.id)));
    for (const ack of state.acks) this.suppressions.acknowledge(ack);
    this.suppressions.setDowntimes(state.downtimes);
    for (const { was, is } of renumbered)
      this.options.log.quiet(`planned work ${was}, of while the database could not be opened, is ${is} from now on`);
    this.alerter = this.makeAlerter(state);
    this.isWhole = true;
    this.retireStrangers();
    this.options.news.begin();
  }

  /** All that is known, as it is stored. */
  state(): AlertState {
    return {
      problems: [...this.alerter.allProblems()],
      told: this.alerter.allTold(),
      queue: this.outgoing.queue(),
      acks: this.acks(),
      downtimes: this.downtimes(),
      ahead_s: this.ahead_s,
    };
  }

  setWork(work: ServerWork): void {
    this.book = new AlertBook(work);
    this.own.retainClients();
    this.repeater.setChannels(this.book.channels());
    this.suppressions.setDowntimes(this.suppressions.allDowntimes());
    this.timedNews.changed();
    this.retireStrangers();
    this.own.retainChannels(this.book.channels());
    this.alerter.reconsider(this.book);
    this.outgoing.hurry(); // whom or what was in the way may be gone
  }

  /** New levels of items, in the order in which they came. */
  changed(problems: readonly KeptProblem[]): void {
    this.alerter.changed(problems);
  }

  /** Stores what waits, before events are: what was forgotten must not be forgotten after them. */
  flush(): void {
    this.unsaved.flush();
  }

  /** The clients of these hosts sent something. */
  heard(hosts: readonly string[]): void {
    const now_s = this.options.steady.now_s();
    for (const host of hosts) this.own.sign(host, now_s);
  }

  /**
   * A client reported. Items that it no longer has are retired: nobody hears of them again. Where a level is another one than events
   * told, twice in a row, an event was lost: the report is right.
   */
  reported(about: About, hosts: Readonly<Record<string, HostState>>): void {
    this.own.reported(about, this.options.steady.now_s());
    const gone: ItemKey[] = [];
    for (const [host, state] of Object.entries(hosts))
      for (const item of this.alerter.itemsOf(host))
        if (!Object.hasOwn(state, item) && !this.own.isOwn({ host, item })) gone.push({ host, item });
    const { alerter, best } = this;
    this.makeOwn(this.lost.find(hosts, { problem: (host, item) => alerter.problem(host, item), best }));
    this.retire(gone);
  }

  /** Hosts that left the work, maybe while no server ran. */
  private retireStrangers(): void {
    const { hosts } = this.book.work;
    this.retire([...this.alerter.allProblems()].filter(({ host }) => !hosts[host]));
  }

  private retire(keys: readonly ItemKey[]): void {
    if (keys.length === 0) return;
    this.alerter.forget(keys);
    this.unsaved.save({ dropped: keys });
  }

  /** What is due. Returns in how many seconds something is due again. */
  tick(): number {
    const { steady } = this.options;
    const now_s = steady.now_s();
    if (now_s >= this.listen_s) {
      this.listen_s = now_s + this.own.look_s;
      this.makeOwn(this.own.listen(now_s));
      this.outgoing.tellOfQueue();
    }
    this.keepClock();
    const timed_s = this.timedNews.look();
    this.alerter.tick();
    this.outgoing.tick();
    this.repeater.tick();
    this.unsaved.flush();
    const { alerter, outgoing, repeater } = this;
    const next_s = Math.min(alerter.nextWake_s, outgoing.nextDue_s, repeater.nextDue_s, this.listen_s);
    return Math.max(0, Math.min(next_s - steady.now_s(), timed_s));
  }

  /** Somebody set the clock: after a restart the times that were stored are still to be read. */
  private keepClock(): void {
    const { ahead_s } = this.options.steady;
    if (Math.abs(ahead_s - this.ahead_s) < CLOCK_SET_S) return;
    this.ahead_s = ahead_s;
    this.unsaved.save({ ahead_s });
    this.options.clockSet();
  }

  /** The config is another one: what waits is tried with it at once. */
  hurry(): void {
    this.outgoing.hurry();
  }

  stop(): void {
    this.outgoing.stop();
    this.repeater.stop();
    this.unsaved.end();
  }

  private makeOwn(events: readonly OwnEvent[]): void {
    if (events.length > 0) this.options.make(events);
  }

  get best(): string {
    return this.book.best;
  }

  /** Which items selectors mean. */
  scope(hosts: string, items: string): Scope {
    return this.book.scope(hosts, items);
  }

  /** What the clock on the wall shows at a time of a problem's. */
  wall(steady_s: number): number {
    return this.options.steady.wall(steady_s);
  }

  /** What would be, if an item had a level from a moment on. */
  trial(host: string, item: string, level: string, from_s: number): Trial {
    const { alerter, suppressions, book } = this;
    return makeTrial({ host, item, level, from_s }, { ...this.options, alerter, suppressions, book });
  }

  /** Who was told of what is not well of a host. */
  toldOf(host: string): KeptTold[] {
    const told = [...this.alerter.itemsOf(host)].flatMap((item) => this.alerter.toldOf(host, item));
    return told.filter(({ told: { rule } }) => rule !== ""); // without one nobody was told, or that it is over
  }

  voice(client: string): Voice | undefined {
    return this.own.voice(client);
  }

  // What people do.

  problem(host: string, item: string): Problem | undefined {
    return this.alerter.problem(host, item);
  }

  problems(): Iterable<KeptProblem> {
    return this.alerter.allProblems();
  }

  /** Of those items that are not well. */
  acknowledge(keys: readonly ItemKey[], user: string, text: string, until_s?: number): Ack[] {
    const acks = keys.flatMap(({ host, item }): Ack[] => {
      const problem = this.alerter.problem(host, item);
      if (!problem || levelOf(problem).level === this.best) return [];
      const until = until_s === undefined ? {} : { until_s };
      const at_s = this.options.clock.now_s();
      return [
        { host, item, user, at_s, level: levelOf(problem).level, text: text.slice(0, ACK_TEXT_CHARS_MAX), ...until },
      ];
    });
    for (const ack of acks) this.suppressions.acknowledge(ack);
    this.unsaved.save({ acks });
    this.alerter.reconsider();
    return acks;
  }

  unacknowledge(keys: readonly ItemKey[]): void {
    const unacked = keys.filter(({ host, item }) => this.suppressions.unacknowledge(host, item));
    this.unsaved.save({ unacked });
    this.alerter.reconsider();
  }

  acks(): Ack[] {
    return [...this.suppressions.allAcks()];
  }

  /** Throws StoreError. */
  addDowntime(downtime: Omit<Downtime, "id">): Downtime {
    const id = this.unsaved.store.addDowntime(downtime);
    const added = { ...downtime, id };
    this.suppressions.setDowntimes([...this.suppressions.allDowntimes(), added]);
    this.timedNews.changed();
    this.alerter.reconsider();
    return added;
  }

  /** False where there is none of that number. Throws StoreError. */
  dropDowntime(id: number): boolean {
    const all = this.suppressions.allDowntimes();
    if (!all.some((each) => each.id === id)) return false;
    this.unsaved.store.dropDowntime(id);
    this.suppressions.setDowntimes(all.filter((each) => each.id !== id));
    this.timedNews.changed();
    this.alerter.reconsider();
    return true;
  }

  /** Forgets what is over for long, in steps between which others have their turn: planned work, items that are well. */
  async clean(isStopped: () => boolean): Promise<void> {
    this.dropPast();
    const before_s = this.options.steady.now_s() - WELL_S;
    const settled = this.alerter.settled(before_s);
    while (settled.length > 0 && !isStopped()) {
      const gone = this.alerter.forgetSettled(settled.splice(-FORGOTTEN_AT_ONCE), before_s);
      if (gone.length > 0) this.unsaved.save({ dropped: gone });
      await Bun.sleep(0);
    }
  }

  private dropPast(): void {
    const { clock, wallClockAt } = this.options;
    const yesterday = (zone?: string) => wallClockAt(clock.now_s() - DAY_S, zone).text;
    const past = this.downtimes().filter(({ when }) => "to" in when && when.to <= yesterday(when.zone));
    for (const { id } of past) this.unsaved.attempt(() => void this.dropDowntime(id));
  }

  downtimes(): readonly Downtime[] {
    return this.suppressions.allDowntimes();
  }

  /** The planned work that an item is in now. */
  plannedWork(host: string, item: string): Hold | undefined {
    return this.suppressions.plannedWork(host, item);
  }

  /** All planned work of now. */
  planned(): PlannedNow[] {
    return this.suppressions.planned();
  }

  pending(): Pending[] {
    return this.alerter.pending();
  }

  queue(): ReturnType<Outgoing["queue"]> {
    return this.outgoing.queue();
  }

  /** Newest first. Throws StoreError. */
  tellings(query: Parameters<AlertStore["tellings"]>[0]): Telling[] {
    return this.unsaved.store.tellings(query);
  }

  /** Whether all is as it should be: what waits for long is not. */
  get isWell(): boolean {
    const problem = this.alerter.problem(this.options.hostname, QUEUE_ITEM);
    return !problem || levelOf(problem).level === this.book.best;
  }
}
