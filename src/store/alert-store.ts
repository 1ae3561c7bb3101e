// What the server keeps of alerts, in the database of the events: the level of each item as its events told it, what each user was
// told, messages that are still to be sent, acknowledgements, downtimes, and a record of what was told, or was not and why.

import type { Database } from "bun:sqlite";
import type { Downtime } from "../core/alert/downtime.ts";
import type { Problem } from "../core/alert/problem.ts";
import { type AlertChanges, writeChanges } from "./alert-changes.ts";
import { dropRecords, type RecordTable, readTellings, type Telling, type TellingQuery } from "./alert-records.ts";
import {
  type AlertState,
  type KeptProblem,
  problemPut,
  readAhead,
  readProblem,
  readState,
  writeState,
} from "./alert-state.ts";
import { guarded } from "./database.ts";
import { droppable } from "./droppable.ts";

export const ALERT_SCHEMA = `
  CREATE TABLE problem (host TEXT NOT NULL, item TEXT NOT NULL, at REAL NOT NULL, state TEXT NOT NULL,
    PRIMARY KEY (host, item)) STRICT;
  CREATE TABLE told (user TEXT NOT NULL, channel TEXT NOT NULL, host TEXT NOT NULL, item TEXT NOT NULL, level TEXT NOT NULL,
    at REAL NOT NULL, rule TEXT NOT NULL, recovery INTEGER NOT NULL,
    PRIMARY KEY (host, item, user, channel)) STRICT;
  CREATE TABLE telling (seq INTEGER PRIMARY KEY, at REAL NOT NULL, users TEXT NOT NULL, channel TEXT NOT NULL, host TEXT NOT NULL,
    item TEXT NOT NULL, prev TEXT NOT NULL, level TEXT NOT NULL, kind TEXT NOT NULL, why TEXT NOT NULL, message TEXT) STRICT;
  CREATE INDEX telling_at ON telling (at);
  CREATE INDEX telling_item ON telling (host, item, at);
  CREATE TABLE message (seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, user TEXT NOT NULL, channel TEXT NOT NULL,
    made REAL NOT NULL, body TEXT NOT NULL, attempts INTEGER NOT NULL DEFAULT 0, next REAL NOT NULL, answer TEXT,
    unsure INTEGER NOT NULL DEFAULT 0) STRICT;
  CREATE TABLE sent (id TEXT PRIMARY KEY, at REAL NOT NULL, attempts INTEGER NOT NULL, answer TEXT NOT NULL) STRICT;
  CREATE INDEX sent_at ON sent (at);
  CREATE TABLE ack (host TEXT NOT NULL, item TEXT NOT NULL, user TEXT NOT NULL, at REAL NOT NULL, until REAL, level TEXT NOT NULL,
    text TEXT NOT NULL, PRIMARY KEY (host, item)) STRICT;
  CREATE TABLE downtime (seq INTEGER PRIMARY KEY AUTOINCREMENT, hosts TEXT NOT NULL, items TEXT NOT NULL, time TEXT NOT NULL,
    user TEXT NOT NULL, made REAL NOT NULL, text TEXT NOT NULL) STRICT;`;

export class AlertStore {
  private readonly file: string;
  private readonly db: Database;

  /** The file is for messages of errors only. */
  constructor(file: string, db: Database) {
    this.file = file;
    this.db = db;
  }

  /** The problem of an item, to be called inside the transaction that stores an event of it. */
  problem(host: string, item: string): Problem | undefined {
    return readProblem(this.db, host, item);
  }

  /** Throws StoreError, as all below. */
  putProblem(kept: KeptProblem): void {
    guarded(this.file, () => problemPut(this.db)(kept));
  }

  /** All that alerts go on with. What is damaged shows here. */
  state(): AlertState {
    return guarded(this.file, () => readState(this.db));
  }

  /** That, in the place of what was there; all or nothing. */
  keepState(state: AlertState): void {
    guarded(this.file, () => this.db.transaction(() => writeState(this.db, state))());
  }

  /** How far the clock on the wall was ahead of the steady one, of which the times of problems and of what was told are. */
  ahead_s(): number {
    return guarded(this.file, () => readAhead(this.db));
  }

  /** All or nothing. */
  apply(changes: AlertChanges): void {
    guarded(this.file, () => this.db.transaction(() => writeChanges(this.db, changes))());
  }

  /** Tellings, newest first. */
  tellings(query: TellingQuery): Telling[] {
    return guarded(this.file, () => readTellings(this.db, query));
  }

  /** How many records of a kind may be forgotten in one cleaning. */
  droppable(table: RecordTable): number {
    return guarded(this.file, () => droppable(this.db, table));
  }

  /** Forgets old records of a kind, the oldest first, a bounded number at a time; returns how many. */
  dropRecords(table: RecordTable, before_s: number, atMost: number): number {
    return guarded(this.file, () => dropRecords(this.db, table, before_s, atMost));
  }

  /** Returns its id. */
  addDowntime({ hosts, items, when, user, made_s, text }: Omit<Downtime, "id">): number {
    return guarded(this.file, () =>
      Number(
        this.db
          .query("INSERT INTO downtime (hosts, items, time, user, made, text) VALUES (?, ?, ?, ?, ?, ?)")
          .run(hosts, items, JSON.stringify(when), user, made_s, text).lastInsertRowid,
      ),
    );
  }

  dropDowntime(id: number): void {
    guarded(this.file, () => this.db.query("DELETE FROM downtime WHERE seq = ?").run(id));
  }
}
