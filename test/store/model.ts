// A history as naive as can be: all readings that were ever taken, and of each tier those that it must still have. What a tier must
// have is said here without any sweep, row or stretch:
//
// - A reading is in each tier of the config. There it may go as soon as upkeep was due at a moment by which it was older than the tier
//   keeps: by the clock, or by what was lived where that has jumped by more than a day (`lived`).
// - What comes for a time that a tier has emptied already (late, or the clock was set back) is in those that have not; where all have,
//   it is somewhere. Where nothing was ever read in that bucket of the coarsest tier, all begin there.
// - A tier that is new is to have what finer ones still have, in whole buckets: one of which anything has gone already promises nothing.
// - What is ahead of the clock when the config changes, or at the last upkeep before (it was wrong), promises nothing any more.
// - A tier that the config gave up has, as long as any is kept, what it had when all upkeep was done for the last time; the one that
//   took the readings has them all.

import { bucketStart, leastCommonMultiple, type Tier } from "../../src/core/consolidation.ts";

const DAY = 86_400;
const LATE_S = 3600;

export interface Reading {
  readonly host: string;
  readonly item: string;
  readonly time_s: number;
  readonly value: number;
  /** Upkeep that was due before it came. */
  readonly since: number;
}

class ModelTier {
  readonly bucket_s: number;
  keep_s: number;
  /** The longest that it was kept since upkeep was due; one that is given up then is kept so long. */
  most_s = 0;
  live = true;
  /** With the upkeep since which it has them. */
  must = new Map<Reading, number>();
  /** Buckets of which it never had all. */
  incomplete = new Set<number>();
  /** Before that it has dropped, or never had, what was read. */
  emptied_s = Number.NEGATIVE_INFINITY;
  /** What upkeep may have dropped: all before `limit_s`. Of later ones only what is more is kept, so the limits fall. */
  private limits: { upkeep: number; limit_s: number }[] = [];

  constructor({ bucket_s, keep_s }: Tier) {
    this.bucket_s = bucket_s;
    this.keep_s = keep_s;
  }

  /** Before that it has dropped what was read. */
  dropped_s = Number.NEGATIVE_INFINITY;
  /** It takes the readings since then. */
  seam_s = Number.NEGATIVE_INFINITY;

  age(upkeep: number, limit_s: number): void {
    this.emptied_s = Math.max(this.emptied_s, limit_s);
    this.dropped_s = Math.max(this.dropped_s, limit_s);
    while ((this.limits.at(-1)?.limit_s ?? Number.POSITIVE_INFINITY) <= limit_s) this.limits.pop();
    this.limits.push({ upkeep, limit_s });
  }

  has(): Iterable<Reading> {
    for (const [reading, since] of this.must) if (reading.time_s < this.emptiedSince(since)) this.must.delete(reading);
    return this.must.keys();
  }

  emptiedSince(upkeep: number): number {
    return this.limits.find((limit) => limit.upkeep >= upkeep)?.limit_s ?? Number.NEGATIVE_INFINITY;
  }
}

export class Model {
  readonly readings: Reading[] = [];
  private readonly bySeries = new Map<string, Reading[]>();
  private tiers = new Map<number, ModelTier>();
  private upkeeps = 0;
  /** What no tier promises. */
  private readonly somewhere = new ModelTier({ bucket_s: 1, keep_s: 0 });
  /** Buckets of the coarsest tier in which all begin. */
  private readonly fresh = new Map<number, number>();
  /** Times to which the clock came again when the finest tier had emptied them. */
  private readonly twice = new Set<number>();
  private ticked_s = Number.NEGATIVE_INFINITY;
  /** Sizes of tiers that readings may go into: the finest, or one that was given up, until all upkeep is done. */
  private taking = new Set<number>();
  /** The upkeep at which all was done, and when that was. */
  private done = { upkeep: 0, now_s: Number.NEGATIVE_INFINITY };
  private at: { at_s: number; doubted_s: number } | undefined;
  private mono_s: number | undefined;
  private upkept: number | undefined;

  constructor(tiers: readonly Tier[]) {
    this.setTiers(tiers, 0);
  }

  add(host: string, item: string, time_s: number, value: number, now_s: number): void {
    const reading = { host, item, time_s, value, since: this.upkeeps };
    const live = this.live().filter(({ keep_s }) => time_s >= now_s - keep_s);
    const isCurrent = time_s > now_s - LATE_S;
    const isFresh = isCurrent && this.isFresh(time_s);
    const having = live.filter(
      (tier) =>
        isFresh ||
        (isCurrent && this.takesAll(tier) && time_s >= tier.seam_s) ||
        (time_s >= tier.emptied_s && !tier.incomplete.has(bucketStart(time_s, tier.bucket_s))),
    );
    for (const tier of having) tier.must.set(reading, this.upkeeps);
    if (having.length === 0 && live.length > 0) this.somewhere.must.set(reading, this.upkeeps);
    this.readings.push(reading);
    const own = this.of(host, item);
    if (own.length === 0) this.bySeries.set(`${host} ${item}`, own);
    own.push(reading);
  }

