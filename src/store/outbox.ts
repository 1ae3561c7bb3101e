// Events that the server has not yet confirmed, in the order in which they happened; kept over a restart.

import type { Database } from "bun:sqlite";
import type { Event } from "../core/event.ts";
import { OUTBOX_EVENTS_MAX } from "../core/limits.ts";

export class Outbox {
  private readonly db: Database;
  constructor(db: Database) {
    this.db = db;
  }

  /** To be called inside the transaction that stores the values which made the event. */
  add(event: Event): void {
    this.db.query("INSERT OR IGNORE INTO outbox (id, event) VALUES (?, ?)").run(event.id, JSON.stringify(event));
    this.db.query("DELETE FROM outbox WHERE seq <= (SELECT max(seq) FROM outbox) - ?").run(OUTBOX_EVENTS_MAX);
  }

  /** The oldest events that wait. */
  first(count: number): Event[] {
    const rows = this.db.query("SELECT event FROM outbox ORDER BY seq LIMIT ?").all(count) as { event: string }[];
    return rows.map(({ event }) => JSON.parse(event) as Event);
  }

  /** Forgets what the server named as stored. */
  confirm(ids: readonly string[]): void {
    const remove = this.db.query("DELETE FROM outbox WHERE id = ?");
    this.db.transaction(() => {
      for (const id of ids) remove.run(id);
    })();
  }

  size(): number {
    return (this.db.query("SELECT count(*) AS n FROM outbox").get() as { n: number }).n;
  }
}
