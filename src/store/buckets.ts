// The rows of a history: what a host's items were in each bucket of one tier, which is known by the size of its buckets.
// Young ones are rows of their own, old ones stretches of many (packing.ts); where both have a bucket, it is the two together.

import type { Database, Statement } from "bun:sqlite";
import { type Bucket, bucketStart, merge } from "../core/consolidation.ts";
import { type Column, DamagedStretch, encodeStretch, STRETCH_ROWS, StretchReader } from "./packing.ts";
import type { Span } from "./spans.ts";

export const BUCKETS_SCHEMA = `
  CREATE TABLE bucket (tier INTEGER NOT NULL, host INTEGER NOT NULL, time INTEGER NOT NULL, data BLOB NOT NULL,
    PRIMARY KEY (tier, host, time)) STRICT;
  CREATE TABLE stretch (tier INTEGER NOT NULL, host INTEGER NOT NULL, time INTEGER NOT NULL, filled INTEGER NOT NULL,
    data BLOB NOT NULL, PRIMARY KEY (tier, host, time)) STRICT;`;

/** Fetched at a time: an open cursor would hold up the writer of the next minute. */
const ROWS_PER_READ = 2 * STRETCH_ROWS;
const STRETCHES_PER_READ = 4;

/** Columns of a stretch that are decoded before others may have their turn: a millisecond, where the code is still cold. */
const COLUMNS_PER_TURN = 8;

/** Items by their id. */
export type Row = Map<number, Bucket>;

interface StoredRow {
  time: number;
  data: Uint8Array;
}

/** What is stored of one stretch of time. */
interface Window {
  start_s: number;
  /** Each with the index of its first row in the stretch. */
  parts: { first: number; reader: StretchReader }[];
}

/** How long a stretch of a tier is. */
export function stretchOf(bucket_s: number): number {
  return STRETCH_ROWS * bucket_s;
}

export class Buckets {
  private readonly db: Database;
  private readonly damaged: (what: string) => void;
  private readonly add: Statement;
  private readonly put: Statement;
  private readonly one: Statement;
  private readonly remove: Statement;
  private readonly pageRows: Statement;
  private readonly pageStretches: Statement;
  private readonly putStretch: Statement;

  /** `damaged` is told of what cannot be read and is left out. */
  constructor(db: Database, damaged: (what: string) => void) {
    this.db = db;
    this.damaged = damaged;
    this.add = db.prepare("INSERT OR IGNORE INTO bucket (tier, host, time, data) VALUES (?, ?, ?, ?)");
    this.put = db.prepare("INSERT OR REPLACE INTO bucket (tier, host, time, data) VALUES (?, ?, ?, ?)");
    this.one = db.prepare("SELECT time, data FROM bucket WHERE tier = ? AND host = ? AND time = ?");
    this.remove = db.prepare("DELETE FROM bucket WHERE tier = ? AND host = ? AND time >= ? AND time < ?");
    const page = (table: string) =>
      db.prepare(
        `SELECT time, data FROM ${table} WHERE tier = ? AND host = ? AND time >= ? AND time < ? ORDER BY time LIMIT ?`,
      );
    this.pageRows = page("bucket");
    this.pageStretches = page("stretch");
    this.putStretch = db.prepare(
      "INSERT OR REPLACE INTO stretch (tier, host, time, filled, data) VALUES (?, ?, ?, ?, ?)",
    );
  }

  /**
   * What is known of the asked items in each bucket of [from, to), oldest first; made as they are taken. An undefined is none: others
   * may have their turn before the next one.
   */
  *read(
    bucket_s: number,
    host: number,
    from_s: number,
    to_s: number,
    items: readonly (number | undefined)[],
  ): Generator<{ time_s: number; buckets: (Bucket | undefined)[] } | undefined> {
    for (const window of this.windows(bucket_s, host, from_s, to_s)) {
      const columns: (Column | undefined)[] = [];
      for (const item of items) {
        columns.push(item === undefined ? undefined : columnOf(window, item));
        if (columns.length % COLUMNS_PER_TURN === 0) yield undefined;
      }
      for (let row = 0; row < STRETCH_ROWS; row++) {
        const time_s = window.start_s + row * bucket_s;
        if (time_s < from_s || time_s >= to_s) continue;
        const buckets = columns.map((column) => column?.[row]);
        if (buckets.some((bucket) => bucket !== undefined)) yield { time_s, buckets };
      }
    }
  }

