// The past of this client's hosts, in SQLite: tiers of buckets, from a minute to days (SPEC section 9). What its users see;
// names, rows and the filling of tiers are in files of their own.

import type { Database } from "bun:sqlite";
import { type Bucket, bucketStart, merge, planSegments, type Tier } from "../core/consolidation.ts";
import { Buckets } from "./buckets.ts";
import { Names } from "./names.ts";
import { Tiers } from "./tiers.ts";

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

export class History {
  private readonly db: Database;
  private readonly names: Names;
  private readonly buckets: Buckets;
  private readonly tiers: Tiers;

  /** The tables must be there (client-store.ts). */
  constructor(db: Database, tiers: readonly Tier[]) {
    this.db = db;
    this.names = new Names(db);
    this.buckets = new Buckets(db, this.names);
    this.tiers = new Tiers(this.buckets, this.names, tiers);
  }

  /** Forgets what it knows of the tables: after a transaction that was rolled back. */
  reload(): void {
    this.names.reload();
    this.tiers.reload();
  }

  /** Takes over other tiers. What is stored for a tier that is no more goes at the next ZAP. */
  setTiers(tiers: readonly Tier[]): void {
    this.tiers.set(tiers);
  }

  /** Items of which this host has any history. */
  items(host: string): string[] {
    const id = this.names.findHost(host);
    return id === undefined ? [] : this.names.items(id);
  }

  /**
   * Stores the values of one host read at `time_s`, joined with what its minute already has. To be called inside a
   * transaction, as all that write here. Coarser rows that are closed already (the clock was set back) take them too.
   */
  add(host: string, time_s: number, values: ReadonlyMap<string, number>): void {
    if (values.size === 0) return;
    const row = new Map<string, Bucket>();
    for (const [item, value] of values) {
      if (Number.isFinite(value)) row.set(item, { avg: value, min: value, max: value, count: 1 });
    }
    const id = this.names.hostId(host);
    for (const { bucket_s } of this.tiers.taking(time_s)) {
      this.buckets.join(bucket_s, id, bucketStart(time_s, bucket_s), row);
    }
  }

  /** Consolidates what is closed at `now_s` and drops what is too old: a bounded piece of work, once a minute. */
  consolidate(now_s: number): void {
    this.tiers.tick(now_s);
  }

  /** All clean-up at once (ZAP), in a transaction of its own. Returns how many rows there were before and after. */
  zap(now_s: number): { before: number; after: number } {
    const before = this.rowCount();
    this.db.transaction(() => this.tiers.zap(now_s))();
    this.reload();
    return { before, after: this.rowCount() };
  }

  /** Rows of one host, oldest first, one per bucket of the asked size, gaps left out; made as they are taken. */
  *query({ host, items, from_s, to_s, bucket_s, now_s }: HistoryQuery): Generator<HistoryRow> {
    const id = this.names.findHost(host);
    if (id === undefined) return;
    const start_s = bucketStart(from_s, bucket_s);
    const closedUntil = (tier: Tier) => this.tiers.closedUntil(tier);
    let current: HistoryRow | undefined;
    for (const part of planSegments(this.tiers.all, closedUntil, start_s, to_s, bucket_s, now_s)) {
      for (const { time_s, buckets } of this.buckets.read(part.tier.bucket_s, id, part.from_s, part.to_s, items)) {
        const start = bucketStart(time_s, bucket_s);
        if (current && current.time_s === start) {
          const known = current.buckets;
          current.buckets = buckets.map((bucket, i) => merge(known[i], bucket));
        } else {
          if (current) yield current;
          current = { time_s: start, buckets };
        }
      }
    }
    if (current) yield current;
  }

  /** Combinations of items that rows have: few, however items come and go. */
  layoutCount(): number {
    return this.names.layoutCount();
  }

  rowCount(): number {
    return this.buckets.count();
  }
}
