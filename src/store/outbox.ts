// Events that the server has not yet confirmed, in the order in which they happened; kept over a restart.

import type { Database } from "bun:sqlite";
import type { Event } from "../core/event.ts";
import { OUTBOX_EVENTS_MAX } from "../core/limits.ts";
import { guarded } from "./database.ts";

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
    this.db.query("DELETE FROM outbox WHERE seq <= (SELECT max(seq) FROM outbox) - ?").run(OUTBOX_EVENTS_MAX);
  }

  /** The oldest events that wait. Throws StoreError. */
  first(count: number): Event[] {
    const read = () => this.db.query("SELECT event FROM outbox ORDER BY seq LIMIT ?").all(count) as { event: string }[];
    return guarded(this.file, read).map(({ event }) => JSON.parse(event) as Event);
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
}