  /** All buckets of [from, to) of each item as one, put into `sum`; returns how many there were. */
  sum(bucket_s: number, host: number, from_s: number, to_s: number, sum: Row): number {
    let values = 0;
    for (const window of this.windows(bucket_s, host, from_s, to_s)) {
      const first = Math.max(0, Math.ceil((from_s - window.start_s) / bucket_s));
      const end = Math.min(STRETCH_ROWS, Math.ceil((to_s - window.start_s) / bucket_s));
      for (const item of itemsOf(window)) {
        const column = columnOf(window, item);
        for (let row = first; row < end; row++) {
          const bucket = merge(sum.get(item), column[row]);
          if (!bucket || !column[row]) continue;
          sum.set(item, bucket);
          values++;
        }
      }
    }
    return values;
  }

  /** Adds to a bucket what came later. To be called inside a transaction, as all that write here. */
  join(bucket_s: number, host: number, time_s: number, later: Row): void {
    if (this.add.run(bucket_s, host, time_s, encodeRow(later)).changes > 0) return; // the rule
    const row = new Map<number, Bucket>();
    const stored = this.one.get(bucket_s, host, time_s) as StoredRow;
    const reader = this.readable(stored, bucket_s);
    for (const item of reader?.items() ?? []) {
      const bucket = reader?.column(item)?.[0];
      if (bucket) row.set(item, bucket);
    }
    for (const [item, bucket] of later) row.set(item, merge(row.get(item), bucket) ?? bucket);
    this.put.run(bucket_s, host, time_s, encodeRow(row));
  }

  /**
   * Sets a bucket to what its readings are, of which a part may have been stored before: the more readings win, for each item. So
   * what was consolidated already is not made poorer by a clock that comes by again.
   */
  set(bucket_s: number, host: number, time_s: number, row: Row): void {
    if (row.size === 0) return;
    const before: Row = new Map();
    if (this.sum(bucket_s, host, time_s, time_s + bucket_s, before) === 0) {
      this.put.run(bucket_s, host, time_s, encodeRow(row));
      return;
    }
    let richer = false;
    for (const [item, bucket] of row) {
      if (bucket.count <= (before.get(item)?.count ?? 0)) continue;
      before.set(item, bucket);
      richer = true;
    }
    if (richer) this.rewrite(bucket_s, host, time_s, before);
  }

  private rewrite(bucket_s: number, host: number, time_s: number, row: Row): void {
    const start_s = bucketStart(time_s, stretchOf(bucket_s));
    const packed = this.pageStretches.get(bucket_s, host, start_s, start_s + 1, 1) as StoredRow | null;
    if (!packed) {
      this.put.run(bucket_s, host, time_s, encodeRow(row));
      return;
    }
    const index = (time_s - start_s) / bucket_s;
    this.pack(bucket_s, host, start_s, (columns) => {
      for (const [item, column] of columns) column[index] = row.get(item);
      for (const [item, bucket] of row) {
        if (columns.has(item)) continue;
        const column = gaps();
        column[index] = bucket;
        columns.set(item, column);
      }
    });
  }

  /** Makes one stretch of the rows that begin at `start_s`; returns how many values that were. */
  pack(
    bucket_s: number,
    host: number,
    start_s: number,
    change?: (columns: Map<number, (Bucket | undefined)[]>) => void,
  ): number {
    const end_s = start_s + stretchOf(bucket_s);
    const [window] = this.windows(bucket_s, host, start_s, end_s);
    if (!window) return 0;
    const isPacked = window.parts.every(({ reader }) => reader.rows > 1);
    if (isPacked && !change) return 0;
    const columns = new Map<number, (Bucket | undefined)[]>();
    for (const item of itemsOf(window)) columns.set(item, columnOf(window, item));
    change?.(columns);
    this.putColumns(bucket_s, host, start_s, columns);
    return columns.size * STRETCH_ROWS;
  }

