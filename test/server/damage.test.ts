// A server whose database is damaged goes on with a new one, and what can be read of the old one comes back.

import { Database } from "bun:sqlite";
import { describe, expect, test } from "bun:test";
import { copyFileSync, mkdtempSync, readdirSync, renameSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { openDatabase } from "../../src/store/database.ts";
import { SERVER_SCHEMA } from "../../src/store/server-store.ts";
import { cut, garble, pagesIn } from "../store/damage.ts";
import { eventOf } from "../store/fixture.ts";
import { works } from "../work/fixture.ts";
import { MARS, reportOf, START, until, type World, WWW1, withServer } from "./fixture.ts";

const EVENTS = 500;

const everyPage = (file: string, from: number) => Array.from({ length: pagesIn(file) - from + 1 }, (_, i) => from + i);
const events = ({ server }: World) => [...server.events({})];
const known = ({ server }: World) => server.hosts().flatMap(([host, , state]) => (state ? [host] : []));
const rescued = (world: World) => until(() => world.said.some((line) => line.includes("saved")));

/** Calls `use` with a server on a file that was damaged while none ran. */
async function withDamaged(damage: (file: string) => void, use: (world: World) => Promise<void>): Promise<void> {
  const dir = mkdtempSync(`${tmpdir()}/dmon-server-`);
  const file = `${dir}/server.lite`;
  try {
    await withServer(
      async ({ server }) => {
        server.takeEvents(Array.from({ length: EVENTS }, (_, n) => eventOf(n, { text: "x".repeat(100) })));
        server.takeReport(reportOf(MARS, { [MARS]: ["uptime"] }));
        server.takeReport(reportOf(WWW1, { [WWW1]: ["uptime"] }));
      },
      { file },
    );
    damage(file);
    await withServer(use, { file });
  } finally {
    rmSync(dir, { recursive: true });
  }
}

describe("at a start", () => {
  test.each<[string, (file: string) => void, least: number, hosts: number]>([
    ["it is of random bytes", (file) => garble(file, everyPage(file, 1)), 0, 0],
    ["its first two pages are overwritten", (file) => garble(file, [1, 2]), EVENTS, 2],
    ["its end is cut off", (file) => cut(file, Math.floor(pagesIn(file) * 0.7) * 4096), EVENTS / 4, 2],
    ["one page is overwritten", (file) => garble(file, [pagesIn(file) - 2]), EVENTS / 2, 2],
  ])("%s", async (_, damage, least, hosts) => {
    await withDamaged(damage, async (world) => {
      try {
        events(world);
      } catch {
        // A page in the middle shows when it is read; the next answer is whole.
      }
      expect(world.server.takeEvents([eventOf(9999)])).toEqual([eventOf(9999).id]);
      expect(await rescued(world)).toBe(true);
      const ids = new Set(events(world).map(({ id }) => id));
      expect(ids).toContain(eventOf(9999).id);
      expect(ids.size).toBeGreaterThan(least);
      expect(ids.size).toBeLessThanOrEqual(EVENTS + 1);
      expect(known(world)).toHaveLength(hosts);
    });
  });
});

test("reports of many hosts: those that have sent none since are known again", async () => {
  const hosts = Array.from({ length: 300 }, (_, i) => `host${i}.example.org`);
  const { server: work } = works(
    `host ${MARS} mars\n${hosts.map((host, i) => `host ${host} h${i}\n`).join("")}get * uptime\n`,
  );
  const dir = mkdtempSync(`${tmpdir()}/dmon-server-`);
  const file = `${dir}/server.lite`;
  await withServer(
    async ({ server }) => {
      server.setWork(work);
      for (const host of hosts) server.takeReport(reportOf(host, { [host]: ["a", "b", "c", "d", "e"] }));
    },
    { file },
  );
  garble(file, [1]);
  await withServer(
    async (world) => {
      world.server.setWork(work);
      const before = known(world).length;
      expect(await rescued(world)).toBe(true);
      expect(before).toBeLessThan(hosts.length);
      expect(known(world).length).toBeGreaterThan(hosts.length - 100); // the fixture's work knows none of them at first
    },
    { file },
  );
  rmSync(dir, { recursive: true });
});

test("while it runs: nothing that came is confirmed unless it is on the disk, and it goes on", async () => {
  await withServer(async (world) => {
    const { server, file, said } = world;
    server.takeEvents(Array.from({ length: EVENTS }, (_, n) => eventOf(n, { text: "x".repeat(100) })));
    server.takeReport(reportOf(WWW1, { [WWW1]: ["uptime"] }));
    world.restart();
    garble(file, everyPage(file, 2));
    let stored: string[] = [];
    for (let i = 0; i < 5 && stored.length === 0; i++) stored = world.server.takeEvents([eventOf(1000)]);
    expect(stored).toEqual([eventOf(1000).id]);
    expect(said[0]).toMatch(/server\.lite: is damaged or no database; moved to .*, a new one is begun$/);
    expect(await rescued(world)).toBe(true);
    expect(events(world).map(({ id }) => id)).toContain(eventOf(1000).id);
    expect(
      readdirSync(file.replace(/\/[^/]*$/, "")).filter((name) => /damaged-[^-]*-\d\d-[^-]*$/.test(name)),
    ).toHaveLength(1);
    world.restart();
    expect(known(world)).toEqual([WWW1]); // what it knew was written anew
    expect(server).not.toBe(world.server);
  });
});

test("a query that meets the damage says so, and the next one is answered", async () => {
  await withServer(async (world) => {
    world.server.takeEvents(Array.from({ length: EVENTS }, (_, n) => eventOf(n, { text: "x".repeat(100) })));
    world.restart();
    const pages = everyPage(world.file, 5).slice(0, -1);
    garble(world.file, pages);
    expect(() => events(world)).toThrow("is damaged or no database");
    expect(await rescued(world)).toBe(true);
    expect(events(world).length).toBeLessThan(EVENTS);
    expect(world.server.takeEvents([eventOf(1000)])).toHaveLength(1);
  });
});

test("one of an older schema, too", async () => {
  const dir = mkdtempSync(`${tmpdir()}/dmon-server-`);
  const file = `${dir}/server.lite`;
  const old = openDatabase(file, SERVER_SCHEMA.slice(0, 1), "FULL");
  const insert = old.query(
    `INSERT INTO event (id, time, host, item, level, prev, value, at, received) VALUES (?, ?, ?, 'cpu_load', 'sick', 'fine', 3, ?, ?)`,
  );
  for (let n = 0; n < 100; n++) insert.run(eventOf(n).id, START + n, MARS, START + n, START + n);
  old.close(true);
  garble(file, [1, 2]);
  await withServer(
    async (world) => {
      expect(await rescued(world)).toBe(true);
      expect(world.said.at(-1)).toEndWith(": saved all 100 rows");
      expect(events(world)).toHaveLength(100);
    },
    { file },
  );
  rmSync(dir, { recursive: true });
});

test("one that is removed while it runs is written back within a minute, and one that is put in its place is taken over", async () => {
  await withServer(async (world) => {
    const { server, file, said } = world;
    const flush = () => (server as unknown as { flush(): void }).flush();
    server.takeEvents([eventOf(1), eventOf(2)]);
    rmSync(file);
    flush();
    expect(said.at(-1)).toEndWith(
      "server.lite: was removed while it was in use; it is written back with all that it had",
    );
    expect(server.takeEvents([eventOf(3)])).toEqual([eventOf(3).id]);
    const copy = `${file}.copy`;
    const db = new Database(file, { readonly: true });
    db.run("VACUUM INTO ?", [copy]);
    db.close(true);
    server.takeEvents([eventOf(4)]);
    renameSync(copy, file);
    flush();
    expect(said.at(-1)).toMatch(
      / was replaced while it was in use; the other file is taken over, what it had is in .*\.replaced-/,
    );
    expect(events(world).map(({ id }) => id)).toEqual([3, 2, 1].map((n) => eventOf(n).id));
    server.takeReport(reportOf(WWW1, { [WWW1]: ["uptime"] }));
    world.restart();
    expect(known(world)).toEqual([WWW1]);
    expect(events(world)).toHaveLength(3);
  });
});

test("a backup that is put in its place is the database", async () => {
  const dir = mkdtempSync(`${tmpdir()}/dmon-server-`);
  const copy = `${dir}/copy`;
  await withServer(async (world) => {
    world.server.takeEvents([eventOf(1), eventOf(2)]);
    const db = new Database(world.file, { readonly: true });
    db.run("VACUUM INTO ?", [copy]);
    db.close();
    world.server.takeEvents([eventOf(3)]);
    world.server.stop();
    rmSync(world.file);
    copyFileSync(copy, world.file);
    world.restart();
    expect(events(world).map(({ id }) => id)).toEqual([eventOf(2).id, eventOf(1).id]);
  });
  rmSync(dir, { recursive: true });
});
