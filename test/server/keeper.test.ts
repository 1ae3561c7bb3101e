// What the server forgets with time: events, and records of what was told, each kind by its own number.

import { Database } from "bun:sqlite";
import { expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { Keeper } from "../../src/server/keeper.ts";

const TABLES = ["event", "telling", "sent"] as const;
const FILL = {
  event:
    "INSERT INTO event (id, time, host, item, level, prev, at, received) VALUES ('e' || ?1, 1, 'h', 'i', 'sick', 'fine', 1, 1)",
  telling:
    "INSERT INTO telling (at, users, channel, host, item, prev, level, kind, why) VALUES (1, 'anna', 'mail', 'h', 'i', 'fine', 'sick', 'reminder', ?1)",
  sent: "INSERT INTO sent VALUES ('m' || ?1, 1, 1, 'ok')",
};

test.each<[many: (typeof TABLES)[number]]>(TABLES.map((table) => [table]))(
  "of 3000 old rows in %s, and few others, a cleaning takes 30",
  async (many) => {
    const dir = mkdtempSync(`${tmpdir()}/dmon-keeper-`);
    const keeper = new Keeper({
      file: `${dir}/server.lite`,
      clock: { now_s: () => 1000, mono_ms: () => 0 },
      log: { quiet: () => {}, verbose: () => {} },
      alerts: () => undefined,
      changed: () => {},
      rescued: () => {},
    });
    const db = new Database(`${dir}/server.lite`);
    db.transaction(() => {
      for (const table of TABLES) {
        const fill = db.query(FILL[table]);
        for (let i = 0; i < (table === many ? 3000 : 5); i++) fill.run(String(i));
      }
    })();
    await keeper.clean(500, () => false);
    const left = TABLES.map((table) => db.query(`SELECT count(*) FROM ${table}`).values()[0]?.[0]);
    expect(left).toEqual(TABLES.map((table) => (table === many ? 2970 : 0)));
    db.close(true);
    keeper.end();
    rmSync(dir, { recursive: true });
  },
);
