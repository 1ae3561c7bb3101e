// The server: takes reports and events, answers for the state of all hosts, speaks with clients on others' behalf.

import type { Clock } from "../core/clock.ts";
import type { Event } from "../core/event.ts";
import {
  DIAL_CONNECT_MS_MAX,
  FANOUT_ANSWER_BYTES_MAX,
  FANOUT_ANSWER_MS_MAX,
  FANOUT_PARALLEL_MAX,
} from "../core/limits.ts";
import type { Report } from "../core/report.ts";
import { DamagedError, StoreError } from "../store/database.ts";
import { type EventQuery, ServerStore } from "../store/server-store.ts";
import { Succession } from "../store/succession.ts";
import { ask } from "../wire/ask.ts";
import { call, type Target, targetFrom } from "../wire/dial.ts";
import type { ServerWork } from "../work/works.ts";
import { fanOut } from "./fanout.ts";
import { type KnownHost, Registry } from "./registry.ts";

export interface ServerOptions {
  hostname: string;
  /** server.lite */
  file: string;
  /** Port of clients whose work names no other. */
  clientPort: number;
  /** Where this host's own client listens. */
  ownAddress: string;
  /** The addresses that this host listens on; none means all. */
  listen: readonly string[];
  ival_keep_events_s: number;
  clock: Clock;
  log: { quiet(text: string): void; verbose(text: string): void };
}

/** The database cannot be read now; the message says why. */
export class EventsUnavailable extends Error {
  override name = "EventsUnavailable";
}

const MEANWHILE = "reports wait in memory, events with their clients, until it can be written";
/** How often reports are written and old events are forgotten. */
const FLUSH_MS = 60_000;
const CLEAN_MS = 3_600_000;

export class Server {
  private options: ServerOptions;
  private store: ServerStore;
  private readonly succession: Succession<ServerStore>;
  private readonly registry: Registry;
  /** False while the database cannot be used: then all is kept in memory, and no event is confirmed. */
  private durable = false;
  /** Why the database cannot be written now. Said once when it begins, and once when something was written again. */
  private trouble: string | undefined;
  private work: ServerWork | undefined;
  private byTag = new Map<string, string>();
  private behind = new Map<string, string[]>();
  private timers: Timer[] = [];

  constructor(options: ServerOptions) {
    this.options = options;
    const { file, clock, log } = options;
    this.succession = new Succession({
      file,
      clock,
      log,
      make: () => {
        const store = new ServerStore(file);
        store.reports(); // a damaged database shows when it is read
        return store;
      },
      begin: (store, damaged, before) => store.succeed(damaged, before),
      rescued: () => this.registry.recall(),
      damaged: (error) => this.failed(error, MEANWHILE),
      shown_ms: () => 0,
    });
    this.store = this.openStore() ?? new ServerStore(":memory:");
    this.registry = new Registry(this.store, clock);
  }

  private openStore(): ServerStore | undefined {
    try {
      const store = this.succession.open();
      this.durable = true;
      return store;
    } catch (error) {
      this.suffers(error, "reports and events are kept in memory until it can be used");
      return undefined;
    }
  }

  /** What went wrong with the database, whoever used it. One that is damaged is followed by a new one. */
  private failed(error: unknown, meanwhile: string): void {
    if (!(error instanceof DamagedError) || !this.durable) {
      this.suffers(error, meanwhile);
      return;
    }
    this.durable = false;
    try {
      this.store = this.succession.replace(error, this.store);
      this.durable = true;
    } catch (failure) {
      this.store = new ServerStore(":memory:");
      this.suffers(failure, "reports and events are kept in memory until it can be used");
    }
    this.registry.useStore(this.store);
  }

  private suffers(error: unknown, meanwhile: string): void {
    if (!(error instanceof StoreError)) throw error;
    if (this.trouble === undefined) this.options.log.quiet(`${error.message}; ${meanwhile}`);
    this.trouble = error.message;
  }

  // Only a row that was written shows that it can be.
  private written(rows: number): void {
    if (rows === 0 || !this.durable) return;
    if (this.trouble !== undefined) this.options.log.quiet(`${this.options.file}: writing again`);
    this.trouble = undefined;
  }

  setWork(work: ServerWork): void {
    this.work = work;
    const hosts = Object.entries(work.hosts);
    this.byTag = new Map(hosts.map(([host, { tag }]) => [tag, host]));
    this.behind = new Map();
    for (const [host, { via }] of hosts) {
      const client = via ?? host;
      const own = this.behind.get(client);
      if (own) own.push(host);
      else this.behind.set(client, [host]);
    }
    this.write(() => this.registry.retain(new Set(Object.keys(work.hosts))));
  }

  configure(options: Pick<ServerOptions, "ival_keep_events_s">): void {
    this.options = { ...this.options, ...options };
  }

