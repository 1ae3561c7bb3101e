// The past of this client's hosts, in SQLite: tiers of buckets, from a minute to days (SPEC section 9).

import type { Database, Statement } from "bun:sqlite";
import { type Bucket, bucketStart, merge, planSegments, type Segment, type Tier } from "../core/consolidation.ts";
import { encodeRow, RowReader, type StoredRow } from "./row.ts";

/** One row of an answer: the bucket's start and, for each asked item, what is known of it. */
export interface HistoryRow {
  time_s: number;
  buckets: (Bucket | undefined)[];
}

export interface HistoryQuery {
  host: string;
  items: readonly string[];
  /** Aligned to bucket_s by the query; `to_s` is exclusive. */
  from_s: number;
  to_s: number;
  bucket_s: number;
  now_s: number;
}

/** Buckets that one tick consolidates at most, so that a long absence is caught up without a long stop. */
const BUCKETS_PER_TICK_MAX = 200;
/**
 * Rows of one tier and host that one tick deletes at most. A minute adds one and so makes one too old; with three a
 * backlog shrinks, and a clock that is years ahead for an hour costs 180 rows, not the history.
 */
const DELETE_PER_TICK_MAX = 3;
/** Rows that are fetched at a time: an open cursor would hold up the writer of the next minute. */
const ROWS_PER_READ = 1000;

type DataRow = StoredRow & { time: number; layout: number };

export class History {
  private readonly db: Database;
  private tiers: readonly Tier[];
  private readonly hostIds = new Map<string, number>();
  private readonly layouts = new Map<number, readonly string[]>();
  /** Up to where each tier but the first is consolidated. */
  private readonly closed = new Map<Tier, number>();
  /** Items of which a host has history, once somebody asked: to find out reads the whole table. */
  private readonly itemsOf = new Map<number, Set<string>>();
  /** The items of the last row of each host. */
  private readonly lastLayout = new Map<number, readonly string[]>();
  private layoutIds = new WeakMap<readonly string[], number>();
  private readonly put: Statement;
  private readonly find: Statement;
  private readonly page: Statement;

  /** The tables must be there (schema.ts). */
  constructor(db: Database, tiers: readonly Tier[]) {
    this.db = db;
    this.tiers = tiers;
    this.put = db.prepare(
      "INSERT OR REPLACE INTO bucket (tier, host, time, layout, avg, spread) VALUES (?, ?, ?, ?, ?, ?)",
    );
    this.find = db.prepare(
      "SELECT time, layout, avg, spread FROM bucket WHERE tier = ? AND host = ? AND time >= ? AND time < ? ORDER BY time",
    );
    this.page = db.prepare(
      "SELECT time, layout, avg, spread FROM bucket WHERE tier = ? AND host = ? AND time >= ? AND time < ? ORDER BY time LIMIT ?",
    );
    this.reload();
  }

  /** Reads the names anew: at the start, and after a transaction that was rolled back took some of them with it. */
  reload(): void {
    this.hostIds.clear();
    this.layouts.clear();
    this.itemsOf.clear();
    this.closed.clear();
    this.lastLayout.clear();
    this.layoutIds = new WeakMap();
    for (const { id, name } of this.db.query("SELECT id, name FROM host").all() as { id: number; name: string }[]) {
      this.hostIds.set(name, id);
    }
    for (const { id, items } of this.db.query("SELECT id, items FROM layout").all() as {
      id: number;
      items: string;
    }[]) {
      this.layouts.set(id, JSON.parse(items));
    }
  }

  /** Takes over other tiers. What is stored for a tier that is no more goes at the next ZAP. */
  setTiers(tiers: readonly Tier[]): void {
    this.tiers = tiers;
    this.closed.clear();
  }

  /** Items of which this host has any history. */
  items(host: string): string[] {
    const id = this.hostIds.get(host);
    if (id === undefined) return [];
    let items = this.itemsOf.get(id);
    if (!items) {
      const rows = this.db.query("SELECT DISTINCT layout FROM bucket WHERE host = ?").all(id) as { layout: number }[];
      items = new Set(rows.flatMap(({ layout }) => this.layouts.get(layout) ?? []));
      this.itemsOf.set(id, items);
    }
    return [...items].sort();
  }

  /**
   * Stores the values of one host read at `time_s`, joined with what its minute already has. To be called inside a
   * transaction, as all that write here. Coarser rows that are closed already (the clock was set back) take them too.
   */
  add(host: string, time_s: number, values: ReadonlyMap<string, number>): void {
    const finest = this.tiers[0];
    if (!finest || values.size === 0) return;
    const row = new Map<string, Bucket>();
    for (const [item, value] of values) {
      if (Number.isFinite(value)) row.set(item, { avg: value, min: value, max: value, count: 1 });
    }
    const id = this.hostId(host);
    for (const tier of this.tiers) {
      if (tier === finest || time_s < this.closedUntil(tier)) {
        this.join(tier, id, bucketStart(time_s, tier.bucket_s), new Map(row));
      }
    }
  }

