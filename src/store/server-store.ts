// vardir/server.lite: what the server keeps: the events of all hosts, and the last report of each.

import type { Database } from "bun:sqlite";
import type { Event } from "../core/event.ts";
import { guarded, openDatabase } from "./database.ts";

const SCHEMA = [
  `CREATE TABLE event (
     seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, time REAL NOT NULL, host TEXT NOT NULL, item TEXT NOT NULL,
     level TEXT NOT NULL, prev TEXT NOT NULL, value REAL, text TEXT, reason TEXT, received REAL NOT NULL) STRICT;
   CREATE INDEX event_time ON event (time);
   CREATE INDEX event_host ON event (host, item, time);
   CREATE TABLE report (host TEXT PRIMARY KEY, received REAL NOT NULL, about TEXT NOT NULL, state TEXT NOT NULL) STRICT;`,
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

export interface EventQuery {
  host?: string;
  item?: string;
  since_s?: number;
  count?: number;
}

/** Events are read so many at a time, so that a long answer holds up nobody. */
const EVENTS_PER_READ = 500;

type EventRow = Omit<Event, "text" | "reason"> & { seq: number; text: string | null; reason: string | null };

export class ServerStore {
  private readonly file: string;
  private readonly db: Database;

  /** Throws StoreError. */
  constructor(file: string) {
    this.file = file;
    this.db = openDatabase(file, SCHEMA);
  }

  /** Stores events that came at `received_s` by the server's clock, each id once; all or nothing. Throws StoreError. */
  addEvents(events: readonly Event[], received_s: number): void {
    guarded(this.file, () =>
      this.db.transaction(() => {
        const insert = this.db.query(
          `INSERT OR IGNORE INTO event (id, time, host, item, level, prev, value, text, reason, received)
           VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
        );
        for (const e of events) {
          const { text = null, reason = null } = e;
          insert.run(e.id, e.time, e.host, e.item, e.level, e.prev, e.value, text, reason, received_s);
        }
      })(),
    );
  }

  /** Events, newest first, read as they are taken. */
  *events(query: EventQuery): Generator<Event> {
    const conditions = ["(time < ?1 OR (time = ?1 AND seq < ?2))"];
    if (query.host !== undefined) conditions.push("host = ?3");
    if (query.item !== undefined) conditions.push("item = ?4");
    if (query.since_s !== undefined) conditions.push("time >= ?5");
    const statement = this.db.query(
      `SELECT * FROM event WHERE ${conditions.join(" AND ")} ORDER BY time DESC, seq DESC LIMIT ?6`,
    );
    let left = query.count ?? Number.POSITIVE_INFINITY;
    let time = Number.MAX_SAFE_INTEGER;
    let seq = Number.MAX_SAFE_INTEGER;
    while (left > 0) {
      const limit = Math.min(left, EVENTS_PER_READ);
      const rows = statement.all(
        time,
        seq,
        query.host ?? null,
        query.item ?? null,
        query.since_s ?? null,
        limit,
      ) as EventRow[];
      for (const row of rows) yield toEvent(row);
      const last = rows.at(-1);
      if (!last || rows.length < limit) return;
      ({ time, seq } = last);
      left -= rows.length;
    }
  }

  /** Forgets events that came before a time; returns how many. Their own times are those of clocks that may be far off. */
  dropEvents(before_s: number): number {
    const oldest = "SELECT seq FROM event WHERE received >= ?1 ORDER BY seq LIMIT 1";
    return guarded(
      this.file,
      () => this.db.query(`DELETE FROM event WHERE seq < ifnull((${oldest}), 9e18)`).run(before_s).changes,
    );
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

  /** Forgets the reports of all other hosts. Throws StoreError. */
  retainReports(hosts: ReadonlySet<string>): void {
    guarded(this.file, () => {
      const forget = this.db.query("DELETE FROM report WHERE host = ?");
      for (const { host } of this.db.query("SELECT host FROM report").all() as { host: string }[]) {
        if (!hosts.has(host)) forget.run(host);
      }
    });
  }

  /** Throws StoreError. */
  reports(): KeptReport[] {
    return guarded(
      this.file,
      () => this.db.query("SELECT host, received, about, state FROM report").all() as KeptReport[],
    );
  }

  close(): void {
    this.db.close();
  }
}

function toEvent({ id, time, host, item, level, prev, value, text, reason }: EventRow): Event {
  return { id, time, host, item, level, prev, value, ...(text ? { text } : {}), ...(reason ? { reason } : {}) };
}
