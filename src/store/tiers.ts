// The upkeep of a history: how each tier is filled from finer ones, made small, and emptied again.

import type { Database } from "bun:sqlite";
import { bucketStart, type Held, planSegments, type Tier } from "../core/consolidation.ts";
import { type Buckets, type Row, stretchOf } from "./buckets.ts";
import { type KeptTier, loadTiers, storeTiers } from "./kept-tiers.ts";
import type { SeriesNames } from "./series.ts";
import { type Budget, Sweep } from "./sweep.ts";

/**
 * Values that one tick consolidates, packs or drops at most: some milliseconds. A minute of 60 items needs 150 on average, one of
 * 5000 items 12,000, so that is no bound of its own for many.
 */
const VALUES_PER_TICK = 12_000;
const VALUES_PER_READING = 3;
/** A tier that is closed further than this ahead of the clock was closed by a wrong one. */
const AHEAD_S = 86_400;
/** That a series is still there is noted when buckets of at least this size close. */
const SEEN_BUCKET_S = 3600;

export class Tiers {
  private readonly db: Database;
  private readonly buckets: Buckets;
  private readonly names: SeriesNames;
  private config: readonly Tier[];
  /** Finest first. */
  private tiers: KeptTier[] = [];
  /** What is stored of them, to see what changed. */
  private stored = "";
  /** Rows come back that were lost: nothing is dropped before all is made of them that is. */
  restoring = false;

  constructor(db: Database, buckets: Buckets, names: SeriesNames, config: readonly Tier[]) {
    this.db = db;
    this.buckets = buckets;
    this.names = names;
    this.config = config;
    this.reload();
  }

  /** Takes over other tiers. */
  set(config: readonly Tier[]): void {
    this.config = config;
    this.reload();
  }

  /** Reads anew what is stored: after a transaction that was rolled back. */
  reload(): void {
    this.tiers = loadTiers(this.db, this.config);
    this.stored = "";
  }

  /** What there is of each tier for a host, finest first. */
  held(host: number): Held[] {
    return this.tiers.map((tier) => ({
      bucket_s: tier.bucket_s,
      from_s: Math.max(tier.begins_s ?? 0, tier.dropped.doneUntil(host, stretchOf(tier.bucket_s))),
      until_s: this.closedUntil(tier, host),
    }));
  }

  /** The sizes of the buckets that a reading of a host goes into: the finest, and those that are closed there already. */
  *taking(host: number, time_s: number): Generator<number> {
    for (const tier of this.tiers) {
      if (!tier.takes && !(tier.live && time_s < this.closedUntil(tier, host))) continue;
      this.writes(tier, time_s);
      yield tier.bucket_s;
    }
  }

  /** That something is written at a time, which may be one that a tier has emptied: then the clock was set back. */
  private writes(tier: KeptTier, time_s: number): void {
    const { bucket_s, dropped } = tier;
    if (time_s < dropped.pos_s) dropped.moveTo(bucketStart(time_s, stretchOf(bucket_s)));
  }

  /** How long the finest and the longest tier of the config are kept. */
  get keeps(): { finest_s: number; longest_s: number } {
    const keeps = this.config.map(({ keep_s }) => keep_s);
    return { finest_s: keeps[0] ?? 0, longest_s: Math.max(...keeps) };
  }

  private closedUntil(tier: KeptTier, host: number): number {
    return tier.takes ? Number.POSITIVE_INFINITY : tier.closed.doneUntil(host, tier.bucket_s);
  }

  /**
   * A bounded part of the upkeep, once a minute in which so many readings came; `horizon_s` is what dropping takes for now. Returns
   * whether all is done.
   */
  tick(now_s: number, horizon_s: number, readings: number): boolean {
    const isNew = this.tiers.every(({ begins_s }) => begins_s === null);
    for (const tier of this.tiers) tier.begins_s ??= isNew ? 0 : this.beginning(tier, now_s);
    const budget: Budget = { left: Math.max(VALUES_PER_TICK, VALUES_PER_READING * readings) };
    let done = true;
    for (const tier of this.tiers) done = this.close(tier, now_s, budget) && done;
    for (const tier of this.tiers) done = this.pack(tier, now_s, budget) && done;
    // Nothing goes before all that is made of it is made.
    if (done && !this.restoring) done = this.empty(now_s, horizon_s, budget);
    this.store();
    return done;
  }

