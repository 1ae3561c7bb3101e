// Debian's rrdtool with what dmon is asked for: sixty series, each a file, whose archives keep AVERAGE, MIN and MAX in the tiers of
// dmon's default. One rrdtool gets all its work by a pipe: a process a file, as rrdtool is often run, would take far longer.

import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Tier } from "../../src/core/consolidation.ts";
import { percentile, type Row, spread } from "./table.ts";

/** The year behind the minutes gets a reading every four hours; between them rrdtool interpolates. */
const STEP_S = 14_400;
const YEAR_S = 365 * 86_400;
const MINUTES = 1000;
const SYNCED = 120;
const RUNS = 20;

export async function rrdtoolRows(dir: string, series: number, tiers: readonly Tier[], now_s: number): Promise<Row[]> {
  if (!Bun.which("rrdtool")) return [{ what: "rrdtool", asked: "-", measured: "not measured: it is not installed" }];
  mkdirSync(dir);
  const files = Array.from({ length: series }, (_, i) => join(dir, `item${i}.rrd`));
  const rrdtool = new Rrdtool();
  const begin_s = Math.floor((now_s - (MINUTES + SYNCED) * 60) / STEP_S) * STEP_S;
  const value = (i: number, time_s: number) => 50 + 40 * Math.sin(time_s / 10_000 + i) + Math.random();
  for (const [i, file] of files.entries()) {
    const archives = ["AVERAGE", "MIN", "MAX"].flatMap((name) =>
      tiers.map(({ bucket_s, keep_s }) => `RRA:${name}:0.5:${bucket_s / 60}:${Math.ceil(keep_s / bucket_s)}`),
    );
    await rrdtool.run([
      `create ${file} --start ${begin_s - YEAR_S} --step 60 DS:v:GAUGE:${2 * STEP_S}:U:U ${archives.join(" ")}`,
    ]);
    const updates = [];
    for (let time_s = begin_s - YEAR_S + STEP_S; time_s <= begin_s; time_s += STEP_S)
      updates.push(`${time_s}:${value(i, time_s)}`);
    await rrdtool.run([`update ${file} ${updates.join(" ")}`]);
  }
  let time_s = begin_s;
  const tick = () => {
    time_s += 60;
    return rrdtool.run(files.map((file, i) => `update ${file} ${time_s}:${value(i, time_s)}`));
  };
  const ticks: number[] = [];
  for (let i = 0; i < MINUTES; i++) ticks.push(await tick());
  const written: number[] = [];
  for (const file of files) sync(file); // what is dirty already would not count again
  for (let i = 0; i < SYNCED; i++) {
    const before = writtenBy(rrdtool.pid);
    await tick();
    for (const file of files) sync(file);
    written.push((writtenBy(rrdtool.pid) - before) / 1024);
  }
  // The answer of a HIST has the AVERAGE; MIN and MAX are a fetch each.
  const [year, picture] = [`--start ${time_s - YEAR_S} --end ${time_s}`, join(dir, "year.png")];
  const fetching = (file: string) => `fetch ${file} AVERAGE --resolution ${tiers.at(-1)?.bucket_s} ${year}`;
  const [one, all, graphs]: [number[], number[], number[]] = [[], [], []];
  for (let i = 0; i < RUNS; i++) {
    one.push(await rrdtool.run([fetching(files[i] ?? "")]));
    all.push(await rrdtool.run(files.map(fetching)));
    graphs.push(await rrdtool.run([`graph ${picture} ${year} DEF:v=${files[i]}:v:AVERAGE LINE1:v#0000ff`]));
  }
  await rrdtool.end();
  const [size, rows] = [
    statSync(files[0] ?? "").size,
    tiers.reduce((sum, each) => sum + each.keep_s / each.bucket_s, 0),
  ];
  const ms = (number: number) => `${number.toFixed(2)} ms`;
  return [
    { what: `rrdtool: a tick of ${series} updates, median`, asked: "-", measured: ms(percentile(ticks, 0.5)) },
    {
      what: "  99th percentile",
      asked: "-",
      measured: `${ms(percentile(ticks, 0.99))}  (greatest ${ms(percentile(ticks, 1))})`,
    },
    { what: "rrdtool: bytes a kept row of avg, min and max", asked: "-", measured: (size / rows).toFixed(1) },
    { what: "  a series", asked: "-", measured: `${(size / 1024).toFixed(1)} KiB` },
    { what: `  of all ${series} files`, asked: "-", measured: `${((size * series) / 2 ** 20).toFixed(1)} MiB` },
    { what: "rrdtool: fetch of a year's AVERAGE, one", asked: "-", measured: spread(one, "ms") },
    { what: `  of all ${series}`, asked: "-", measured: spread(all, "ms", 1) },
    { what: "rrdtool: graph of a year", asked: "-", measured: spread(graphs, "ms", 1) },
    { what: "rrdtool: written to the device a minute", asked: "-", measured: spread(written, "KiB", 0) },
  ];
}

/** `rrdtool -`: a line is a command, and its answer ends with a line that begins with OK or ERROR. */
class Rrdtool {
  private readonly child = Bun.spawn(["rrdtool", "-"], {
    env: { PATH: process.env.PATH ?? "", LC_ALL: "C" },
    stdin: "pipe",
    stdout: "pipe",
    stderr: "inherit",
  });
  private readonly out = this.child.stdout.getReader();
  private readonly decoder = new TextDecoder();

  get pid(): number {
    return this.child.pid;
  }

  /** Gives it commands at once; the milliseconds until the last of them was done. */
  async run(commands: readonly string[]): Promise<number> {
    const begin = performance.now();
    void this.child.stdin.write(`${commands.join("\n")}\n`);
    void this.child.stdin.flush();
    let [left, rest] = [commands.length, ""];
    while (left > 0) {
      const { value, done } = await this.out.read();
      if (done) throw new Error("rrdtool ended");
      const lines = (rest + this.decoder.decode(value)).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) {
        if (line.startsWith("ERROR")) throw new Error(`rrdtool: ${line}`);
        if (line.startsWith("OK ")) left--;
      }
    }
    return performance.now() - begin;
  }

  async end(): Promise<void> {
    await this.child.stdin.end();
    await this.child.exited;
  }
}

function sync(file: string): void {
  const fd = openSync(file, "r");
  fsyncSync(fd);
  closeSync(fd);
}

function writtenBy(pid: number): number {
  return Number(/^write_bytes: (\d+)/m.exec(readFileSync(`/proc/${pid}/io`, "utf8"))?.[1]);
}
