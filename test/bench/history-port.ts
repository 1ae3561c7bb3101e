// HIST of a year through the port of the compiled daemon, on a database of ten years; and how long others wait meanwhile.

import { copyFileSync, mkdirSync } from "node:fs";
import { TestDmon, Watcher } from "../e2e/harness.ts";
import { type Row, spread } from "./table.ts";

const RUNS = 50;
const PINGED_MS = 10_000;

export async function throughPort(database: string, name: string, items: readonly string[]): Promise<Row[]> {
  const usual = { ival_make_state: undefined, ival_send_report: undefined, ival_check_work: undefined };
  await using dmon = await TestDmon.make({ name, conf: usual });
  mkdirSync(dmon.path("var"), { recursive: true });
  copyFileSync(database, dmon.path("var/data.lite"));
  await dmon.start("-q");
  const one = (i: number) => `HIST year 0 ${dmon.name} ${items[i % items.length]}`;
  const all = `HIST year 0 ${dmon.name} ${items.join(" ")}`;
  const widest = `HIST -3650d..now 1826 ${dmon.name} +minmax ${items.join(" ")}`;
  const [pings, ones, alls]: [number[], number[], number[]] = [[], [], []];
  for (let i = 0; i < RUNS; i++) {
    pings.push(await ask(dmon, "PING", "PONG"));
    ones.push(await ask(dmon, one(i)));
    alls.push(await ask(dmon, all));
  }
  const wide = await ask(dmon, widest);
  return [
    { what: "PING, request to last byte, for comparison", asked: "-", measured: spread(pings, "ms") },
    { what: "HIST year of one item, request to last byte", asked: "≤ 2 ms", measured: spread(ones, "ms") },
    { what: `HIST year of ${items.length} items`, asked: "≤ 30 ms", measured: spread(alls, "ms", 1) },
    { what: "HIST of ten years in rows of two days, min and max too", asked: "-", measured: `${wide.toFixed(0)} ms` },
    { what: "the slowest PING of a daemon that is asked nothing", asked: "-", measured: await slowest(dmon) },
    { what: "  while HIST year is asked over and over", asked: "≤ 10 ms", measured: await slowest(dmon, all) },
    { what: "  while those ten years are", asked: "≤ 10 ms", measured: await slowest(dmon, widest) },
  ];
}

/** Milliseconds from connecting to the last byte. */
async function ask(dmon: TestDmon, line: string, answering = '{"resp":"ok rows'): Promise<number> {
  const begin = performance.now();
  const answer = await dmon.client(line);
  const took_ms = performance.now() - begin;
  if (!answer.startsWith(answering)) throw new Error(answer.slice(0, 200));
  return took_ms;
}

/** Asked one after the other by a process of its own; what either waits for a CPU is taken off. */
async function slowest(dmon: TestDmon, line?: string): Promise<string> {
  using watcher = new Watcher(dmon);
  const end_ms = performance.now() + PINGED_MS;
  let asked = 0;
  while (performance.now() < end_ms) {
    if (line === undefined) {
      await Bun.sleep(PINGED_MS);
    } else {
      await ask(dmon, line);
      asked++;
    }
  }
  const { slowest_ms, count } = await watcher.stop();
  return `${slowest_ms.toFixed(1)} ms  (of ${count}, during ${asked} HISTs)`;
}
