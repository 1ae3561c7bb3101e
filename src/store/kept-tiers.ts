// The tiers that a history has, as they are stored: those of the config, and those that a config had before, which are read until
// what they have is too old for any. Each knows of which time it has all that was read.

import type { Database } from "bun:sqlite";
import { bucketStart, type Held, leastCommonMultiple, type Tier } from "../core/consolidation.ts";
import { stretchOf } from "./buckets.ts";
import { type Span, spansFrom, unbrokenFrom, withSpan } from "./spans.ts";
import { Sweep } from "./sweep.ts";

/** Where a tier begins that was there from the beginning. */
const SINCE_EVER = Number.MIN_SAFE_INTEGER;

// `also` is the JSON of Span[].
export const TIERS_SCHEMA = `
  CREATE TABLE tier (bucket INTEGER PRIMARY KEY, keep REAL NOT NULL, takes INTEGER NOT NULL, begins INTEGER NOT NULL, also TEXT NOT NULL,
    closed INTEGER NOT NULL, closed_host INTEGER NOT NULL, packed INTEGER NOT NULL, packed_host INTEGER NOT NULL,
    dropped INTEGER NOT NULL, dropped_host INTEGER NOT NULL) STRICT;`;

interface TierRow {
  bucket: number;
  keep: number;
  takes: number;
  begins: number;
  also: string;
  closed: number;
  closed_host: number;
  packed: number;
  packed_host: number;
  dropped: number;
  dropped_host: number;
}

/**
 * A tier, which has all that was read from where it begins to where it is closed (the one that takes the readings: without end),
 * save what was dropped; and in some other spans: before its beginning, when it was one of a former config, or by a clock that was
 * set back; or ahead, by a clock that was wrong. What is read at a time of which it has all goes into it at once.
 */
export class KeptTier {
  readonly bucket_s: number;
  keep_s: number;
  /** The config names it. */
  live = false;
  /** Readings go into it. It is the finest, but for the first minutes after the config gave that up. */
  takes = false;
  begins_s = 0;
  also: Span[] = [];
  /** Its buckets are made of finer ones. */
  readonly closed: Sweep;
  /** Its rows are put together to stretches. */
  readonly packed: Sweep;
  /** What is too old is gone. */
  readonly dropped: Sweep;

  constructor(bucket_s: number, keep_s: number, closed = new Sweep(), packed = new Sweep(), dropped = new Sweep()) {
    this.bucket_s = bucket_s;
    this.keep_s = keep_s;
    this.closed = closed;
    this.packed = packed;
    this.dropped = dropped;
  }

  /** How long one of its stretches is. */
  get stretch_s(): number {
    return stretchOf(this.bucket_s);
  }

  /** Of what it has all, for a host; without one: for every host. */
  held(host = Number.POSITIVE_INFINITY): Held[] {
    const { bucket_s, dropped, stretch_s } = this;
    const gone_s = Number.isFinite(host) ? dropped.doneUntil(host, stretch_s) : dropped.begunUntil(stretch_s);
    const main = { from_s: this.begins_s, until_s: this.closedUntil(host) };
    return spansFrom([...this.also, main], gone_s).map((span) => ({ bucket_s, ...span }));
  }

  has(host: number, time_s: number): boolean {
    if (time_s < this.dropped.doneUntil(host, this.stretch_s)) return false;
    if (this.begins_s <= time_s && time_s < this.closedUntil(host)) return true;
    return this.also.some(({ from_s, until_s }) => from_s <= time_s && time_s < until_s);
  }

  closedUntil(host: number): number {
    return this.takes ? Number.POSITIVE_INFINITY : this.closed.doneUntil(host, this.bucket_s);
  }

  /** From where on it has all, as far as it is closed. */
  get from_s(): number {
    return Math.max(this.begins_s, this.dropped.begunUntil(this.stretch_s));
  }

  /** It has nothing of this span yet, and gets all that is read in it from now on. */
  begin(span: Span): void {
    this.forgetGone();
    this.also = withSpan(this.also, span);
    this.goBack(span.from_s);
  }

  /** Begins at another time, apart from what it has until a time. */
  beginAnew(at_s: number, until_s = this.closed.pos_s): void {
    this.forgetGone();
    this.also = withSpan(this.also, { from_s: this.begins_s, until_s });
    this.begins_s = at_s;
    this.closed.moveTo(Math.max(0, at_s));
    this.goBack(at_s);
  }

