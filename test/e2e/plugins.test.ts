// Other people's plugins in the minute of a daemon: their items reach the page, and a hostile one holds up no other.

import { afterAll, expect, setDefaultTimeout, test } from "bun:test";
import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { endAll, processesWith, TEST_MS_MAX, TestDmon, until } from "./harness.ts";

setDefaultTimeout(TEST_MS_MAX);
afterAll(endAll);

/** Writes shell scripts into a directory of an instance's own. */
function scripts(dmon: TestDmon): (name: string, text: string) => string {
  return (name, text) => {
    const file = dmon.path("plugins", name);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, `#!/bin/sh\n${text}\n`, { mode: 0o755 });
    return file;
  };
}

test("plugins good and bad", async () => {
  await using dmon = await TestDmon.make();
  const script = scripts(dmon);
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
    error: "it printed more than the 1 MiB that are read, and was killed",
  });
  expect(await dmon.item("forks.a")).toMatchObject({ value: 1 });
  expect(await dmon.item("dies")).toMatchObject({
    level: "dead",
    error: expect.stringMatching(/^it was ended by SIGSEGV; /),
  });
  // Pages know it a moment later.
  await until("the page", async () => (await dmon.page("/host/al")).includes(">disk.root<"));
  const first = (await dmon.item("uptime"))?.value ?? 0;
  await until("the next minutes", async () => ((await dmon.item("uptime"))?.value ?? 0) > first);
});

test("no plugin outlives its reading, nor a daemon that is killed", async () => {
  await using dmon = await TestDmon.make();
  const script = scripts(dmon);
  // Sleeps that say whose they are.
  const sleep = (name: string) => `sh -c 'sleep 1000; : ${dmon.path(name)}'`;
  const items = [
    `leaves exec ${script("leaves", `setsid ${sleep("daemon")} & echo a 1`)}`,
    `stays exec ${script("stays", `${sleep("child")} & wait`)}`,
  ];
  dmon.writeWork([`host ${dmon.name} al`, ...items.map((line) => `item ${line}`), "get * leaves stays", ""].join("\n"));
  await dmon.dmon("mk-work", "-q", "-f", "-w", dmon.path("work.conf"));
  const pid = await dmon.start();
  await until("a reading", async () => (await dmon.item("leaves.a"))?.value === 1);
  await until("its child's end", () => processesWith(dmon.path("daemon")).length === 0);
  await until("the other's child", () => processesWith(dmon.path("child")).length === 1);
  process.kill(pid, "SIGKILL");
  await until("its end", () => processesWith(dmon.path("plugins")).length === 0);
  await until("its child's end", () => processesWith(dmon.path("child")).length === 0);
});

test("dmon probe reads again what has no value yet, and counts all programs", async () => {
  await using dmon = await TestDmon.make();
  chmodSync(dmon.path(), 0o755); // the plugin is nobody's
  const rates = `[ "$1" = config ] && echo a.label A && exit
[ -e "$MUNIN_STATEFILE" ] && echo a.value 5
touch "$MUNIN_STATEFILE"`;
  const { code, out } = await dmon.dmon("probe", "munin", scripts(dmon)("rates", rates));
  const rows = out.split("\n").map((row) =>
    row
      .replace(/[\d.]+ ms/, "ms")
      .split(/\s+/)
      .join(" ")
      .trim(),
  );
  expect({ code, rows }).toEqual({
    code: 0,
    rows: ["item value level time programs", "munin 1 fine ms 3", "munin.a 5 fine ms 3 A", ""],
  });
  const none = await dmon.dmon("probe", "exec", "no-such-program");
  expect(none.out).toMatch(/ ms +0 +no-such-program is not installed/);
});
