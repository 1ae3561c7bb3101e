// What the server keeps of alerts, in the database of the events: the level of each item as its events told it, what each user was
// told, messages that are still to be sent, acknowledgements, downtimes, and a record of what was told, or was not and why.

import type { Database } from "bun:sqlite";
import type { Told } from "../core/alert/decide.ts";
import type { Message } from "../core/alert/message.ts";
import type { Problem } from "../core/alert/problem.ts";
import type { Hours, Once } from "../core/hours.ts";
import { type AlertState, ackPut, problemPut, putAhead, readJson, toldPut, writeState } from "./alert-state.ts";
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

/** Records: what was told, or not, and what became of the messages. */
export const RECORD_TABLES = ["telling", "sent"] as const;
type RecordTable = (typeof RECORD_TABLES)[number];

export interface ItemKey {
  host: string;
  item: string;
}

export interface KeptProblem extends ItemKey {
  problem: Problem;
}

/** Whom, by what. */
export interface Listener {
  user: string;
  channel: string;
}

export interface KeptTold extends ItemKey, Listener {
  told: Told;
}

/** What was told of a change, or not; times are the server's, seconds since the epoch. */
export interface Telling extends ItemKey, Listener {
  at_s: number;
  prev: string;
  level: string;
  /** As of a notice; or `unsaid`: it was over before it could be told; `given up`: nobody took the message. */
  kind: string;
  /** By which alert line, or why not. */
  why: string;
  message?: string;
  /** The message was taken; absent: not yet, or never. */
  sent?: Sent;
}

/** That the other end took a message. */
export interface Sent {
  at_s: number;
  /** The one that was taken included. */
  attempts: number;
  answer: string;
}

/** The same for several users, as it is stored. */
export interface TellingRow extends Omit<Telling, "user" | "sent"> {
  users: string[];
}

/** A message in the queue. */
export interface Queued extends Listener {
  message: Message;
  attempts: number;
  /** When it is tried again; by the server's clock. */
  next_s: number;
  /** What the last attempt was answered. */
  answer?: string;
  /** An attempt may have succeeded. */
  isUnsure: boolean;
}

export interface Ack extends ItemKey {
  user: string;
  at_s: number;
  until_s?: number;
  /** The worst level that is acknowledged. */
  level: string;
  text: string;
}

export interface Downtime {
  id: number;
  hosts: string;
  items: string;
  when: Hours | Once;
  user: string;
  made_s: number;
  text: string;
}

