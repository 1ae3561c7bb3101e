// WATCH by the compiled binary: a change arrives while somebody waits, a hundred who wait are all told, a restart begins
// anew.

import { afterAll, expect, setDefaultTimeout, test } from "bun:test";
import { endAll, parts, TEST_MS_MAX, TestDmon, until } from "./harness.ts";
import { speak } from "./speak.ts";

setDefaultTimeout(TEST_MS_MAX);
afterAll(endAll);

const WATCHERS = 100;

test("who waits is told, through the own daemon too; a restart is told as a whole, and the port goes on", async () => {
  // The mirror of the pagemaker waits as well.
  await using dmon = await TestDmon.started({ conf: { ival_make_state: "1m", ival_send_report: "5m" } });
  const watch = async (words: string) => JSON.parse(await dmon.server(`WATCH ${words}`));
  const whole = await until("a report", async () => {
    const answer = await watch("");
    return answer.hosts[dmon.name]?.received ? answer : undefined;
  });
  expect(whole).toMatchObject({ resp: "ok watch", whole: true });
  expect(whole.figures).toMatchObject({ hosts: 1, hosts_known: 1, version: expect.any(String) });
  expect(whole.figures.rss_bytes).toBeGreaterThan(1e6);
  expect(whole.figures.database_bytes).toBeGreaterThan(1000);
  expect(whole.hosts[dmon.name].about).toMatchObject({ cycle_ms: expect.any(Number), queue: 0 });
  const quiet = await until("nothing new", async () => {
    const { seq } = await watch("");
    return (await watch(`${seq} 1`)).resp === "ok nothing" ? seq : undefined;
  });
  const all = Array.from({ length: WATCHERS }, () => dmon.server(`WATCH ${quiet}`));
  const relayed = dmon.client(`SERVER WATCH ${quiet}`);
  await Bun.sleep(200); // they wait
  expect(await dmon.server("PING")).toContain("PONG");
  expect(await dmon.client("SEND")).toContain("next_send");
  for (const answer of [...(await Promise.all(all)), await relayed]) {
    const { hosts, resp } = JSON.parse(answer);
    expect([resp, Object.keys(hosts)]).toEqual(["ok watch", [dmon.name]]);
  }
  const line = { host: dmon.address, port: dmon.port, end: true };
  expect(parts(await speak(line, `WATCH ${(await watch("")).seq}\n`)).body).toContain('"resp":"ok ');
  await dmon.stop();
  await dmon.start();
  expect(await watch(`${quiet} 0`)).toMatchObject({ whole: true });
});
