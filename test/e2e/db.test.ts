// The databases of a daemon that runs: damaged under its hands, of a newer dmon, copied, put back, exported.

import { Database } from "bun:sqlite";
import { afterAll, expect, setDefaultTimeout, test } from "bun:test";
import { copyFileSync, existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { KEYS } from "../../src/config/keys.ts";
import { ClientStore } from "../../src/store/client-store.ts";
import { ServerStore } from "../../src/store/server-store.ts";
import { garble, pagesIn } from "../store/damage.ts";
import { eventOf, JUDGEMENT } from "../store/fixture.ts";
import { BINARY, endAll, run, TEST_MS_MAX, TestDmon, until } from "./harness.ts";

setDefaultTimeout(TEST_MS_MAX);
afterAll(endAll);

const WORK = "get * cpu_load uptime dmon_history\nfit dmon_history sick <1";
const hasHistory = async (dmon: TestDmon) =>
  (await dmon.hist("hour")).data.rows.some((row) => row.slice(1).some(Number.isFinite));
const asides = (dmon: TestDmon, name = "data.lite") =>
  readdirSync(dmon.path("var")).filter((each) => each.startsWith(`${name}.damaged-`) && each.endsWith("Z"));
const events = async (dmon: TestDmon, item: string) =>
  (await dmon.clients()).events.filter((event) => event.item === item).map(({ prev, level }) => `${prev} -> ${level}`);

/** Overwrites a database in place, as a disk or a careless dd would, its log too. */
function overwrite(file: string): void {
  for (const each of [file, `${file}-wal`]) {
    if (existsSync(each))
      garble(
        each,
        Array.from({ length: pagesIn(each) }, (_, i) => i + 1),
      );
  }
}

/** Two days of many items, as a daemon has them that runs for long: more than it holds in memory. */
function fillHistory(dmon: TestDmon): void {
  const tiers = KEYS.history.fallback({} as never);
  const store = new ClientStore(dmon.path("var/data.lite"), tiers);
  const now_s = Math.floor(Date.now() / 60_000) * 60;
  for (let time_s = now_s - 2 * 86_400; time_s < now_s; time_s += 60) {
    const values = new Map(Array.from({ length: 40 }, (_, i) => [`old${i}`, Math.random()]));
    store.tick([{ host: dmon.name, time_s, values, events: [] }], time_s);
  }
  store.close();
}

test("overwritten while it runs: it begins a new one at once, goes on, and an event says so", async () => {
  await using dmon = await TestDmon.make({ work: WORK });
  fillHistory(dmon);
  await dmon.start();
  await until("history", () => hasHistory(dmon));
  await until("the server knows", async () => (await dmon.clients()).cdmp[dmon.name]?.dmon_history?.level === "fine");
  overwrite(dmon.path("var/data.lite"));
  const asked = `HIST day 0 ${dmon.name} old7`;
  await until("it is moved", async () => {
    await dmon.client(asked).catch(() => {}); // the first one is told that it is damaged
    return asides(dmon).length > 0;
  });
  expect(await dmon.client("HIST day")).toStartWith('{"resp":"ok');
  const event = await until("an event", async () =>
    (await dmon.clients()).events.find(({ item }) => item === "dmon_history"),
  );
  expect(event).toMatchObject({ prev: "fine", level: "sick", value: 0 });
  expect((await dmon.item("dmon_history"))?.text).toStartWith(`data.lite was damaged; moved to ${asides(dmon)[0]}; `);
  await until("it is measured and stored", () => hasHistory(dmon));
  const lines = dmon.log().split("\n");
  expect(lines.filter((line) => line.includes("is damaged or no database; moved to "))).toHaveLength(1);
  expect(await dmon.client("STATE")).toMatch(/^-- history: data\.lite was damaged; /m);
  // No level was lost: a restart is no event.
  await dmon.stop();
  expect(readdirSync(dmon.path("var")).filter((name) => name.startsWith("data.lite-"))).toEqual([]);
  await dmon.start();
  await until("a value", () => dmon.item("uptime"));
  expect(await events(dmon, "uptime")).toEqual([]);
  expect(await dmon.dmon("db", "check")).toMatchObject({ code: 0, err: "" });
});

test("damaged while it was off: all that can be read is there again", async () => {
  await using dmon = await TestDmon.make({ work: WORK });
  fillHistory(dmon);
  const rows = async () => (await dmon.dmon("db", "export", "old7", "--to", "-1m")).out.split("\n").length;
  const before = await rows();
  garble(dmon.path("var/data.lite"), [1, 2, 100]);
  const started = await dmon.dmon("start");
  expect(started).toMatchObject({ code: 0 });
  await until("it is read", () => /data\.lite\.damaged-\S+: saved [\d,]+ of about [\d,]+ rows$/m.test(dmon.log()));
  expect(await rows()).toBeGreaterThan(before * 0.95);
  await until("an event", async () => (await events(dmon, "dmon_history")).includes("fine -> sick"));
  expect(await dmon.client("STATE")).toMatch(/^-- history: data\.lite was damaged; moved to .*; saved .* rows$/m);
});

test("the server's, overwritten while it runs: what it knows is in a new one", async () => {
  await using dmon = await TestDmon.make();
  const file = dmon.path("var/server.lite");
  const store = new ServerStore(file);
  const old = Array.from({ length: 5000 }, (_, n) => eventOf(n, { host: dmon.name, text: "x".repeat(200) }));
  const at = Math.floor(Date.now() / 1000) - 1000;
  store.addEvents(
    old.map((event) => ({ event, at })),
    at,
    JUDGEMENT,
  );
  store.close();
  await dmon.start();
  await until("a report", async () => (await dmon.clients("1")).cdmp[dmon.name]?.uptime);
  overwrite(file);
  await until("it is moved", async () => {
    await dmon.clients().catch(() => {});
    return asides(dmon, "server.lite").length > 0;
  });
  expect((await dmon.clients()).cdmp[dmon.name]?.uptime).toBeDefined();
  await dmon.stop();
  const db = new Database(file, { readonly: true });
  expect(db.query("SELECT host FROM report").values()).toEqual([[dmon.name]]);
  db.close();
});

test("of a newer dmon: it is not touched, that is said once, and all is measured", async () => {
  await using dmon = await TestDmon.make({ work: WORK });
  const file = dmon.path("var/data.lite");
  const db = new Database(file, { create: true });
  db.run("PRAGMA journal_mode = WAL");
  db.run("CREATE TABLE future (x)");
  db.run("PRAGMA user_version = 99");
  db.close(true);
  const before = readFileSync(file);
  const started = await dmon.dmon("start");
  expect(started.code).toBe(0);
  expect(started.err).toMatch(
    /^\[warning\] dmon: no history: \S+data\.lite is of a newer dmon \(schema 99, this one knows \d+\); start that one, or move the file away\n$/,
  );
  const first = (await until("a value", () => dmon.item("uptime"))).time;
  await until("further ones", async () => ((await dmon.item("uptime"))?.time ?? 0) > first + 6);
  await until("an event", async () => (await events(dmon, "dmon_history")).includes("fine -> sick"));
  expect(dmon.log().match(/of a newer dmon.*; measuring goes on without history$/gm)).toHaveLength(1);
  await dmon.stop();
  expect(readFileSync(file).equals(before)).toBe(true);
  expect(readdirSync(dmon.path("var")).filter((name) => name.startsWith("data.lite"))).toEqual(["data.lite"]);
});

test("copied while it writes, and put back as the help says: history, levels and events are there again", async () => {
  await using dmon = await TestDmon.make({ conf: { server: "away.example.org" }, workConf: null });
  // Its server is away: all its events wait.
  dmon.writeConf();
  dmon.writeWork(dmon.workText("get * uptime dmon_history\nfit uptime sick >0\nget * cpu_load"));
  expect(await dmon.dmon("mk-work", "-q", "-f", "-w", dmon.path("work.conf"))).toMatchObject({ code: 0 });
  await dmon.start();
  await until("an event", async () => (await events(dmon, "uptime")).includes("fine -> sick"));
  await until("history", () => hasHistory(dmon));
  const copy = dmon.path("copy.lite");
  const backup = await dmon.dmon("db", "backup", copy);
  expect(backup).toMatchObject({ code: 0, err: "" });
  expect(backup.out).toMatch(/data\.lite -> \S+copy\.lite: .*, \d+ records\n$/);
  const rows = (await dmon.dmon("db", "export", "uptime")).out.trimEnd().split("\n");
  await dmon.stop();

  rmSync(dmon.path("var/data.lite-wal"), { force: true });
  copyFileSync(copy, dmon.path("var/data.lite"));
  await dmon.start();
  await until("a value", () => dmon.item("uptime"));
  expect(await events(dmon, "uptime")).toEqual(["fine -> sick"]); // the level was in it: no second event
  const minute = rows[1]?.split(",", 4).join(",") ?? "?";
  expect((await dmon.dmon("db", "export", "uptime")).out).toContain(`\n${minute},`);
  expect(await dmon.dmon("db", "check")).toMatchObject({ code: 0, err: "" });
});

test("an export is a stream: who reads its head alone is no error", async () => {
  await using dmon = await TestDmon.started();
  await until("history", () => hasHistory(dmon));
  const script = `"${BINARY}" -c "${dmon.confFile}" db export 2>&1 | head -n 1; echo "\${PIPESTATUS[0]}"`;
  expect(await run(["bash", "-c", script])).toEqual({
    code: 0,
    out: "host,item,bucket_s,time,avg,min,max,count\n0\n",
    err: "",
  });
  const full = await run(["bash", "-c", `"${BINARY}" -c "${dmon.confFile}" db export >/dev/full`]);
  expect(full.code).toBe(1);
  const rescue = await dmon.dmon("db", "rescue");
  expect(rescue).toMatchObject({ code: 2, out: "" });
  expect(rescue.err).toMatch(/^\[error\] dmon: dmon runs \(pid \d+\); stop it first: dmon stop\n$/);
});
