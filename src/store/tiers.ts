// The upkeep of a history: how each tier is filled from finer ones, made small, and emptied again.

import type { Database } from "bun:sqlite";
import { bucketStart, type Held, planSegments, type Tier } from "../core/consolidation.ts";
import type { Buckets, Row } from "./buckets.ts";
import type { Horizon } from "./horizon.ts";
import { isMadeOf, type KeptTier, loadTiers, storeTier } from "./kept-tiers.ts";
import type { SeriesNames } from "./series.ts";
import { type Span, withSpan } from "./spans.ts";
import { type Budget, Sweep } from "./sweep.ts";

/**
 * Values that one tick consolidates, packs or drops at most: some milliseconds. A minute of 60 items needs 150 on average, one of
 * 5000 items 12,000, so that is no bound of its own for many.
 */
const VALUES_PER_TICK = 12_000;
const VALUES_PER_READING = 3;
/** What is older when it comes is late. */
const LATE_S = 3600;
/** A tier that is closed further than this ahead of the clock was closed by a wrong one. */
const AHEAD_S = 86_400;

export class Tiers {
  private readonly db: Database;
  private readonly buckets: Buckets;
  private readonly names: SeriesNames;
  private config: readonly Tier[];
  private readonly valuesPerTick: number;
  /** Finest first. */
  private tiers: KeptTier[] = [];
  /** What is stored of each, to see what changed. */
  private readonly stored = new Map<number, string>();
  /** Changes whenever rows may be elsewhere. */
  version = 0;
  /** Rows come back that were lost: nothing is dropped before all is made of them that is. */
  restoring = false;

  constructor(
    db: Database,
    buckets: Buckets,
    names: SeriesNames,
    config: readonly Tier[],
    valuesPerTick = VALUES_PER_TICK,
  ) {
    this.db = db;
    this.valuesPerTick = valuesPerTick;
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
    this.tiers = loadTiers(this.db, this.config, (bucket_s, from_s) => this.rowsFrom(bucket_s, from_s));
    this.stored.clear();
    this.version++;
  }

  /** What there is of each tier for a host, finest first. */
  held(host: number): Held[] {
    return this.tiers.flatMap((tier) => tier.held(host));
  }

  /**
   * The sizes of the buckets that a reading of a host goes into: of all tiers that have all of that time. The others are made of
   * those, later. To be called inside a transaction.
   */
  taking(host: number, time_s: number, now_s: number): number[] {
    const having = this.tiers.filter((tier) => tier.has(host, time_s));
    const isCurrent = time_s > now_s - LATE_S;
    if (having.length > 0 && (!isCurrent || this.isTaken(having, now_s))) return having.map(({ bucket_s }) => bucket_s);
    this.beginBefore(host, time_s, now_s);
    return this.tiers.filter((tier) => tier.has(host, time_s)).map(({ bucket_s }) => bucket_s);
  }

  /** The tier that takes readings has a time, or the one that did so before and does until the other begins. */
  private isTaken(having: readonly KeptTier[], now_s: number): boolean {
    const begins_s = this.tiers.find((tier) => tier.takes)?.begins_s ?? 0;
    const isSoon = begins_s <= now_s + AHEAD_S;
    return having.some((tier) => tier.takes || (isSoon && tier.closed.pos_s === begins_s));
  }

  /**
   * The clock was set back before all that the finest tier still has: there it begins anew, and so do others that have nothing of that
   * time. Where finer rows of that time were dropped before, finer tiers have then what comes now, and coarser ones have both.
   */
  private beginBefore(host: number, time_s: number, now_s: number): void {
    // In whole buckets of the coarsest, lest its row be read instead of those of the minutes that come now.
    const length_s = this.coarsest_s;
    const from_s = bucketStart(time_s, length_s);
    for (const tier of this.tiers) {
      const wouldGo = time_s < now_s - tier.keep_s;
      const isToClose = time_s >= tier.closedUntil(host);
      if ((tier.live || tier.takes) && !wouldGo && !isToClose && !tier.has(host, time_s))
        tier.begin({ from_s, until_s: from_s + length_s });
    }
    this.store();
  }

  /** How long the finest and the longest tier of the config are kept. */
  get keeps(): { finest_s: number; longest_s: number } {
    const keeps = this.config.map(({ keep_s }) => keep_s);
    return { finest_s: keeps[0] ?? 0, longest_s: Math.max(...keeps) };
  }

  /**
   * A bounded part of the upkeep, once a minute in which so many readings came; `horizon` says what dropping takes for now. Returns
   * whether all is done.
   */
  tick(now_s: number, horizon: Horizon, readings: number): boolean {
    const horizon_s = horizon.drop_s;
    this.version++;
    this.rewind(now_s, horizon.isSure);
    const budget: Budget = { left: Math.max(this.valuesPerTick, VALUES_PER_READING * readings) };
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
    this.version++;
    this.store();
    for (const tier of this.tiers.filter(({ live, takes }) => live && !takes)) {
      const first_s = this.first(this.sourcesOf(tier), 0);
      const sweep = new Sweep(bucketStart(first_s ?? now_s, tier.bucket_s));
      while (!this.closeBuckets(tier, sweep, Math.min(now_s, tier.closed.pos_s), { left: this.valuesPerTick })) yield;
    }
  }

