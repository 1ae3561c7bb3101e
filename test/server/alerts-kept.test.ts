// What becomes of what alerts know when their database is damaged, full, or cannot be opened.

import { Database } from "bun:sqlite";
import { describe, expect, spyOn, test } from "bun:test";
import { closeSync, mkdirSync, openSync, renameSync, rmdirSync, writeSync } from "node:fs";
import { SendError } from "../../src/notify/channel.ts";
import type { Alerts } from "../../src/server/alerts.ts";
import type { Keeper } from "../../src/server/keeper.ts";
import { StoreError } from "../../src/store/database.ts";
import { PAGE } from "../store/damage.ts";
import { AlertsWorld, MARS } from "./alerts-world.ts";
import { until } from "./fixture.ts";

const VENUS = "venus.example.org";
const PLUTO = "pluto.example.org";
const WORK = `host ${MARS} mars
host ${VENUS} venus
host ${PLUTO} pluto
user anna anna@example.org
get * root_usage
alert anna * * >=sick
`;
const MONTH = { from: "2026-11-23T11:00", to: "2026-12-24T12:00" };

/** Spoils the first page of a table. */
function smash(file: string, table: string): void {
  const db = new Database(file);
  const [[root = 0] = []] = db.query("SELECT rootpage FROM sqlite_schema WHERE name = ?").values(table) as number[][];
  db.run("PRAGMA wal_checkpoint(TRUNCATE)");
  db.close(true);
  const fd = openSync(file, "r+");
  writeSync(fd, new Uint8Array(8).fill(0xee), 0, 8, (root - 1) * PAGE);
  closeSync(fd);
}

const rows = (file: string, sql: string) => {
  const db = new Database(file, { readonly: true });
  const values = db.query(sql).values();
  db.close(true);
  return values;
};

/** A message waits, something is acknowledged, and work is planned. */
async function busy(world: AlertsWorld): Promise<void> {
  world.refuses = () => new SendError("down");
  world.level(VENUS, "root_usage", "sick");
  await world.pass(100);
  plan(world, "disk");
  world.server.people.acknowledge({ hosts: "venus", items: "*" }, { user: "anna", text: "known" });
}

const plan = (world: AlertsWorld, text: string, hosts = "pluto") =>
  world.server.people.plan({ hosts, items: "*" }, MONTH, { user: "anna", text });

const known = ({ server: { alerts } }: AlertsWorld) => ({
  problem: [...(alerts?.problems() ?? [])].length,
  message: alerts?.queue().length,
  ack: alerts?.acks.all().length,
  downtime: alerts?.downtimes.all().map(({ id, text }) => `${id} ${text}`),
});

const ALL = { problem: 1, message: 1, ack: 1, downtime: ["1 disk"] };

test.each(["problem", "told", "message", "ack", "downtime", "clock"])(
  "a server whose table %s is damaged starts, with a new database",
  async (table) => {
    using world = new AlertsWorld(WORK);
    await busy(world);
    world.restart(() => smash(world.file, table));
    expect(world.said.at(-1)).toMatch(/is damaged or no database; moved to .*, a new one is begun$/);
    world.refuses = undefined;
    world.level(PLUTO, "cpu_load", "sick");
    expect([...(world.server.alerts?.problems() ?? [])].map(({ host }) => host)).toContain(PLUTO);
  },
);

test("a row that cannot be read costs no other", async () => {
  using world = new AlertsWorld(WORK);
  await busy(world);
  world.level(PLUTO, "cpu_load", "soso");
  world.restart(() => {
    const db = new Database(world.file);
    db.run("UPDATE problem SET state = substr(state, 1, 20) WHERE host = ?", [PLUTO]);
    db.close(true);
  });
  expect(known(world)).toEqual(ALL);
});

/** Reports of many hosts, so that a rescue takes a while. */
function weigh(file: string): void {
  const db = new Database(file);
  db.transaction(() => {
    const put = db.query("INSERT INTO report VALUES (?, 1, '{}', ?)");
    for (let i = 0; i < 500; i++) put.run(`h${i}`, "x".repeat(3000));
  })();
  db.close(true);
}

const rescued = (world: AlertsWorld) => until(() => world.said.some((line) => line.includes("saved")));

