// Items that are made of the past of others, in the daemon: from what it has stored to the event, the page and `dmon probe`.

import { afterAll, expect, setDefaultTimeout, test } from "bun:test";
import { cpSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ClientStore } from "../../src/store/client-store.ts";
import { endAll, FIXTURES, TEST_MS_MAX, TestDmon, until } from "./harness.ts";

setDefaultTimeout(TEST_MS_MAX);
afterAll(endAll);

const WORK = `item soon forecast cpu_load 6 window=1h every=1s
item peak max_of cpu_load window=1h
item slope rate_of cpu_load window=1h per=h
get * cpu_load soon peak slope
fit soon sick <2h
`;

const NEAR = /[45](\.\d+)? tasks now, \+[\d.]+ tasks?\/h/;

test("a value that will be too high in an hour makes an event now", async () => {
  await using dmon = await TestDmon.make({ work: WORK });
  cpSync(join(FIXTURES, "vm"), dmon.path("root"), { recursive: true });
  dmon.writeConf({ root: dmon.path("root") });
  writeFileSync(dmon.path("root/proc/loadavg"), "5.00 0.50 0.40 2/345 6789\n");
  mkdirSync(dmon.path("var"), { recursive: true });
  const now_s = Math.floor(Date.now() / 1000);
  const store = new ClientStore(dmon.path("var/data.lite"), [{ bucket_s: 60, keep_s: 172_800 }]);
  for (let minute = 1; minute < 60; minute++) {
    const time_s = now_s - minute * 60;
    const load = 5 - minute / 60 + (minute === 30 ? 20 : 0);
    store.tick([{ host: dmon.name, time_s, values: new Map([["cpu_load", load]]), events: [] }], time_s);
  }
  store.close();

  // Before a daemon runs, nobody has a past.
  const early = await dmon.dmon("probe", "max_of", "cpu_load");
  expect(early).toMatchObject({ code: 1, out: expect.stringContaining("dmon does not run") });

  await dmon.start();
  const events = await until("the event", async () => {
    const found = (await dmon.clients()).events.filter(({ item }) => item === "soon");
    return found.length > 0 && found;
  });
  expect(events).toMatchObject([{ prev: "fine", level: "sick", text: expect.stringMatching(NEAR) }]);
  const soon = await dmon.item("soon");
  expect(soon?.value).toBeWithin(3500, 3700);
  expect(soon).toMatchObject({ unit: "s", level: "sick", rule: expect.stringContaining("<2h") });
  expect((await dmon.item("peak"))?.value).toBeCloseTo(24.5, 6);
  expect(await dmon.item("slope")).toMatchObject({ value: expect.closeTo(1, 1), unit: "tasks/h" });
  await until("it is on the page", async () => (await dmon.page("/host/al")).match(NEAR));

  const probed = await dmon.dmon("probe", "forecast", "cpu_load", "6", "window=1h");
  expect(probed).toMatchObject({
    code: 0,
    out: expect.stringMatching(/^forecast +[\dhms ]+ fine .* tasks? now, /m),
  });
  const unknown = await dmon.dmon("probe", "forecast", "cpu_laod", "6");
  expect(unknown).toMatchObject({ code: 1, out: expect.stringContaining('did you mean "cpu_load"?') });
});
