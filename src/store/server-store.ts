// vardir/server.lite: what the server keeps: the events of all hosts, and the last report of each.

import type { Database } from "bun:sqlite";
import { chmodSync, existsSync } from "node:fs";
import { advance, untilNow } from "../core/alert/problem.ts";
import type { Event } from "../core/event.ts";
import type { AlertState, KeptProblem } from "./alert-state.ts";
import { ALERT_SCHEMA, AlertStore } from "./alert-store.ts";
import { closeDatabase, guarded, openDatabase } from "./database.ts";
import { droppable } from "./droppable.ts";
import { type DatedEvent, type EventRow, type PlacedEvent, placed } from "./event-row.ts";
import { type EventSearch, type SearchEnd, searchEvents } from "./event-search.ts";
import { Place, type PutBack, putBack } from "./place.ts";
import { forgetSalvage, type Salvage, type Saved, takeOverSalvages, unsaved } from "./salvage-state.ts";
import { ServerSalvage } from "./server-salvage.ts";

export const SERVER_SCHEMA = [
  `CREATE TABLE event (
     seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, time REAL NOT NULL, host TEXT NOT NULL, item TEXT NOT NULL,
     level TEXT NOT NULL, prev TEXT NOT NULL, value REAL, text TEXT, reason TEXT,
     at REAL NOT NULL, received REAL NOT NULL) STRICT;
   CREATE INDEX event_at ON event (at);
   CREATE INDEX event_host ON event (host, item, at);
   CREATE INDEX event_item ON event (item, at);
   CREATE INDEX event_received ON event (received);
   CREATE TABLE report (host TEXT PRIMARY KEY, received REAL NOT NULL, about TEXT NOT NULL, state TEXT NOT NULL) STRICT;`,
  "ALTER TABLE event ADD COLUMN flapping TEXT",
  ALERT_SCHEMA,
  "CREATE TABLE clock (one INTEGER PRIMARY KEY CHECK (one = 1), ahead REAL NOT NULL) STRICT",
  // All of a host by time: else a page of those that has many sorts all of them.
  "CREATE INDEX event_host_at ON event (host, at)",
];

/** The last state of one host, as its client reported it. */
export interface KeptReport {
  host: string;
  /** By the server's clock; seconds since the epoch. */
  received: number;
  /** JSON of core/report's About and HostState. */
  about: string;
  state: string;
}

/** How events become problems (core/alert/problem). */
export interface Judgement {
  best: string;
  /** When an event happened, and now, by the steady clock. */
  sinceOf: (event: Event) => number;
  now_s: number;
}

export interface EventQuery {
  host?: string;
  item?: string;
  /** By the server's clock, as the order is. */
  since_s?: number;
  count?: number;
}

/** Events are read so many at a time, so that a long answer holds up nobody. */
const EVENTS_PER_READ = 500;

export class ServerStore {
  readonly alerts: AlertStore;
  readonly place: Place;
  private readonly file: string;
  private readonly db: Database;

  /** Throws StoreError. */
  constructor(file: string) {
    this.file = file;
    this.db = openDatabase(file, SERVER_SCHEMA, "FULL");
    // Messages that wait have links that act, and addresses.
    for (const part of [file, `${file}-wal`, `${file}-shm`]) if (existsSync(part)) chmodSync(part, 0o600);
    this.alerts = new AlertStore(file, this.db);
    this.place = new Place(file);
  }