  private putColumns(bucket_s: number, host: number, start_s: number, columns: ReadonlyMap<number, Column>): void {
    this.remove.run(bucket_s, host, start_s, start_s + stretchOf(bucket_s));
    const data = encodeStretch(STRETCH_ROWS, columns);
    this.putStretch.run(bucket_s, host, start_s, new StretchReader(data).filledRows().length, data);
  }

  /** Puts back a stretch that was lost, beside what is there meanwhile of its buckets. */
  putBack(bucket_s: number, host: number, start_s: number, columns: Map<number, (Bucket | undefined)[]>): void {
    const [window] = this.windows(bucket_s, host, start_s, start_s + stretchOf(bucket_s));
    for (const item of window ? itemsOf(window) : []) {
      const back = columns.get(item) ?? [];
      const there = window ? columnOf(window, item) : [];
      columns.set(
        item,
        there.map((bucket, row) => merge(bucket, back[row])),
      );
    }
    if (columns.size > 0) this.putColumns(bucket_s, host, start_s, columns);
  }

  /** Drops what begins before a time; returns how many rows and stretches that were. */
  drop(bucket_s: number, host: number, before_s: number): number {
    const stretches = this.db
      .query("DELETE FROM stretch WHERE tier = ? AND host = ? AND time < ?")
      .run(bucket_s, host, before_s).changes;
    return stretches + this.remove.run(bucket_s, host, Number.MIN_SAFE_INTEGER, before_s).changes;
  }

  /** Drops all that is left of a tier. */
  dropTier(bucket_s: number): void {
    for (const table of ["bucket", "stretch"]) this.db.query(`DELETE FROM ${table} WHERE tier = ?`).run(bucket_s);
  }

  /** When the oldest bucket of any host begins that is not before `from_s`; null when there is none. */
  first(bucket_s: number, from_s: number, hosts: Iterable<number>): number | null {
    // Through the primary key host by host: an aggregate over (tier, time) alone would read the whole tier.
    const row = this.db.query("SELECT min(time) AS t FROM bucket WHERE tier = ? AND host = ? AND time >= ?");
    let found: number | null = null;
    for (const host of hosts) {
      const { t } = row.get(bucket_s, host, from_s) as { t: number | null };
      if (t !== null) found = found === null ? t : Math.min(found, t);
      const packed = this.firstPacked(bucket_s, host, from_s);
      if (packed !== null) found = found === null ? packed : Math.min(found, packed);
    }
    return found;
  }

  private firstPacked(bucket_s: number, host: number, from_s: number): number | null {
    const start_s = bucketStart(from_s, stretchOf(bucket_s));
    const stretches = this.db
      .query("SELECT time, data FROM stretch WHERE tier = ? AND host = ? AND time >= ? ORDER BY time LIMIT 2")
      .all(bucket_s, host, start_s) as StoredRow[];
    for (const stored of stretches) {
      const filled = this.readable(stored, bucket_s)?.filledRows() ?? [];
      const row = filled.find((index) => stored.time + index * bucket_s >= from_s);
      if (row !== undefined) return stored.time + row * bucket_s;
    }
    return null;
  }

  /** From when to when hosts have buckets that begin at `from_s` or later; a stretch counts as a whole. */
  rowsFrom(bucket_s: number, from_s: number, hosts: Iterable<number>): Span | undefined {
    const all = [...hosts];
    const first_s = this.first(bucket_s, from_s, all);
    if (first_s === null) return undefined;
    let until_s = first_s + bucket_s;
    for (const [table, length_s] of [
      ["bucket", bucket_s],
      ["stretch", stretchOf(bucket_s)],
    ] as const) {
      const last = this.db.query(`SELECT max(time) AS t FROM ${table} WHERE tier = ? AND host = ?`);
      for (const host of all) {
        const { t } = last.get(bucket_s, host) as { t: number | null };
        if (t !== null) until_s = Math.max(until_s, t + length_s);
      }
    }
    return { from_s: first_s, until_s };
  }

