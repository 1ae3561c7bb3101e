// The names in a history, each stored once: hosts and items as small numbers; and the series, which are the items that a host
// has any history of.

import type { Database, Statement } from "bun:sqlite";
import { SERIES_PER_HOST_MAX } from "../core/limits.ts";
import { DamagedError } from "./database.ts";

// No number is given twice: rows that are still to go may have that of an item that was forgotten.
export const SERIES_SCHEMA = `
  CREATE TABLE host (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL UNIQUE) STRICT;
  CREATE TABLE item (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL UNIQUE) STRICT;
  CREATE TABLE series (host INTEGER NOT NULL, item INTEGER NOT NULL, first INTEGER NOT NULL, last INTEGER NOT NULL,
    PRIMARY KEY (host, item)) STRICT, WITHOUT ROWID;
  CREATE INDEX series_item ON series (item);`;

/** Names of items that are held in memory; beyond it they are looked up anew. */
const NAMES_REMEMBERED_MAX = 20_000;
/** When a series was seen last is noted so often. */
const SEEN_S = 3600;
/** The share of a host's series that makes room when there are too many. */
const CROWDED_OUT_SHARE = 0.05;
/** What was not seen for so long has left. */
const LEFT_S = 86_400;

export class SeriesNames {
  private readonly db: Database;
  private readonly hostIds = new Map<string, number>();
  private readonly itemIds = new Map<string, number>();
  /** The series of each host that was written to, and when they were seen last. */
  private readonly known = new Map<number, Map<number, number>>();
  private readonly touch: Statement;
  /** Tables whose index was found to have each of their names. */
  private readonly looked = new Set<"host" | "item">();

  constructor(db: Database) {
    this.db = db;
    this.touch = db.prepare("UPDATE series SET last = ?3 WHERE host = ?1 AND item = ?2");
    this.reload();
  }

  /** Reads all anew: after a transaction that was rolled back took some of them with it. */
  reload(): void {
    this.hostIds.clear();
    this.itemIds.clear();
    this.known.clear();
    for (const { id, name } of this.db.query("SELECT id, name FROM host ORDER BY id").all() as {
      id: number;
      name: string;
    }[]) {
      this.hostIds.set(name, id);
    }
  }

  /** The ids of all hosts, in order. */
  hosts(): Iterable<number> {
    return this.hostIds.values();
  }

  /** The names of all hosts, in that order. */
  hostNames(): string[] {
    return [...this.hostIds.keys()];
  }

  findHost(host: string): number | undefined {
    return this.hostIds.get(host);
  }

  /** The id of a host, which gets one when it has none. To be called inside a transaction, as all that write here. */
  hostId(host: string): number {
    const known = this.hostIds.get(host);
    if (known !== undefined) return known;
    this.refuseHiding("host");
    const { id } = this.db.query("INSERT INTO host (name) VALUES (?) RETURNING id").get(host) as { id: number };
    this.hostIds.set(host, id);
    return id;
  }

  /** Items of which a host has any history, by name. */
  items(host: number): string[] {
    const rows = this.db
      .query("SELECT name FROM item JOIN series ON series.item = item.id WHERE series.host = ?")
      .all(host) as { name: string }[];
    return rows.map(({ name }) => name).sort();
  }

  findItem(name: string): number | undefined {
    const known = this.itemIds.get(name);
    if (known !== undefined) return known;
    const row = this.db.query("SELECT id FROM item WHERE name = ?").get(name) as { id: number } | null;
    if (!row) return undefined;
    // The number is that of the index; a wrong one would be the history of another item.
    if (this.itemName(row.id) !== name) throw this.indexDamaged("item");
    this.remember(name, row.id);
    return row.id;
  }

  itemName(id: number): string | undefined {
    return (this.db.query("SELECT name FROM item WHERE id = ?").get(id) as { name: string } | null)?.name;
  }

