// The past of this client's hosts, in SQLite: tiers of buckets, from a minute to days, and the changes beside them (SPEC section
// 9). What its users see; names, rows, the upkeep of tiers and changes are in files of their own.

import type { Database } from "bun:sqlite";
import { type Bucket, bucketStart, type Held, merge, planSegments, type Tier } from "../core/consolidation.ts";
import { formatInterval } from "../core/interval.ts";
import { BUCKETS_SCHEMA, Buckets, type Row } from "./buckets.ts";
import { CHANGES_SCHEMA, type Change, Changes } from "./changes.ts";
import { HORIZON_SCHEMA, Horizons } from "./horizon.ts";
import { TIERS_SCHEMA } from "./kept-tiers.ts";
import { type LostNames, Restorer } from "./restorer.ts";
import { SERIES_SCHEMA, SeriesNames } from "./series.ts";
import { Tiers } from "./tiers.ts";

export const HISTORY_SCHEMA = SERIES_SCHEMA + BUCKETS_SCHEMA + TIERS_SCHEMA + HORIZON_SCHEMA + CHANGES_SCHEMA;

/** One row of an answer: the bucket's start and, for each asked item, what is known of it. */
export interface HistoryRow {
  time_s: number;
  buckets: (Bucket | undefined)[];
}

export interface HistoryQuery {
  host: string;
  items: readonly string[];
  /** Made wider to whole rows; `to_s` is exclusive. */
  from_s: number;
  to_s: number;
  bucket_s: number;
}

/** Values of finer rows that are put together before others may have their turn: a millisecond. */
const VALUES_PER_TURN = 2000;
/** Each host's names and changes are looked over after so many minutes, or so many as there are hosts. */
const HOSTS_TURN_MIN = 10;
/** Free pages that may wait for new rows: 1 MiB, or this share of the database; above it some go back each minute. */
const FREE_PAGES_MAX = 256;
const FREE_SHARE_MAX = 0.25;
const FREED_PER_TICK = 64;
/** Where a config keeps less than the one before, nothing is dropped for so long: it may be a slip, and cannot be undone. */
const REPRIEVE_S = 3600;

export class History {
  private readonly db: Database;
  private readonly names: SeriesNames;
  private readonly buckets: Buckets;
  private readonly tiers: Tiers;
  private readonly changes: Changes;
  private readonly horizon: Horizons;
  private turn = 0;
  /** Values that came since the last upkeep. */
  private readings = 0;
  private shrunk: { before_s: number; now_s: number; since_s?: number } | undefined;

  /**
   * The tables must be there. `damaged` is told of rows that cannot be read and are left out; `valuesPerTick` is what a part of the
   * upkeep does at most.
   */
  constructor(db: Database, tiers: readonly Tier[], damaged: (what: string) => void, valuesPerTick?: number) {
    this.db = db;
    this.names = new SeriesNames(db);
    this.buckets = new Buckets(db, damaged);
    this.tiers = new Tiers(db, this.buckets, this.names, tiers, valuesPerTick);
    this.changes = new Changes(db, this.names);
    this.horizon = new Horizons(db);
    this.noteShrinking(tiers);
  }

  /** Forgets what it knows of the tables: after a transaction that was rolled back. */
  reload(): void {
    this.names.reload();
    this.tiers.reload();
    this.horizon.reload();
  }

  /** Takes over other tiers. What the old ones have is made into the new ones, and kept and read as long as they would. */
  setTiers(tiers: readonly Tier[]): void {
    this.noteShrinking(tiers);
    this.tiers.set(tiers);
  }

  private noteShrinking(tiers: readonly Tier[]): void {
    const stored = this.db.query("SELECT max(keep) AS longest FROM tier").get() as { longest: number | null };
    const before_s = Math.max(stored.longest ?? 0, this.shrunk?.before_s ?? 0);
    const now_s = Math.max(...tiers.map(({ keep_s }) => keep_s));
    if (now_s >= before_s) this.shrunk = undefined;
    else if (now_s !== this.shrunk?.now_s) this.shrunk = { before_s, now_s };
  }

  /** What is going to be dropped, if the tiers keep less than the ones before and it can still be helped. */
  get reprieve(): string | undefined {
    if (!this.shrunk) return undefined;
    const [before, now, wait] = [this.shrunk.before_s, this.shrunk.now_s, REPRIEVE_S].map(formatInterval);
    return `the history was kept for ${before} and is for ${now} now: what is older goes in ${wait}; to keep it, write the old line back`;
  }

  /** What there is of each tier for a host, finest first. */
  held(host: string): Held[] {
    const id = this.names.findHost(host);
    return id === undefined ? [] : this.tiers.held(id);
  }

  /** Items of which this host has any history. */
  items(host: string): string[] {
    const id = this.names.findHost(host);
    return id === undefined ? [] : this.names.items(id);
  }

