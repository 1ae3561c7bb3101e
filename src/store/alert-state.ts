// All that alerts go on with, which the server has in memory while it runs: it is read when a database is opened, and written as a
// whole into one that is new, or that could not be written for a while.

import type { Database } from "bun:sqlite";
import type { Ack } from "../core/alert/ack.ts";
import type { Told } from "../core/alert/decide.ts";
import type { Downtime } from "../core/alert/downtime.ts";
import type { Message } from "../core/alert/message.ts";
import type { Problem } from "../core/alert/problem.ts";
import type { Hours, Once } from "../core/hours.ts";

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

/** What is damaged shows here. */
export function readState(db: Database): AlertState {
  return {
    problems: readProblems(db),
    told: readTold(db),
    queue: readQueue(db),
    acks: readAcks(db),
    downtimes: readDowntimes(db),
    ahead_s: readAhead(db),
  };
}

function readProblems(db: Database): KeptProblem[] {
  const rows = db.query("SELECT host, item, state FROM problem").values() as [string, string, string][];
  return rows.flatMap(([host, item, state]) => readJson<Problem>(state).map((problem) => ({ host, item, problem })));
}

/** To be called inside the transaction that stores an event of it. */
export function readProblem(db: Database, host: string, item: string): Problem | undefined {
  const row = db.query("SELECT state FROM problem WHERE host = ? AND item = ?").get(host, item);
  return row ? readJson<Problem>((row as { state: string }).state)[0] : undefined;
}

function readTold(db: Database): KeptTold[] {
  const rows = db.query("SELECT host, item, user, channel, level, at, rule, recovery FROM told").values();
  return (rows as [string, string, string, string, string, number, string, number][]).map(
    ([host, item, user, channel, level, at_s, rule, recovery]) => ({
      host,
      item,
      user,
      channel,
      told: { level, at_s, rule, recovery: recovery === 1 },
    }),
  );
}

function readQueue(db: Database): Queued[] {
  const rows = db.query("SELECT * FROM message ORDER BY seq").all() as {
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
}

function readAcks(db: Database): Ack[] {
  const rows = db.query("SELECT host, item, user, at, until, level, text FROM ack").values();
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
}

function readDowntimes(db: Database): Downtime[] {
  const rows = db.query("SELECT seq, hosts, items, time, user, made, text FROM downtime ORDER BY seq").values();
  return (rows as [number, string, string, string, string, number, string][]).flatMap(
    ([id, hosts, items, time, user, made_s, text]) =>
      readJson<Hours | Once>(time).map((when) => ({ id, hosts, items, user, made_s, text, when })),
  );
}

/** How far the clock on the wall was ahead of the steady one, of which the times of problems and of what was told are. */
export function readAhead(db: Database): number {
  return Number(db.query("SELECT ahead FROM clock").values()[0]?.[0] ?? 0);
}

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
function readJson<T>(text: string): T[] {
  try {
    return [JSON.parse(text) as T];
  } catch {
    return [];
  }
}
