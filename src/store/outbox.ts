// Events that the server has not yet confirmed, in the order in which they happened; kept over a restart.

import type { Database } from "bun:sqlite";
import type { Event } from "../core/event.ts";
import { DamagedError, guarded } from "./database.ts";

interface Row {
  event: string;
}

export class Outbox {
  private readonly file: string;
  private readonly db: Database;

  /** The file is for messages only. */
  constructor(file: string, db: Database) {
    this.file = file;
    this.db = db;
  }

  /** To be called inside the transaction that stores the values which made the event. */
  add(event: Event): void {
    this.db.query("INSERT OR IGNORE INTO outbox (id, event) VALUES (?, ?)").run(event.id, JSON.stringify(event));
  }

  /** Leaves room for the events of the database before: they were first, and come back later. To be called while it is empty. */
  beginBehind(seq: number): void {
    this.db.query("INSERT INTO sqlite_sequence (name, seq) VALUES ('outbox', ?)").run(seq);
  }

  /** Puts an event in its former place. */
  restore(seq: number, event: Event): void {
    const text = JSON.stringify(event);
    const { changes } = this.db
      .query("INSERT OR IGNORE INTO outbox (seq, id, event) VALUES (?, ?, ?)")
      .run(seq, event.id, text);
    if (changes === 0) this.add(event); // another one is there; or it is itself
  }

  /** The oldest events that wait, but for those of some hosts. Throws StoreError. */
  first(count: number, except: readonly string[] = []): Event[] {
    // In JSON this can be nowhere but where the host is: a quotation mark within a text has a backslash before it.
    const hosts = JSON.stringify(except.map((host) => `"host":${JSON.stringify(host)}`));
    const isOther = "WHERE NOT EXISTS (SELECT 1 FROM json_each(?2) WHERE instr(event, value) > 0)";
    const query = `SELECT event FROM outbox ${except.length > 0 ? isOther : ""} ORDER BY seq LIMIT ?1`;
    const read = () => this.db.query(query).all(...(except.length > 0 ? [count, hosts] : [count])) as Row[];
    return this.eventsOf(guarded(this.file, read));
  }

  /** All events, oldest first, read so many at a time as they are taken. Throws StoreError. */
  *pages(count: number): Generator<Event[]> {
    const query = "SELECT seq, event FROM outbox WHERE seq > ? ORDER BY seq LIMIT ?";
    for (let after = Number.MIN_SAFE_INTEGER; ; ) {
      const rows = guarded(this.file, () => this.db.query(query).all(after, count) as (Row & { seq: number })[]);
      const last = rows.at(-1);
      if (!last) return;
      after = last.seq;
      yield this.eventsOf(rows);
    }
  }

  /** Forgets all of these, or none of them if one is there no more; returns whether it did. Throws StoreError. */
  drop(ids: readonly string[]): boolean {
    return guarded(this.file, () => {
      const remove = this.db.query("DELETE FROM outbox WHERE id = ?");
      const GONE = new Error("gone");
      try {
        this.db.transaction(() => {
          for (const id of ids) if (remove.run(id).changes === 0) throw GONE;
        })();
        return true;
      } catch (error) {
        if (error === GONE) return false;
        throw error;
      }
    });
  }

  /** Forgets the oldest beyond a number of events; returns how many. Throws StoreError. */
  keepNewest(count: number): number {
    return guarded(this.file, () => {
      const newest = "SELECT seq FROM outbox ORDER BY seq DESC LIMIT 1 OFFSET ?";
      return this.db.query(`DELETE FROM outbox WHERE seq <= (${newest})`).run(count).changes;
    });
  }

  /** Forgets what the server named as stored. Throws StoreError. */
  confirm(ids: readonly string[]): void {
    guarded(this.file, () => {
      const remove = this.db.query("DELETE FROM outbox WHERE id = ?");
      this.db.transaction(() => {
        for (const id of ids) remove.run(id);
      })();
    });
  }

  /** Throws StoreError. */
  size(): number {
    const read = () => this.db.query("SELECT count(*) AS n FROM outbox").get() as { n: number };
    return guarded(this.file, read).n;
  }

  private eventsOf(rows: readonly Row[]): Event[] {
    return rows.map(({ event }) => {
      try {
        return JSON.parse(event) as Event;
      } catch {
        throw new DamagedError(`${this.file}: an event that waits for the server does not read`);
      }
    });
  }
}
