// A week of real readings (test/fixtures/week), fed to the store and to Debian's rrdtool: what both give back is the same.
//
// What has to be the same so that both mean the same:
// - A row of rrdtool is named by the end of its time, one of ours by its start.
// - rrdtool spreads a reading over the time since the one before, so it gets each at the end of its minute. We store a reading in
//   the minute that it was read in, wherever in it.
// - A minute without a reading is told to rrdtool as U. Without that it would take the next reading for the gap as well, as long
//   as the gap is shorter than its heartbeat; ours stays a gap.
// - xff: one known minute is enough for a row, as for ours.

import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { KEYS } from "../../src/config/keys.ts";
import { type Bucket, bucketStart } from "../../src/core/consolidation.ts";
import { ClientStore } from "../../src/store/client-store.ts";
import { lacks } from "../skips.ts";
import { HOST, read, START, zap } from "./fixture.ts";

const FIXTURE = join(import.meta.dir, "../fixtures/week/readings.txt.gz");
const DEFAULT_TIERS = KEYS.history.fallback({} as never);
const MINUTE = 60;
const DAY = 86_400;
const END = START + 7 * DAY;
/** Where in its minute a reading is made. */
const READ_AT_S = 7.5;
/** rrdtool prints eleven digits. */
const PRINTED = 0.6e-10;
/** Updates that one call of rrdtool takes: a line of arguments is bounded. */
const UPDATES = 1000;
const FUNCTIONS = { AVERAGE: "avg", MIN: "min", MAX: "max" } as const;
type Function = keyof typeof FUNCTIONS;

const [head = "", ...lines] = gunzip(FIXTURE).trimEnd().split("\n");
const ITEMS = head.split(" ");
/** A minute each; a dash is a gap. */
const WEEK = lines.map((line) => line.split(" "));

/** When somebody asks, after a ZAP: the older the week, the fewer tiers have it. */
const MOMENTS = [
  { asked: "at its end", now_s: END, tiers: DEFAULT_TIERS },
  { asked: "three weeks later", now_s: END + 21 * DAY, tiers: DEFAULT_TIERS.slice(2) },
  { asked: "three months later", now_s: END + 90 * DAY, tiers: DEFAULT_TIERS.slice(3) },
  { asked: "three years later", now_s: END + 3 * 365 * DAY, tiers: DEFAULT_TIERS.slice(4) },
];

describe.skipIf(lacks("rrdtool"))("a week of real readings, beside rrdtool", () => {
  let dir: string;
  let rrd: string;
  let store: ClientStore;

  beforeAll(() => {
    dir = mkdtempSync(join(tmpdir(), "dmon-rrdtool-"));
    rrd = join(dir, "week.rrd");
    store = new ClientStore(join(dir, "data.lite"), DEFAULT_TIERS);
    feedStore(store);
    feedRrdtool(rrd);
  }, 60_000);

  afterAll(() => {
    store.close();
    rmSync(dir, { recursive: true });
  });

  test("is a week, with gaps, a constant and large numbers", () => {
    expect(WEEK.length).toBe(7 * 24 * 60);
    const columns = new Map(ITEMS.map((item, i) => [item, WEEK.map((row) => row[i] ?? "")]));
    expect(columns.get("test_memory")).toContain("-");
    expect(new Set(columns.get("cpus"))).toEqual(new Set(["2"]));
    expect(Math.max(...(columns.get("allocated") ?? []).map(Number))).toBeGreaterThan(1e12);
  });

  // In this order: each ZAP drops what is too old by then.
  for (const { asked, now_s, tiers } of MOMENTS) {
    describe(`asked for ${asked}`, () => {
      beforeAll(() => void zap(store, now_s));

      test.each(tiers)("rows of $bucket_s s", ({ bucket_s, keep_s }) => {
        const from_s = Math.max(START, bucketStart(now_s - keep_s, bucket_s) + bucket_s);
        const to_s = bucketStart(END, bucket_s); // the last two days are not whole
        const ours = new Map(
          read(store, ITEMS, from_s, to_s, bucket_s).map(({ time_s, buckets }) => [time_s, buckets]),
        );
        const wrong: string[] = [];
        let compared = 0;
        for (const name of Object.keys(FUNCTIONS) as Function[]) {
          const theirs = fetchRows(rrd, name, from_s, to_s, bucket_s);
          for (let time_s = from_s; time_s < to_s; time_s += bucket_s) {
            const row = theirs.get(time_s);
            if (!row) throw new Error(`rrdtool has no row of ${bucket_s} s at ${time_s}`);
            for (const [i, item] of ITEMS.entries()) {
              const mine = ours.get(time_s)?.[i]?.[FUNCTIONS[name]];
              compared++;
              if (!isSame(mine, row[i])) wrong.push(`${name} of ${item} at ${time_s}: ${mine}, rrdtool ${row[i]}`);
            }
          }
        }
        expect(wrong.slice(0, 20)).toEqual([]);
        expect(compared).toBe((3 * ITEMS.length * (to_s - from_s)) / bucket_s);
      });
    });
  }

  test("counts are the readings, which rrdtool does not keep", () => {
    const { bucket_s } = DEFAULT_TIERS.at(-1) ?? { bucket_s: Number.NaN };
    const rows = read(store, ITEMS, START, END, bucket_s);
    const counted = ITEMS.map((_, i) => rows.reduce((sum, { buckets }) => sum + countOf(buckets[i]), 0));
    expect(counted).toEqual(ITEMS.map((_, i) => WEEK.filter((row) => row[i] !== "-").length));
  });
});