  private takesAll(tier: ModelTier): boolean {
    return this.taking.size === 1 && this.taking.has(tier.bucket_s);
  }

  private isFresh(time_s: number): boolean {
    const [finest] = this.live();
    if (!finest || time_s >= finest.dropped_s) return false;
    const start = this.coarsest(time_s);
    if (!this.readings.some((each) => this.coarsest(each.time_s) === start)) this.fresh.set(start, this.upkeeps);
    else if (!this.fresh.has(start)) this.twice.add(time_s);
    return this.fresh.has(start);
  }

  /** Where the bucket of the coarsest tier begins. */
  private coarsest(time_s: number): number {
    return bucketStart(time_s, Math.max(...this.tiers.keys()));
  }

  /** The tiers of the config, finest first. */
  private live(): ModelTier[] {
    return [...this.tiers.values()].filter((tier) => tier.live).sort((a, b) => a.bucket_s - b.bucket_s);
  }

  of(host: string, item: string): Reading[] {
    return this.bySeries.get(`${host} ${item}`) ?? [];
  }

  /** A tick, whose upkeep is due once a minute. */
  tick(now_s: number, mono_s: number): void {
    const minute = bucketStart(now_s, 60);
    if (minute !== this.upkept) this.upkeep(now_s, mono_s);
    this.upkept = minute;
  }

  upkeep(now_s: number, mono_s: number): void {
    const horizon_s = this.lived(now_s, mono_s);
    this.upkeeps++;
    for (const tier of this.live()) tier.most_s = tier.keep_s;
    for (const tier of this.tiers.values()) tier.age(this.upkeeps - 1, horizon_s - this.keepOf(tier));
    this.somewhere.age(this.upkeeps - 1, horizon_s - Math.min(...this.live().map((tier) => this.keepOf(tier))));
    this.ticked_s = now_s;
  }

  /** All upkeep is done. */
  isDone(now_s: number): void {
    this.done = { upkeep: this.upkeeps, now_s };
    this.taking = new Set([this.finest()]);
  }

  /** A process that begins does not know what was lived before, nor when upkeep was due. */
  restart(): void {
    this.mono_s = undefined;
    this.upkept = undefined;
  }

  failed(): void {
    this.upkept = undefined;
  }

  /** By when what is old is dropped. */
  get horizon_s(): number {
    return this.at?.at_s ?? 0;
  }

  private lived(now_s: number, mono_s: number): number {
    const lived_s = mono_s - (this.mono_s ?? mono_s);
    this.mono_s = mono_s;
    const { at_s, doubted_s } = this.at ?? { at_s: now_s, doubted_s: 0 };
    const isBelieved = Math.abs(now_s - at_s - lived_s) <= DAY || doubted_s + lived_s >= 7 * DAY;
    this.at = isBelieved ? { at_s: now_s, doubted_s: 0 } : { at_s: at_s + lived_s, doubted_s: doubted_s + lived_s };
    return Math.min(this.at.at_s, now_s);
  }

  private keepOf({ live, keep_s }: ModelTier): number {
    return live ? keep_s : Math.min(keep_s, Math.max(...this.live().map((tier) => tier.keep_s)));
  }

  /** How long a tier is kept; undefined when nothing of it may be left. */
  keep(bucket_s: number): number | undefined {
    const tier = this.tiers.get(bucket_s);
    return tier && Math.max(tier.most_s, this.keepOf(tier));
  }

  /**
   * Of these readings, which are all of their item in a range: those that an answer in rows of a wanted size must have. They are those
   * that any tier must have; in a range to which the clock comes again (or will: what is ahead of it) those that all tiers have
   * which make up wanted rows, for finer ones may have only what came the second time.
   */
  due(readings: readonly Reading[], range_s: number, until_s: number, wanted_s: number, now_s: number): number {
    const all = [...this.tiers.values(), this.somewhere];
    const fitting = this.live().filter(({ bucket_s }) => wanted_s % bucket_s === 0);
    const isTwice = until_s > now_s || [...this.twice].some((time_s) => this.isBeside(time_s, range_s, until_s));
    return readings.filter((reading) =>
      isTwice
        ? fitting.length > 0 && fitting.every((tier) => tier.must.has(reading))
        : all.some((tier) => tier.must.has(reading)),
    ).length;
  }

