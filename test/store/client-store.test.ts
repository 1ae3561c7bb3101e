import { Database } from "bun:sqlite";
import { describe, expect, spyOn, test } from "bun:test";
import type { Event } from "../../src/core/event.ts";
import { ClientStore } from "../../src/store/client-store.ts";
import { StoreError } from "../../src/store/database.ts";
import { eventOf, HOST, read, START, TIERS, tick, withDirectory, withStore } from "./fixture.ts";

describe("a tick", () => {
  test("keeps the level that an event leads to, the last one of each item", () => {
    withDirectory((dir) => {
      const store = new ClientStore(`${dir}/data.lite`, TIERS);
      const events = [eventOf(1), eventOf(2, { level: "crit" }), eventOf(3, { item: "root_usage" })];
      store.tick([{ host: HOST, time_s: START, values: new Map(), events }], START);
      store.close();
      const again = new ClientStore(`${dir}/data.lite`, TIERS);
      expect(again.levels()).toEqual([
        { host: HOST, item: "cpu_load", level: "crit", since: START + 2 },
        { host: HOST, item: "root_usage", level: "sick", since: START + 3 },
      ]);
      again.close();
    });
  });

  test("fills and empties the tiers once a minute, however many parts of it come late", () => {
    withStore((store) => {
      const upkeep = spyOn(store.history, "upkeep");
      const take = (now_s: number) =>
        store.tick([{ host: HOST, time_s: START, values: new Map([["a", 1]]), events: [] }], now_s);
      for (const late_s of [0, 2, 4, 60, 62, 0]) take(START + late_s); // the last one: the clock was set back
      expect(upkeep.mock.calls.map(([now_s]) => now_s - START)).toEqual([0, 60, 0]);
    });
  });

  test("keeps that an item flaps, until it stops", () => {
    withStore((store) => {
      const take = (...events: Event[]) => {
        store.tick([{ host: HOST, time_s: START, values: new Map(), events }], START);
        return store.levels();
      };
      const kept = { host: HOST, item: "cpu_load", level: "sick" };
      expect(take(eventOf(1, { flapping: "start" }))).toEqual([{ ...kept, since: START + 1, flapping: true }]);
      expect(take(eventOf(2, { flapping: "stop" }))).toEqual([{ ...kept, since: START + 2 }]);
      expect(take(eventOf(3, { flapping: "start" }), eventOf(4))).toEqual([{ ...kept, since: START + 4 }]);
    });
  });

  test("is all or nothing", () => {
    withStore((store, dir) => {
      const other = new Database(`${dir}/data.lite`);
      other.run("CREATE TRIGGER broken BEFORE INSERT ON level BEGIN SELECT RAISE(ABORT, 'broken'); END");
      const values = new Map([["a", 1]]);
      expect(() => store.tick([{ host: HOST, time_s: START, values, events: [eventOf(1)] }], START)).toThrow(
        StoreError,
      );
      other.run("DROP TRIGGER broken");
      other.close();
      expect(store.outbox.size()).toBe(0);
      expect(store.levels()).toEqual([]);
      expect(read(store, ["a"], START, START + 60, 60)).toEqual([]);
      tick(store, START, { a: 1 });
      expect(read(store, ["a"], START, START + 60, 60)).toHaveLength(1);
    });
  });

  test("while another process writes waits a little, and then says so", () => {
    withStore((store, dir) => {
      const other = new Database(`${dir}/data.lite`);
      (store as unknown as { db: Database }).db.run("PRAGMA busy_timeout = 5");
      other.run("BEGIN IMMEDIATE");
      expect(() => tick(store, START, { a: 1 })).toThrow("database is locked");
      other.run("ROLLBACK");
      other.close();
      tick(store, START, { a: 1 });
      expect(read(store, ["a"], START, START + 60, 60)).toHaveLength(1);
    });
  });
});

describe("retainLevels", () => {
  const born = (host: string, item: string) => ({ host, item, level: "sick", since: START });
  const all = [born(HOST, "cpu_load"), born(HOST, "constructor"), born("ups", "charge"), born("ups", "cpu_load")];
  const left = (store: ClientStore) => store.levels().map(({ host, item }) => `${host} ${item}`);

  test("forgets the items that left the work, and those of hosts that did", () => {
    withStore((store) => {
      store.tick([], START, all);
      store.retainLevels((host, item) => item === "charge" || (host === HOST && item === "cpu_load"));
      expect(left(store)).toEqual([`${HOST} cpu_load`, "ups charge"]);
      store.retainLevels((host) => host === HOST);
      expect(left(store)).toEqual([`${HOST} cpu_load`]);
    });
  });

  test("all of them or none", () => {
    withStore((store, dir) => {
      store.tick([], START, all);
      const other = new Database(`${dir}/data.lite`);
      other.run(
        "CREATE TRIGGER broken BEFORE DELETE ON level WHEN old.item = 'charge' BEGIN SELECT RAISE(ABORT, 'broken'); END",
      );
      other.close();
      expect(() => store.retainLevels(() => false)).toThrow(StoreError);
      expect(left(store)).toHaveLength(4);
    });
  });
});

test("a kill -9 loses nothing that was stored", async () => {
  await withDirectoryAsync(async (dir) => {
    const script = `
      import type { Event } from "../../src/core/event.ts";
import { ClientStore } from "${import.meta.dir}/../../src/store/client-store.ts";
      const store = new ClientStore("${dir}/data.lite", [{ bucket_s: 60, keep_s: 86400 }]);
      for (let i = 0; i < 50; i++) {
        store.tick([{ host: "${HOST}", time_s: ${START} + i * 60, values: new Map([["a", i]]), events: [] }], ${START} + i * 60);
      }
      process.kill(process.pid, "SIGKILL");`;
    const child = Bun.spawn([process.execPath, "-e", script], { stderr: "inherit" });
    await child.exited;
    expect(child.signalCode).toBe("SIGKILL");
    const store = new ClientStore(`${dir}/data.lite`, TIERS);
    expect(read(store, ["a"], START, START + 50 * 60, 60)).toHaveLength(50);
    store.close();
  });
});

async function withDirectoryAsync(use: (dir: string) => Promise<void>): Promise<void> {
  const { mkdtempSync, rmSync } = await import("node:fs");
  const dir = mkdtempSync(`${process.env.TMPDIR ?? "/tmp"}/dmon-store-`);
  try {
    await use(dir);
  } finally {
    rmSync(dir, { recursive: true });
  }
}
