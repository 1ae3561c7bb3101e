// How the tiers of a history are filled, each from the next finer one, and how they are emptied again.

import { bucketStart, type Tier } from "../core/consolidation.ts";
import type { Buckets } from "./buckets.ts";
import type { Names } from "./names.ts";

/** Buckets that one tick consolidates at most, so that a long absence is caught up without a long stop. */
const BUCKETS_PER_TICK_MAX = 200;
/**
 * Rows of one tier and host that one tick deletes at most. A minute adds one and so makes one too old; with three a
 * backlog shrinks, and a clock that is years ahead for an hour costs 180 rows, not the history.
 */
const DELETE_PER_TICK_MAX = 3;

export class Tiers {
  private readonly buckets: Buckets;
  private readonly names: Names;
  /** Finest first. */
  private tiers: readonly Tier[];
  /** Up to where each tier but the first is consolidated. */
  private readonly closed = new Map<Tier, number>();

  constructor(buckets: Buckets, names: Names, tiers: readonly Tier[]) {
    this.buckets = buckets;
    this.names = names;
    this.tiers = tiers;
  }

  get all(): readonly Tier[] {
    return this.tiers;
  }

  /** Takes over other tiers. */
  set(tiers: readonly Tier[]): void {
    this.tiers = tiers;
    this.reload();
  }

  /** Looks anew how far each is consolidated. */
  reload(): void {
    this.closed.clear();
  }

  /** The tiers that a reading of a time goes into: the finest, and then coarser ones that are closed there already. */
  *taking(time_s: number): Generator<Tier> {
    for (const tier of this.tiers) if (tier === this.tiers[0] || time_s < this.closedUntil(tier)) yield tier;
  }

  /**
   * Up to where a tier is consolidated. Where it never was, it begins with the oldest row of the finer one, or at 0 while that has
   * none, which is as good: `close` jumps to the first row. Looked for once, for it takes a look at each host.
   */
  closedUntil(tier: Tier): number {
    const known = this.closed.get(tier);
    if (known !== undefined) return known;
    const newest = this.buckets.last(tier.bucket_s);
    const finer = this.tiers[this.tiers.indexOf(tier) - 1];
    const oldest = finer ? this.buckets.first(finer.bucket_s) : null;
    const until = newest !== null ? newest + tier.bucket_s : bucketStart(oldest ?? 0, tier.bucket_s);
    this.closed.set(tier, until);
    return until;
  }

  /** Consolidates what is closed at `now_s` and drops what is too old: a bounded piece of work, once a minute. */
  tick(now_s: number): void {
    let budget = BUCKETS_PER_TICK_MAX;
    for (const [index, tier] of this.tiers.entries()) {
      const finer = this.tiers[index - 1];
      if (finer) budget = this.close(tier, finer, now_s, budget);
    }
    this.dropOld(now_s, DELETE_PER_TICK_MAX);
  }

  /** The same without a bound (ZAP); what belongs to no tier goes too. */
  zap(now_s: number): void {
    for (const [index, tier] of this.tiers.entries()) {
      const finer = this.tiers[index - 1];
      if (finer) while (this.close(tier, finer, now_s, BUCKETS_PER_TICK_MAX) === 0);
    }
    this.dropOld(now_s, Number.MAX_SAFE_INTEGER);
    this.buckets.dropOthers(this.tiers.map((tier) => tier.bucket_s));
  }

  /** Fills closed buckets of a tier from the finer one; returns what is left of the budget. */
  private close(tier: Tier, finer: Tier, now_s: number, budget: number): number {
    // A coarse bucket can close only as far as the finer tier itself is closed.
    const until = Math.min(
      bucketStart(now_s, tier.bucket_s),
      finer === this.tiers[0] ? Number.POSITIVE_INFINITY : bucketStart(this.closedUntil(finer), tier.bucket_s),
    );
    let from = this.closedUntil(tier);
    let left = budget;
    while (from < until && left > 0) {
      // A gap of months is jumped over, not walked through.
      const next = this.buckets.first(finer.bucket_s, from);
      if (next === null || next >= until) {
        from = until;
        break;
      }
      from = bucketStart(next, tier.bucket_s);
      if (from >= until) break;
      const end = from + tier.bucket_s;
      for (const host of this.names.hosts()) {
        this.buckets.write(tier.bucket_s, host, from, this.buckets.sum(finer.bucket_s, host, from, end));
      }
      from = end;
      left--;
    }
    if (from > this.closedUntil(tier)) this.closed.set(tier, from);
    return left;
  }

  /** Drops what is older than its tier keeps, unless the next coarser tier has not consolidated it yet. */
  private dropOld(now_s: number, atMost: number): void {
    for (const [index, tier] of this.tiers.entries()) {
      const coarser = this.tiers[index + 1];
      const old = bucketStart(now_s - tier.keep_s, tier.bucket_s);
      this.buckets.drop(tier.bucket_s, coarser ? Math.min(old, this.closedUntil(coarser)) : old, atMost);
    }
  }
}