describe("what is damaged shows", () => {
  test.each(["report", "clock"])("at a start, in table %s: the alerts go on with what they knew", async (table) => {
    using world = new AlertsWorld(WORK);
    await busy(world);
    plan(world, "short");
    plan(world, "long");
    world.server.people.end(2, "anna");
    const all = { ...ALL, downtime: ["1 disk", "3 long"] };
    world.restart(() => {
      weigh(world.file);
      smash(world.file, table);
    });
    expect(world.said.at(-1)).toContain("a new one is begun");
    expect(known(world)).toEqual(all);
    world.refuses = undefined;
    world.server.alerts?.hurry();
    await world.pass(60);
    expect(world.news()).toEqual(["anna mail: problem venus:root_usage fine->sick"]);
    expect(plan(world, "another").id).toBe(4);
    expect(await rescued(world)).toBe(true);
    world.restart();
    await world.pass(60);
    expect(world.news()).toEqual([]);
    expect(known(world)).toEqual({ ...all, message: 0, downtime: ["1 disk", "3 long", "4 another"] });
  });

  test("while the server runs: what is over since does not come back, and planned work has its number", async () => {
    using world = new AlertsWorld(WORK);
    const first = plan(world, "first");
    plan(world, "second");
    world.server.people.end(first.id, "anna");
    world.refuses = () => new SendError("down");
    world.level(VENUS, "root_usage", "sick");
    await world.pass(100);
    weigh(world.file);
    smash(world.file, "event");
    world.level(VENUS, "cpu_load", "soso");
    expect(world.said.at(-1)).toContain("a new one is begun");
    expect(rows(world.file, "SELECT attempts > 0 FROM message")).toEqual([[1]]);
    world.refuses = undefined;
    world.server.alerts?.hurry();
    await world.pass(3);
    world.level(VENUS, "root_usage", "fine");
    await world.pass(60);
    expect(world.news()).toHaveLength(2);
    expect(await rescued(world)).toBe(true);
    expect(rows(world.file, "SELECT id FROM message UNION ALL SELECT item FROM told")).toEqual([["cpu_load"]]);
    expect(plan(world, "third").id).toBe(3);
    world.server.people.end(3, "anna");
    world.restart();
    await world.pass(60);
    expect(world.news()).toEqual([]);
    expect(known(world)).toMatchObject({ message: 0, downtime: ["2 second"] });
  });
});

/** It cannot be opened any more. */
const closed = (file: string) => {
  renameSync(file, `${file}.away`);
  mkdirSync(file);
};
/** It can be again. */
const opened = (file: string) => {
  rmdirSync(file);
  renameSync(`${file}.away`, file);
};

describe("a database that cannot be opened at a start, and can be later", () => {
  test.each([[false], [true]])(
    "what it has is known again, and what was learnt meanwhile is stored (damaged: %p)",
    async (isDamaged) => {
      using world = new AlertsWorld(WORK);
      await busy(world);
      world.restart(() => closed(world.file));
      expect(known(world)).toMatchObject({ problem: 0, message: 0, downtime: [] });
      expect(plan(world, "meanwhile", "mars").id).toBe(1);
      world.level(PLUTO, "cpu_load", "sick");
      await world.pass(60);
      opened(world.file);
      if (isDamaged) smash(world.file, "clock");
      world.flush();
      const all = { problem: 2, message: 2, ack: 1, downtime: ["1 disk", "2 meanwhile"] };
      expect(known(world)).toEqual(all);
      expect(world.said).toContain("planned work 1, of while the database could not be opened, is 2 from now on");
      if (isDamaged) expect(await rescued(world)).toBe(true);
      world.restart();
      expect(known(world)).toEqual(all);
      world.refuses = undefined;
      world.server.alerts?.hurry();
      world.level(VENUS, "root_usage", "fine");
      await world.pass(60);
      expect(world.news().filter((line) => line.includes("recovery"))).toHaveLength(1);
    },
  );
});

