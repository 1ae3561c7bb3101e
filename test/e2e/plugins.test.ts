// Other people's plugins in the minute of a daemon: their items reach the page, and a hostile one holds up no other.

import { afterAll, expect, setDefaultTimeout, test } from "bun:test";
import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { endAll, TEST_MS_MAX, TestDmon, until } from "./harness.ts";

setDefaultTimeout(TEST_MS_MAX);
afterAll(endAll);

test("plugins good and bad", async () => {
  await using dmon = await TestDmon.make();
  const script = (name: string, text: string) => {
    const file = dmon.path("plugins", name);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, `#!/bin/sh\n${text}\n`, { mode: 0o755 });
    return file;
  };
  chmodSync(dmon.path(), 0o755); // Munin plugins run as nobody
  const items = [
    `disk nagios ${script("disk", "echo 'DISK WARNING - nearly|/=5MB;;;; inodes=7%'; exit 1")}`,
    `queue munin ${script("queue", '[ "$1" = config ] && echo q.critical 10 || echo q.value 12')}`,
    `hangs nagios timeout=1s ${script("hangs", "sleep 1000 & echo $! >&2; wait")}`,
    `floods exec ${script("floods", "exec yes")}`,
    `forks exec ${script("forks", "sleep 1000 & sleep 1000 & echo a 1")}`,
    `dies munin ${script("dies", "kill -SEGV $$")}`,
  ];
  const names = items.map((line) => line.split(" ", 1)[0]);
  dmon.writeWork(
    [`host ${dmon.name} al`, ...items.map((line) => `item ${line}`), `get * uptime ${names.join(" ")}`, ""].join("\n"),
  );
  await dmon.dmon("mk-work", "-q", "-f", "-w", dmon.path("work.conf"));
  await dmon.start();
  await until("the slowest", async () => (await dmon.item("hangs"))?.value === 3);
  expect(await dmon.item("disk")).toMatchObject({ value: 1, level: "soso", text: "DISK WARNING - nearly" });
  expect(await dmon.item("disk.root")).toMatchObject({ value: 5 * 2 ** 20, unit: "B", level: "fine" });
  expect(await dmon.item("queue.q")).toMatchObject({ value: 12, level: "crit", rule: ">10 (its own)" });
  expect(await dmon.item("hangs")).toMatchObject({ level: "sick", text: "it did not end within 0.9 s and was killed" });
  expect(await dmon.item("floods")).toMatchObject({
    level: "dead",
    error: "it printed more than is read, and was killed",
  });
  expect(await dmon.item("forks.a")).toMatchObject({ value: 1 });
  expect(await dmon.item("dies")).toMatchObject({ level: "dead", error: "it was ended by SIGSEGV" });
  expect(await dmon.page("/host/al")).toContain(">disk.root<");
  const first = (await dmon.item("uptime"))?.value ?? 0;
  await until("the next minutes", async () => ((await dmon.item("uptime"))?.value ?? 0) > first);
});