  /** That what was dropped is not there is no longer to be seen by how far dropping came. */
  private forgetGone(): void {
    this.begins_s = this.from_s;
    this.also = spansFrom(this.also, this.dropped.begunUntil(this.stretch_s));
  }

  private goBack(at_s: number): void {
    if (at_s < this.dropped.begunUntil(this.stretch_s)) this.dropped.moveTo(bucketStart(at_s, this.stretch_s));
  }

  /**
   * Has all until buckets of it and of the one that takes the readings from then on begin at the same time, lest a row of one have a
   * part of a row of the other.
   */
  goOnUntilSeam(next: KeptTier): number {
    const both_s = leastCommonMultiple(this.bucket_s, next.bucket_s);
    this.closed.moveTo(-bucketStart(-this.closed.pos_s, both_s));
    return this.closed.pos_s;
  }

  /** When the last time of which it has all is over. */
  get end_s(): number {
    return Math.max(this.closed.pos_s, ...this.also.map(({ until_s }) => until_s));
  }
}

/**
 * Those of the config, and what is stored of others; finest first. `rowsFrom` tells from when to when a tier has rows that begin at
 * a time or later.
 */
export function loadTiers(
  db: Database,
  config: readonly Tier[],
  rowsFrom: (bucket_s: number, from_s: number) => Span | undefined,
): KeptTier[] {
  const tiers = new Map<number, KeptTier>();
  const longest_s = Math.max(...config.map(({ keep_s }) => keep_s));
  for (const row of db.query("SELECT * FROM tier").all() as TierRow[]) {
    const { bucket, keep, closed, closed_host, packed, packed_host, dropped, dropped_host } = row;
    const sweeps = [new Sweep(closed, closed_host), new Sweep(packed, packed_host), new Sweep(dropped, dropped_host)];
    const tier = new KeptTier(bucket, Math.min(keep, longest_s), ...sweeps);
    tier.takes = row.takes === 1;
    tier.begins_s = row.begins;
    tier.also = JSON.parse(row.also) as Span[];
    tiers.set(bucket, tier);
  }
  const isFirst = tiers.size === 0;
  for (const { bucket_s, keep_s } of config) {
    const tier = tiers.get(bucket_s) ?? new KeptTier(bucket_s, keep_s);
    if (isFirst) tier.begins_s = SINCE_EVER;
    tier.keep_s = keep_s;
    tier.live = true;
    tiers.set(bucket_s, tier);
  }
  const sorted = [...tiers.values()].sort((a, b) => a.bucket_s - b.bucket_s);
  letOneTake(sorted, rowsFrom);
  for (const tier of sorted) if (tier.live && !tier.takes) beginWithSources(tier, sorted);
  return sorted;
}

/** The finest of the config takes the readings; but one that was given up goes on until the next one is made of it. */
function letOneTake(
  tiers: readonly KeptTier[],
  rowsFrom: (bucket_s: number, from_s: number) => Span | undefined,
): void {
  const finest = tiers.find((tier) => tier.live);
  const taking = tiers.find((tier) => tier.takes);
  if (!finest || taking === finest || (taking && isMadeOf(finest, taking))) return;
  finest.takes = true;
  if (!taking) return;
  taking.takes = false;
  finest.beginAnew(taking.goOnUntilSeam(finest));
  const ahead = rowsFrom(taking.bucket_s, taking.closed.pos_s);
  if (ahead) taking.also = withSpan(taking.also, ahead);
}

/** One that is new, or is back, begins where its sources have all until now, unless it has that itself. */
function beginWithSources(tier: KeptTier, tiers: readonly KeptTier[]): void {
  const sources = tiers.filter((other) => isMadeOf(tier, other)).flatMap((other) => other.held());
  const begin_s = -bucketStart(-unbrokenFrom(sources), tier.bucket_s);
  if (begin_s > tier.closed.pos_s) tier.beginAnew(begin_s);
}

export function isMadeOf(coarse: KeptTier, fine: KeptTier): boolean {
  return fine.bucket_s < coarse.bucket_s && coarse.bucket_s % fine.bucket_s === 0;
}

/** Stores what is to be known after a restart. To be called inside a transaction. */
export function storeTier(db: Database, tier: KeptTier): void {
  const { bucket_s, keep_s, takes, begins_s, also, closed, packed, dropped } = tier;
  const sweeps = [closed, packed, dropped].flatMap(({ pos_s, host }) => [pos_s, host]);
  db.query("INSERT OR REPLACE INTO tier VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)").run(
    bucket_s,
    keep_s,
    Number(takes),
    begins_s,
    JSON.stringify(also),
    ...sweeps,
  );
}
