// From a changed level to the right person: what the server's other parts, and the commands, have to do with alerts.

import type { Notice } from "../core/alert/message.ts";
import { levelOf, type Problem, untilNow } from "../core/alert/problem.ts";
import type { Voice } from "../core/alert/silence.ts";
import type { WallClockAt } from "../core/alert/when.ts";
import type { Clock } from "../core/clock.ts";
import type { About, HostState } from "../core/report.ts";
import type { Telling } from "../store/alert-records.ts";
import type { AlertState, KeptProblem, KeptTold } from "../store/alert-state.ts";
import type { AlertStore } from "../store/alert-store.ts";
import type { ServerWork } from "../work/works.ts";
import { Acks } from "./acks.ts";
import { AlertBook, type Scope } from "./alert-book.ts";
import { noteChanges, TimedNews } from "./alert-news.ts";
import { joined } from "./alert-recall.ts";
import { Alerter } from "./alerter.ts";
import { Composer, type Known } from "./composer.ts";
import { Downtimes } from "./downtimes.ts";
import { Forgetting } from "./forgetting.ts";
import { LostEvents } from "./lost-events.ts";
import type { News } from "./news.ts";
import { Outgoing } from "./outgoing.ts";
import { type OwnEvent, OwnEvents, QUEUE_ITEM } from "./own-events.ts";
import { makeTrial, type Trial } from "./prospects.ts";
import { Repeater } from "./repeater.ts";
import type { SteadyClock } from "./steady.ts";
import { type PlannedNow, Suppressions } from "./suppressions.ts";
import { Unsaved } from "./unsaved.ts";
import type { Pending } from "./watched-items.ts";
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

export class Alerts {
  private readonly options: AlertsOptions;
  private readonly unsaved: Unsaved;
  private book: AlertBook;
  private readonly composer: Composer;
  private readonly suppressions: Suppressions;
  private alerter: Alerter;
  private readonly outgoing: Outgoing;
  /** What people do. */
  readonly acks: Acks;
  readonly downtimes: Downtimes;
  private readonly repeater: Repeater;
  private readonly own: OwnEvents;
  private readonly timedNews: TimedNews;
  /** When it is looked again whom the server waits for. */
  private listen_s = 0;
  /** How far the clock on the wall is ahead of the steady one, as it is stored. */
  private ahead_s: number;
  private readonly lost = new LostEvents();
  private readonly forgetting: Forgetting;
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
      problem: (host: string, item: string) => this.alerter.items.problem(host, item),
      problems: () => this.alerter.items.problems(),
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
    const { unsaved, composer, own, suppressions } = this;
    const kit = { ...around, suppressions, unsaved };
    this.timedNews = new TimedNews(suppressions, () => this.book, clock, options.news);
    this.acks = new Acks({ ...kit, best: () => this.best, changed: () => this.alerter.reconsider() });
    this.downtimes = new Downtimes({
      ...kit,
      changed: () => {
        this.timedNews.changed();
        this.alerter.reconsider();
      },
    });
    this.alerter = this.makeAlerter(kept);
    this.outgoing = new Outgoing({ ...around, unsaved, composer, own }, kept.queue);
    this.repeater = this.makeRepeater();
    this.forgetting = new Forgetting({
      ...around,
      unsaved,
      alerter: () => this.alerter,
      isOwn: (key) => own.isOwn(key),
    });
    this.own.expectClients(steady.now_s());
    this.forgetting.strangers();
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
    this.forgetting.strangers();
    this.options.news.begin();
  }

  /** All that is known, as it is stored. */
  state(): AlertState {
    return {
      problems: [...this.alerter.items.problems()],
      told: this.alerter.items.told(),
      queue: this.outgoing.queue(),
      acks: this.acks.all(),
      downtimes: this.downtimes.all(),
      ahead_s: this.ahead_s,
    };
  }

  setWork(work: ServerWork): void {
    this.book = new AlertBook(work);
    this.own.retainClients();
    this.repeater.setChannels(this.book.channels());
    this.suppressions.setDowntimes(this.suppressions.allDowntimes());
    this.timedNews.changed();
    this.forgetting.strangers();
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
    const { best } = this;
    const { items } = this.alerter;
    this.makeOwn(this.lost.find(hosts, { problem: (host, item) => items.problem(host, item), best }));
    this.forgetting.unreported(hosts);
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

  /** Forgets what is over for long, in steps between which others have their turn: planned work, items that are well. */
  async clean(isStopped: () => boolean): Promise<void> {
    this.downtimes.forgetPast();
    await this.forgetting.settled(isStopped);
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

  /** Who was told of what is not well of a host. */
  toldOf(host: string): KeptTold[] {
    const told = [...this.alerter.items.ofHost(host)].flatMap((item) => this.alerter.items.toldOf(host, item));
    return told.filter(({ told: { rule } }) => rule !== ""); // without one nobody was told, or that it is over
  }

  voice(client: string): Voice | undefined {
    return this.own.voice(client);
  }

  // What people see.

  problem(host: string, item: string): Problem | undefined {
    return this.alerter.items.problem(host, item);
  }

  problems(): Iterable<KeptProblem> {
    return this.alerter.items.problems();
  }

  /** All planned work of now. */
  planned(): PlannedNow[] {
    return this.suppressions.planned();
  }

  /** What would be, if an item had a level from a moment on. */
  trial(host: string, item: string, level: string, from_s: number): Trial {
    const { suppressions, book } = this;
    const { items } = this.alerter;
    return makeTrial({ host, item, level, from_s }, { ...this.options, items, suppressions, book });
  }

  pending(): Pending[] {
    return this.alerter.items.pending((steady_s) => this.wall(steady_s));
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
    const problem = this.alerter.items.problem(this.options.hostname, QUEUE_ITEM);
    return !problem || levelOf(problem).level === this.book.best;
  }
}