  /** What is too old goes, and what a former config had that has nothing any more. */
  private empty(now_s: number, horizon_s: number, budget: Budget): boolean {
    let done = true;
    for (const tier of this.tiers) done = this.drop(tier, horizon_s, budget) && done;
    if (done) this.handOver(now_s);
    if (done) this.forget();
    return done;
  }

  /** Whether rows of a size that were lost and end at a time are taken back: not what is too old, or of a size that is not kept. */
  takesBack(bucket_s: number, end_s: number): boolean {
    const tier = this.tiers.find((each) => each.bucket_s === bucket_s);
    return tier !== undefined && end_s > tier.dropped.pos_s;
  }

  /**
   * After rows came back: makes coarser rows anew where finer ones know more, a bounded part at a time, each inside a transaction.
   * `areNew`: where tiers begin is known from their rows alone.
   */
  *remake(now_s: number, areNew: boolean): Generator<undefined, void> {
    for (const tier of this.tiers) {
      if (areNew) tier.begins_s = this.first([tier], 0) ?? tier.begins_s;
      tier.packed.restart();
    }
    this.store();
    for (const tier of this.tiers.filter(({ live, takes }) => live && !takes)) {
      const sources = this.sourcesOf(tier);
      const first_s = this.first(sources, 0);
      const sweep = new Sweep(bucketStart(first_s ?? now_s, tier.bucket_s));
      while (!this.closeBuckets(tier, sweep, Math.min(now_s, tier.closed.pos_s), { left: VALUES_PER_TICK })) yield;
    }
  }

  /** Where a tier begins that is new beside others: with the first whole bucket of what it is made of, or now. */
  private beginning(tier: KeptTier, now_s: number): number {
    const source = tier.takes ? null : this.first(this.sourcesOf(tier), 0);
    return source === null ? bucketStart(now_s, tier.bucket_s) : -bucketStart(-source, tier.bucket_s);
  }

  private sourcesOf({ bucket_s }: KeptTier): KeptTier[] {
    return this.tiers.filter((other) => other.bucket_s < bucket_s && bucket_s % other.bucket_s === 0);
  }

  private first(tiers: readonly KeptTier[], from_s: number): number | null {
    const starts = tiers.map(({ bucket_s }) => this.buckets.first(bucket_s, from_s, this.names.hosts()));
    const found = starts.filter((start) => start !== null);
    return found.length === 0 ? null : Math.min(...found);
  }

  private close(tier: KeptTier, now_s: number, budget: Budget): boolean {
    const { bucket_s, closed } = tier;
    if (tier.takes) {
      // So that nothing is lost should another one take the readings from the next minute on.
      closed.moveTo(bucketStart(now_s, bucket_s) + bucket_s);
      return true;
    }
    if (!tier.live) return true;
    if (closed.pos_s > now_s + AHEAD_S) closed.moveTo(bucketStart(now_s, bucket_s));
    const sources = this.sourcesOf(tier);
    // A coarse bucket can close only as far as the finer ones are closed.
    const ready = sources.filter((other) => other.live && !other.takes).map((other) => other.closed.pos_s);
    return this.closeBuckets(tier, closed, Math.min(now_s, ...ready), budget);
  }

  private closeBuckets(tier: KeptTier, sweep: Sweep, until_s: number, budget: Budget): boolean {
    const { bucket_s } = tier;
    const sources = this.sourcesOf(tier);
    return sweep.run(
      until_s,
      bucket_s,
      budget,
      () => this.names.hosts(),
      (from_s) => this.first(sources, from_s),
      (host, from_s) => {
        const row: Row = new Map();
        const values = this.sum(sources, host, from_s, from_s + bucket_s, bucket_s, row);
        this.buckets.set(bucket_s, host, from_s, row);
        this.writes(tier, from_s);
        if (bucket_s >= SEEN_BUCKET_S) this.names.seen(host, row.keys(), from_s + bucket_s);
        return values;
      },
    );
  }

