// The minute's cycle in one process: sixty items read from this host, graded, stored with their consolidation.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { allProbes } from "../../probes/index.ts";
import { discover } from "../../src/client/discover.ts";
import { localHost } from "../../src/client/host.ts";
import { Minute } from "../../src/client/minute.ts";
import { States } from "../../src/client/states.ts";
import { KEYS } from "../../src/config/keys.ts";
import { DEFAULT_LEVELS, type Grading, grade } from "../../src/core/fitness.ts";
import { DEFAULT_FLAP, type Flapping, flap, steady } from "../../src/core/flapping.ts";
import { ClientStore } from "../../src/store/client-store.ts";
import { makeWorks } from "../../src/work/compile.ts";
import { parseDefaultFit } from "../../src/work/rules.ts";
import { standAloneWork } from "../../src/work/standalone.ts";
import { type Row, spread } from "./table.ts";

const ITEMS = 60;
const ROUNDS = 300;
const GRADINGS = 5000;

export async function minute(): Promise<Row[]> {
  const dir = mkdtempSync(join(tmpdir(), "dmon-bench-"));
  const self = () => ({ version: "bench", cycle_ms: 0, cpu_s: 0, rss_bytes: 0, outbox: 0 });
  const host = localHost({ root: "", self });
  // Programs take their own time, once in hours.
  const probes = allProbes().filter(({ lane }) => lane !== "program");
  const names = (await discover(probes, host)).flatMap(({ items }) => items);
  // What this host lacks to sixty is filled with file systems that it has, each read for itself.
  const more = ["/proc", "/sys", "/dev", "/dev/pts", "/dev/shm", "/run", "/sys/fs/cgroup", "/"];
  const own = Array.from(
    { length: Math.max(0, ITEMS - names.length) },
    (_, i) => `own${i} disk.avail ${more[i % more.length]}`,
  );
  const text = `${standAloneWork("bench", names)}\n${own.map((line) => `item ${line}\nget * ${line.split(" ")[0]}\n`).join("")}`;
  const work = makeWorks("bench", text, "bench").clients.get("bench");
  if (!work) throw new Error("no work");
  let now_s = 1_800_000_000;
  const clock = { now_s: () => now_s, mono_ms: () => performance.now() };
  const store = new ClientStore(join(dir, "data.lite"), KEYS.history.fallback({} as never));
  const ticks: number[] = [];
  const current = new Minute(new States(clock, () => Bun.randomUUIDv7(), []), host, clock, (batches) => {
    const begin = performance.now();
    store.tick(batches, now_s);
    ticks.push(performance.now() - begin);
  });
  current.setWork(work);
  const rounds: number[] = [];
  for (let i = 0; i < ROUNDS; i++) {
    const begin = performance.now();
    await current.round();
    rounds.push(performance.now() - begin);
    now_s += 60;
  }
  store.close();
  rmSync(dir, { recursive: true });
  return [
    { what: `a cycle of ${ITEMS} items, the first`, asked: "≤ 20 ms", measured: `${rounds[0]?.toFixed(1)} ms` },
    { what: `a cycle of ${ITEMS} items, warm`, asked: "≤ 20 ms", measured: spread(rounds.slice(1), "ms") },
    { what: "of it the store's transaction", asked: "-", measured: spread(ticks.slice(1), "ms") },
    { what: `grading ${ITEMS} items`, asked: "≤ 0.1 ms", measured: spread(grading(), "ms", 4) },
  ];
}

/** Grades sixty items of three rules each, half of which flap, a minute at a time. */
function grading(): number[] {
  const text = "soso >80% sick >90% for 5m until <85% for 10m crit >97% until <95%";
  const rules = parseDefaultFit(text, "%", DEFAULT_LEVELS);
  const items: { grading?: Grading; flapping: Flapping }[] = Array.from({ length: ITEMS }, () => ({
    flapping: steady("fine"),
  }));
  return Array.from({ length: GRADINGS }, (_, turn) => {
    const begin = performance.now();
    for (const [i, item] of items.entries()) {
      const value = i % 2 ? 70 + (i % 30) : 70 + ((turn * 7 + i) % 30);
      item.grading = grade(rules, DEFAULT_LEVELS, item.grading, { ok: true, value }, turn * 60);
      item.flapping = flap(item.flapping, DEFAULT_LEVELS[item.grading.level]?.name ?? "", DEFAULT_FLAP);
    }
    return performance.now() - begin;
  });
}
