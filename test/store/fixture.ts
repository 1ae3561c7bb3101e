// Stores in a directory of their own, and minutes without waiting for them.

import { Database } from "bun:sqlite";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import type { Tier } from "../../src/core/consolidation.ts";
import type { Event } from "../../src/core/event.ts";
import { ClientStore } from "../../src/store/client-store.ts";
import type { HistoryRow } from "../../src/store/history.ts";
import { StretchReader } from "../../src/store/packing.ts";

export const HOST = "mars.example.org";
/** 2026-11-01T00:00Z: the start of a bucket of every size here. */
export const START = 1_793_491_200;

const HOUR = 3600;
/** Small, so that a few days go through all of them. */
export const TIERS: readonly Tier[] = [
  { bucket_s: 60, keep_s: 4 * HOUR },
  { bucket_s: 600, keep_s: 12 * HOUR },
  { bucket_s: HOUR, keep_s: 48 * HOUR },
  { bucket_s: 4 * HOUR, keep_s: 240 * HOUR },
];

/** The same, but the coarsest is kept as good as for ever. */
export const LONG_TIERS = TIERS.map((tier, i) => (i === TIERS.length - 1 ? { ...tier, keep_s: 1e9 } : tier));

export function withDirectory<T>(use: (dir: string) => T): T {
  const dir = mkdtempSync(`${tmpdir()}/dmon-store-`);
  try {
    return use(dir);
  } finally {
    rmSync(dir, { recursive: true });
  }
}

export async function withDirectoryAsync(use: (dir: string) => Promise<void>): Promise<void> {
  const dir = mkdtempSync(`${tmpdir()}/dmon-store-`);
  try {
    await use(dir);
  } finally {
    rmSync(dir, { recursive: true });
  }
}

export function withStore<T>(use: (store: ClientStore, dir: string) => T, tiers = TIERS): T {
  return withDirectory((dir) => {
    const store = new ClientStore(`${dir}/data.lite`, tiers);
    try {
      return use(store, dir);
    } finally {
      store.close();
    }
  });
}

/** One minute of one host: as a client stores it. `mono_s` is other than the time where a clock is set. */
export function tick(
  store: ClientStore,
  time_s: number,
  values: Record<string, number>,
  host = HOST,
  mono_s = time_s,
): void {
  store.tick([{ host, time_s, values: new Map(Object.entries(values)), events: [] }], time_s, [], mono_s);
}

export function read(
  store: ClientStore,
  items: readonly string[],
  from_s: number,
  to_s: number,
  bucket_s: number,
  host = HOST,
): HistoryRow[] {
  return [...store.history.query({ host, items, from_s, to_s, bucket_s })].filter((row) => row !== undefined);
}

/** All of ZAP at once. */
export function zap(store: ClientStore, now_s: number): { before: number; after: number } {
  for (const steps = store.zap(now_s); ; ) {
    const { done, value } = steps.next();
    if (done) return value;
  }
}

/** Times of the buckets of a tier as stored, of all hosts: of rows and of stretches. */
export function stored(store: ClientStore, bucket_s: number): number[] {
  const db = new Database(store.file, { readonly: true });
  try {
    const parts = ["bucket", "stretch"].flatMap(
      (table) =>
        db.query(`SELECT time, data FROM ${table} WHERE tier = ?`).all(bucket_s) as {
          time: number;
          data: Uint8Array;
        }[],
    );
    return parts
      .flatMap(({ time, data }) => new StretchReader(data).filledRows().map((row) => time + row * bucket_s))
      .sort((a, b) => a - b);
  } finally {
    db.close();
  }
}

/** All readings of an item in an answer: count, count-weighted average, least and greatest. */
export function total(
  rows: readonly HistoryRow[],
  column = 0,
): { count: number; avg: number; min: number; max: number } {
  let [count, sum, min, max] = [0, 0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const { buckets } of rows) {
    const bucket = buckets[column];
    if (!bucket) continue;
    count += bucket.count;
    sum += bucket.avg * bucket.count;
    min = Math.min(min, bucket.min);
    max = Math.max(max, bucket.max);
  }
  return { count, avg: count ? sum / count : 0, min, max };
}

export function eventOf(n: number, more: Partial<Event> = {}): Event {
  return {
    id: `event-${String(n).padStart(6, "0")}`,
    time: START + n,
    host: HOST,
    item: "cpu_load",
    level: "sick",
    prev: "fine",
    value: n,
    ...more,
  };
}

/** How a server's store judges events where it does not matter. */
export const JUDGEMENT = {
  best: "fine",
  sinceOf: ({ time }: { time: number }) => time,
  now_s: Number.POSITIVE_INFINITY,
};
