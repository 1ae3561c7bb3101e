// A real history beside a naive one (model.ts): what happens to both, and the laws that hold whatever it was.

import { Database } from "bun:sqlite";
import { expect } from "bun:test";
import { type Bucket, bucketStart, leastCommonMultiple, type Tier } from "../../src/core/consolidation.ts";
import { stretchOf } from "../../src/store/buckets.ts";
import { ClientStore, type Tick } from "../../src/store/client-store.ts";
import { StoreError } from "../../src/store/database.ts";
import { StretchReader } from "../../src/store/packing.ts";
import { START } from "./fixture.ts";
import { Model, type Reading } from "./model.ts";

const HOUR = 3600;
const REPRIEVE_S = HOUR;
const DAY = 86_400;
/** A bucket of every tier here begins at its multiples. */
const ALIGNED_S = 8 * HOUR;
const VALUES_PER_TICK = 40;
/** Upkeep that does not end in so many steps does not end. */
const ENDS = 20_000;

const HOSTS = ["a", "b", "c", ...Array.from({ length: 12 }, (_, i) => `many${i}`)];
const ITEMS = ["x", "y", "z"];

/** What happens; one of these at a time. */
export interface Actions {
  run: { ticks: number; step_s: number; hosts: number; items: number; twice: boolean };
  /** Readings of then come now. */
  late: { minutes: number };
  /** The clock is set. */
  clock: number;
  clockRight: true;
  /** Time goes by in which dmon does not run, or its host sleeps. */
  away: { hours: number; restart: boolean };
  /** And in which it runs, but reads nothing. */
  quiet: { hours: number };
  /** So many steps of a ZAP. */
  zap: number;
  restart: true;
  /** A minute cannot be written, because of a table. */
  fail: string;
  /** An answer is taken while time goes on. */
  slow: { rows: number; ticks: number; wanted_s: number };
  /** Another config. */
  tiers: readonly Tier[];
}
export type Action = { [K in keyof Actions]: { [P in K]: Actions[K] } }[keyof Actions];

export class World {
  private store: ClientStore;
  private readonly model: Model;
  private readonly file: string;
  private tiers: readonly Tier[];
  private now_s = START + 1234;
  private mono_s = 0;
  private wrong_s = 0;
  private read = 0;

  constructor(dir: string, tiers: readonly Tier[]) {
    this.file = `${dir}/data.lite`;
    this.tiers = tiers;
    this.model = new Model(this.tiers);
    this.store = this.open();
  }

  private open(): ClientStore {
    return new ClientStore(
      this.file,
      this.tiers,
      (what) => {
        throw new Error(what);
      },
      VALUES_PER_TICK,
    );
  }

  close(): void {
    this.store.close();
  }

  do(action: Action): void {
    if ("run" in action) this.run(action.run);
    else if ("late" in action) this.tick(1, 2, this.now_s - action.late.minutes * 60);
    else if ("clock" in action) this.setClock(action.clock);
    else if ("clockRight" in action) this.setClock(-this.wrong_s);
    else if ("away" in action) {
      this.pass(action.away.hours * HOUR);
      if (action.away.restart) this.restart();
    } else if ("quiet" in action) this.quiet(action.quiet.hours);
    else if ("zap" in action) this.zap(action.zap);
    else if ("restart" in action) this.restart();
    else if ("slow" in action) this.slow(action.slow);
    else if ("fail" in action) this.fail(action.fail);
    else if ("tiers" in action) {
      this.tiers = action.tiers;
      this.store.history.setTiers(this.tiers);
      this.model.setTiers(this.tiers, this.now_s);
    }
  }

  private quiet(hours: number): void {
    for (let i = 0; i < hours; i++) {
      this.pass(HOUR);
      this.tick(0, 0);
    }
  }

  private pass(seconds: number): void {
    this.now_s += seconds;
    this.mono_s += seconds;
  }

  private setClock(by_s: number): void {
    this.now_s += by_s;
    this.wrong_s += by_s;
  }

  private restart(): void {
    this.store.close();
    this.store = this.open();
    this.model.restart();
  }

  private run({ ticks, step_s, hosts, items, twice }: Actions["run"]): void {
    for (let i = 0; i < ticks; i++) {
      this.tick(hosts, items);
      if (twice) {
        this.pass(20);
        this.tick(hosts, items);
        this.pass(-20);
      }
      this.pass(step_s);
    }
  }

  private tick(hosts: number, items: number, time_s = this.now_s): void {
    const ticks: Tick[] = HOSTS.slice(0, hosts).map((host) => {
      const values = new Map(ITEMS.slice(0, items).map((item) => [item, this.value()]));
      return { host, time_s, values, events: [] };
    });
    this.store.tick(ticks, this.now_s, [], this.mono_s);
    for (const { host, values } of ticks)
      for (const [item, value] of values) this.model.add(host, item, time_s, value, this.now_s);
    this.model.tick(this.now_s, this.mono_s);
  }

