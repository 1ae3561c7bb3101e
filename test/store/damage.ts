// A client's database with a few days of two hosts in it, and what can happen to such a file.

import { Database } from "bun:sqlite";
import {
  closeSync,
  copyFileSync,
  existsSync,
  openSync,
  readFileSync,
  statSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { ClientStore } from "../../src/store/client-store.ts";
import { eventOf, HOST, START, TIERS } from "./fixture.ts";

export const PAGE = 4096;
export const UPS = "ups.example.org";
export const ITEMS = Array.from({ length: 12 }, (_, i) => `item${i}`);
const MINUTES = 3 * 1440;

export interface Made {
  file: string;
  /** The last minute that was stored. */
  end_s: number;
}

/** The database as a daemon leaves it that was stopped, or killed: with a log. */
export function makeDatabase(dir: string, { killed = false } = {}): Made {
  const work = `${dir}/work.lite`;
  const file = `${dir}/data.lite`;
  const store = new ClientStore(work, TIERS);
  let end_s = START;
  for (let minute = 0; minute < MINUTES; minute++) {
    end_s = START + minute * 60;
    const ticks = [HOST, UPS].map((host, i) => ({
      host,
      time_s: end_s,
      values: new Map(itemsOf(host).map((item, n) => [item, readingOf(n, minute)])),
      events: [],
      changes: [{ item: "item0", time_s: end_s, level: minute % 2 ? "sick" : "fine", isLevel: i === 0 }],
    }));
    store.tick(ticks, end_s, minute === 0 ? [{ host: UPS, item: "item0", level: "soso", since: START }] : []);
  }
  const events = Array.from({ length: 40 }, (_, n) => eventOf(n, { item: `item${n % 12}`, text: "x".repeat(200) }));
  store.tick([{ host: HOST, time_s: end_s, values: new Map(), events }], end_s);
  if (killed) copyDatabase(work, file);
  store.close();
  if (!killed) copyDatabase(work, file);
  return { file, end_s };
}

/** What was read of an item in [from, to). */
export function readingsOf(host: string, item: number, from_s: number, to_s: number): number[] {
  const [first, end] = [
    Math.max(0, Math.ceil((from_s - START) / 60)),
    Math.min(MINUTES, Math.ceil((to_s - START) / 60)),
  ];
  if (item >= itemsOf(host).length) return [];
  return Array.from({ length: Math.max(0, end - first) }, (_, i) => readingOf(item, first + i));
}

function itemsOf(host: string): string[] {
  return host === HOST ? ITEMS : ITEMS.slice(0, 3);
}

function readingOf(item: number, minute: number): number {
  return Math.sin(minute / 97 + item) * 1000;
}

/** Copies a database that nobody writes just now, with its log. */
export function copyDatabase(from: string, to: string): void {
  for (const suffix of ["", "-wal"]) if (existsSync(from + suffix)) copyFileSync(from + suffix, to + suffix);
}

/** Writes what nobody wrote over pages; the first is 1. */
export function garble(file: string, pages: Iterable<number>, seed = 1): void {
  const fd = openSync(file, "r+");
  const noise = new Uint8Array(PAGE);
  let state = seed;
  for (const page of pages) {
    for (let i = 0; i < PAGE; i++) {
      state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
      noise[i] = state >>> 16;
    }
    writeSync(fd, noise, 0, PAGE, (page - 1) * PAGE);
  }
  closeSync(fd);
}

export function pagesIn(file: string): number {
  return Math.ceil(statSync(file).size / PAGE);
}

export function cut(file: string, bytes: number): void {
  truncateSync(file, bytes);
}

/** Flips a bit of a name in the index of a table: what is looked up by it is another one's. */
export function misname(file: string, table: "host" | "item", name: string, other: string): void {
  const db = new Database(file, { readonly: true });
  const [[root] = []] = db
    .query("SELECT rootpage FROM sqlite_schema WHERE name = ?")
    .values(`sqlite_autoindex_${table}_1`) as number[][];
  db.close(true);
  const bytes = readFileSync(file);
  const from = ((root ?? 0) - 1) * PAGE;
  const at = bytes.subarray(from, from + PAGE).indexOf(name);
  bytes.write(other, from + at);
  writeFileSync(file, bytes);
}
