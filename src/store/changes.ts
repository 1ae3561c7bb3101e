// What happened to items, beside their numbers: each change of level, and each short text that was another one than before.
// Levels are kept as long as the longest tier, texts as long as the finest.

import type { Database } from "bun:sqlite";
import { LEVEL_CHANGES_MAX, TEXT_CHANGES_MAX } from "../core/limits.ts";
import type { SeriesNames } from "./series.ts";

export const CHANGES_SCHEMA = `
  CREATE TABLE level_change (host INTEGER NOT NULL, time REAL NOT NULL, item INTEGER NOT NULL, level TEXT NOT NULL, text TEXT,
    PRIMARY KEY (host, time, item)) STRICT, WITHOUT ROWID;
  CREATE TABLE text_change (host INTEGER NOT NULL, time REAL NOT NULL, item INTEGER NOT NULL, level TEXT NOT NULL, text TEXT,
    PRIMARY KEY (host, time, item)) STRICT, WITHOUT ROWID;`;

/** The level of an item, or the text beside its value, is another one from a time on. */
export interface Change {
  item: string;
  time_s: number;
  level: string;
  /** What stands beside the value, or why there is none; absent: nothing. */
  text?: string;
  /** The level is another one, too. */
  isLevel: boolean;
}

interface ChangeRow {
  item: number;
  time: number;
  level: string;
  text: string | null;
}

export class Changes {
  private readonly db: Database;
  private readonly names: SeriesNames;

  constructor(db: Database, names: SeriesNames) {
    this.db = db;
    this.names = names;
  }

  /** To be called inside a transaction, as all that write here. */
  add(host: number, changes: readonly Change[], now_s: number): void {
    for (const { item, time_s, level, text, isLevel } of changes) {
      const id = this.names.seriesId(host, item, now_s);
      this.db
        .query(
          `INSERT OR REPLACE INTO ${isLevel ? "level" : "text"}_change (host, time, item, level, text) VALUES (?, ?, ?, ?, ?)`,
        )
        .run(host, time_s, id, level, text ?? null);
    }
  }

  /** Puts back what was lost, by the numbers of host and item, where there is nothing at that time. */
  putBack(table: "level_change" | "text_change", row: ChangeRow & { host: number }): void {
    const { host, time, item, level, text } = row;
    this.db
      .query(`INSERT OR IGNORE INTO ${table} (host, time, item, level, text) VALUES (?, ?, ?, ?, ?)`)
      .run(host, time, item, level, text);
  }

  /**
   * The newest changes of items of a host in [from, to), at most `count` of them, oldest first. Levels go before texts: a text may
   * be another one each minute.
   */
  read(host: number, items: readonly string[], from_s: number, to_s: number, count: number): Change[] {
    const names = new Map<number, string>();
    for (const item of items) {
      const id = this.names.findItem(item);
      if (id !== undefined) names.set(id, item);
    }
    const newest = (table: string, isLevel: boolean, most: number) =>
      (
        this.db
          .query(
            `SELECT item, time, level, text FROM ${table} WHERE host = ? AND time >= ? AND time < ?
             AND item IN (SELECT value FROM json_each(?)) ORDER BY time DESC, item DESC LIMIT ?`,
          )
          .all(host, from_s, to_s, JSON.stringify([...names.keys()]), most) as ChangeRow[]
      ).map(({ item, time, level, text }): Change => {
        return { item: names.get(item) ?? "", time_s: time, level, ...(text === null ? {} : { text }), isLevel };
      });
    const levels = newest("level_change", true, count);
    const texts = newest("text_change", false, count - levels.length);
    return [...levels.toReversed(), ...texts.toReversed()].sort((a, b) => a.time_s - b.time_s);
  }

  /** Forgets what a host has from before these times, and more than it may have. */
  drop(host: number, levelsBefore_s: number, textsBefore_s: number): void {
    for (const [table, before_s, max] of [
      ["level_change", levelsBefore_s, LEVEL_CHANGES_MAX],
      ["text_change", textsBefore_s, TEXT_CHANGES_MAX],
    ] as const) {
      this.db.query(`DELETE FROM ${table} WHERE host = ? AND time < ?`).run(host, before_s);
      const crowd = this.db.query(`SELECT time FROM ${table} WHERE host = ? ORDER BY time DESC LIMIT 1 OFFSET ?`);
      const oldest = crowd.get(host, max) as { time: number } | null;
      if (oldest) this.db.query(`DELETE FROM ${table} WHERE host = ? AND time <= ?`).run(host, oldest.time);
    }
  }
}