  private value(): number {
    const n = (this.read++ * 7919) % 1000;
    return n === 7 ? 1e9 : n === 8 ? -1e9 : n / 10;
  }

  private zap(steps: number): void {
    const zap = this.store.zap(this.now_s, this.mono_s);
    for (let i = 0; i < steps; i++) {
      this.model.upkeep(this.now_s, this.mono_s);
      if (!zap.next().done) continue;
      this.model.isDone(this.now_s);
      return;
    }
    expect(steps).toBeLessThan(ENDS);
  }

  private fail(table: string): void {
    const db = (this.store as unknown as { db: Database }).db;
    db.run(`CREATE TRIGGER broken BEFORE INSERT ON ${table} BEGIN SELECT RAISE(ABORT, 'broken'); END`);
    const before = this.read;
    try {
      this.tick(2, 3);
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
      this.model.failed();
    }
    db.run("DROP TRIGGER broken");
    expect(this.read - before).toBe(6);
  }

  /** Takes an answer while time goes on. */
  private slow({ rows, ticks, wanted_s }: Actions["slow"]): void {
    const times = this.model.readings.map(({ time_s }) => time_s);
    const query = { host: "a", items: ["x"], from_s: least(times) - DAY, to_s: most(times) + DAY, bucket_s: wanted_s };
    const before = this.model.of("a", "x").slice();
    const answer = this.store.history.query(query);
    const taken: Bucket[] = [];
    const take = (most_rows: number) => {
      for (let i = 0; i < most_rows; i++) {
        const { done, value } = answer.next();
        if (done) return;
        if (value?.buckets[0]) taken.push(value.buckets[0]);
      }
    };
    take(rows);
    this.run({ ticks, step_s: 60, hosts: 1, items: 1, twice: false });
    take(Number.POSITIVE_INFINITY);
    this.model.prune();
    const due = this.model.due(before, least(times), most(times), wanted_s, this.now_s);
    isWithin(total(taken), this.model.of("a", "x"), false, `slow ${wanted_s}`, due);
  }

  // The laws.

  check(): void {
    this.checkStored();
    for (const wanted_s of [60, 120, 300, 600, HOUR, 2 * HOUR, 8 * HOUR, DAY]) this.checkAnswers(wanted_s);
  }

  /** Then nothing changes any more, and nothing is left that is too old. */
  checkDone(): void {
    this.zap(ENDS);
    this.pass(REPRIEVE_S); // where a config keeps less than the one before
    for (let turn = 0; turn <= HOSTS.length; turn++) this.zap(ENDS); // each looks over the names of one host
    this.check();
    const all = () => JSON.stringify([60, 600, HOUR, DAY].map((wanted_s) => this.answer("a", wanted_s)));
    const before = all();
    this.zap(ENDS);
    expect(all()).toBe(before);
    this.checkSize();
  }

  private answer(host: string, bucket_s: number): { time_s: number; buckets: (Bucket | undefined)[] }[] {
    const times = this.model.readings.map(({ time_s }) => time_s);
    const query = { host, items: ITEMS, from_s: least(times) - DAY, to_s: most(times) + DAY, bucket_s };
    return [...this.store.history.query(query)].filter((row) => row !== undefined);
  }

  private checkAnswers(wanted_s: number): void {
    const range_s = leastCommonMultiple(wanted_s, ALIGNED_S);
    this.model.prune();
    for (const host of HOSTS) {
      const rows = this.answer(host, wanted_s);
      for (const [i, { time_s }] of rows.entries()) {
        if (time_s % wanted_s !== 0 || time_s <= (rows[i - 1]?.time_s ?? Number.NEGATIVE_INFINITY))
          throw new Error(`${host} ${wanted_s} s: a row at ${time_s - START}`);
      }
      for (const [column, item] of ITEMS.entries()) {
        const own = this.model.of(host, item);
        if (own.length === 0 && !rows.some(({ buckets }) => buckets[column])) continue;
        const known = groups(own, range_s, ({ time_s }) => time_s);
        const given = groups(
          rows.filter(({ buckets }) => buckets[column]),
          range_s,
          ({ time_s }) => time_s,
        );
        for (const range of new Set([...known.keys(), ...given.keys()])) {
          const readings = known.get(range) ?? [];
          const answered = (given.get(range) ?? []).flatMap(({ time_s, buckets }) => {
            const bucket = buckets[column];
            return bucket ? [{ time_s, bucket }] : [];
          });
          const where = `${host} ${item} ${wanted_s} s from ${range - START}`;
          const due = this.model.due(readings, range, range + range_s, wanted_s, this.now_s);
          isWithin(total(answered.map(({ bucket }) => bucket)), readings, due === readings.length, where, due);
          if (!this.model.mustBeInRows(readings, range, wanted_s)) continue;
          const byRow = groups(readings, wanted_s, ({ time_s }) => time_s);
          const asked = new Map(answered.map(({ time_s, bucket }) => [time_s, bucket]));
          for (const row of new Set([...byRow.keys(), ...asked.keys()]))
            isWithin(asked.get(row), byRow.get(row) ?? [], true, `${where}, row ${row - range}`);
        }
      }
    }
  }

