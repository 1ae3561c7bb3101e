// The server: takes reports and events, answers for the state of all hosts, speaks with clients on others' behalf.

import { advance, levelOf, type Problem } from "../core/alert/problem.ts";
import { isServerItem } from "../core/alert/server-items.ts";
import type { Clock } from "../core/clock.ts";
import type { Event } from "../core/event.ts";
import type { Report } from "../core/report.ts";
import type { KeptProblem } from "../store/alert-state.ts";
import type { PlacedEvent } from "../store/event-row.ts";
import type { EventSearch, SearchEnd } from "../store/event-search.ts";
import type { EventQuery, ServerStore } from "../store/server-store.ts";
import type { ServerWork } from "../work/works.ts";
import { Alerts, type AlertsOptions } from "./alerts.ts";
import { Clients, type ClientsOptions } from "./clients.ts";
import { Keeper } from "./keeper.ts";
import { News } from "./news.ts";
import type { OwnEvent } from "./own-events.ts";
import { People } from "./people.ts";
import { type KnownHost, Registry } from "./registry.ts";
import { SteadyClock } from "./steady.ts";
import { TestMessages } from "./test-message.ts";
import { Tickets } from "./tickets.ts";
import { Unstored } from "./unstored.ts";

export interface ServerOptions extends ClientsOptions {
  /** server.lite */
  file: string;
  ival_keep_events_s: number;
  clock: Clock;
  log: { quiet(text: string): void; terse(text: string): void; verbose(text: string): void };
  alerts: ServerAlerts;
  /** How long changes are gathered for those who watch; for tests. */
  gather_ms?: number;
}

/** What the server counts of its own doings. */
export interface ServerFigures {
  /** Since it started. */
  reports: number;
  events: number;
  hosts_known: number;
  hosts: number;
  pending: number;
  queue: number;
  database_bytes: number;
}

/** What alerts need beside what the server knows. */
export interface ServerAlerts extends Pick<AlertsOptions, "wallClockAt" | "digest_s" | "way"> {
  /** Where the pages are for people elsewhere, with a / at the end; undefined: links would lead nowhere. */
  pages(): string | undefined;
  ticketKey: Uint8Array;
}

/** The database cannot be read now; the message says why. */
export class EventsUnavailable extends Error {
  override name = "EventsUnavailable";
}

/** How often reports are written and old events are forgotten. */
const FLUSH_MS = 60_000;
const CLEAN_MS = 3_600_000;
/** The alerts are looked at so often at least. */
const ALERTS_LOOK_S_MAX = 60;

export class Server {
  private options: ServerOptions;
  private readonly keeper: Keeper;
  private readonly registry: Registry;
  private work: ServerWork | undefined;
  private timers: Timer[] = [];
  private readonly steady: SteadyClock;
  /** What changed, for those who watch. */
  readonly news: News;
  private readonly taken = { reports: 0, events: 0 };
  private readonly tickets: Tickets;
  readonly people: People;
  readonly clients: Clients;
  private alerting: Alerts | undefined;
  private alertTimer: Timer | undefined;
  private readonly unstored = new Unstored();

  constructor(options: ServerOptions) {
    this.options = options;
    const { file, clock, log } = options;
    this.clients = new Clients(options);
    this.news = new News(options.gather_ms);
    this.tickets = new Tickets(options.alerts.ticketKey);
    this.people = new People({
      clock,
      log,
      wallClockAt: options.alerts.wallClockAt,
      tickets: this.tickets,
      tests: new TestMessages({ ...options.alerts, hostname: options.hostname, clock, log }),
      alerts: () => this.alerting,
      work: () => this.work,
      canonical: (name) => this.clients.canonical(name),
    });
    this.keeper = new Keeper({
      file,
      clock,
      log,
      alerts: () => (this.alerting?.isWhole ? this.alerting.state() : undefined),
      changed: (store) => this.useStore(store),
      rescued: () => {
        this.registry.recall();
        this.news.begin(); // events of the past came back
      },
    });
    this.steady = new SteadyClock(clock, this.keeper.store.alerts.ahead_s());
    this.registry = new Registry(this.keeper.store, clock, this.steady, this.news);
  }

  setWork(work: ServerWork): void {
    const before = this.work?.hosts ?? {};
    this.work = work;
    this.clients.setHosts(work.hosts);
    this.keeper.write(() => this.registry.retain(new Set(Object.keys(work.hosts))));
    if (this.alerting) this.alerting.setWork(work);
    else {
      this.alerting = this.beginAlerting(work);
      this.showOwnItems(this.alerting);
    }
    this.news.moved(Object.keys(before), new Set(Object.keys(work.hosts)));
    for (const [host, { tag, via }] of Object.entries(work.hosts))
      if (before[host]?.tag !== tag || before[host].via !== via) this.news.host(host);
    this.lookAtAlerts();
  }