  /**
   * Stores the values of one host read at `time_s`, joined with what its minute already has, and the changes beside them. To be
   * called inside a transaction, as all that write here. Coarser rows that are closed already (the clock was set back) take the
   * values too.
   */
  add(
    host: string,
    time_s: number,
    values: ReadonlyMap<string, number>,
    changes: readonly Change[],
    now_s: number,
  ): void {
    const numbers = [...values].filter(([, value]) => Number.isFinite(value));
    if (numbers.length + changes.length === 0) return;
    const id = this.names.hostId(host);
    this.changes.add(id, changes, time_s);
    if (numbers.length === 0) return;
    const row: Row = new Map();
    for (const [item, value] of numbers)
      row.set(this.names.seriesId(id, item, time_s), { avg: value, min: value, max: value, count: 1 });
    this.readings += row.size;
    this.names.bound(id, row.keys(), time_s);
    for (const bucket_s of this.tiers.taking(id, time_s, now_s)) {
      this.buckets.join(bucket_s, id, bucketStart(time_s, bucket_s), row);
    }
  }

  /**
   * A bounded part of the upkeep, once a minute: consolidates what is closed at `now_s`, packs it, drops what is too old. `mono_s`
   * is of a clock that nobody sets. Returns whether all is done. To be called inside a transaction.
   */
  upkeep(now_s: number, mono_s: number): boolean {
    const horizon = this.horizon.advance(now_s, mono_s);
    const dropped_s = this.isReprieved(mono_s) ? Number.NEGATIVE_INFINITY : horizon.drop_s;
    const done = this.tiers.tick(now_s, { ...horizon, drop_s: dropped_s }, this.readings);
    this.readings = 0;
    const hosts = [...this.names.hosts()];
    const host = hosts[this.turn++ % Math.max(HOSTS_TURN_MIN, hosts.length)];
    if (host !== undefined) {
      const { finest_s, longest_s } = this.tiers.keeps;
      this.changes.drop(host, dropped_s - longest_s, dropped_s - finest_s);
      if (this.names.expire(host, dropped_s - longest_s)) this.tiers.dropHost(host);
    }
    this.giveBack();
    return done;
  }

  private isReprieved(mono_s: number): boolean {
    if (!this.shrunk) return false;
    this.shrunk.since_s ??= mono_s;
    if (mono_s - this.shrunk.since_s < REPRIEVE_S) return true;
    this.shrunk = undefined;
    return false;
  }

  /** Gives pages that nothing needs back to the file system. */
  private giveBack(): void {
    const { n: free } = this.db.query("SELECT freelist_count AS n FROM pragma_freelist_count").get() as { n: number };
    if (free <= FREE_PAGES_MAX) return;
    const { n: all } = this.db.query("SELECT page_count AS n FROM pragma_page_count").get() as { n: number };
    if (free > all * FREE_SHARE_MAX) this.db.run(`PRAGMA incremental_vacuum(${FREED_PER_TICK})`);
  }

  /**
   * Rows of one host, oldest first, one per bucket of the asked size, gaps left out; made as they are taken. An undefined is no row:
   * the next one is of so many finer ones that others may have their turn before it.
   */
  *query({ host, items, from_s, to_s, bucket_s }: HistoryQuery): Generator<HistoryRow | undefined> {
    const id = this.names.findHost(host);
    if (id === undefined) return;
    const ids = items.map((item) => this.names.findItem(item));
    const end_s = -bucketStart(-to_s, bucket_s);
    let next_s: number | undefined = bucketStart(from_s, bucket_s);
    while (next_s !== undefined) next_s = yield* this.rows(id, ids, next_s, end_s, bucket_s);
  }

  /** Gives rows until the end, or until upkeep has moved what is to be read: then it returns from where on to look anew. */
  private *rows(
    host: number,
    items: readonly (number | undefined)[],
    from_s: number,
    to_s: number,
    bucket_s: number,
  ): Generator<HistoryRow | undefined, number | undefined> {
    const { version } = this.tiers;
    let current: HistoryRow | undefined;
    let merged = 0;
    for (const part of planSegments(this.tiers.held(host), from_s, to_s, bucket_s)) {
      for (const read of this.buckets.read(part.bucket_s, host, part.from_s, part.to_s, items)) {
        if (!read) {
          yield undefined;
          continue;
        }
        const { time_s, buckets } = read;
        const start = bucketStart(time_s, bucket_s);
        if (current && current.time_s === start) {
          const known = current.buckets;
          current.buckets = buckets.map((bucket, i) => merge(known[i], bucket));
          merged += buckets.length;
          if (merged < VALUES_PER_TURN) continue;
          merged = 0;
          yield undefined;
          continue;
        }
        if (current) yield current;
        if (this.tiers.version !== version) return start;
        current = { time_s: start, buckets };
      }
    }
    if (current) yield current;
    return undefined;
  }

  /** The newest changes of level and text of items of a host in [from, to), at most `count` of them, oldest first. */
  changesOf(query: { host: string; items: readonly string[]; from_s: number; to_s: number }, count: number): Change[] {
    const id = this.names.findHost(query.host);
    return id === undefined ? [] : this.changes.read(id, query.items, query.from_s, query.to_s, count);
  }

  /** Takes back what was lost; `lost` tells what the numbers of its hosts and items were. */
  restorer(lost: LostNames): Restorer {
    return new Restorer(this.names, this.buckets, this.tiers, this.changes, lost);
  }

  /** What was lost comes back, or has come: meanwhile nothing is dropped. */
  set restoring(isSo: boolean) {
    this.tiers.restoring = isSo;
  }

  /** Buckets of hosts, of all tiers. */
  rowCount(): number {
    return this.buckets.count();
  }
}
