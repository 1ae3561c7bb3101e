// The rows of a history: what a host's items were in one bucket of one tier. A tier is known by the size of its buckets.

import type { Database, Statement } from "bun:sqlite";
import { type Bucket, merge } from "../core/consolidation.ts";
import type { Names } from "./names.ts";
import { encodeRow, RowReader, type StoredRow } from "./row.ts";

/** Rows that are fetched at a time: an open cursor would hold up the writer of the next minute. */
const ROWS_PER_READ = 200;

type DataRow = StoredRow & { time: number; layout: number };

export class Buckets {
  private readonly db: Database;
  private readonly names: Names;
  private readonly put: Statement;
  private readonly page: Statement;

  constructor(db: Database, names: Names) {
    this.db = db;
    this.names = names;
    this.put = db.prepare(
      "INSERT OR REPLACE INTO bucket (tier, host, time, layout, avg, spread) VALUES (?, ?, ?, ?, ?, ?)",
    );
    this.page = db.prepare(
      "SELECT time, layout, avg, spread FROM bucket WHERE tier = ? AND host = ? AND time >= ? AND time < ? ORDER BY time LIMIT ?",
    );
  }

  /** What is known of the asked items in each row of [from, to), oldest first; made as they are taken. */
  *read(
    bucket_s: number,
    host: number,
    from_s: number,
    to_s: number,
    items: readonly string[],
  ): Generator<{ time_s: number; buckets: (Bucket | undefined)[] }> {
    const columnsOf = new Map<number, number[]>();
    for (const row of this.rows(bucket_s, host, from_s, to_s)) {
      let columns = columnsOf.get(row.layout);
      if (!columns) {
        const layout = this.names.layout(row.layout);
        columns = items.map((item) => layout.indexOf(item));
        columnsOf.set(row.layout, columns);
      }
      const reader = new RowReader(row);
      yield { time_s: row.time, buckets: columns.map((column) => (column < 0 ? undefined : reader.bucket(column))) };
    }
  }

  private *rows(bucket_s: number, host: number, from_s: number, to_s: number): Generator<DataRow> {
    for (let at: number | undefined = from_s; at !== undefined; ) {
      const rows = this.page.all(bucket_s, host, at, to_s, ROWS_PER_READ) as DataRow[];
      const last = rows.at(-1);
      at = last && rows.length === ROWS_PER_READ ? last.time + 1 : undefined;
      yield* rows;
    }
  }

  /** All rows of [from, to) as one: each item's bucket over all of it. */
  sum(bucket_s: number, host: number, from_s: number, to_s: number): Map<string, Bucket> {
    const sum = new Map<string, Bucket>();
    for (const row of this.rows(bucket_s, host, from_s, to_s)) {
      const reader = new RowReader(row);
      for (const [column, item] of this.names.layout(row.layout).entries()) {
        const bucket = merge(sum.get(item), reader.bucket(column));
        if (bucket) sum.set(item, bucket);
      }
    }
    return sum;
  }

  /** Adds to the row of a bucket what came later. To be called inside a transaction, as all that write here. */
  join(bucket_s: number, host: number, time_s: number, later: ReadonlyMap<string, Bucket>): void {
    const row = this.sum(bucket_s, host, time_s, time_s + 1);
    for (const [item, bucket] of later) row.set(item, merge(row.get(item), bucket) ?? bucket);
    this.write(bucket_s, host, time_s, row);
  }

  /** Replaces the row of a bucket; none is written of nothing. */
  write(bucket_s: number, host: number, time_s: number, row: ReadonlyMap<string, Bucket>): void {
    if (row.size === 0) return;
    const { id, items } = this.names.layoutFor(host, row);
    const { avg, spread } = encodeRow(items.map((item) => row.get(item)));
    this.put.run(bucket_s, host, time_s, id, avg, spread);
  }

  /** When the oldest row of any host begins that is not before `from_s`; null when there is none. */
  first(bucket_s: number, from_s = Number.MIN_SAFE_INTEGER): number | null {
    return this.extreme("min", bucket_s, from_s);
  }

  /** When the newest row of any host begins. */
  last(bucket_s: number): number | null {
    return this.extreme("max", bucket_s, Number.MIN_SAFE_INTEGER);
  }

  // Through the primary key host by host: an aggregate over (tier, time) alone would read the whole tier.
  private extreme(which: "min" | "max", bucket_s: number, from_s: number): number | null {
    const statement = this.db.query(`SELECT ${which}(time) AS t FROM bucket WHERE tier = ? AND host = ? AND time >= ?`);
    let found: number | null = null;
    for (const host of this.names.hosts()) {
      const { t } = statement.get(bucket_s, host, from_s) as { t: number | null };
      if (t !== null) found = found === null ? t : Math[which](found, t);
    }
    return found;
  }

  /** Drops rows of each host that begin before a time, the oldest first, `atMost` of each host. */
  drop(bucket_s: number, before_s: number, atMost: number): void {
    const remove = this.db.query(
      "DELETE FROM bucket WHERE rowid IN (SELECT rowid FROM bucket WHERE tier = ? AND host = ? AND time < ? ORDER BY time LIMIT ?)",
    );
    for (const host of this.names.hosts()) remove.run(bucket_s, host, before_s, atMost);
  }

  /** Drops what belongs to no tier of these, and the layouts that no row has any more. */
  dropOthers(sizes_s: readonly number[]): void {
    this.db.run(`DELETE FROM bucket WHERE tier NOT IN (${sizes_s.join(", ")})`);
    this.db.run("DELETE FROM layout WHERE id NOT IN (SELECT DISTINCT layout FROM bucket)");
  }

  count(): number {
    return (this.db.query("SELECT count(*) AS n FROM bucket").get() as { n: number }).n;
  }
}