  /** A clock that was far ahead is right again: tiers go on from now, and what they have is ahead. */
  private rewind(now_s: number, isSure: boolean): void {
    for (const tier of this.tiers) {
      const { bucket_s, closed } = tier;
      const at_s = bucketStart(now_s, bucket_s) + bucket_s;
      if (tier.takes) {
        if (!isSure || tier.from_s <= now_s + AHEAD_S) continue;
        const rows = this.rowsFrom(bucket_s, tier.from_s);
        tier.beginAnew(bucketStart(now_s, this.coarsest_s), rows?.until_s ?? tier.from_s);
      } else if (closed.pos_s > now_s + AHEAD_S) {
        if (at_s > tier.from_s) {
          const rows_s = this.rowsFrom(bucket_s, at_s)?.from_s ?? closed.pos_s;
          const from_s = Math.max(at_s, bucketStart(rows_s, this.coarsest_s)); // lest a coarser row be read instead
          tier.also = withSpan(tier.also, { from_s, until_s: closed.pos_s });
          closed.moveTo(at_s);
        } else if (isSure && tier.live) tier.beginAnew(at_s, closed.pos_s);
      }
    }
  }

  private get coarsest_s(): number {
    return this.tiers.at(-1)?.bucket_s ?? 1;
  }

  private rowsFrom(bucket_s: number, from_s: number): Span | undefined {
    return this.buckets.rowsFrom(bucket_s, from_s, this.names.hosts());
  }

  private sourcesOf(tier: KeptTier): KeptTier[] {
    return this.tiers.filter((other) => isMadeOf(tier, other));
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
    const sources = this.sourcesOf(tier);
    // A coarse bucket can close only as far as the finer ones are closed.
    const ready = sources.filter((other) => other.live && !other.takes).map((other) => other.closed.pos_s);
    const until_s = Math.min(now_s, ...ready);
    for (;;) {
      const ahead = tier.also.find((span) => span.until_s > closed.pos_s);
      const done = this.closeBuckets(tier, closed, Math.min(until_s, ahead?.from_s ?? until_s), budget);
      if (!ahead || closed.pos_s < ahead.from_s) return done;
      closed.moveTo(ahead.until_s);
      tier.begins_s = Math.min(tier.begins_s, ahead.from_s);
      tier.also = tier.also.filter((span) => span !== ahead);
    }
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
    let values = 0;
    const held = tiers.flatMap((tier) => tier.held(host));
    for (const part of planSegments(held, from_s, to_s, wanted_s)) {
      values += this.buckets.sum(part.bucket_s, host, part.from_s, part.to_s, row);
    }
    return values;
  }

  private pack(tier: KeptTier, now_s: number, budget: Budget): boolean {
    const { bucket_s, packed, stretch_s: length_s } = tier;
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
    const { bucket_s, dropped, stretch_s } = tier;
    const coarser = this.tiers.find((other) => other.live && other.bucket_s > bucket_s);
    const until_s = Math.min(horizon_s - tier.keep_s, coarser?.closed.pos_s ?? Number.POSITIVE_INFINITY);
    const isPast = !tier.live && !tier.takes && until_s >= tier.end_s;
    const done = dropped.run(
      isPast ? tier.end_s + stretch_s : until_s, // then the last stretch goes, too, that is not full
      stretch_s,
      budget,
      () => this.names.hosts(),
      (from_s) => this.buckets.first(bucket_s, from_s, this.names.hosts()),
      (host, from_s) => this.buckets.drop(bucket_s, host, from_s + stretch_s),
    );
    tier.also = tier.also.filter((span) => span.until_s > dropped.pos_s);
    return done;
  }

  /**
   * The config gave up the finest tier, and all coarser ones have caught up: the next one takes the readings, with those of its
   * buckets that are not yet closed.
   */
  private handOver(now_s: number): void {
    const taking = this.tiers.find((tier) => tier.takes);
    const next = this.tiers.find((tier) => tier.live);
    if (!taking || !next || taking.live) return;
    const { bucket_s } = next;
    const sources = this.sourcesOf(next);
    let start_s = next.closed.pos_s;
    for (;;) {
      const first_s = this.first(sources, start_s);
      if (first_s === null) break;
      start_s = bucketStart(first_s, bucket_s);
      for (const host of this.names.hosts()) {
        const row: Row = new Map();
        this.sum(sources, host, start_s, start_s + bucket_s, bucket_s, row);
        this.buckets.set(bucket_s, host, start_s, row);
      }
      start_s += bucket_s;
    }
    taking.takes = false;
    taking.closed.moveTo(next.closed.pos_s);
    next.takes = true;
    next.closed.moveTo(Math.max(next.closed.pos_s, bucketStart(now_s, bucket_s) + bucket_s));
  }

  /** Tiers of former configs that have nothing any more. */
  private forget(): void {
    const gone = this.tiers.filter((tier) => !tier.live && !tier.takes && tier.dropped.pos_s >= tier.end_s);
    for (const { bucket_s } of gone) {
      this.buckets.dropTier(bucket_s);
      this.db.query("DELETE FROM tier WHERE bucket = ?").run(bucket_s);
    }
    if (gone.length > 0) this.tiers = this.tiers.filter((tier) => !gone.includes(tier));
  }

  /** Drops what is left of a host that is not known any more. */
  dropHost(host: number): void {
    for (const { bucket_s } of this.tiers) this.buckets.drop(bucket_s, host, Number.MAX_SAFE_INTEGER);
  }

  private store(): void {
    for (const tier of this.tiers) {
      const now = JSON.stringify(tier);
      if (now !== this.stored.get(tier.bucket_s)) storeTier(this.db, tier);
      this.stored.set(tier.bucket_s, now);
    }
  }
}