  /**
   * Stores events that came at `received_s` by the server's clock, each id once; all or nothing. Returns what each that was new
   * made of its item, in order. Throws StoreError.
   */
  addEvents(events: readonly DatedEvent[], received_s: number, { best, sinceOf, now_s }: Judgement): KeptProblem[] {
    return guarded(this.file, () =>
      this.db.transaction(() => {
        const insert = this.db.query(
          `INSERT OR IGNORE INTO event (id, time, host, item, level, prev, flapping, value, text, reason, at, received)
           VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
        );
        const problems: KeptProblem[] = [];
        for (const { event: e, at } of events) {
          const { host, item, flapping = null, text = null, reason = null } = e;
          const change = [e.level, e.prev, flapping, e.value];
          if (insert.run(e.id, e.time, host, item, ...change, text, reason, at, received_s).changes === 0) continue;
          const known = this.alerts.problem(host, item);
          const before = known && untilNow(known, now_s);
          const problem = advance(before, e, { at_s: at, since_s: sinceOf(e) }, best);
          this.alerts.putProblem({ host, item, problem });
          problems.push({ host, item, problem });
        }
        return problems;
      })(),
    );
  }

  /** Events, newest first, read as they are taken. Throws StoreError. */
  *events(query: EventQuery): Generator<Event> {
    for (const { event } of this.placedEvents(query)) yield event;
  }

  /** The same with their moments and places. Throws StoreError. */
  *placedEvents(query: EventQuery): Generator<PlacedEvent> {
    const conditions = ["(at < ?1 OR (at = ?1 AND seq < ?2))"];
    if (query.host !== undefined) conditions.push("host = ?3");
    if (query.item !== undefined) conditions.push("item = ?4");
    if (query.since_s !== undefined) conditions.push("at >= ?5");
    const statement = guarded(this.file, () =>
      this.db.query(`SELECT * FROM event WHERE ${conditions.join(" AND ")} ORDER BY at DESC, seq DESC LIMIT ?6`),
    );
    let left = query.count ?? Number.POSITIVE_INFINITY;
    let at = Number.MAX_SAFE_INTEGER;
    let seq = Number.MAX_SAFE_INTEGER;
    while (left > 0) {
      const limit = Math.min(left, EVENTS_PER_READ);
      const [before_s, before_seq] = [at, seq];
      const rows = guarded(this.file, () => {
        const { host = null, item = null, since_s = null } = query;
        return statement.all(before_s, before_seq, host, item, since_s, limit) as EventRow[];
      });
      for (const row of rows) yield placed(row);
      const last = rows.at(-1);
      if (!last || rows.length < limit) return;
      ({ at, seq } = last);
      left -= rows.length;
    }
  }

  /** Events that a filter leaves; undefined between two stretches of the search. Throws StoreError. */
  search(search: EventSearch): Generator<PlacedEvent | undefined, SearchEnd> {
    return searchEvents(this.file, this.db, search);
  }

  /** Those that were stored after a place, in that order. Throws StoreError. */
  eventsAfter(row: number, count: number): PlacedEvent[] {
    const query = "SELECT * FROM event WHERE seq > ? ORDER BY seq LIMIT ?";
    return guarded(this.file, () => (this.db.query(query).all(row, count) as EventRow[]).map(placed));
  }

  /** The place of the event that was stored last; 0: there is none. Throws StoreError. */
  lastRow(): number {
    const { last } = guarded(
      this.file,
      () => this.db.query("SELECT coalesce(max(seq), 0) AS last FROM event").get() as { last: number },
    );
    return last;
  }

  /**
   * Forgets events that came before a time, the first to come first, a bounded number at a time; returns how many. Their own
   * times are those of clocks that may be far off, and so may ours be. Throws StoreError.
   */
  dropEvents(before_s: number, atMost = this.droppable()): number {
    return guarded(this.file, () => {
      const oldest = "SELECT seq FROM event WHERE received < ? ORDER BY received, seq LIMIT ?";
      return this.db.query(`DELETE FROM event WHERE seq IN (${oldest})`).run(before_s, atMost).changes;
    });
  }

  /** How many events may be forgotten in one cleaning: a small share, for our clock may be wrong. Throws StoreError. */
  droppable(): number {
    return guarded(this.file, () => droppable(this.db, "event"));
  }

  /** Replaces the last reports of hosts. Throws StoreError. */
  keepReports(reports: readonly KeptReport[]): void {
    guarded(this.file, () =>
      this.db.transaction(() => {
        const replace = this.db.query(
          "INSERT OR REPLACE INTO report (host, received, about, state) VALUES (?, ?, ?, ?)",
        );
        for (const { host, received, about, state } of reports) replace.run(host, received, about, state);
      })(),
    );
  }

  /** Forgets the reports of all other hosts; returns how many. Throws StoreError. */
  retainReports(hosts: ReadonlySet<string>): number {
    return guarded(this.file, () => {
      const forget = this.db.query("DELETE FROM report WHERE host = ?");
      const kept = this.db.query("SELECT host FROM report").all() as { host: string }[];
      const others = kept.filter(({ host }) => !hosts.has(host));
      this.db.transaction(() => {
        for (const { host } of others) forget.run(host);
      })();
      return others.length;
    });
  }

  /** Throws StoreError. */
  reports(): KeptReport[] {
    return guarded(
      this.file,
      () => this.db.query("SELECT host, received, about, state FROM report").all() as KeptReport[],
    );
  }

  /**
   * Begins in the place of a damaged file, which was moved, with what was still to be rescued into that, and with the alerts that are
   * `known`; those of the files where none are. Throws StoreError.
   */
  succeed(damaged: string, before: readonly Salvage[], known?: AlertState): void {
    guarded(this.file, () =>
      this.db.transaction(() => {
        takeOverSalvages(this.db, before);
        if (known) this.alerts.keepState(known);
        this.beginRescue(damaged, !known);
        for (const { file, isNew } of known ? [] : before) if (isNew && existsSync(file)) this.beginRescue(file, true);
      })(),
    );
  }

  private beginRescue(damaged: string, withState: boolean): void {
    const salvage = new ServerSalvage(this.db, damaged, SERVER_SCHEMA);
    try {
      salvage.begin();
      if (withState) salvage.takeState();
    } finally {
      salvage.close();
    }
  }

  /** Damaged files whose rescue is to go on. Throws StoreError. */
  unsaved(): Salvage[] {
    return guarded(this.file, () => unsaved(this.db));
  }

  /**
   * Takes what a damaged file has into this one, a bounded part at a time, each in a transaction of its own; then how much that
   * was. After an error it goes on when called again. Throws StoreError.
   */
  *rescue(damaged: string): Generator<undefined, Saved> {
    if (!existsSync(damaged)) return guarded(this.file, () => forgetSalvage(this.db, damaged)); // somebody removed it
    const salvage = guarded(this.file, () => new ServerSalvage(this.db, damaged, SERVER_SCHEMA));
    try {
      while (!guarded(this.file, () => this.db.transaction(() => salvage.step())())) yield;
      return salvage.saved;
    } finally {
      salvage.close();
    }
  }

  /** Closes it when its file is not in its place any more, and puts what it has there, or aside. Throws StoreError; then it is open. */
  putBack(now_s: number): PutBack {
    return putBack(this.file, this.db, now_s, () => this.close());
  }

  close(): void {
    closeDatabase(this.db);
  }
}
