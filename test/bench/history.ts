// What the store of history takes: sixty items with all tiers of ten years full, and five hundred hosts behind one client; beside it
// rrdtool. It is measured in programs that are compiled as dmon is and give memory back as the daemon does, so that code is as
// cold; ticks by bun, which compiles what is hot, stand beside.
//
// Ten years of minutes would be five million ticks. A tier is as full when each of its buckets has a few readings, so the past is
// filled with the fewer the older it is, and only the last two weeks with all their minutes. Each row is made by ticks and
// their consolidation; what differs from a real fill is the old rows' counts, 12 instead of 2880 for two days.

import { cpSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { KEYS } from "../../src/config/keys.ts";
import { bucketStart } from "../../src/core/consolidation.ts";
import { canonical } from "../e2e/harness.ts";
import { throughPort } from "./history-port.ts";
import { rrdtoolRows } from "./history-rrdtool.ts";
import type { Done, Job } from "./history-ticks.ts";
import { percentile, type Row, spread } from "./table.ts";

const ROOT = join(import.meta.dir, "../..");
const PROGRAM = join(import.meta.dir, "history-ticks.ts");
const HOST = canonical("alpha");
const ITEMS = Array.from({ length: 60 }, (_, i) => `item${String(i).padStart(2, "0")}`);
const DATABASE = "data.lite";
const TIERS = KEYS.history.fallback({} as never);
const HOUR = 3600;
const DAY = 24 * HOUR;
const WEEK = 7 * DAY;
const YEAR = 365 * DAY;
const OPENINGS = 10;
const DEVICES = 500;
const DEVICE_ITEMS = 10;

/** How long ago, and how many seconds are then between two readings. */
const PAST = [
  { ago_s: 10 * YEAR + 4 * DAY, step_s: 4 * HOUR },
  { ago_s: 2 * YEAR + 2 * DAY, step_s: HOUR },
  { ago_s: 10 * WEEK + 2 * DAY, step_s: 600 },
  { ago_s: 2 * WEEK + 2 * DAY, step_s: 60 },
  { ago_s: 12 * DAY, step_s: 60 }, // measured: the minutes are full by now, so every tick drops some as well
  { ago_s: 0, step_s: 60 },
];

export async function history(): Promise<Row[]> {
  const dir = mkdtempSync(join(tmpdir(), "dmon-bench-"));
  try {
    const bun = [process.execPath, PROGRAM];
    const dmon = [compile(join(dir, "compiled"))];
    const now_s = bucketStart(Date.now() / 1000, 60);
    const job: Job = { dir: join(dir, "full"), hosts: [HOST], items: ITEMS, values: "random", stretches: past(now_s) };
    const full = await run(bun, { ...job, asked_at_s: now_s });
    const usual = await run(bun, { ...job, dir: join(dir, "usual"), values: "usual", asked_at_s: now_s });
    const onCopy = (name: string, more: Partial<Job>) => {
      cpSync(job.dir, join(dir, name), { recursive: true });
      return run(dmon, { ...job, dir: join(dir, name), stretches: [], asDaemon: true, ...more });
    };
    const twoDays = [{ from_s: now_s, to_s: now_s + 2 * DAY, step_s: 60 }];
    return [
      ...tickRows(`a tick of ${ITEMS.length} items`, await onCopy("ticks", { stretches: twoDays }), [
        "≤ 1 ms",
        "≤ 10 ms",
      ]),
      ...tickRows("by bun, which compiles what is hot", full, ["-", "-"]),
      ...spaceRows(full, usual),
      ...(await openings(dmon, { ...job, dir: join(dir, "ticks"), asDaemon: true }, now_s + 2 * DAY)),
      ...yearRows(await onCopy("year", { asked_at_s: now_s })),
      ...(await throughPort(join(job.dir, DATABASE), HOST, ITEMS)),
      ...writtenRows(await onCopy("written", { stretches: twoDays, sync: true })),
      ...(await manyHosts(dmon, join(dir, "many"), now_s)),
      ...(await rrdtoolRows(join(dir, "rrdtool"), ITEMS.length, TIERS, now_s)),
    ];
  } finally {
    rmSync(dir, { recursive: true });
  }
}

/** The program of ticks as dmon is built: its path. */
function compile(outdir: string): string {
  const script = join(ROOT, "scripts/build.ts");
  const built = Bun.spawnSync([process.execPath, script, "--entry", PROGRAM, "--outdir", outdir], { stderr: "pipe" });
  if (!built.success) throw new Error(built.stderr.toString());
  return join(outdir, "dmon");
}

/** Has a job done by a process of its own. */
async function run(program: readonly string[], job: Job): Promise<Done> {
  mkdirSync(job.dir, { recursive: true });
  const child = Bun.spawn([...program, JSON.stringify(job)], { stdout: "pipe", stderr: "inherit" });
  const text = await new Response(child.stdout).text();
  if ((await child.exited) !== 0) throw new Error(`${program.join(" ")} failed`);
  return JSON.parse(text) as Done;
}

function past(now_s: number): Job["stretches"] {
  return PAST.slice(0, -1).map(({ ago_s, step_s }, i) => ({
    from_s: bucketStart(now_s - ago_s, step_s),
    to_s: bucketStart(now_s - (PAST[i + 1]?.ago_s ?? 0), PAST[i + 1]?.step_s ?? step_s),
    step_s,
  }));
}

function tickRows(what: string, { ticks }: Done, [median, rare]: [string, string]): Row[] {
  const took = ticks.map(({ took_ms }) => took_ms);
  const closing = ticks.filter(({ time_s }) => time_s % HOUR === 0).map(({ took_ms }) => took_ms);
  const greatest = `greatest ${ms(percentile(took, 1))}, n ${took.length}`;
  return [
    { what: `${what}: median`, asked: median, measured: ms(percentile(took, 0.5)) },
    { what: "  99th percentile", asked: rare, measured: `${ms(percentile(took, 0.99))}  (${greatest})` },
    { what: "  in minutes that close an hour, 4 hours, 2 days", asked: "-", measured: spread(closing, "ms") },
  ];
}

function spaceRows(full: Done, usual: Done): Row[] {
  const each = ({ closed_bytes, rows }: Done) => (closed_bytes / rows).toFixed(1);
  const shape = `${full.rows.toLocaleString("en")}; beyond the minutes ${full.flat_rows} have min = max`;
  return [
    { what: "rows of one item that ten years' tiers keep", asked: "-", measured: shape },
    { what: "bytes a row of random doubles", asked: "≤ 20", measured: each(full) },
    { what: "bytes a row of values as hosts have them", asked: "≤ 20", measured: each(usual) },
    { what: "the database while it is open, with its log", asked: "≤ 15 MiB", measured: mib(full.open_bytes) },
    { what: "  of values as hosts have them", asked: "≤ 15 MiB", measured: mib(usual.open_bytes) },
  ];
}

/** In a new process each time; the page cache has the file, and then has not. */
async function openings(program: readonly string[], job: Job, now_s: number): Promise<Row[]> {
  const [warm, first, cold]: [number[], number[], number[]] = [[], [], []];
  for (let i = 0; i < OPENINGS * 2; i++) {
    if (i >= OPENINGS) dropFromCache(join(job.dir, DATABASE));
    const from_s = now_s + i * 60;
    const { open_ms, ticks } = await run(program, { ...job, stretches: [{ from_s, to_s: from_s + 60, step_s: 60 }] });
    (i < OPENINGS ? warm : cold).push(open_ms);
    if (i < OPENINGS) first.push(ticks[0]?.took_ms ?? Number.NaN);
  }
  return [
    { what: "opening ten years, in a new process", asked: "≤ 20 ms", measured: spread(warm, "ms", 1) },
    { what: "  when it has to come from the device", asked: "-", measured: spread(cold, "ms", 1) },
    { what: "  the first tick of a new process", asked: "-", measured: spread(first, "ms", 1) },
  ];
}

/** posix_fadvise(2) POSIX_FADV_DONTNEED of this file alone; the machine's other pages stay. */
function dropFromCache(file: string): void {
  Bun.spawnSync(["dd", `of=${file}`, "oflag=nocache", "conv=notrunc,fdatasync", "count=0"], { stderr: "ignore" });
}

function yearRows({ year_one_ms, year_all_ms, stretch_ms }: Done): Row[] {
  return [
    { what: "a year of one item, in the store", asked: "≤ 2 ms", measured: spread(year_one_ms, "ms") },
    { what: `a year of all ${ITEMS.length}, in the store`, asked: "≤ 30 ms", measured: spread(year_all_ms, "ms") },
    { what: "  the longest until the next row", asked: "≤ 10 ms", measured: ms(stretch_ms) },
  ];
}

function writtenRows({ written_bytes }: Done): Row[] {
  const kib = written_bytes.map((bytes) => bytes / 1024);
  const average = kib.reduce((a, b) => a + b, 0) / kib.length;
  if (average === 0) return [{ what: "written", asked: "-", measured: `not measured: ${tmpdir()} is in memory` }];
  return [
    { what: "written to the device a minute, on average", asked: "≤ 100 KiB", measured: `${average.toFixed(0)} KiB` },
    { what: "  a minute's, of which the greatest is the worst", asked: "-", measured: spread(kib, "KiB", 0) },
    { what: "  99th percentile", asked: "-", measured: `${percentile(kib, 0.99).toFixed(0)} KiB` },
  ];
}

/** From where minutes are dropped as well, over the end of two days, of four hours six times. */
async function manyHosts(program: readonly string[], dir: string, now_s: number): Promise<Row[]> {
  const end_s = bucketStart(now_s, 2 * DAY) + HOUR;
  const hosts = Array.from({ length: DEVICES }, (_, i) => `device${i}.example.org`);
  const items = Array.from({ length: DEVICE_ITEMS }, (_, i) => `value${i}`);
  const stretches = [
    { from_s: end_s - 76 * HOUR, to_s: end_s - 26 * HOUR, step_s: 300 },
    { from_s: end_s - 26 * HOUR, to_s: end_s, step_s: 60 },
  ];
  const done = await run(program, { dir, hosts, items, values: "usual", stretches, asDaemon: true });
  return tickRows(`a tick of ${DEVICES} hosts × ${DEVICE_ITEMS} items`, done, ["≤ 60 ms", "≤ 60 ms"]);
}

function ms(number: number): string {
  return `${number.toFixed(2)} ms`;
}

function mib(bytes: number): string {
  return `${(bytes / 2 ** 20).toFixed(1)} MiB`;
}