  /** What tiers have of [from, to), summed up; returns how many values that were. */
  private sum(
    tiers: readonly KeptTier[],
    host: number,
    from_s: number,
    to_s: number,
    wanted_s: number,
    row: Row,
  ): number {
    const sizes = new Set(tiers.map(({ bucket_s }) => bucket_s));
    const held = this.held(host).filter(({ bucket_s }) => sizes.has(bucket_s));
    let values = 0;
    for (const part of planSegments(held, from_s, to_s, wanted_s)) {
      values += this.buckets.sum(part.bucket_s, host, part.from_s, part.to_s, row);
    }
    return values;
  }

  private pack(tier: KeptTier, now_s: number, budget: Budget): boolean {
    const { bucket_s, packed } = tier;
    const length_s = stretchOf(bucket_s);
    const until_s = tier.takes || !tier.live ? now_s : Math.min(now_s, tier.closed.pos_s);
    if (packed.pos_s > until_s + length_s) packed.restart(); // the clock was set back
    return packed.run(
      until_s,
      length_s,
      budget,
      () => this.names.hosts(),
      (from_s) => this.buckets.first(bucket_s, from_s, this.names.hosts()),
      (host, from_s) => this.buckets.pack(bucket_s, host, from_s),
    );
  }

  private drop(tier: KeptTier, horizon_s: number, budget: Budget): boolean {
    const { bucket_s, dropped } = tier;
    const length_s = stretchOf(bucket_s);
    const coarser = this.tiers.find((other) => other.live && other.bucket_s > bucket_s);
    const until_s = Math.min(horizon_s - tier.keep_s, coarser?.closed.pos_s ?? Number.POSITIVE_INFINITY);
    const isPast = !tier.live && !tier.takes && until_s >= tier.closed.pos_s;
    return dropped.run(
      isPast ? tier.closed.pos_s + length_s : until_s, // then the last stretch goes, too, that is not full
      length_s,
      budget,
      () => this.names.hosts(),
      (from_s) => this.buckets.first(bucket_s, from_s, this.names.hosts()),
      (host, from_s) => this.buckets.drop(bucket_s, host, from_s + length_s),
    );
  }

  /**
   * The config gave up the finest tier, and all coarser ones have caught up: the next one takes the readings, with those of its
   * bucket that is not yet closed.
   */
  private handOver(now_s: number): void {
    const taking = this.tiers.find((tier) => tier.takes);
    const next = this.tiers.find((tier) => tier.live);
    if (!taking || !next || taking.live) return;
    const from_s = next.closed.pos_s;
    for (const host of this.names.hosts()) {
      const row: Row = new Map();
      const to_s = Math.max(from_s, bucketStart(now_s, next.bucket_s)) + next.bucket_s;
      this.sum(this.sourcesOf(next), host, from_s, to_s, next.bucket_s, row);
      if (row.size > 0) this.buckets.join(next.bucket_s, host, from_s, row);
    }
    taking.takes = false;
    taking.closed.moveTo(from_s);
    next.takes = true;
  }

  /** Tiers of former configs that have nothing any more. */
  private forget(): void {
    const gone = this.tiers.filter((tier) => !tier.live && !tier.takes && tier.dropped.pos_s >= tier.closed.pos_s);
    for (const { bucket_s } of gone) this.db.query("DELETE FROM tier WHERE bucket = ?").run(bucket_s);
    if (gone.length > 0) this.tiers = this.tiers.filter((tier) => !gone.includes(tier));
  }

  private store(): void {
    const now = JSON.stringify(this.tiers);
    if (now !== this.stored) storeTiers(this.db, this.tiers);
    this.stored = now;
  }
}