function feedStore(store: ClientStore): void {
  for (const [minute, row] of WEEK.entries()) {
    const time_s = START + minute * MINUTE + READ_AT_S;
    const known = ITEMS.flatMap((item, i) => (row[i] === "-" ? [] : [[item, Number(row[i])] as const]));
    store.tick([{ host: HOST, time_s, values: new Map(known), events: [] }], time_s);
  }
}

function feedRrdtool(file: string): void {
  const archives = DEFAULT_TIERS.flatMap(({ bucket_s }) =>
    Object.keys(FUNCTIONS).map((name) => {
      const rows = Math.ceil((END - START) / bucket_s);
      return `RRA:${name}:0.9999:${bucket_s / MINUTE}:${rows}`;
    }),
  );
  const sources = ITEMS.map((item) => `DS:${item}:GAUGE:120:U:U`);
  rrdtool("create", file, "--start", String(START), "--step", String(MINUTE), ...sources, ...archives);
  const updates = WEEK.map((row, minute) =>
    [START + (minute + 1) * MINUTE, ...row.map((value) => (value === "-" ? "U" : value))].join(":"),
  );
  for (let i = 0; i < updates.length; i += UPDATES) rrdtool("update", file, ...updates.slice(i, i + UPDATES));
}

/** Rows by the start of their time. */
function fetchRows(
  file: string,
  name: Function,
  from_s: number,
  to_s: number,
  bucket_s: number,
): Map<number, (number | undefined)[]> {
  const range = ["--start", String(from_s), "--end", String(to_s), "--resolution", String(bucket_s)];
  const [, , ...rows] = rrdtool("fetch", file, name, ...range)
    .trimEnd()
    .split("\n");
  return new Map(
    rows.map((line) => {
      const [end = "", ...values] = line.split(/:? +/);
      return [Number(end) - bucket_s, values.map((value) => (/nan$/i.test(value) ? undefined : Number(value)))];
    }),
  );
}

function rrdtool(...args: string[]): string {
  const { success, stdout, stderr } = Bun.spawnSync(["rrdtool", ...args], {
    env: { PATH: process.env.PATH ?? "", LC_ALL: "C" },
  });
  if (!success) throw new Error(`rrdtool ${args[0]}: ${stderr.toString()}`);
  return stdout.toString();
}

function isSame(ours: number | undefined, theirs: number | undefined): boolean {
  if (ours === undefined || theirs === undefined) return ours === theirs;
  return Math.abs(ours - theirs) <= PRINTED * Math.abs(theirs);
}

function countOf(bucket: Bucket | undefined): number {
  return bucket?.count ?? 0;
}

function gunzip(file: string): string {
  return new TextDecoder().decode(Bun.gunzipSync(readFileSync(file)));
}
