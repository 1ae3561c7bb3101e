import { Database } from "bun:sqlite";
import { expect, test } from "bun:test";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { Kept } from "./kept.ts";

test("what could not be written is written when the disk has room again", () => {
  using kept = new Kept();
  kept.minutes(3);
  const other = new Database(kept.file);
  other.run("CREATE TRIGGER full BEFORE INSERT ON bucket BEGIN SELECT RAISE(ABORT, 'no room'); END");
  kept.minutes(10);
  expect(kept.stored()).toBe(3);
  expect(kept.keeper.trouble).toContain("no room");
  other.run("DROP TRIGGER full");
  other.close();
  kept.minutes(1);
  expect(kept.stored()).toBe(14);
  expect(kept.keeper.trouble).toBeUndefined();
  expect(kept.said).toEqual(["data.lite: no room; measuring goes on without history", "data.lite: writing again"]);
});

test("a database that could not be opened gets what was measured meanwhile", () => {
  using kept = new Kept();
  kept.keeper.close();
  rmSync(`${kept.dir}/var`, { recursive: true });
  mkdirSync(kept.file, { recursive: true }); // a directory of that name
  kept.minutes(7);
  expect(kept.keeper.trouble).toContain("data.lite");
  rmSync(kept.file, { recursive: true });
  kept.minutes(6);
  expect(existsSync(kept.file)).toBe(true);
  expect(kept.stored()).toBe(13);
});

test("not more waits in memory than there is room for, and the newest stays", () => {
  using kept = new Kept();
  const other = new Database(kept.file);
  other.run("CREATE TRIGGER full BEFORE INSERT ON bucket BEGIN SELECT RAISE(ABORT, 'no room'); END");
  kept.minutes(150, 200);
  other.run("DROP TRIGGER full");
  other.close();
  kept.minutes(1, 200);
  expect(kept.stored()).toBe(101);
});

test("a database of a newer dmon is not touched, and what is measured waits", () => {
  let before = Buffer.alloc(0);
  using kept = new Kept({
    prepare: (file) => {
      const db = new Database(file, { create: true });
      db.run("PRAGMA journal_mode = WAL");
      db.run("CREATE TABLE future (x)");
      db.run("PRAGMA user_version = 99");
      db.close(true);
      before = readFileSync(file);
    },
  });
  kept.minutes(20);
  expect(kept.said).toEqual([
    "data.lite is of a newer dmon (schema 99, this one knows 1); start that one, or move the file away; measuring goes on without history",
  ]);
  expect(kept.keeper.trouble).toContain("of a newer dmon");
  expect(readFileSync(kept.file).equals(before)).toBe(true);
  expect(readdirSync(`${kept.dir}/var`)).toEqual(["data.lite"]);
  rmSync(kept.file);
  kept.minutes(5);
  expect(kept.stored()).toBe(25);
});