describe("a disk that is full", () => {
  /** What the store does fails while `isFull`. */
  function fill(world: AlertsWorld): { isFull: boolean; tried: number } {
    const disk = { isFull: true, tried: 0 };
    const { store } = (world.server as unknown as { keeper: Keeper }).keeper;
    const full = <T extends unknown[], R>(work: (...args: T) => R) => {
      return (...args: T): R => {
        disk.tried++;
        if (disk.isFull) throw new StoreError("the disk is full");
        return work(...args);
      };
    };
    store.addEvents = full(store.addEvents.bind(store));
    store.alerts.apply = full(store.alerts.apply.bind(store.alerts));
    store.alerts.keepState = full(store.alerts.keepState.bind(store.alerts));
    return disk;
  }

  test("events of the server's own that came meanwhile are stored when it can be written again", async () => {
    const all = [MARS, VENUS, PLUTO];
    using world = new AlertsWorld(`${WORK}alert anna * dmon >=sick\n`);
    for (const host of all) world.report(host);
    await world.pass(600, all);
    const disk = fill(world);
    await world.pass(1300, [MARS, PLUTO]);
    expect(world.news()).toEqual(["anna mail: problem venus:dmon fine->dead"]);
    expect(rows(world.file, "SELECT item, level FROM event")).toEqual([]);
    disk.isFull = false;
    world.flush();
    expect(rows(world.file, "SELECT host, item, level FROM event")).toEqual([[VENUS, "dmon", "dead"]]);
    world.restart();
    await world.pass(1500, [MARS, PLUTO]);
    expect(world.news()).toEqual([]);
    world.report(VENUS);
    await world.pass(60, all);
    expect(world.news()).toEqual(["anna mail: recovery venus:dmon dead->fine"]);
  });

  test("an item that was forgotten meanwhile, and has an event again, is known after a restart", async () => {
    using world = new AlertsWorld(WORK);
    world.level(VENUS, "root_usage", "sick");
    await world.pass(60);
    const disk = fill(world);
    world.server.takeReport({
      about: { host: VENUS, version: "1", target: "linux-x64", time: world.now_s, started: world.now_s, ival: 300 },
      hosts: { [VENUS]: {} },
    });
    expect(known(world).problem).toBe(0);
    disk.isFull = false;
    world.level(VENUS, "root_usage", "crit");
    world.restart();
    expect([...(world.server.alerts?.problems() ?? [])][0]?.problem.steps.at(-1)?.level).toBe("crit");
  });

  test("what a client sends when it can be written again comes after what the server itself made before", async () => {
    const all = [MARS, VENUS, PLUTO];
    using world = new AlertsWorld(WORK);
    for (const host of all) world.report(host);
    await world.pass(600, all);
    const disk = fill(world);
    await world.pass(1300, [MARS, PLUTO]);
    disk.isFull = false;
    world.level(VENUS, "dmon", "fine", { prev: "dead" });
    expect(rows(world.file, "SELECT level FROM event WHERE host = 'venus.example.org' ORDER BY seq")).toEqual([
      ["dead"],
      ["fine"],
    ]);
  });

  test("many events that cannot be stored are one look at what needs them, and each has its turn", async () => {
    using world = new AlertsWorld(WORK);
    fill(world);
    const changed = spyOn(world.server.alerts as Alerts, "changed");
    const events = ["soso", "sick", "crit"].map((level, i) => ({
      id: `full-${i}`,
      time: world.now_s,
      host: VENUS,
      item: "root_usage",
      level,
      value: 1,
      prev: ["fine", "soso", "sick"][i] as string,
    }));
    expect(world.server.takeEvents(events)).toEqual([]);
    expect(changed).toHaveBeenCalledTimes(1);
    expect([...(world.server.alerts?.problems() ?? [])][0]?.problem.steps.map(({ level }) => level)).toEqual([
      "fine",
      "soso",
      "sick",
      "crit",
    ]);
    world.server.takeEvents(events);
    await world.pass(60);
    expect(world.news()).toEqual(["anna mail: problem venus:root_usage soso->crit"]);
  });
});

test("times that were stored before somebody set the clock are right, too, when it can be opened", async () => {
  using world = new AlertsWorld(WORK.replace(">=sick", ">=sick after 2h"));
  world.level(VENUS, "root_usage", "sick");
  await world.pass(60);
  world.wrong_s = 3 * 3600;
  await world.pass(60);
  world.restart(() => closed(world.file));
  opened(world.file);
  world.flush();
  await world.pass(3600);
  expect(world.news()).toEqual([]);
  await world.pass(3600);
  expect(world.news()).toEqual(["anna mail: problem venus:root_usage fine->sick"]);
});

describe("a host that left the work while no server ran is forgotten", () => {
  const without = WORK.replace(`host ${PLUTO} pluto\n`, "");

  test.each([[false], [true]])("at the start, or when the database can be opened (later: %p)", async (isLater) => {
    using world = new AlertsWorld(WORK);
    world.level(PLUTO, "root_usage", "sick");
    world.level(VENUS, "root_usage", "sick");
    await world.pass(60);
    world.news();
    world.restart(() => {
      if (isLater) closed(world.file);
    }, without);
    if (isLater) {
      opened(world.file);
      world.flush();
    }
    expect([...(world.server.alerts?.problems() ?? [])].map(({ host }) => host)).toEqual([VENUS]);
    expect(rows(world.file, "SELECT host FROM problem UNION ALL SELECT host FROM told")).toEqual([[VENUS], [VENUS]]);
    await world.pass(600);
    expect(world.news()).toEqual([]);
  });
});