  /** What the database had, and could not be read before, is known again. */
  private useStore(store: ServerStore): void {
    this.registry.useStore(store);
    this.alerting?.useStore(store.alerts, this.keeper.durable);
    this.news.begin(); // its events have other places
    if (!this.keeper.durable) return;
    this.keeper.write(() => {
      this.registry.recall();
      return 0;
    });
  }

  /** What the server told of itself before a restart: no report has it. */
  private showOwnItems(alerts: Alerts): void {
    const { hostname } = this.options;
    for (const { host, item, problem } of alerts.problems()) {
      if (host !== hostname || !isServerItem(item)) continue;
      const { level, since_s } = levelOf(problem);
      const since = this.steady.wall(since_s);
      const { value, at_s: time, text = "" } = problem;
      this.registry.setOwn(host, item, { value, level, since, time, unit: "", kind: "state", text });
    }
  }

  private beginAlerting(work: ServerWork): Alerts {
    const { hostname, clock, log, alerts } = this.options;
    return new Alerts(
      {
        ...alerts,
        hostname,
        clock,
        log,
        steady: this.steady,
        links: (notice, user) => this.tickets.links(notice, user, alerts.pages(), clock.now_s()),
        known: (host) => this.registry.host(host),
        make: (events) => this.makeEvents(events),
        clockSet: () => this.registry.touch(),
        failed: (error) => this.keeper.failed(error, "alerts go on"),
        news: this.news,
        voiced: (client) => {
          for (const host of this.clients.hostsOf(client)) this.news.host(host);
        },
      },
      this.keeper.store.alerts,
      work,
      this.keeper.durable,
    );
  }

  /** Who is told of what, and who is not; undefined before there is any work. */
  get alerts(): Alerts | undefined {
    return this.alerting;
  }

  /** Does what is due of the alerts now, and again when more is. */
  lookAtAlerts(): void {
    clearTimeout(this.alertTimer);
    if (!this.alerting || this.timers.length === 0) return;
    const wait_s = this.alerting.tick();
    this.alertTimer = setTimeout(() => this.lookAtAlerts(), Math.min(wait_s, ALERTS_LOOK_S_MAX) * 1000);
  }

  configure(options: Pick<ServerOptions, "ival_keep_events_s">): void {
    this.options = { ...this.options, ...options };
    this.alerting?.hurry();
    this.lookAtAlerts();
  }

  start(flush_ms = FLUSH_MS, clean_ms = CLEAN_MS): void {
    this.timers = [setInterval(() => this.flush(), flush_ms), setInterval(() => void this.clean(), clean_ms)];
    void this.clean();
    this.lookAtAlerts();
  }

  stop(): void {
    for (const timer of this.timers) clearInterval(timer);
    clearTimeout(this.alertTimer);
    this.timers = [];
    this.alerting?.stop();
    this.news.stop();
    this.flush();
    this.keeper.end();
  }

  private flush(): void {
    this.keeper.look();
    if (!this.keeper.durable) return;
    this.keeper.write(() => this.registry.flush());
    this.storeOwn();
  }

  private async clean(): Promise<void> {
    const before_s = this.options.clock.now_s() - this.options.ival_keep_events_s;
    await this.keeper.clean(before_s, () => this.timers.length === 0);
    await this.alerting?.clean(() => this.timers.length === 0);
  }

  /** Takes a report over. Hosts that the work does not know are left out; returns those taken. */
  takeReport(report: Report): string[] {
    const known = Object.entries(report.hosts).filter(([host]) => this.work?.hosts[host]);
    const hosts = Object.fromEntries(known);
    this.taken.reports++;
    this.registry.report({ ...report, hosts });
    this.alerting?.reported(report.about, hosts);
    this.lookAtAlerts();
    return known.map(([host]) => host);
  }

  /** Stores events of a client; returns the ids that it may forget: none while they are not on the disk. */
  takeEvents(events: readonly Event[]): string[] {
    this.taken.events += events.length;
    this.alerting?.heard(events.map(({ host }) => host));
    this.storeOwn(); // they came first
    return this.storeEvents(events, "client");
  }

  private storeEvents(events: readonly Event[], from: "client" | "server"): string[] {
    this.alerting?.flush();
    try {
      const problems = this.registry.events(events, this.work?.levels[0]?.name ?? "fine", from);
      this.keeper.written(problems.length);
      if (problems.length > 0) this.news.changed("events");
      this.unstored.stored(events, this.keeper.durable);
      this.alerting?.changed(problems);
    } catch (error) {
      this.keeper.failed(error, "events stay with their clients until it can be written");
      this.alertUnstored(events, from);
      return [];
    } finally {
      this.lookAtAlerts();
    }
    return this.keeper.durable ? events.map(({ id }) => id) : [];
  }

