import { Database } from "bun:sqlite";
import { describe, expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, rmdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import type { Event } from "../../src/core/event.ts";
import type { EventQuery } from "../../src/store/server-store.ts";
import { eventOf } from "../store/fixture.ts";
import { MARS, reportOf, START, UPS, until, type World, WWW1, withServer } from "./fixture.ts";

const DAY = 86_400;
const values = ({ server }: World, query: EventQuery = {}) => [...server.events(query)].map(({ value }) => value);

describe("events", () => {
  test("of a clock that is years ahead hide no others", async () => {
    await withServer((world) => {
      const future = Array.from({ length: 30 }, (_, n) => eventOf(100 + n, { host: WWW1, time: 4_000_000_000 + n }));
      world.server.takeEvents(future);
      world.clock.wall_s += 60;
      world.server.takeEvents([eventOf(1), eventOf(2)]);
      expect(values(world, { count: 2 })).toEqual([2, 1]);
      world.clock.wall_s += DAY;
      expect(values(world, { since_s: world.clock.wall_s - 3600 })).toEqual([]);
    });
  });

  test("of a client whose clock is known to be off are where they belong, also those of the hosts behind it", async () => {
    await withServer((world) => {
      const hour = 3600;
      world.server.takeReport(reportOf(MARS, { [MARS]: ["uptime"], [UPS]: ["charge"] }, START - hour));
      world.clock.wall_s += 100;
      world.server.takeEvents([
        eventOf(1, { host: MARS, time: START - hour + 10 }),
        eventOf(2, { host: WWW1, time: START + 20 }),
        eventOf(3, { host: UPS, time: START - hour + 30 }),
      ]);
      expect(values(world)).toEqual([3, 2, 1]);
      expect(values(world, { since_s: START + 15 })).toEqual([3, 2]);
      expect([...world.server.events({ host: UPS })][0]?.time).toBe(START - hour + 30);
      world.restart();
      world.server.takeEvents([eventOf(4, { host: MARS, time: START - hour + 25 })]);
      expect(values(world)).toEqual([3, 4, 2, 1]);
    });
  });

  test("that an item started and stopped flapping are shown before the next report", async () => {
    await withServer(({ server }) => {
      server.takeReport(reportOf(WWW1, { [WWW1]: ["uptime"] }));
      const shown = () => [...server.hosts()].find(([host]) => host === WWW1)?.[2]?.state.uptime;
      const event = (n: number, more: Partial<Event>) => eventOf(n, { host: WWW1, item: "uptime", ...more });
      server.takeEvents([event(1, { level: "sick", flapping: "start" })]);
      expect(shown()).toMatchObject({ level: "sick", since: START + 1, flapping: true });
      server.takeEvents([event(9, { level: "sick", prev: "sick", flapping: "stop" })]);
      expect(shown()).toMatchObject({ level: "sick", since: START + 1, time: START + 9 });
      expect(shown()).not.toHaveProperty("flapping");
    });
  });

  test("are forgotten a few at a time, in passes, as long as the server runs", async () => {
    await withServer(async (world) => {
      world.server.takeEvents(Array.from({ length: 100 }, (_, n) => eventOf(n)));
      world.clock.wall_s += 29 * DAY;
      world.server.start(60_000, 60_000);
      expect(values(world)).toHaveLength(90);
      world.restart();
      world.server.start(60_000, 2);
      expect(await until(() => values(world).length === 0)).toBe(true);
    });
  });
});

describe("a database that cannot be written", () => {
  const breakIt = (file: string) => {
    const other = new Database(file);
    for (const table of ["event", "report"])
      other.run(
        `CREATE TRIGGER no_${table} BEFORE INSERT ON ${table} BEGIN SELECT RAISE(ABORT, 'the disk is full'); END`,
      );
    return () => {
      for (const table of ["event", "report"]) other.run(`DROP TRIGGER no_${table}`);
      other.close();
    };
  };

  test("is said once when it begins and once when it ends", async () => {
    await withServer(async (world) => {
      const { server, file, said } = world;
      const mend = breakIt(file);
      server.takeReport(reportOf(WWW1, { [WWW1]: ["uptime"] }));
      server.start(2, 2);
      expect(await until(() => said.length > 0)).toBe(true);
      for (let n = 0; n < 5; n++) {
        expect(server.takeEvents([eventOf(n)])).toEqual([]);
        expect(server.takeEvents([])).toEqual([]); // nothing to write shows nothing
        await Bun.sleep(5);
      }
      expect(said).toEqual([expect.stringMatching(/^\/.*server\.lite: the disk is full; .* until it can be written$/)]);
      mend();
      expect(await until(() => said.length > 1)).toBe(true);
      expect(server.takeEvents([eventOf(1)])).toEqual([eventOf(1).id]);
      await Bun.sleep(10);
      expect(said.slice(1)).toEqual([`${file}: writing again`]);
    });
  });

  test("nor opened is said once too, and what came meanwhile is written", async () => {
    const dir = mkdtempSync(`${tmpdir()}/dmon-server-`);
    const file = `${dir}/server.lite`;
    mkdirSync(file);
    await withServer(
      async (world) => {
        const { server, said } = world;
        server.takeReport(reportOf(WWW1, { [WWW1]: ["uptime"] }));
        expect(server.takeEvents([eventOf(1)])).toEqual([]);
        server.start(2, 60_000);
        await Bun.sleep(20);
        expect(said).toEqual([expect.stringMatching(/server\.lite: cannot be opened .*; .* until it can be used$/)]);
        rmdirSync(file);
        expect(await until(() => said.length > 1)).toBe(true);
        expect(said.slice(1)).toEqual([`${file}: writing again`]);
        world.restart();
        expect(world.server.stateLine()).toContain("state for 1 of 4 hosts");
      },
      { file },
    );
    rmSync(dir, { recursive: true });
  });
});
