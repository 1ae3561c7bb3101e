// A cycle of all probes over the fake root of a server with 128 cores and 40 disks: every item that such a host supplies.

import { allProbes } from "../../probes/index.ts";
import { discover } from "../../src/client/discover.ts";
import { Minute } from "../../src/client/minute.ts";
import { States } from "../../src/client/states.ts";
import { makeWorks } from "../../src/work/compile.ts";
import { standAloneWork } from "../../src/work/standalone.ts";
import { fixtureHost } from "../probes/fake-host.ts";
import { type Row, spread } from "./table.ts";

const ROUNDS = 200;
/** Items of the budget of processor time: 0.03 s a minute for so many. */
const ITEMS = 120;

export async function roots(): Promise<Row[]> {
  let mono_ms = 0;
  const host = { ...fixtureHost("server128"), mono_ms: () => mono_ms };
  const names = (await discover(allProbes(), host)).flatMap(({ items }) => items);
  return [
    await cycle("a cycle of all probes, 128 cores and 40 disks", "≤ 30 ms", names),
    await cycle("the same with 120 items, of all probes evenly", "≤ 30 ms", evenly(names)),
  ];

  async function cycle(what: string, asked: string, items: readonly string[]): Promise<Row> {
    const work = makeWorks("bench", standAloneWork("bench", items), "bench").clients.get("bench");
    if (!work) throw new Error("no work");
    const clock = { now_s: () => 1_800_000_000 + mono_ms / 1000, mono_ms: () => mono_ms };
    const round = new Minute(new States(clock, () => Bun.randomUUIDv7(), []), host, clock, () => {});
    round.setWork(work);
    const took: number[] = [];
    for (let i = 0; i < ROUNDS; i++) {
      const begin = performance.now();
      await round.round();
      took.push(performance.now() - begin);
      mono_ms += 60_000;
    }
    return { what: `${what} (${items.length} items)`, asked, measured: spread(took.slice(1), "ms") };
  }
}

function evenly(names: readonly string[]): string[] {
  return names.filter(
    (_, i) => Math.floor((i * ITEMS) / names.length) !== Math.floor(((i - 1) * ITEMS) / names.length),
  );
}