  /** The id of an item of a host, of which there is history from a time on. */
  seriesId(host: number, name: string, time_s: number): number {
    const item = this.findItem(name) ?? this.insertItem(name);
    const known = this.seriesOf(host);
    const last_s = known.get(item);
    const seen_s = Math.floor(time_s);
    if (last_s === undefined) {
      this.db.query("INSERT INTO series (host, item, first, last) VALUES (?1, ?2, ?3, ?3)").run(host, item, seen_s);
    } else if (seen_s >= last_s + SEEN_S) this.touch.run(host, item, seen_s);
    else return item;
    known.set(item, seen_s);
    return item;
  }

  private insertItem(name: string): number {
    this.refuseHiding("item");
    const { id } = this.db.query("INSERT INTO item (name) VALUES (?) RETURNING id").get(name) as { id: number };
    this.remember(name, id);
    return id;
  }

  /** Before the first new name: one that its index does not find would be given a second number, and begin anew. */
  private refuseHiding(table: "host" | "item"): void {
    if (this.looked.has(table)) return;
    const index = `${table} AS found INDEXED BY sqlite_autoindex_${table}_1`;
    const found = `SELECT 1 FROM ${index} WHERE found.name = each.name AND +found.id = each.id`;
    const hidden = `SELECT 1 FROM ${table} AS each NOT INDEXED WHERE NOT EXISTS (${found}) LIMIT 1`;
    if (this.db.query(hidden).get()) throw this.indexDamaged(table);
    this.looked.add(table);
  }

  private indexDamaged(table: "host" | "item"): DamagedError {
    return new DamagedError(`${this.db.filename}: the index of the table ${table} is damaged`);
  }

  private remember(name: string, id: number): void {
    if (this.itemIds.size >= NAMES_REMEMBERED_MAX) this.itemIds.clear();
    this.itemIds.set(name, id);
  }

  private seriesOf(host: number): Map<number, number> {
    let known = this.known.get(host);
    if (!known) {
      const rows = this.db.query("SELECT item, last FROM series WHERE host = ?").values(host) as [number, number][];
      known = new Map(rows);
      this.known.set(host, known);
    }
    return known;
  }

  /**
   * Forgets the series of a host of which there was nothing since a time, items that no host has, and a host without series; returns
   * whether that is forgotten.
   */
  expire(host: number, before_s: number): boolean {
    const gone = this.db
      .query("DELETE FROM series WHERE host = ? AND last < ? RETURNING item")
      .all(host, Math.floor(before_s - SEEN_S));
    this.forget(host, gone as { item: number }[]);
    if (this.seriesOf(host).size > 0) return false;
    this.db.query("DELETE FROM host WHERE id = ?").run(host);
    for (const [name, id] of this.hostIds) if (id === host) this.hostIds.delete(name);
    this.known.delete(host);
    return true;
  }

  /**
   * Forgets some series where a host has too many, but none of `here`, which are those that it has now: first those that left,
   * longest ago; then those that were there for the shortest time, for who makes new names each minute shall not drive out
   * what has a long history.
   */
  bound(host: number, here: Iterable<number>, now_s: number): void {
    if (this.seriesOf(host).size <= SERIES_PER_HOST_MAX) return;
    const gone = this.db
      .query(
        `DELETE FROM series WHERE host = ?1 AND item IN (
           SELECT item FROM series WHERE host = ?1 AND item NOT IN (SELECT value FROM json_each(?2))
           ORDER BY last >= ?3, iif(last >= ?3, last - first, last), item DESC LIMIT ?4) RETURNING item`,
      )
      .all(host, JSON.stringify([...here]), now_s - LEFT_S, Math.ceil(SERIES_PER_HOST_MAX * CROWDED_OUT_SHARE));
    this.forget(host, gone as { item: number }[]);
  }

  private forget(host: number, gone: readonly { item: number }[]): void {
    if (gone.length === 0) return;
    const unused = this.db.query(
      "DELETE FROM item WHERE id = ?1 AND NOT EXISTS (SELECT 1 FROM series WHERE item = ?1)",
    );
    for (const { item } of gone) {
      this.known.get(host)?.delete(item);
      unused.run(item);
    }
    this.itemIds.clear();
  }
}
