// Run by the bench of history, as a process of its own: by bun, and compiled as dmon is. Fills or continues a store, asks it for
// a year, and prints what that took. `history-ticks.ts JOB`, where JOB is the JSON of a Job.

import { closeSync, fsyncSync, openSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { KEYS } from "../../src/config/keys.ts";
import { parseRange } from "../../src/core/range.ts";
import { releaseMemory } from "../../src/process/memory.ts";
import { ClientStore } from "../../src/store/client-store.ts";

export interface Job {
  /** Where the database is, and nothing else. */
  dir: string;
  hosts: string[];
  items: string[];
  values: keyof typeof VALUES;
  /** Ticks from from_s on, every step_s, before to_s. */
  stretches: { from_s: number; to_s: number; step_s: number }[];
  /** Brings all to the device behind each tick of the last stretch and counts what was written. */
  sync?: boolean;
  /** Gives memory and compiled code back so often as the daemon does. */
  asDaemon?: boolean;
  /** The store is asked for a year and its rows are counted, as of then. */
  asked_at_s?: number;
}

export interface Done {
  open_ms: number;
  /** Of the last stretch. */
  ticks: { time_s: number; took_ms: number }[];
  written_bytes: number[];
  /** All files of the database at the end, while it is open. */
  open_bytes: number;
  /** And when it was closed. */
  closed_bytes: number;
  year_one_ms: number[];
  year_all_ms: number[];
  /** The longest wait for a row of the latter: between two rows others may run. */
  stretch_ms: number;
  /** A row is what one tier knows of one item in one bucket. */
  rows: number;
  /** Those of the coarser tiers whose min is their max: of a constant, or of too few readings. */
  flat_rows: number;
}

const RUNS = 50;
/** As daemon/run.ts. */
const RELEASE_ROUNDS = 5;
const VALUES = {
  /** Every bit of the mantissa is another each time: nothing can be packed but by leaving out what the rows share. */
  random: (item: number, time_s: number) => 50 + 40 * Math.sin(time_s / 10_000 + item) + Math.random(),
  /** What hosts have: states, small numbers, bytes, percentages of ticks, load, and rates that are mostly 0. */
  usual: (item: number, time_s: number) => {
    const swing = 1 + Math.sin(time_s / 10_000 + item);
    const noise = Math.random();
    switch (item % 6) {
      case 0:
        return 1;
      case 1:
        return Math.floor(40 * swing + 4 * noise);
      case 2:
        return 4096 * Math.floor(1e6 * (swing + noise / 10));
      case 3:
        return (100 * Math.floor(3000 * swing + 400 * noise)) / (11_990 + Math.floor(20 * Math.random()));
      case 4:
        return Math.round(100 * (swing + noise)) / 100;
      default:
        return noise < 0.7 ? 0 : Math.floor(1e6 * noise) / (59.9 + Math.random() / 5);
    }
  },
} as const;

const job = JSON.parse(process.argv.at(-1) ?? "") as Job;
const tiers = KEYS.history.fallback({} as never);
console.log(JSON.stringify(run()));

function run(): Done {
  const [store, open_ms] = timed(() => new ClientStore(join(job.dir, "data.lite"), tiers));
  const done: Done = {
    open_ms,
    ticks: [],
    written_bytes: [],
    open_bytes: 0,
    closed_bytes: 0,
    year_one_ms: [],
    year_all_ms: [],
    stretch_ms: 0,
    rows: 0,
    flat_rows: 0,
  };
  for (const stretch of job.stretches) fill(store, stretch, stretch === job.stretches.at(-1) ? done : undefined);
  done.open_bytes = bytes();
  if (job.asked_at_s !== undefined) {
    askYear(store, job.asked_at_s, done);
    countRows(store, job.asked_at_s, done);
  }
  store.close();
  done.closed_bytes = bytes();
  return done;
}

function fill(store: ClientStore, { from_s, to_s, step_s }: Job["stretches"][number], measured?: Done): void {
  const value = VALUES[job.values];
  if (measured && job.sync) for (const file of files()) sync(file); // what is dirty already would not count again
  for (let time_s = from_s; time_s < to_s; time_s += step_s) {
    const batches = job.hosts.map((host, h) => ({
      host,
      time_s,
      values: new Map(job.items.map((item, i) => [item, value(h * job.items.length + i, time_s)])),
      events: [],
    }));
    const before = measured && job.sync ? written() : 0;
    const [, took_ms] = timed(() => store.tick(batches, time_s));
    if (!measured) continue;
    measured.ticks.push({ time_s, took_ms });
    if (job.asDaemon && measured.ticks.length % RELEASE_ROUNDS === 0) releaseMemory();
    if (!job.sync) continue;
    for (const file of files()) sync(file);
    measured.written_bytes.push(written() - before);
  }
}

/** As HIST asks. */
function askYear(store: ClientStore, now_s: number, done: Done): void {
  const range = parseRange("year", undefined, now_s, () => 0);
  if ("error" in range) throw new Error(range.error);
  const [host = ""] = job.hosts;
  const year = (items: string[]) => {
    const rows = store.history.query({ host, items, ...range });
    for (;;) {
      const [{ done: ended }, took_ms] = timed(() => rows.next());
      done.stretch_ms = Math.max(done.stretch_ms, took_ms);
      if (ended) return;
    }
  };
  for (let i = 0; i < RUNS; i++) {
    const [item = ""] = job.items.slice(i % job.items.length);
    done.year_one_ms.push(timed(() => year([item]))[1]);
    done.year_all_ms.push(timed(() => year(job.items))[1]);
  }
}

/** As they can be read, so that none is counted that is not there; what a tier holds is read from it when its own bucket is asked for. */
function countRows(store: ClientStore, now_s: number, done: Done): void {
  const [host = ""] = job.hosts;
  for (const { bucket_s, keep_s } of tiers) {
    const asked = { host, items: job.items, from_s: now_s - keep_s, to_s: now_s, bucket_s };
    for (const row of store.history.query(asked))
      for (const bucket of row?.buckets ?? []) {
        if (bucket) done.rows++;
        if (bucket && bucket_s > 60 && bucket.min === bucket.max) done.flat_rows++;
      }
  }
}

function timed<T>(work: () => T): [T, number] {
  const begin = performance.now();
  const result = work();
  return [result, performance.now() - begin];
}

function files(): string[] {
  return readdirSync(job.dir).map((name) => join(job.dir, name));
}

function bytes(): number {
  return files().reduce((sum, file) => sum + statSync(file).size, 0);
}

function sync(file: string): void {
  const fd = openSync(file, "r");
  fsyncSync(fd);
  closeSync(fd);
}

/** What this process made dirty of the page cache; a page that is dirty already counts once, hence `sync`. */
function written(): number {
  return Number(/^write_bytes: (\d+)/m.exec(readFileSync("/proc/self/io", "utf8"))?.[1]);
}