  /** Consolidates what is closed at `now_s` and drops what is too old: a bounded piece of work, once a minute. */
  consolidate(now_s: number): void {
    let budget = BUCKETS_PER_TICK_MAX;
    for (const [index, tier] of this.tiers.entries()) {
      const finer = this.tiers[index - 1];
      if (finer) budget = this.closeTier(tier, finer, now_s, budget);
    }
    this.dropOld(now_s, DELETE_PER_TICK_MAX);
  }

  /** All clean-up at once (ZAP), in a transaction of its own. Returns how many rows there were before and after. */
  zap(now_s: number): { before: number; after: number } {
    const before = this.rowCount();
    this.db.transaction(() => {
      for (const [index, tier] of this.tiers.entries()) {
        const finer = this.tiers[index - 1];
        if (finer) while (this.closeTier(tier, finer, now_s, BUCKETS_PER_TICK_MAX) === 0);
      }
      this.dropOld(now_s, Number.MAX_SAFE_INTEGER);
      const sizes = this.tiers.map((tier) => tier.bucket_s).join(", ");
      this.db.run(`DELETE FROM bucket WHERE tier NOT IN (${sizes})`);
      this.db.run("DELETE FROM layout WHERE id NOT IN (SELECT DISTINCT layout FROM bucket)");
    })();
    this.reload();
    return { before, after: this.rowCount() };
  }

  /** Rows of one host, oldest first, one per bucket of the asked size, gaps left out; made as they are taken. */
  *query(query: HistoryQuery): Generator<HistoryRow> {
    const id = this.hostIds.get(query.host);
    if (id === undefined) return;
    const from_s = bucketStart(query.from_s, query.bucket_s);
    const closedUntil = (tier: Tier) => this.closedUntil(tier);
    const plan = planSegments(this.tiers, closedUntil, from_s, query.to_s, query.bucket_s, query.now_s);
    let current: HistoryRow | undefined;
    for (const { time_s, buckets } of this.read(plan, id, query.items)) {
      const start = bucketStart(time_s, query.bucket_s);
      if (current && current.time_s === start) {
        const known = current.buckets;
        current.buckets = buckets.map((bucket, i) => merge(known[i], bucket));
      } else {
        if (current) yield current;
        current = { time_s: start, buckets };
      }
    }
    if (current) yield current;
  }

  private *read(plan: readonly Segment[], host: number, items: readonly string[]): Generator<HistoryRow> {
    const columnsOf = new Map<number, number[]>();
    for (const { tier, from_s, to_s } of plan) {
      for (let at: number | undefined = from_s; at !== undefined; ) {
        const rows = this.page.all(tier.bucket_s, host, at, to_s, ROWS_PER_READ) as DataRow[];
        const last = rows.at(-1);
        at = last && rows.length === ROWS_PER_READ ? last.time + 1 : undefined;
        for (const row of rows) {
          let columns = columnsOf.get(row.layout);
          if (!columns) {
            const layout = this.layouts.get(row.layout) ?? [];
            columns = items.map((item) => layout.indexOf(item));
            columnsOf.set(row.layout, columns);
          }
          const reader = new RowReader(row);
          yield {
            time_s: row.time,
            buckets: columns.map((column) => (column < 0 ? undefined : reader.bucket(column))),
          };
        }
      }
    }
  }

  /** Combinations of items that rows have: few, however items come and go. */
  layoutCount(): number {
    return this.layouts.size;
  }

  rowCount(): number {
    return (this.db.query("SELECT count(*) AS n FROM bucket").get() as { n: number }).n;
  }

  // Where a tier was never closed, it begins with the oldest row of the finer one.
  private closedUntil(tier: Tier): number {
    const known = this.closed.get(tier);
    if (known !== undefined) return known;
    const newest = this.extreme("max", tier.bucket_s);
    const finer = this.tiers[this.tiers.indexOf(tier) - 1];
    const oldest = finer ? this.extreme("min", finer.bucket_s) : null;
    const until = newest !== null ? newest + tier.bucket_s : bucketStart(oldest ?? 0, tier.bucket_s);
    if (newest !== null || oldest !== null) this.closed.set(tier, until);
    return until;
  }

  // Through the primary key host by host: an aggregate over (tier, time) alone would read the whole tier.
  private extreme(which: "min" | "max", bucket_s: number): number | null {
    const statement = this.db.query(`SELECT ${which}(time) AS t FROM bucket WHERE tier = ? AND host = ?`);
    let found: number | null = null;
    for (const host of this.hostIds.values()) {
      const { t } = statement.get(bucket_s, host) as { t: number | null };
      if (t !== null) found = found === null ? t : Math[which](found, t);
    }
    return found;
  }

