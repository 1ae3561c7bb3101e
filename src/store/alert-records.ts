// Records of alerts: what was told, or was not and why, and what became of the messages.

import type { Database } from "bun:sqlite";
import type { ItemKey, Listener } from "./alert-state.ts";

/** The tables that have them; old rows are forgotten. */
export const RECORD_TABLES = ["telling", "sent"] as const;
export type RecordTable = (typeof RECORD_TABLES)[number];

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

export interface TellingQuery {
  host?: string;
  item?: string;
  user?: string;
  since_s?: number;
  count: number;
}

/** Newest first. */
export function readTellings(db: Database, query: TellingQuery): Telling[] {
  const conditions = ["telling.at >= ?1"];
  if (query.host !== undefined) conditions.push("host = ?2");
  if (query.item !== undefined) conditions.push("item = ?3");
  if (query.user !== undefined) conditions.push("instr(',' || users || ',', ',' || ?4 || ',') > 0");
  const { host = null, item = null, user = null, since_s = 0, count } = query;
  const rows = db
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
}

/** Forgets old records of a kind, the oldest first, a bounded number at a time; returns how many. */
export function dropRecords(db: Database, table: RecordTable, before_s: number, atMost: number): number {
  const oldest = `SELECT rowid FROM ${table} WHERE at < ? ORDER BY at LIMIT ?`;
  return db.query(`DELETE FROM ${table} WHERE rowid IN (${oldest})`).run(before_s, atMost).changes;
}
