// All that alerts go on with, which the server has in memory while it runs: it is read when a database is opened, and written as a
// whole into one that is new, or that could not be written for a while.

import type { Database } from "bun:sqlite";
import type { Ack, Downtime, KeptProblem, KeptTold, Queued } from "./alert-store.ts";

export interface AlertState {
  problems: readonly KeptProblem[];
  told: readonly KeptTold[];
  /** Messages that are still to be sent, the first to be made first. */
  queue: readonly Queued[];
  acks: readonly Ack[];
  downtimes: readonly Downtime[];
  /** How far the clock on the wall was ahead of the steady one. */
  ahead_s: number;
}

/** The tables that have it; the clock has a single row. */
export const STATE_TABLES = ["problem", "told", "message", "ack", "downtime"] as const;

/** In the place of what was there; to be called inside a transaction. */
export function writeState(db: Database, { problems, told, queue, acks, downtimes, ahead_s }: AlertState): void {
  for (const table of STATE_TABLES) db.run(`DELETE FROM ${table}`);
  const putProblem = problemPut(db);
  for (const kept of problems) putProblem(kept);
  const tell = toldPut(db);
  for (const kept of told) tell(kept);
  const acknowledge = ackPut(db);
  for (const ack of acks) acknowledge(ack);
  const enqueue = db.query(
    "INSERT INTO message (id, user, channel, made, body, attempts, next, answer, unsure) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
  );
  for (const { user, channel, message, attempts, next_s, answer = null, isUnsure } of queue) {
    const body = JSON.stringify(message);
    enqueue.run(message.id, user, channel, message.made_s, body, attempts, next_s, answer, Number(isUnsure));
  }
  const plan = db.query(
    "INSERT INTO downtime (seq, hosts, items, time, user, made, text) VALUES (?, ?, ?, ?, ?, ?, ?)",
  );
  for (const { id, hosts, items, when, user, made_s, text } of downtimes)
    plan.run(id, hosts, items, JSON.stringify(when), user, made_s, text);
  putAhead(db, ahead_s);
}

export function problemPut(db: Database): (kept: KeptProblem) => void {
  const put = db.query("INSERT OR REPLACE INTO problem (host, item, at, state) VALUES (?, ?, ?, ?)");
  return ({ host, item, problem }) => void put.run(host, item, problem.at_s, JSON.stringify(problem));
}

export function toldPut(db: Database): (kept: KeptTold) => void {
  const put = db.query("INSERT OR REPLACE INTO told VALUES (?, ?, ?, ?, ?, ?, ?, ?)");
  return ({ user, channel, host, item, told: t }) =>
    void put.run(user, channel, host, item, t.level, t.at_s, t.rule, Number(t.recovery));
}

export function ackPut(db: Database): (ack: Ack) => void {
  const put = db.query("INSERT OR REPLACE INTO ack VALUES (?, ?, ?, ?, ?, ?, ?)");
  return ({ host, item, user, at_s, until_s = null, level, text }) =>
    void put.run(host, item, user, at_s, until_s, level, text);
}

export function putAhead(db: Database, ahead_s: number): void {
  db.query("INSERT OR REPLACE INTO clock VALUES (1, ?)").run(ahead_s);
}

/** What a text of JSON says, as a list of one; none where it cannot be read: one bad row must not cost the others. */
export function readJson<T>(text: string): T[] {
  try {
    return [JSON.parse(text) as T];
  } catch {
    return [];
  }
}
