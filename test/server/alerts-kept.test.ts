// What becomes of what alerts know when their database is damaged, full, or cannot be opened.

import { Database } from "bun:sqlite";
import { expect, test } from "bun:test";
import { closeSync, openSync, writeSync } from "node:fs";
import { SendError } from "../../src/notify/channel.ts";
import { PAGE } from "../store/damage.ts";
import { AlertsWorld, MARS } from "./alerts-world.ts";

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
  ack: alerts?.acks().length,
  downtime: alerts?.downtimes().map(({ id, text }) => `${id} ${text}`),
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