/** All that one look at the alerts changes, stored at once. */
export interface AlertChanges {
  told?: readonly KeptTold[];
  /** What nobody has to remember any more. */
  untold?: readonly (ItemKey & Listener)[];
  tellings?: readonly TellingRow[];
  /** New, or with other notices; one without any is not to be sent. */
  messages?: readonly (Message & { channel: string })[];
  /** Messages that do not wait any more: taken, or given up. */
  done?: readonly { id: string; sent?: Sent }[];
  /** Messages that are told by another. */
  moved?: readonly { from: string; to: string }[];
  acks?: readonly Ack[];
  unacked?: readonly ItemKey[];
  /** Messages of which an attempt failed. */
  postponed?: readonly Queued[];
  /** Items of which nothing is known any more. */
  dropped?: readonly ItemKey[];
  ahead_s?: number;
}

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
    const row = this.db.query("SELECT state FROM problem WHERE host = ? AND item = ?").get(host, item);
    return row ? readJson<Problem>((row as { state: string }).state)[0] : undefined;
  }

  /** Throws StoreError, as all below. */
  putProblem(kept: KeptProblem): void {
    guarded(this.file, () => problemPut(this.db)(kept));
  }

  /** All that alerts go on with. What is damaged shows here. */
  state(): AlertState {
    return {
      problems: this.problems(),
      told: this.told(),
      queue: this.queue(),
      acks: this.acks(),
      downtimes: this.downtimes(),
      ahead_s: this.ahead_s(),
    };
  }

  /** That, in the place of what was there; all or nothing. */
  keepState(state: AlertState): void {
    guarded(this.file, () => this.db.transaction(() => writeState(this.db, state))());
  }

  private problems(): KeptProblem[] {
    return guarded(this.file, () => {
      const rows = this.db.query("SELECT host, item, state FROM problem").values() as [string, string, string][];
      return rows.flatMap(([host, item, state]) =>
        readJson<Problem>(state).map((problem) => ({ host, item, problem })),
      );
    });
  }

  private told(): KeptTold[] {
    return guarded(this.file, () => {
      const rows = this.db.query("SELECT host, item, user, channel, level, at, rule, recovery FROM told").values();
      return (rows as [string, string, string, string, string, number, string, number][]).map(
        ([host, item, user, channel, level, at_s, rule, recovery]) => ({
          host,
          item,
          user,
          channel,
          told: { level, at_s, rule, recovery: recovery === 1 },
        }),
      );
    });
  }

  /** All or nothing. */
  apply(changes: AlertChanges): void {
    guarded(this.file, () => this.db.transaction(() => this.write(changes))());
  }

  private write({
    told = [],
    untold = [],
    tellings = [],
    messages = [],
    done = [],
    moved = [],
    acks = [],
    unacked = [],
    postponed = [],
    dropped = [],
    ahead_s,
  }: AlertChanges): void {
    this.drop(dropped);
    if (ahead_s !== undefined) putAhead(this.db, ahead_s);
    const tell = toldPut(this.db);
    for (const kept of told) tell(kept);
    const forget = this.db.query("DELETE FROM told WHERE host = ? AND item = ? AND user = ? AND channel = ?");
    for (const { host, item, user, channel } of untold) forget.run(host, item, user, channel);
    const record = this.db.query(
      "INSERT INTO telling (at, users, channel, host, item, prev, level, kind, why, message) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    );
    for (const each of tellings) {
      const { at_s, users, channel, host, item, prev, level, kind, why, message: id = null } = each;
      record.run(at_s, users.join(","), channel, host, item, prev, level, kind, why, id);
    }
    const enqueue = this.db.query(
      `INSERT INTO message (id, user, channel, made, body, next) VALUES (?, ?, ?, ?, ?, ?)
       ON CONFLICT (id) DO UPDATE SET body = excluded.body`,
    );
    const drop = this.db.query("DELETE FROM message WHERE id = ?");
    for (const { channel, ...body } of messages) {
      if (body.notices.length === 0) drop.run(body.id);
      else enqueue.run(body.id, body.user.name, channel, body.made_s, JSON.stringify(body), body.made_s);
    }
    const accept = this.db.query("INSERT OR REPLACE INTO sent VALUES (?, ?, ?, ?)");
    for (const { id, sent } of done) {
      drop.run(id);
      if (sent) accept.run(id, sent.at_s, sent.attempts, sent.answer);
    }
    const move = this.db.query("UPDATE telling SET message = ? WHERE message = ?");
    for (const { from, to } of moved) move.run(to, from);
    const acknowledge = ackPut(this.db);
    for (const ack of acks) acknowledge(ack);
    const unacknowledge = this.db.query("DELETE FROM ack WHERE host = ? AND item = ?");
    for (const { host, item } of unacked) unacknowledge.run(host, item);
    this.postpone(postponed);
  }

  private drop(keys: readonly ItemKey[]): void {
    if (keys.length === 0) return;
    for (const table of ["problem", "told", "ack"]) {
      const drop = this.db.query(`DELETE FROM ${table} WHERE host = ? AND item = ?`);
      for (const { host, item } of keys) drop.run(host, item);
    }
  }

  private postpone(all: readonly Queued[]): void {
    const put = this.db.query("UPDATE message SET attempts = ?, next = ?, answer = ?, unsure = ? WHERE id = ?");
    for (const { message, attempts, next_s, answer = "", isUnsure } of all)
      put.run(attempts, next_s, answer, Number(isUnsure), message.id);
  }

  /** Tellings, newest first. */
  tellings(query: { host?: string; item?: string; user?: string; since_s?: number; count: number }): Telling[] {
    const conditions = ["telling.at >= ?1"];
    if (query.host !== undefined) conditions.push("host = ?2");
    if (query.item !== undefined) conditions.push("item = ?3");
    if (query.user !== undefined) conditions.push("instr(',' || users || ',', ',' || ?4 || ',') > 0");
    return guarded(this.file, () => {
      const { host = null, item = null, user = null, since_s = 0, count } = query;
      const rows = this.db
        .query(
          `SELECT telling.at, users, channel, host, item, prev, level, kind, why, message, sent.at AS sent_at, attempts, answer
           FROM telling LEFT JOIN sent ON sent.id = message
           WHERE ${conditions.join(" AND ")} ORDER BY telling.at DESC, seq DESC LIMIT ?5`,
        )
        .all(since_s, host, item, user, count) as (Omit<Telling, "at_s" | "message" | "user" | "sent"> & {
        at: number;
        users: string;
        message: string | null;
        sent_at: number | null;
        attempts: number;
        answer: string;
      })[];
      const each = rows.flatMap(({ at, users, message, sent_at, attempts, answer, ...row }) =>
        users
          .split(",")
          .filter((name) => user === null || name === user)
          .map((name) => ({
            ...row,
            user: name,
            at_s: at,
            ...(message === null ? {} : { message }),
            ...(sent_at === null ? {} : { sent: { at_s: sent_at, attempts, answer } }),
          })),
      );
      return each.slice(0, count);
    });
  }

  /** How many records of a kind may be forgotten in one cleaning. */
  droppable(table: RecordTable): number {
    return guarded(this.file, () => droppable(this.db, table));
  }

  /** Forgets old records of a kind, the oldest first, a bounded number at a time; returns how many. */
  dropRecords(table: RecordTable, before_s: number, atMost: number): number {
    const oldest = `SELECT rowid FROM ${table} WHERE at < ? ORDER BY at LIMIT ?`;
    return guarded(
      this.file,
      () => this.db.query(`DELETE FROM ${table} WHERE rowid IN (${oldest})`).run(before_s, atMost).changes,
    );
  }

  private queue(): Queued[] {
    return guarded(this.file, () => {
      const rows = this.db.query("SELECT * FROM message ORDER BY seq").all() as {
        user: string;
        channel: string;
        body: string;
        attempts: number;
        next: number;
        answer: string | null;
        unsure: number;
      }[];
      return rows.flatMap(({ user, channel, body, attempts, next, answer, unsure }) =>
        readJson<Message>(body).map((message) => ({
          user,
          channel,
          attempts,
          next_s: next,
          isUnsure: unsure === 1,
          message,
          ...(answer === null ? {} : { answer }),
        })),
      );
    });
  }

  /** How far the clock on the wall was ahead of the steady one, of which the times of problems and of what was told are. */
  ahead_s(): number {
    return guarded(this.file, () => Number(this.db.query("SELECT ahead FROM clock").values()[0]?.[0] ?? 0));
  }

  private acks(): Ack[] {
    return guarded(this.file, () => {
      const rows = this.db.query("SELECT host, item, user, at, until, level, text FROM ack").values();
      return (rows as [string, string, string, number, number | null, string, string][]).map(
        ([host, item, user, at_s, until_s, level, text]) => ({
          host,
          item,
          user,
          at_s,
          level,
          text,
          ...(until_s === null ? {} : { until_s }),
        }),
      );
    });
  }

  private downtimes(): Downtime[] {
    return guarded(this.file, () => {
      const rows = this.db
        .query("SELECT seq, hosts, items, time, user, made, text FROM downtime ORDER BY seq")
        .values();
      return (rows as [number, string, string, string, string, number, string][]).flatMap(
        ([id, hosts, items, time, user, made_s, text]) =>
          readJson<Hours | Once>(time).map((when) => ({ id, hosts, items, user, made_s, text, when })),
      );
    });
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