  start(flush_ms = FLUSH_MS, clean_ms = CLEAN_MS): void {
    this.timers = [setInterval(() => this.flush(), flush_ms), setInterval(() => this.clean(), clean_ms)];
    this.clean();
  }

  stop(): void {
    for (const timer of this.timers) clearInterval(timer);
    this.flush();
    this.succession.end();
    this.store.close();
  }

  private flush(): void {
    this.keepInPlace();
    const reopened = this.durable ? undefined : this.openStore();
    if (reopened) {
      this.store.close();
      this.store = reopened;
      this.registry.useStore(reopened);
    }
    if (this.durable) this.write(() => this.registry.flush());
  }

  /** A file that somebody removed is put back, one that he put in its place is taken over. */
  private keepInPlace(): void {
    try {
      if (!this.durable || !this.succession.isDisplaced(this.store)) return;
    } catch (error) {
      this.suffers(error, "it is not in its place any more");
      return;
    }
    this.durable = false;
    this.store = this.openStore() ?? new ServerStore(":memory:");
    this.registry.useStore(this.store);
  }

  private clean(): void {
    this.write(() => {
      const dropped = this.store.dropEvents(this.options.clock.now_s() - this.options.ival_keep_events_s);
      if (dropped > 0) this.options.log.verbose(`dropped ${dropped} old events`);
      return dropped;
    });
  }

  /** Writes what can wait: what fails is done again the next time. `work` tells how many rows it wrote. */
  private write(work: () => number): void {
    try {
      this.written(work());
    } catch (error) {
      this.failed(error, MEANWHILE);
    }
  }

  /** Takes a report over. Hosts that the work does not know are left out; returns those taken. */
  takeReport(report: Report): string[] {
    const known = Object.entries(report.hosts).filter(([host]) => this.work?.hosts[host]);
    this.registry.report({ ...report, hosts: Object.fromEntries(known) });
    return known.map(([host]) => host);
  }

  /** Stores events; returns the ids that the client may forget: none while they are not on the disk. */
  takeEvents(events: readonly Event[]): string[] {
    try {
      this.written(this.registry.events(events));
    } catch (error) {
      this.failed(error, "events stay with their clients until it can be written");
      return [];
    }
    return this.durable ? events.map(({ id }) => id) : [];
  }

  /** All hosts of the work, or one; by canonical name. */
  hosts(): [string, ServerWork["hosts"][string], KnownHost | undefined][] {
    return Object.entries(this.work?.hosts ?? {}).map(([host, work]) => [host, work, this.registry.host(host)]);
  }

  /** Events, newest first, read as they are taken. Throws EventsUnavailable. */
  *events(query: EventQuery): Generator<Event> {
    const { store } = this;
    try {
      yield* this.registry.recentEvents(query);
    } catch (error) {
      if (store === this.store) this.failed(error, MEANWHILE);
      throw new EventsUnavailable((error as Error).message);
    }
  }

  /** The canonical name behind a tag or a name; undefined for a stranger. */
  canonical(name: string): string | undefined {
    const hosts = this.work?.hosts ?? {};
    if (Object.hasOwn(hosts, name)) return name;
    return this.byTag.get(name);
  }

  /** The hosts that a client may report for: itself, and the dumb ones behind it. */
  hostsOfClient(client: string): string[] {
    return this.behind.get(client) ?? [];
  }

  /** Where the client of a host listens; for a dumb host the client it is monitored by. */
  target(host: string): Target | undefined {
    const hosts = this.work?.hosts ?? {};
    const client = hosts[host]?.via ?? host;
    const work = hosts[client];
    if (!work) return undefined;
    const own = client === this.options.hostname ? this.options.ownAddress : undefined;
    const where = { host: own ?? work.addr ?? client, port: work.port ?? this.options.clientPort };
    return targetFrom(this.options.listen, where);
  }

  /** Relays a command to the client of a host; the answer's bytes as they come. Throws DialError. */
  relay(target: Target, command: string): AsyncGenerator<Uint8Array> {
    return call(target, command);
  }

  /** Asks all clients the same; a line a host. */
  askAll(command: string): AsyncGenerator<string> {
    const clients = this.hosts().flatMap(([host, { via }]) => (via ? [] : [host]));
    return fanOut(clients, FANOUT_PARALLEL_MAX, async (host) => {
      const target = this.target(host);
      if (!target) return "error: left the work";
      return (
        await ask(target, command, {
          connect_ms: DIAL_CONNECT_MS_MAX,
          silence_ms: DIAL_CONNECT_MS_MAX,
          total_ms: FANOUT_ANSWER_MS_MAX,
          bytes: FANOUT_ANSWER_BYTES_MAX,
        })
      ).body;
    });
  }

  stateLine(): string {
    const known = this.hosts().filter(([, , state]) => state).length;
    return `Server state : keeping state for ${known} of ${this.hosts().length} hosts`;
  }
}
