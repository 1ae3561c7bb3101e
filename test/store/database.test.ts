import { Database } from "bun:sqlite";
import { describe, expect, test } from "bun:test";
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from "node:fs";
import {
  asStoreError,
  DamagedError,
  firstRead,
  guarded,
  isOfTheDisk,
  openDatabase as open,
  StoreError,
  type Synchronous,
} from "../../src/store/database.ts";
import { lacksRoot } from "../skips.ts";
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

  test("killed in the middle of a migration the old schema is there, with what it had", () => {
    withDirectory((dir) => {
      const file = `${dir}/x.lite`;
      const old = openDatabase(file, [V1]);
      old.run("INSERT INTO a VALUES (7)");
      old.close();
      // It is killed behind each of the statements that a migration has.
      for (let lived = 1; lived <= 3; lived++) {
        const script = `
          import { Database } from "bun:sqlite";
          import { openDatabase } from "${import.meta.dir}/../../src/store/database.ts";
          const { run } = Database.prototype;
          let left = ${lived};
          Database.prototype.run = function (sql, ...rest) {
            const result = run.call(this, sql, ...rest);
            if (/^(ALTER|UPDATE|PRAGMA user_version)/.test(sql) && --left === 0) process.kill(process.pid, "SIGKILL");
            return result;
          };
          openDatabase("${file}", ${JSON.stringify([V1, V2, "UPDATE a SET z = 'new'"])}, "NORMAL");`;
        expect(Bun.spawnSync([process.execPath, "-e", script]).signalCode).toBe("SIGKILL");
        const db = openDatabase(file, [V1]);
        expect(version(db)).toBe(1);
        expect(db.query("SELECT * FROM a").all()).toEqual([{ x: 7 }]);
        db.close();
      }
      const db = openDatabase(file, [V1, V2]);
      expect(db.query("SELECT * FROM a").all()).toEqual([{ x: 7, z: null }]);
      db.close();
    });
  });

  const newer = (file: string, journal: string) => {
    const db = new Database(file, { create: true });
    db.run(`PRAGMA journal_mode = ${journal}`);
    db.run("CREATE TABLE future (x)");
    db.run("PRAGMA user_version = 9");
    return db;
  };
  const refusal = (file: string, schema = 9) =>
    new StoreError(
      `${file} is of a newer dmon (schema ${schema}, this one knows 1); start that one, or move the file away`,
    );

  test.each(["DELETE", "WAL"])("a newer schema (%s) is refused, and not touched", (journal) => {
    withDirectory((dir) => {
      const file = `${dir}/x.lite`;
      newer(file, journal).close(true);
      const before = readFileSync(file);
      expect(() => openDatabase(file, [V1])).toThrow(refusal(file));
      expect(readFileSync(file).equals(before)).toBe(true);
      expect(readdirSync(dir)).toEqual(["x.lite"]);
    });
  });

  test("nor is the log of a newer one that was killed, and that only the log tells of", () => {
    withDirectory((dir) => {
      const [work, file] = [`${dir}/work`, `${dir}/x.lite`];
      openDatabase(work, [V1]).close(true);
      const db = newer(work, "WAL");
      for (const suffix of ["", "-wal"]) copyFileSync(work + suffix, file + suffix);
      db.close(true);
      const content = () => ["", "-wal"].map((suffix) => Bun.hash(readFileSync(file + suffix)));
      const before = content();
      expect(() => openDatabase(file, [V1])).toThrow(refusal(file));
      expect(content()).toEqual(before);
      expect(readdirSync(dir).sort()).toEqual(["work", "x.lite", "x.lite-wal"]);
    });
  });

  test.each([
    ["with another page's bytes", (frame: Buffer) => frame.fill(0xff, 24)],
    ["that was never committed", (frame: Buffer) => frame.writeUInt32BE(0, 4)],
  ])("but not for a last frame %s, as a kill leaves it", (_, spoil) => {
    withDirectory((dir) => {
      const [work, file] = [`${dir}/work`, `${dir}/x.lite`];
      openDatabase(work, [V1]).close(true);
      const db = new Database(work);
      db.run("INSERT INTO a VALUES (1)");
      db.run("PRAGMA user_version = 9"); // its frame is the last one
      for (const suffix of ["", "-wal"]) copyFileSync(work + suffix, file + suffix);
      db.close(true);
      const log = readFileSync(`${file}-wal`);
      spoil(log.subarray(log.length - 24 - 4096));
      writeFileSync(`${file}-wal`, log);
      const opened = openDatabase(file, [V1]);
      expect(opened.query("SELECT count(*) AS n FROM a").get()).toEqual({ n: 1 });
      opened.close(true);
    });
  });

  const INDEXED = "CREATE TABLE a (x INTEGER, y TEXT UNIQUE) STRICT; CREATE INDEX ax ON a (x);";
  test.each<[string, string, string]>([
    ["has lost a table", "DROP TABLE a; CREATE TABLE b (z)", "has lost a; has lost sqlite_autoindex_a_1; has lost ax"],
    ["has lost an index", "DROP INDEX ax", "has lost ax"],
    [
      "calls a column otherwise",
      "ALTER TABLE a RENAME COLUMN x TO z",
      "table a is not as dmon makes it; index ax is not as dmon makes it",
    ],
    ["has a column more", "ALTER TABLE a ADD COLUMN z TEXT", "table a is not as dmon makes it"],
    ["has another index of that name", "DROP INDEX ax; CREATE INDEX ax ON a (y)", "index ax is not as dmon makes it"],
    ["has lost its version", "PRAGMA user_version = 0", "is no database of dmon, or has lost its version"],
    ["has a version that none can have", "PRAGMA user_version = 65537", "has a schema that no dmon can have (65537)"],
    [
      "is of somebody else",
      "DROP TABLE a; CREATE TABLE b (z); PRAGMA user_version = 0",
      "is no database of dmon, or has lost its version",
    ],
  ])("one that %s is damaged, and not touched", (_, statements, wanted) => {
    withDirectory((dir) => {
      const file = `${dir}/x.lite`;
      openDatabase(file, [INDEXED]).close(true);
      const db = new Database(file);
      db.run(statements);
      db.close(true);
      const before = readFileSync(file);
      expect(() => openDatabase(file, [INDEXED])).toThrow(new DamagedError(`${file}: ${wanted}`));
      expect(readFileSync(file).equals(before)).toBe(true);
    });
  });

  test("one in which two trees begin at one page, too", () => {
    withDirectory((dir) => {
      const file = `${dir}/x.lite`;
      openDatabase(file, [INDEXED]).close(true);
      const bytes = readFileSync(file);
      const rootOf = (sql: string) => bytes.indexOf(sql) - 1; // it stands before the statement
      bytes[rootOf("CREATE INDEX ax")] = bytes[rootOf("CREATE TABLE a (")] ?? 0;
      writeFileSync(file, bytes);
      expect(() => openDatabase(file, [INDEXED])).toThrow(
        new DamagedError(`${file}: two of its tables begin at one page`),
      );
    });
  });

  test("how its statements were laid out is no difference, nor is a table that somebody added", () => {
    withDirectory((dir) => {
      const file = `${dir}/x.lite`;
      openDatabase(file, [INDEXED.replaceAll(" ", "\n   ")]).close(true);
      const db = new Database(file);
      db.run("CREATE TABLE mine (z); CREATE VIEW seen AS SELECT * FROM a");
      db.close(true);
      openDatabase(file, [INDEXED, "ALTER TABLE a ADD COLUMN z TEXT"]).close(true);
      openDatabase(file, [INDEXED, "ALTER TABLE a ADD COLUMN z TEXT"]).close(true);
    });
  });

  test.each<[string, () => never, typeof StoreError]>([
    ["JSON that is none", () => JSON.parse("no") as never, DamagedError],
    [
      "a statement that fails",
      () => {
        throw Object.assign(new Error("no such column"), { code: "SQLITE_ERROR" });
      },
      DamagedError,
    ],
    [
      "a disk that does not read",
      () => {
        throw Object.assign(new Error("oops"), { code: "SQLITE_IOERR_READ" });
      },
      StoreError,
    ],
    [
      "a disk that is full",
      () => {
        throw Object.assign(new Error("oops"), { code: "ENOSPC" });
      },
      StoreError,
    ],
  ])("what fails when it is first read: %s", (_, work, wanted) => {
    let caught: unknown;
    try {
      firstRead("f", new Database(":memory:"), work);
    } catch (error) {
      caught = error;
    }
    expect((caught as Error).constructor).toBe(wanted);
  });

  test.skipIf(lacksRoot("mounting a small disk"))("a file that was made and could not be written is gone again", () => {
    withDirectory((dir) => {
      expect(Bun.spawnSync(["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", dir]).success).toBe(true);
      try {
        expect(() => writeFileSync(`${dir}/filler`, Buffer.alloc(100_000))).toThrow("ENOSPC");
        expect(() => openDatabase(`${dir}/x`, [V1])).toThrow("the disk is full");
        expect(readdirSync(dir)).toEqual(["filler"]); // empty it would look as if somebody had emptied it
      } finally {
        Bun.spawnSync(["umount", dir]);
      }
    });
  });

  test("a file that was made and could not be migrated is whole", () => {
    withDirectory((dir) => {
      expect(() => openDatabase(`${dir}/x`, ["nonsense"])).toThrow(StoreError);
      writeFileSync(`${dir}/y`, "");
      expect(() => openDatabase(`${dir}/y`, ["nonsense"])).toThrow(StoreError);
      expect(readdirSync(dir).filter((name) => statSync(`${dir}/${name}`).size === 0)).toEqual([]);
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

test.each<[string, damaged: boolean, ofTheDisk: boolean]>([
  ["SQLITE_CORRUPT", true, true],
  ["SQLITE_CORRUPT_INDEX", true, true],
  ["SQLITE_NOTADB", true, true],
  ["SQLITE_IOERR_SHORT_READ", true, true],
  ["SQLITE_IOERR_READ", false, true],
  ["SQLITE_IOERR", false, true],
  ["SQLITE_FULL", false, true],
  ["SQLITE_BUSY", false, true],
  ["SQLITE_CONSTRAINT_UNIQUE", false, false],
  ["SQLITE_ERROR", false, false],
])("%s is damage: %p", (code, damaged, ofTheDisk) => {
  const error = asStoreError("f", Object.assign(new Error("oops"), { code }));
  expect([error instanceof DamagedError, isOfTheDisk(error)]).toEqual([damaged, ofTheDisk]);
});