  /** What the tables have is in no bucket more than its readings. */
  private checkStored(): void {
    const known = new Map<string, Map<number, Reading[]>>();
    for (const { tier, host, item, time_s, bucket } of this.stored()) {
      if (item === undefined || host === undefined) continue; // forgotten, and dropped when its stretch is too old
      const series = `${tier} ${host} ${item}`;
      const own = known.get(series) ?? groups(this.model.of(host, item), tier, (each) => each.time_s);
      known.set(series, own);
      isWithin(bucket, own.get(time_s) ?? [], false, `${tier} s of ${host} ${item} ${time_s - START}`);
    }
  }

  private checkSize(): void {
    for (const { tier, time_s } of this.stored()) {
      const keep_s = this.model.keep(tier);
      if (keep_s === undefined) throw new Error(`rows of ${tier} s`);
      const coarser = this.tiers.find(({ bucket_s }) => bucket_s > tier)?.bucket_s ?? 1;
      const limit_s = Math.min(Math.min(this.now_s, this.model.horizon_s) - keep_s, bucketStart(this.now_s, coarser));
      if (bucketStart(time_s, stretchOf(tier)) + stretchOf(tier) <= limit_s)
        throw new Error(`a row of ${tier} s from ${time_s - START}, which is before ${limit_s - START}`);
    }
  }

  private stored() {
    const db = new Database(this.file, { readonly: true });
    const names = new Map(db.query("SELECT id, name FROM item").values() as [number, string][]);
    const hosts = new Map(db.query("SELECT id, name FROM host").values() as [number, string][]);
    const parts = ["bucket", "stretch"].flatMap(
      (table) =>
        db.query(`SELECT tier, host, time, data FROM ${table}`).all() as {
          tier: number;
          host: number;
          time: number;
          data: Uint8Array;
        }[],
    );
    db.close();
    return parts.flatMap(({ tier, host, time, data }) => {
      const reader = new StretchReader(data);
      return [...reader.items()].flatMap((item) =>
        (reader.column(item) ?? []).flatMap((bucket, row) =>
          bucket ? [{ tier, host: hosts.get(host), item: names.get(item), time_s: time + row * tier, bucket }] : [],
        ),
      );
    });
  }
}

function total(buckets: readonly Bucket[]): Bucket | undefined {
  if (buckets.length === 0) return undefined;
  const count = buckets.reduce((n, bucket) => n + bucket.count, 0);
  return {
    count,
    avg: buckets.reduce((sum, { avg, count: n }) => sum + avg * n, 0) / count,
    min: Math.min(...buckets.map(({ min }) => min)),
    max: Math.max(...buckets.map(({ max }) => max)),
  };
}

/** A bucket has no more than these readings; where it must have them all, just them. */
function isWithin(
  bucket: Bucket | undefined,
  readings: readonly Reading[],
  all: boolean,
  where: string,
  least = 0,
): void {
  const values = readings.map(({ value }) => value);
  const [min, max] = [Math.min(...values), Math.max(...values)];
  const count = bucket?.count ?? 0;
  const wrong = (what: string) =>
    new Error(`${where}: ${what}: ${JSON.stringify(bucket)} for ${values.length} readings, ${least} due`);
  if (count > values.length) throw wrong("too many");
  if (count < (all ? values.length : least)) throw wrong("too few");
  if (!bucket) return;
  if (bucket.min > bucket.avg || bucket.avg > bucket.max) throw wrong("no bucket");
  if (bucket.min < min || bucket.max > max) throw wrong("from elsewhere");
  if (count < values.length) return;
  const avg = values.reduce((a, b) => a + b, 0) / count;
  if (
    bucket.min !== min ||
    bucket.max !== max ||
    Math.abs(bucket.avg - avg) > 1e-9 * Math.max(Math.abs(min), Math.abs(max))
  )
    throw wrong("others");
}

const least = (times: readonly number[]) => times.reduce((a, b) => Math.min(a, b), START);
const most = (times: readonly number[]) => times.reduce((a, b) => Math.max(a, b), START);

function groups<T>(all: readonly T[], size_s: number, time: (each: T) => number): Map<number, T[]> {
  const found = new Map<number, T[]>();
  for (const each of all) {
    const start = bucketStart(time(each), size_s);
    const group = found.get(start);
    if (group) group.push(each);
    else found.set(start, [each]);
  }
  return found;
}