  /** Fills closed buckets of a tier from the finer one; returns what is left of the budget. */
  private closeTier(tier: Tier, finer: Tier, now_s: number, budget: number): number {
    // A coarse bucket can close only as far as the finer tier itself is closed.
    const until = Math.min(
      bucketStart(now_s, tier.bucket_s),
      finer === this.tiers[0] ? Number.POSITIVE_INFINITY : bucketStart(this.closedUntil(finer), tier.bucket_s),
    );
    let from = this.closedUntil(tier);
    let left = budget;
    while (from < until && left > 0) {
      // A gap of months is jumped over, not walked through.
      const next = this.nextTime(finer, from);
      if (next === null || next >= until) {
        from = until;
        break;
      }
      from = bucketStart(next, tier.bucket_s);
      if (from >= until) break;
      for (const host of this.hostIds.values()) this.closeBucket(tier, finer, host, from);
      from += tier.bucket_s;
      left--;
    }
    if (from > this.closedUntil(tier)) this.closed.set(tier, from);
    return left;
  }

  private nextTime(tier: Tier, from: number): number | null {
    const statement = this.db.query("SELECT min(time) AS t FROM bucket WHERE tier = ? AND host = ? AND time >= ?");
    let found: number | null = null;
    for (const host of this.hostIds.values()) {
      const { t } = statement.get(tier.bucket_s, host, from) as { t: number | null };
      if (t !== null && (found === null || t < found)) found = t;
    }
    return found;
  }

  private closeBucket(tier: Tier, finer: Tier, host: number, from: number): void {
    const row = new Map<string, Bucket>();
    for (const part of this.find.all(finer.bucket_s, host, from, from + tier.bucket_s) as DataRow[]) {
      const reader = new RowReader(part);
      for (const [column, item] of (this.layouts.get(part.layout) ?? []).entries()) {
        const bucket = merge(row.get(item), reader.bucket(column));
        if (bucket) row.set(item, bucket);
      }
    }
    if (row.size > 0) this.write(tier, host, from, row);
  }

  private join(tier: Tier, host: number, time: number, row: Map<string, Bucket>): void {
    const stored = this.find.get(tier.bucket_s, host, time, time + 1) as DataRow | null;
    if (stored) {
      const reader = new RowReader(stored);
      for (const [column, item] of (this.layouts.get(stored.layout) ?? []).entries()) {
        const bucket = merge(reader.bucket(column), row.get(item));
        if (bucket) row.set(item, bucket);
      }
    }
    if (row.size > 0) this.write(tier, host, time, row);
  }

  private write(tier: Tier, host: number, time: number, row: ReadonlyMap<string, Bucket>): void {
    // What is missing for once does not make another layout: items that flicker would make one for each combination.
    const last = this.lastLayout.get(host);
    const items = last && covers(last, row) ? last : [...row.keys()].sort();
    this.lastLayout.set(host, items);
    const known = this.itemsOf.get(host);
    if (known) for (const item of items) known.add(item);
    const { avg, spread } = encodeRow(items.map((item) => row.get(item)));
    this.put.run(tier.bucket_s, host, time, this.layoutId(items), avg, spread);
  }

  /** Drops what is older than its tier keeps, unless the next coarser tier has not consolidated it yet. */
  private dropOld(now_s: number, atMost: number): void {
    const remove = this.db.query(
      "DELETE FROM bucket WHERE rowid IN (SELECT rowid FROM bucket WHERE tier = ? AND host = ? AND time < ? ORDER BY time LIMIT ?)",
    );
    for (const [index, tier] of this.tiers.entries()) {
      const coarser = this.tiers[index + 1];
      const old = bucketStart(now_s - tier.keep_s, tier.bucket_s);
      const limit = coarser ? Math.min(old, this.closedUntil(coarser)) : old;
      for (const host of this.hostIds.values()) remove.run(tier.bucket_s, host, limit, atMost);
    }
  }

  private hostId(host: string): number {
    const known = this.hostIds.get(host);
    if (known !== undefined) return known;
    const { id } = this.db.query("INSERT INTO host (name) VALUES (?) RETURNING id").get(host) as { id: number };
    this.hostIds.set(host, id);
    return id;
  }

  private layoutId(items: readonly string[]): number {
    const same = this.layoutIds.get(items);
    if (same !== undefined) return same; // the rule: the same items as a minute ago
    const key = JSON.stringify(items);
    const found = this.db.query("SELECT id FROM layout WHERE items = ?").get(key) as { id: number } | null;
    const { id } =
      found ?? (this.db.query("INSERT INTO layout (items) VALUES (?) RETURNING id").get(key) as { id: number });
    this.layouts.set(id, [...items]);
    this.layoutIds.set(items, id);
    return id;
  }
}

/** Whether a layout has all items of a row, and the row most of the layout's: else what left for good would stay in it. */
function covers(layout: readonly string[], row: ReadonlyMap<string, Bucket>): boolean {
  if (row.size > layout.length || row.size < layout.length / 2) return false;
  let found = 0;
  for (const item of layout) if (row.has(item)) found++;
  return found === row.size;
}