  /** A disk that is full must not keep anybody from being told, each event once. */
  private alertUnstored(events: readonly Event[], from: "client" | "server"): void {
    const { alerting } = this;
    if (!alerting) return;
    const best = this.work?.levels[0]?.name ?? "fine";
    const now = new Map<string, Problem>();
    const problems = this.unstored.failed(events).map((event): KeptProblem => {
      const { host, item } = event;
      const key = `${host}\0${item}`;
      const moment = { at_s: this.registry.momentOf(event, from), since_s: this.registry.sinceOf(event, from) };
      const problem = advance(now.get(key) ?? alerting.problem(host, item), event, moment, best);
      now.set(key, problem);
      return { host, item, problem };
    });
    alerting.changed(problems); // at once: what needs them is looked at after the last
  }

  /** Events of the server's own: a host that is silent, its own queue. */
  private makeEvents(own: readonly OwnEvent[]): void {
    const time = this.options.clock.now_s();
    const best = this.work?.levels[0]?.name ?? "fine";
    const events = own.map(({ host, item, level, flapping, text, reason }): Event => {
      const problem = this.alerting?.problem(host, item);
      const prev = problem ? levelOf(problem).level : best;
      this.options.log.terse(`${host} ${item} ${prev} -> ${level}: ${text} (${reason})`);
      const state = this.registry.host(host)?.state[item];
      const value = state?.value ?? null;
      if (!state) this.registry.setOwn(host, item, { value, level, since: time, time, unit: "", kind: "state", text });
      const turn = flapping ? { flapping } : {};
      return { id: Bun.randomUUIDv7(), time, host, item, level, prev, ...turn, value, text, reason };
    });
    this.unstored.wait(events);
    this.storeOwn();
  }

  private storeOwn(): void {
    const events = [...this.unstored.own];
    if (events.length > 0) this.storeEvents(events, "server");
  }

  /** What is known of a host; undefined before its first report. */
  host(host: string): KnownHost | undefined {
    return this.registry.host(host);
  }

  /** A host of the work and what is known of it; undefined for others. */
  known(host: string): [ServerWork["hosts"][string], KnownHost | undefined] | undefined {
    const work = this.clients.canonical(host) === host ? this.work?.hosts[host] : undefined;
    return work && [work, this.registry.host(host)];
  }

  /** All hosts of the work, or one; by canonical name. */
  hosts(): [string, ServerWork["hosts"][string], KnownHost | undefined][] {
    return Object.entries(this.work?.hosts ?? {}).map(([host, work]) => [host, work, this.registry.host(host)]);
  }

  /** Events, newest first, read as they are taken. Throws EventsUnavailable. */
  *events(query: EventQuery): Generator<Event> {
    yield* this.read((store) => store.events(query));
  }

  /** The same with when they were by our clock, and where they are stored. */
  *placedEvents(query: EventQuery): Generator<PlacedEvent> {
    yield* this.read((store) => store.placedEvents(query));
  }

  /** Those that were stored after a place, in that order, at most so many; and the last place of all. Throws EventsUnavailable. */
  eventsAfter(row: number, count: number): { last: number; events: PlacedEvent[] } {
    const read = (store: ServerStore) => [{ last: store.lastRow(), events: store.eventsAfter(row, count) }];
    const [found = { last: row, events: [] }] = this.read(read);
    return found;
  }

  /** Those that a filter leaves; undefined between two stretches of the search. Throws EventsUnavailable. */
  search(search: EventSearch): Generator<PlacedEvent | undefined, SearchEnd> {
    return this.read((store) => store.search(search));
  }

  private *read<T, End>(look: (store: ServerStore) => Iterable<T, End>): Generator<T, End> {
    const { store } = this.keeper;
    try {
      return yield* look(store);
    } catch (error) {
      if (store === this.keeper.store) this.keeper.failed(error);
      throw new EventsUnavailable((error as Error).message);
    }
  }

  /** Why the server does not do what it is for; undefined: it does. */
  get troubleNow(): string | undefined {
    if (this.keeper.trouble !== undefined) return this.keeper.trouble;
    return this.alerting?.isWell === false ? "messages wait that nobody takes" : undefined;
  }

  figures(): ServerFigures {
    const hosts = this.hosts();
    return {
      ...this.taken,
      hosts_known: hosts.filter(([, , known]) => known).length,
      hosts: hosts.length,
      pending: this.alerting?.pending().length ?? 0,
      queue: this.alerting?.queue().length ?? 0,
      database_bytes: this.keeper.bytes,
    };
  }

  stateLine(): string {
    const known = this.hosts().filter(([, , state]) => state).length;
    return `Server state : keeping state for ${known} of ${this.hosts().length} hosts`;
  }
}
