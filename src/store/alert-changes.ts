// What one look at the alerts changes, written at once.

import type { Database } from "bun:sqlite";
import type { Ack } from "../core/alert/ack.ts";
import type { Message } from "../core/alert/message.ts";
import type { Sent, TellingRow } from "./alert-records.ts";
import { ackPut, type ItemKey, type KeptTold, type Listener, putAhead, type Queued, toldPut } from "./alert-state.ts";

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

/** To be called inside a transaction. */
export function writeChanges(
  db: Database,
  {
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
  }: AlertChanges,
): void {
  drop(db, dropped);
  if (ahead_s !== undefined) putAhead(db, ahead_s);
  const tell = toldPut(db);
  for (const kept of told) tell(kept);
  const forget = db.query("DELETE FROM told WHERE host = ? AND item = ? AND user = ? AND channel = ?");
  for (const { host, item, user, channel } of untold) forget.run(host, item, user, channel);
  record(db, tellings);
  enqueue(db, messages);
  dequeue(db, done);
  const move = db.query("UPDATE telling SET message = ? WHERE message = ?");
  for (const { from, to } of moved) move.run(to, from);
  const acknowledge = ackPut(db);
  for (const ack of acks) acknowledge(ack);
  const unacknowledge = db.query("DELETE FROM ack WHERE host = ? AND item = ?");
  for (const { host, item } of unacked) unacknowledge.run(host, item);
  postpone(db, postponed);
}

function drop(db: Database, keys: readonly ItemKey[]): void {
  if (keys.length === 0) return;
  for (const table of ["problem", "told", "ack"]) {
    const forget = db.query(`DELETE FROM ${table} WHERE host = ? AND item = ?`);
    for (const { host, item } of keys) forget.run(host, item);
  }
}

function record(db: Database, tellings: readonly TellingRow[]): void {
  const put = db.query(
    "INSERT INTO telling (at, users, channel, host, item, prev, level, kind, why, message) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
  );
  for (const { at_s, users, channel, host, item, prev, level, kind, why, message: id = null } of tellings)
    put.run(at_s, users.join(","), channel, host, item, prev, level, kind, why, id);
}

function enqueue(db: Database, messages: NonNullable<AlertChanges["messages"]>): void {
  const put = db.query(
    `INSERT INTO message (id, user, channel, made, body, next) VALUES (?, ?, ?, ?, ?, ?)
     ON CONFLICT (id) DO UPDATE SET body = excluded.body`,
  );
  const withdraw = db.query("DELETE FROM message WHERE id = ?");
  for (const { channel, ...body } of messages) {
    if (body.notices.length === 0) withdraw.run(body.id);
    else put.run(body.id, body.user.name, channel, body.made_s, JSON.stringify(body), body.made_s);
  }
}

function dequeue(db: Database, done: NonNullable<AlertChanges["done"]>): void {
  const remove = db.query("DELETE FROM message WHERE id = ?");
  const accept = db.query("INSERT OR REPLACE INTO sent VALUES (?, ?, ?, ?)");
  for (const { id, sent } of done) {
    remove.run(id);
    if (sent) accept.run(id, sent.at_s, sent.attempts, sent.answer);
  }
}

function postpone(db: Database, all: readonly Queued[]): void {
  const put = db.query("UPDATE message SET attempts = ?, next = ?, answer = ?, unsure = ? WHERE id = ?");
  for (const { message, attempts, next_s, answer = "", isUnsure } of all)
    put.run(attempts, next_s, answer, Number(isUnsure), message.id);
}