  /** How many buckets of hosts there are. */
  count(): number {
    const { n } = this.db
      .query("SELECT (SELECT count(*) FROM bucket) + (SELECT coalesce(sum(filled), 0) FROM stretch) AS n")
      .get() as { n: number };
    return n;
  }

  private *windows(bucket_s: number, host: number, from_s: number, to_s: number): Generator<Window> {
    const length_s = stretchOf(bucket_s);
    const rows = new Pages(from_s, (at, count) => this.pageRows.all(bucket_s, host, at, to_s, count), ROWS_PER_READ);
    const stretches = new Pages(
      bucketStart(from_s, length_s),
      (at, count) => this.pageStretches.all(bucket_s, host, at, to_s, count),
      STRETCHES_PER_READ,
    );
    for (;;) {
      const row = rows.peek();
      const stretch = stretches.peek();
      if (!row && !stretch) return;
      const start_s = Math.min(row ? bucketStart(row.time, length_s) : Infinity, stretch?.time ?? Infinity);
      const window: Window = { start_s, parts: [] };
      const take = (stored: StoredRow) => {
        const reader = this.readable(stored, bucket_s);
        if (reader) window.parts.push({ first: (stored.time - start_s) / bucket_s, reader });
      };
      if (stretch?.time === start_s) take(stretches.next());
      while ((rows.peek()?.time ?? Infinity) < start_s + length_s) take(rows.next());
      if (window.parts.length > 0) yield window;
    }
  }

  private readable({ time, data }: StoredRow, bucket_s: number): StretchReader | undefined {
    try {
      return new StretchReader(data);
    } catch (error) {
      if (!(error instanceof DamagedStretch)) throw error;
      this.damaged(`history of ${bucket_s} s rows from ${new Date(time * 1000).toISOString()}: ${error.message}`);
      return undefined;
    }
  }
}

function encodeRow(row: Row): Uint8Array {
  return encodeStretch(1, new Map([...row].map(([item, bucket]): [number, Column] => [item, [bucket]])));
}

function itemsOf({ parts }: Window): Set<number> {
  const items = new Set<number>();
  for (const { reader } of parts) for (const item of reader.items()) items.add(item);
  return items;
}

function gaps(): (Bucket | undefined)[] {
  return Array.from({ length: STRETCH_ROWS }, () => undefined);
}

/** An item's buckets in a stretch of time. */
function columnOf({ parts }: Window, item: number): (Bucket | undefined)[] {
  const [only, more] = parts;
  if (only && !more && only.reader.rows === STRETCH_ROWS) return only.reader.column(item) ?? [];
  const column = gaps();
  for (const { first, reader } of parts) {
    for (const [row, bucket] of (reader.column(item) ?? []).entries()) {
      if (bucket) column[first + row] = merge(column[first + row], bucket);
    }
  }
  return column;
}

/** Rows by time, fetched a page at a time. */
class Pages {
  private readonly fetch: (at_s: number, count: number) => unknown[];
  private readonly count: number;
  private page: StoredRow[] = [];
  private index = 0;
  private at_s: number | undefined;

  constructor(from_s: number, fetch: (at_s: number, count: number) => unknown[], count: number) {
    this.at_s = from_s;
    this.fetch = fetch;
    this.count = count;
  }

  peek(): StoredRow | undefined {
    if (this.index >= this.page.length && this.at_s !== undefined) {
      this.page = this.fetch(this.at_s, this.count) as StoredRow[];
      this.index = 0;
      const last = this.page.at(-1);
      this.at_s = last && this.page.length === this.count ? last.time + 1 : undefined;
    }
    return this.page[this.index];
  }

  /** To be called after `peek` has shown that there is one. */
  next(): StoredRow {
    const row = this.peek();
    if (!row) throw new Error("no row");
    this.index++;
    return row;
  }
}
