import { Database } from "bun:sqlite";
import { describe, expect, test } from "bun:test";
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { guarded, openDatabase as open, StoreError, type Synchronous } from "../../src/store/database.ts";
import { withDirectory } from "./fixture.ts";

const V1 = "CREATE TABLE a (x INTEGER) STRICT; CREATE TABLE b (y TEXT) STRICT;";
const V2 = "ALTER TABLE a ADD COLUMN z TEXT;";
const openDatabase = (file: string, schema: readonly string[]) => open(file, schema, "NORMAL");
const version = (db: Database) => (db.query("PRAGMA user_version").get() as { user_version: number }).user_version;

describe("openDatabase", () => {
  test("makes directory, file and schema", () => {
    withDirectory((dir) => {
      const db = openDatabase(`${dir}/deep/er/x.lite`, [V1, V2]);
      db.run("INSERT INTO a (x, z) VALUES (1, 'z')");
      db.run("INSERT INTO b (y) VALUES ('y')");
      expect(version(db)).toBe(2);
      expect(db.query("PRAGMA journal_mode").get()).toEqual({ journal_mode: "wal" });
      db.close();
    });
  });

  test.each<[Synchronous, number]>([
    ["NORMAL", 1],
    ["FULL", 2],
  ])("a power cut takes what %s lets it", (synchronous, wanted) => {
    withDirectory((dir) => {
      const db = open(`${dir}/x.lite`, [V1], synchronous);
      expect(db.query("PRAGMA synchronous").get()).toEqual({ synchronous: wanted });
      db.close();
    });
  });

  test("migrates from where it was, keeping what is there", () => {
    withDirectory((dir) => {
      const old = openDatabase(`${dir}/x`, [V1]);
      old.run("INSERT INTO a VALUES (7)");
      old.close();
      const db = openDatabase(`${dir}/x`, [V1, V2]);
      expect(db.query("SELECT x, z FROM a").all()).toEqual([{ x: 7, z: null }]);
      db.close();
      openDatabase(`${dir}/x`, [V1, V2]).close(); // and not again
    });
  });

  test("a migration that fails leaves the old schema", () => {
    withDirectory((dir) => {
      openDatabase(`${dir}/x`, [V1]).close();
      expect(() => openDatabase(`${dir}/x`, [V1, "ALTER TABLE a ADD COLUMN z TEXT; nonsense;"])).toThrow(StoreError);
      const db = openDatabase(`${dir}/x`, [V1, V2]);
      expect(version(db)).toBe(2);
      db.close();
    });
  });

  test("a newer schema is refused, and not touched", () => {
    withDirectory((dir) => {
      const file = `${dir}/x.lite`;
      const newer = new Database(file, { create: true });
      newer.run("CREATE TABLE future (x)");
      newer.run("PRAGMA user_version = 9");
      newer.close();
      const before = readFileSync(file);
      expect(() => openDatabase(file, [V1])).toThrow(
        new StoreError(`${file} is of a newer dmon (schema 9, this one knows 1)`),
      );
      expect(readFileSync(file).equals(before)).toBe(true);
      expect(readdirSync(dir)).toEqual(["x.lite"]);
    });
  });

  test.each([
    ["text", "this is no database, however long it may be, and it is a little longer than a header\n".repeat(20)],
    ["zeros", "\0".repeat(8192)],
  ])("what is no database (%s) is refused, and not touched", (_, text) => {
    withDirectory((dir) => {
      const file = `${dir}/x.lite`;
      writeFileSync(file, text);
      expect(() => openDatabase(file, [V1])).toThrow(new StoreError(`${file}: is damaged or no database`));
      expect(readFileSync(file, "utf8")).toBe(text);
    });
  });

  test("an empty file is a database to be", () => {
    withDirectory((dir) => {
      writeFileSync(`${dir}/x`, "");
      openDatabase(`${dir}/x`, [V1]).close();
      expect(statSync(`${dir}/x`).size).toBeGreaterThan(0);
    });
  });

  test("a directory is none", () => {
    withDirectory((dir) => {
      mkdirSync(`${dir}/x`);
      expect(() => openDatabase(`${dir}/x`, [V1])).toThrow(/x: cannot be opened/);
    });
  });

  test("a directory below a file is none", () => {
    withDirectory((dir) => {
      writeFileSync(`${dir}/f`, "");
      expect(() => openDatabase(`${dir}/f/x`, [V1])).toThrow(StoreError);
    });
  });

  test("where one may not write it says so", () => {
    withDirectory((dir) => {
      openDatabase(`${dir}/x`, [V1]).close();
      chmodSync(`${dir}/x`, 0o444);
      chmodSync(dir, 0o555);
      const root = process.geteuid?.() === 0;
      if (root) process.seteuid?.(65_534); // nobody: root may write everywhere
      try {
        expect(() => openDatabase(`${dir}/x`, [V1, V2])).toThrow(
          /^\/.*x: (the file system is read-only|cannot be opened)/,
        );
        expect(() => openDatabase(`${dir}/new`, [V1])).toThrow(/new: cannot be opened/);
      } finally {
        if (root) process.seteuid?.(0);
        chmodSync(dir, 0o755);
      }
      expect(existsSync(`${dir}/new`)).toBe(false);
    });
  });
});

test.each([
  ["SQLITE_FULL", "the disk is full"],
  ["ENOSPC", "the disk is full"],
  ["SQLITE_READONLY", "the file system is read-only"],
  ["SQLITE_CORRUPT", "is damaged or no database"],
  ["SQLITE_IOERR_WRITE", "the disk does not work (oops)"],
  ["SQLITE_BUSY", "oops"],
])("%s is said as %p", (code, wanted) => {
  const fail = () => {
    throw Object.assign(new Error("oops"), { code });
  };
  expect(() => guarded("f", fail)).toThrow(new StoreError(`f: ${wanted}`));
});
