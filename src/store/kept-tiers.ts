// The tiers that a history has, as they are stored: those of the config, and those that a config had before, which are read until
// what they have is too old for any.

import type { Database } from "bun:sqlite";
import type { Tier } from "../core/consolidation.ts";
import { Sweep } from "./sweep.ts";

export const TIERS_SCHEMA = `
  CREATE TABLE tier (bucket INTEGER PRIMARY KEY, keep INTEGER NOT NULL, takes INTEGER NOT NULL, begins INTEGER,
    closed INTEGER NOT NULL, closed_host INTEGER NOT NULL, packed INTEGER NOT NULL, packed_host INTEGER NOT NULL,
    dropped INTEGER NOT NULL, dropped_host INTEGER NOT NULL) STRICT;`;

export interface KeptTier {
  readonly bucket_s: number;
  keep_s: number;
  /** The config names it. */
  live: boolean;
  /** Readings go into it. It is the finest, but for the first minutes after the config gave that up. */
  takes: boolean;
  /** Before this it was not yet there; null: that is still to be seen. */
  begins_s: number | null;
  /** Its buckets are made of finer ones. */
  readonly closed: Sweep;
  /** Its rows are put together to stretches. */
  readonly packed: Sweep;
  /** What is too old is gone. */
  readonly dropped: Sweep;
}

interface TierRow {
  bucket: number;
  keep: number;
  takes: number;
  begins: number | null;
  closed: number;
  closed_host: number;
  packed: number;
  packed_host: number;
  dropped: number;
  dropped_host: number;
}

/** Those of the config, and what is stored of others; finest first. */
export function loadTiers(db: Database, config: readonly Tier[]): KeptTier[] {
  const tiers = new Map<number, KeptTier>();
  const longest_s = Math.max(...config.map(({ keep_s }) => keep_s));
  for (const row of db.query("SELECT * FROM tier").all() as TierRow[]) {
    tiers.set(row.bucket, {
      bucket_s: row.bucket,
      keep_s: Math.min(row.keep, longest_s),
      live: false,
      takes: row.takes === 1,
      begins_s: row.begins,
      closed: new Sweep(row.closed, row.closed_host),
      packed: new Sweep(row.packed, row.packed_host),
      dropped: new Sweep(row.dropped, row.dropped_host),
    });
  }
  for (const { bucket_s, keep_s } of config) {
    const tier = tiers.get(bucket_s) ?? newTier(bucket_s, keep_s);
    tier.keep_s = keep_s;
    tier.live = true;
    tiers.set(bucket_s, tier);
  }
  const sorted = [...tiers.values()].sort((a, b) => a.bucket_s - b.bucket_s);
  const finest = sorted.findIndex((tier) => tier.live);
  const taking = sorted.findIndex((tier) => tier.takes);
  for (const [i, tier] of sorted.entries()) tier.takes = i === (taking >= 0 && taking < finest ? taking : finest);
  return sorted;
}

function newTier(bucket_s: number, keep_s: number): KeptTier {
  const sweeps = { closed: new Sweep(), packed: new Sweep(), dropped: new Sweep() };
  return { bucket_s, keep_s, live: true, takes: false, begins_s: null, ...sweeps };
}

/** Stores what is to be known after a restart. To be called inside a transaction. */
export function storeTiers(db: Database, tiers: readonly KeptTier[]): void {
  const put = db.query("INSERT OR REPLACE INTO tier VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
  for (const { bucket_s, keep_s, takes, begins_s, closed, packed, dropped } of tiers) {
    const sweeps = [closed, packed, dropped].flatMap(({ pos_s, host }) => [pos_s, host]);
    put.run(bucket_s, keep_s, Number(takes), begins_s, ...sweeps);
  }
}