  private isBeside(time_s: number, from_s: number, until_s: number): boolean {
    const size_s = Math.max(...this.tiers.keys());
    const start_s = this.coarsest(time_s);
    return start_s < until_s && start_s + size_s > from_s;
  }

  /** Forgets what may have been dropped. To be called before the questions below. */
  prune(): void {
    for (const tier of [...this.tiers.values(), this.somewhere]) tier.has();
  }

  /**
   * Of a wanted size: whether each of these readings, which are all of their item in a range, must be in the row of its own time; and
   * in none of a coarser tier, which reaches into what a finer one has.
   */
  mustBeInRows(readings: readonly Reading[], range_s: number, wanted_s: number): boolean {
    const fresh = readings.map(({ time_s }) => this.fresh.get(this.coarsest(time_s)) ?? Number.NEGATIVE_INFINITY);
    const freshSince = fresh.reduce((a, b) => Math.min(a, b), this.upkeeps);
    return this.live().some(
      (tier) =>
        wanted_s % tier.bucket_s === 0 &&
        range_s >= (Number.isFinite(freshSince) ? tier.emptiedSince(freshSince) : tier.emptied_s) &&
        readings.every((reading) => tier.must.has(reading)),
    );
  }

  setTiers(config: readonly Tier[], now_s: number): void {
    if (!Number.isFinite(this.ticked_s)) {
      this.tiers.clear(); // nothing was stored by them yet
      this.taking.clear();
    }
    for (const tier of this.tiers.values())
      for (const reading of tier.has()) if (reading.time_s > Math.min(now_s, this.ticked_s)) tier.must.delete(reading);
    for (const tier of this.tiers.values()) {
      if (!tier.live || config.some(({ bucket_s }) => bucket_s === tier.bucket_s)) continue;
      tier.live = false;
      if (this.takesAll(tier)) continue;
      for (const [reading, since] of tier.must) {
        const end_s = bucketStart(reading.time_s, tier.bucket_s) + tier.bucket_s;
        if (reading.since >= this.done.upkeep || end_s > this.done.now_s || since >= this.done.upkeep)
          tier.must.delete(reading);
      }
    }
    const wasEmpty = this.tiers.size === 0;
    for (const each of config) {
      const known = this.tiers.get(each.bucket_s);
      const isNew = !known?.live && !(this.taking.size === 1 && this.taking.has(each.bucket_s));
      const tier = known ?? new ModelTier(each);
      tier.keep_s = each.keep_s;
      tier.most_s = Math.max(tier.most_s, each.keep_s);
      tier.live = true;
      this.tiers.set(each.bucket_s, tier);
      if (isNew && !wasEmpty) this.fill(tier, now_s);
    }
    this.fresh.clear();
    const finest = this.finest();
    this.taking = new Set([finest, ...[...this.taking].filter((size_s) => finest % size_s === 0)]);
  }

  private finest(): number {
    return this.live()[0]?.bucket_s ?? 0;
  }

  private fill(tier: ModelTier, now_s: number): void {
    const { bucket_s } = tier;
    const start = ({ time_s }: Reading) => bucketStart(time_s, bucket_s);
    const finer = [...this.tiers.values()].filter((each) => each.bucket_s < bucket_s && bucket_s % each.bucket_s === 0);
    // It begins with its sources; where it takes the readings now, when the one that did has a whole bucket.
    const before = bucket_s === this.finest() ? [...this.taking].filter((size_s) => bucket_s % size_s !== 0) : [];
    const both_s = before.reduce(leastCommonMultiple, bucket_s);
    const begins_s =
      before.length > 0
        ? bucketStart(Math.max(now_s, this.ticked_s), both_s) + both_s
        : -bucketStart(-Math.min(...finer.map(({ emptied_s }) => emptied_s)), bucket_s);
    for (const source of finer) {
      const has = new Set(source.has());
      const incomplete = new Set(this.readings.filter((reading) => !has.has(reading)).map(start));
      for (const reading of has)
        if (reading.time_s >= begins_s && !incomplete.has(start(reading)) && !tier.must.has(reading))
          tier.must.set(reading, this.upkeeps);
    }
    tier.incomplete = new Set(this.readings.filter((reading) => !tier.must.has(reading)).map(start));
    tier.emptied_s = Math.max(tier.emptied_s, begins_s);
    tier.dropped_s = Math.max(...[...this.tiers.values()].map((each) => each.dropped_s));
    if (before.length > 0) tier.seam_s = begins_s;
  }
}
