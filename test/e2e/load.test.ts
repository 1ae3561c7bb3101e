// Many large answers at once: a PING beside them is answered in time, and all of them together take bounded memory,
// whether their peers read or never do.

import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { ClientStore } from "../../src/store/client-store.ts";
import { deafPeers } from "./deaf.ts";
import { canonical, endAll, isAlive, parts, TEST_MS_MAX, TestDmon, until, Watcher } from "./harness.ts";
import { speak } from "./speak.ts";

setDefaultTimeout(TEST_MS_MAX);
afterAll(endAll);

const PING_MS_MAX = 100;
const GROWTH_MIB_MAX = 64;
/** For HIST of 20 items: one fast reader alone leaves 40 MiB of garbage. */
const HIST_GROWTH_MIB_MAX = 192;
const ROWS = 149_000;

let dmon: TestDmon;
beforeAll(async () => {
  dmon = await TestDmon.make({ conf: { history: "1m 120d, 1h 120d" } });
  const others = Array.from({ length: 30 }, (_, i) => ({ host: canonical(`host${i}`), address: `127.0.1.${i + 1}` }));
  const hosts = others.map(({ host, address }, i) => `host ${host} h${i} addr=${address} port=1`).join("\n");
  dmon.writeWork(dmon.workText(`${hosts}\nget al cpu_load uptime`));
  await dmon.dmon("mk-work", "-q", "-f", "-w", dmon.path("work.conf"));
  fillHistory(dmon);
  await dmon.start();
  for (const { host, address } of others) {
    const about = { host, version: "1", target: "x", time: 1, started: 1, ival: 300 };
    const item = { value: 1.5, level: "fine", since: 1e9, time: 1e9, unit: "MiB", kind: "gauge", label: "of no use" };
    const items = Object.fromEntries(Array.from({ length: 60 }, (_, i) => [`an_item_of_a_host_${i}`, item]));
    const report = `REPORT ${JSON.stringify({ "-client": about, [host]: items })}\n`;
    expect(await speak({ port: dmon.port, from: address }, report)).toContain("ok report");
  }
  expect((await dmon.server("CLIENTS")).length).toBeGreaterThan(168_000);
  await until("a report", async () => (await dmon.clients("al")).cdmp[dmon.name]?.cpu_load);
});
afterAll(async () => {
  await dmon?.[Symbol.asyncDispose]();
});

/** 20 items and a day of minutes: what an answer holds while it is made is as large as in life. */
function fillHistory(own: TestDmon): void {
  const store = new ClientStore(own.path("var/data.lite"), [{ bucket_s: 60, keep_s: 120 * 86_400 }]);
  const now_s = Date.now() / 1000;
  const MINUTES = 2000;
  const ticks = Array.from({ length: MINUTES }, (_, i) => ({
    host: own.name,
    time_s: now_s - (ROWS - i - 5) * 60,
    values: new Map(Array.from({ length: 20 }, (__, n) => [`item${n}`, i * 1.37 + n])),
    events: [],
  }));
  store.tick(ticks, now_s);
  store.close();
}

/** What a load did to a daemon, seen by a peer beside it; fails when a PING was late or memory was not bounded. */
async function bears(growth_mib_max: number, load: () => Promise<void>): Promise<void> {
  await dmon.stop(); // what an earlier load left behind would hide what this one takes
  await dmon.start();
  await dmon.server("CLIENTS");
  await dmon.hist();
  using watcher = new Watcher(dmon);
  await Bun.sleep(500);
  await load();
  const { count, slowest_ms, growth_mib } = await watcher.stop();
  expect(count).toBeGreaterThan(5);
  expect(slowest_ms).toBeLessThan(PING_MS_MAX);
  expect(growth_mib).toBeLessThan(growth_mib_max);
  expect(isAlive(dmon.pid())).toBe(true);
  expect(dmon.log()).not.toMatch(/internal error|a command failed|was not caught|a promise failed/);
}

describe("peers that never read", () => {
  const hist = () => `HIST -${ROWS}m..now ${ROWS} ${dmon.name} +minmax`;
  const loads: [what: string, count: number, port: number, growth_mib_max: number, line: () => string][] = [
    ["CLIENTS", 1000, 0, GROWTH_MIB_MAX, () => "CLIENTS"],
    ["HIST", 300, 1, HIST_GROWTH_MIB_MAX, hist],
    ["a HIST that is handed on", 200, 0, HIST_GROWTH_MIB_MAX, () => `CLIENT al ${hist()}`],
    ["CLIENTS that the client hands on", 300, 1, GROWTH_MIB_MAX, () => "SERVER CLIENTS"],
  ];
  for (const [what, count, offset, growth_mib_max, line] of loads) {
    test(`${count} of them ask for ${what}`, async () => {
      await bears(growth_mib_max, async () => {
        using _ = deafPeers(dmon.port + offset, count, `${line()}\n`);
        await Bun.sleep(2500);
      });
    });
  }

  test("they hold up nobody who reads for long", async () => {
    using _ = deafPeers(dmon.port + 1, 300, `${hist()}\n`);
    await Bun.sleep(300);
    const start = performance.now();
    expect(await speak({ port: dmon.port + 1 }, "HIST hour\n")).toEndWith("COMMAND DONE\n");
    expect(performance.now() - start).toBeLessThan(8000);
  });
});

test("peers that read get all of it, a thousand at once", async () => {
  await bears(GROWTH_MIB_MAX, async () => {
    const answers = await Promise.all(
      Array.from({ length: 1000 }, () => speak({ port: dmon.port, timeout_ms: 25_000 }, "CLIENTS\n")),
    );
    for (const answer of answers) expect(JSON.parse(parts(answer).body).resp).toBe("ok clients");
  });
});
