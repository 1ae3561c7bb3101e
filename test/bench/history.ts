// HIST of a year for all items, on a database that a year of sixty items filled, through the daemon's port.

import { statSync } from "node:fs";
import { KEYS } from "../../src/config/keys.ts";
import { ClientStore } from "../../src/store/client-store.ts";
import { TestDmon } from "../e2e/harness.ts";
import { type Row, spread } from "./table.ts";

const ITEMS = 60;
const YEAR_MINUTES = 365 * 24 * 60;
const RUNS = 20;

export async function history(): Promise<Row[]> {
  await using dmon = await TestDmon.make({ conf: { ival_make_state: undefined } });
  const file = dmon.path("var/data.lite");
  const filled_ms = fill(file, dmon.name);
  await dmon.start("-q");
  const samples: Record<string, number[]> = { year: [], hour: [] };
  for (let i = 0; i < RUNS; i++) {
    for (const [ival, list] of Object.entries(samples)) {
      const begin = performance.now();
      const answer = await dmon.client(`HIST ${ival}`);
      list.push(performance.now() - begin);
      if (!answer.includes('"resp":"ok rows')) throw new Error(answer.slice(0, 200));
    }
  }
  return [
    {
      what: `HIST year, all ${ITEMS} items, request to last byte`,
      asked: "≤ 50 ms",
      measured: spread(samples.year ?? [], "ms", 1),
    },
    { what: `HIST hour, all ${ITEMS} items`, asked: "-", measured: spread(samples.hour ?? [], "ms", 1) },
    {
      what: "a tick while the year was filled, average",
      asked: "-",
      measured: `${(filled_ms / YEAR_MINUTES).toFixed(3)} ms`,
    },
    { what: "the database of that year", asked: "-", measured: `${(statSync(file).size / 2 ** 20).toFixed(1)} MiB` },
  ];
}

/** A year of minutes up to now, as the daemon itself would have stored them; returns the milliseconds it took. */
function fill(file: string, host: string): number {
  const store = new ClientStore(file, KEYS.history.fallback({} as never));
  const end_s = Math.floor(Date.now() / 60_000) * 60;
  const names = Array.from({ length: ITEMS }, (_, i) => `item${String(i).padStart(2, "0")}`);
  const begin = performance.now();
  for (let minute = YEAR_MINUTES; minute > 0; minute--) {
    const time_s = end_s - minute * 60;
    const values = new Map(names.map((name, i) => [name, 50 + 40 * Math.sin(time_s / 10_000 + i) + Math.random()]));
    store.tick([{ host, time_s, values, events: [] }], time_s);
  }
  store.close();
  return performance.now() - begin;
}
