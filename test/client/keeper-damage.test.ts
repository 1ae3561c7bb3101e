// A database that is damaged costs no minute: it is moved aside, a new one is begun, and what can be saved is saved.

import { Database } from "bun:sqlite";
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import {
  chmodSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { HistoryUnavailable } from "../../src/client/keeper.ts";
import { DamagedError } from "../../src/store/database.ts";
import { lacksRoot } from "../skips.ts";
import { copyDatabase, cut, garble, ITEMS, makeDatabase, misname, pagesIn, readingsOf, UPS } from "../store/damage.ts";
import { eventOf } from "../store/fixture.ts";
import { HOST, START } from "./fixture.ts";
import { Kept } from "./kept.ts";

setDefaultTimeout(30_000); // three days of minutes are made first, on a machine that may be busy

const ASIDE = /^data\.lite\.damaged-\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ(-\d+)?$/;

let dir = "";
/** A database of three days, as a daemon leaves it that was stopped, and one that was killed. */
let stopped = { file: "", end_s: 0 };
let killed = { file: "", end_s: 0 };
beforeAll(() => {
  dir = mkdtempSync(`${tmpdir()}/dmon-damage-`);
  stopped = makeDatabase(mkdtempSync(`${dir}/stopped-`));
  killed = makeDatabase(mkdtempSync(`${dir}/killed-`), { killed: true });
});
afterAll(() => rmSync(dir, { recursive: true }));

/** Waits until something is so, at most ten seconds. */
async function until(holds: () => boolean): Promise<void> {
  for (let i = 0; i < 2000 && !holds(); i++) await Bun.sleep(5);
  expect(holds()).toBe(true);
}

function changeIn(file: string, statement: string): void {
  const db = new Database(file);
  db.run(statement);
  db.close(true);
}

const isRescued = (kept: Kept) => () => /saved/.test(kept.keeper.damage ?? "");
const asides = (kept: Kept) =>
  readdirSync(`${kept.dir}/var`).filter((name) => name.includes(".damaged-") && !name.endsWith("-wal"));
const everyPage = (file: string, from: number) => Array.from({ length: pagesIn(file) - from + 1 }, (_, i) => from + i);

describe("at a start", () => {
  test.each<[string, (file: string) => void, least: number, levels: number]>([
    ["half of it is cut off", (file) => cut(file, (pagesIn(file) / 2) * 4096), 0.1, 13],
    ["it ends within a page", (file) => cut(file, 40 * 4096 + 777), 0.1, 13],
    ["only its header is left", (file) => cut(file, 4096), 0, 0],
    ["it is shorter than a header", (file) => cut(file, 50), 0, 0],
    ["it is of random bytes", (file) => garble(file, everyPage(file, 1)), 0, 0],
    ["all its pages but the first are", (file) => garble(file, everyPage(file, 2)), 0, 0],
    ["its first page is overwritten", (file) => garble(file, [1]), 1, 13],
    ["its first bytes are zeros", (file) => writeFileSync(file, new Uint8Array(512), { flag: "r+" }), 1, 13],
    ["it is a text", (file) => writeFileSync(file, "What is this?\n".repeat(1000)), 0, 0],
    [
      "its tables are gone",
      (file) => {
        rmSync(file);
        const db = new Database(file);
        db.run("PRAGMA user_version = 1");
        db.close();
      },
      0,
      0,
    ],
    [
      "a column is called otherwise: one bit of a statement",
      (file) => {
        const bytes = readFileSync(file);
        const at = bytes.indexOf("also TEXT NOT NULL");
        bytes.write("n", at + 2);
        writeFileSync(file, bytes);
      },
      1,
      13,
    ],
    ["its version is lost", (file) => changeIn(file, "PRAGMA user_version = 0"), 1, 13],
    ["it has rows that only dmon can read, and cannot", (file) => changeIn(file, "UPDATE tier SET also = '[{'"), 1, 13],
    [
      "it is of somebody else",
      (file) => {
        rmSync(file);
        changeIn(file, "CREATE TABLE bookmark (name TEXT)");
      },
      0,
      0,
    ],
    [
      "its log is of random bytes",
      (file) => {
        writeFileSync(`${file}-wal`, "");
        garble(`${file}-wal`, [1, 2, 3]);
      },
      1,
      13,
    ],
  ])("%s", async (_, damage, least, levels) => {
    let found = Buffer.alloc(0);
    using kept = new Kept({
      now_s: stopped.end_s + 60,
      prepare: (file) => {
        copyDatabase(stopped.file, file);
        damage(file);
        found = readFileSync(file);
      },
    });
    expect(kept.keeper.levels).toHaveLength(levels);
    kept.minutes(1);
    expect(kept.stored()).toBe(1); // this very minute
    expect(kept.keeper.trouble).toBeUndefined();
    const [aside = ""] = asides(kept);
    expect(aside).toMatch(ASIDE);
    expect(readFileSync(`${kept.dir}/var/${aside}`).equals(found)).toBe(true);
    expect(kept.said[0]).toMatch(new RegExp(`^data\\.lite: .*; moved to ${aside}, a new one is begun$`));
    await until(() => kept.said.length > 1);
    const rows =
      /^data\.lite\S*: (?:none of its rows could be saved|saved (?:all )?([\d,]+) (?:of about [\d,]+ )?rows)(?:; about [\d,]+ changes or events are lost)?$/;
    const [, saved = "0"] = rows.exec(kept.said[1] ?? "") ?? ["", "?"];
    expect(Number(saved.replace(",", ""))).toBeGreaterThanOrEqual(least * 750);
    expect(kept.keeper.damage).toBe(`data.lite was damaged; moved to ${aside}; ${kept.said[1]?.replace(/^.*?: /, "")}`);
    kept.minutes(2);
    expect(kept.stored()).toBe(3);
    expect(kept.said).toHaveLength(2);
    if (least === 1) expect(kept.waiting.size()).toBe(40);
  });

  test("it is empty: there is nothing to keep of it, and it is told", () => {
    using kept = new Kept({ prepare: (file) => writeFileSync(file, "") });
    kept.minutes(1);
    expect(kept.stored()).toBe(1);
    expect(asides(kept)).toEqual([]);
    expect(kept.said).toEqual(["data.lite: is empty; a new one is begun"]);
    expect(kept.keeper.damage).toBe("data.lite was empty; a new one is begun");
  });

  test("it is empty but for its log: what is in that comes back", async () => {
    using kept = new Kept({
      now_s: killed.end_s + 60,
      prepare: (file) => {
        copyDatabase(killed.file, file);
        truncateSync(file, 0);
      },
    });
    await until(isRescued(kept));
    expect(kept.keeper.levels.length).toBeGreaterThan(0);
    expect(kept.waiting.size()).toBeGreaterThan(0);
  });

  test("a first start is no damage, nor is one that was killed", () => {
    using first = new Kept();
    expect(first.keeper.damage).toBeUndefined();
    using second = new Kept({ prepare: (file) => copyDatabase(killed.file, file), now_s: killed.end_s + 60 });
    expect(second.keeper.levels).toHaveLength(13);
    expect([...first.said, ...second.said]).toEqual([]);
  });

  test.skipIf(lacksRoot("becoming nobody"))("where it cannot be moved it stays, and that is said", () => {
    process.umask(0);
    try {
      const as = (euid: number) => process.seteuid?.(euid);
      using kept = new Kept({
        prepare: (file) => {
          writeFileSync(file, "What is this?\n".repeat(1000), { mode: 0o666 });
          chmodSync(dirOf(file), 0o755);
          chmodSync(dirOf(dirOf(file)), 0o755);
          as(65_534);
        },
      });
      kept.minutes(6);
      as(0);
      expect(asides(kept)).toEqual([]);
      expect(kept.said).toEqual([
        expect.stringMatching(
          /^data\.lite: .*; it cannot be moved aside: EACCES.*; measuring goes on without history$/,
        ),
      ]);
      expect(kept.keeper.damage).toBeUndefined();
    } finally {
      process.seteuid?.(0);
      process.umask(0o022);
    }
  });
});

const dirOf = (path: string) => path.replace(/\/[^/]*$/, "");

describe("while it runs", () => {
  const damaged = (kept: Kept, from = 2) => garble(kept.file, everyPage(kept.file, from));
  const level = (item: string) => ({ host: HOST, item, level: "sick", since: START });

  /** As after many minutes: what is in the file is not in memory. */
  function running(): Kept {
    const kept = new Kept({ prepare: (file) => copyDatabase(stopped.file, file), now_s: stopped.end_s + 60 });
    kept.levels = [level("i0"), level("i1")];
    return kept;
  }

  test("a minute finds it, and is stored all the same, with its events", async () => {
    using kept = running();
    damaged(kept);
    kept.minutes(1, 3, [eventOf(99)]);
    expect(kept.said[0]).toMatch(/^data\.lite: is damaged or no database; moved to .*, a new one is begun$/);
    expect(kept.stored()).toBe(1);
    expect(kept.waiting.first(100).map(({ id }) => id)).toContain(eventOf(99).id);
    await until(() => kept.said.length > 1);
    const db = new Database(kept.file, { readonly: true });
    // What the client knows, and what its last event made of it.
    const levels = db.query("SELECT item FROM level ORDER BY item").values().flat();
    expect(levels).toEqual(["cpu_load", "i0", "i1"]);
    db.close();
  });

  test("it is told for five minutes, and no longer", async () => {
    using kept = running();
    damaged(kept);
    kept.minutes(1);
    await until(isRescued(kept));
    kept.minutes(4);
    expect(kept.keeper.damage).toContain("data.lite was damaged");
    kept.minutes(1);
    expect(kept.keeper.damage).toBeUndefined();
  });

  test("a query finds it: that is no history, the next one is", () => {
    using kept = running();
    damaged(kept);
    const query = { host: UPS, items: ["item1"], from_s: START, to_s: stopped.end_s, bucket_s: 60 };
    expect(() => [...kept.keeper.history(query)]).toThrow(HistoryUnavailable);
    expect(kept.said).toHaveLength(1);
    expect([...kept.keeper.history(query)]).toEqual([]);
    kept.minutes(1);
    expect(kept.stored()).toBe(1);
  });

  test.each<[string, (kept: Kept) => unknown]>([
    ["who asks for the items", (kept) => kept.keeper.items(HOST)],
    ["who forgets levels", (kept) => kept.keeper.retainLevels(() => false)],
    ["who sends events", (kept) => kept.waiting.first(10)],
    [
      "who asks for changes",
      (kept) =>
        expect(() => kept.keeper.changes({ host: HOST, items: ITEMS, from_s: 0, to_s: 2e9 }, 10)).toThrow(
          HistoryUnavailable,
        ),
    ],
  ])("%s: it is moved, and a new one is begun", (_, use) => {
    using kept = running();
    damaged(kept);
    use(kept);
    expect(kept.said).toHaveLength(1);
    expect(asides(kept)).toHaveLength(1);
    kept.minutes(1);
    expect(kept.stored()).toBe(1);
  });

  test("ZAP, too", async () => {
    using kept = running();
    damaged(kept);
    expect(await kept.keeper.zap().catch((error: unknown) => error)).toBeInstanceOf(HistoryUnavailable);
    expect(asides(kept)).toHaveLength(1);
  });

  describe("one bit of the index of items is another one, so that item3 leads to item2", () => {
    const misnamed = () =>
      new Kept({
        prepare: (file) => {
          copyDatabase(stopped.file, file);
          misname(file, "item", "item2", "item3");
        },
        now_s: stopped.end_s + 60,
      });

    test("who asks for it gets no other's values", async () => {
      using kept = misnamed();
      const query = { host: HOST, items: ["item3"], from_s: stopped.end_s, to_s: stopped.end_s + 60, bucket_s: 60 };
      expect(() => [...kept.keeper.history(query)]).toThrow(HistoryUnavailable);
      expect(kept.said).toEqual([expect.stringContaining("the index of the table item is damaged; moved to ")]);
      await until(isRescued(kept));
      const [row] = [...kept.keeper.history(query)];
      expect(row?.buckets[0]?.avg).toBe(readingsOf(HOST, 3, stopped.end_s, stopped.end_s + 60)[0] ?? 0);
    });

    test("a minute of it goes into no other's", async () => {
      using kept = misnamed();
      const values = new Map([["item3", 7]]);
      const minute = { host: HOST, time_s: kept.clock.now_s(), values, events: [], changes: [], gone: [] };
      kept.keeper.write([minute], kept.waiting, []);
      expect(kept.said).toEqual([expect.stringContaining("the index of the table item is damaged; moved to ")]);
      kept.clock.pass(60);
      expect([kept.stored("item2"), kept.stored("item3")]).toEqual([0, 1]);
    });

    test("nor does the item that is not found there begin anew", () => {
      using kept = misnamed();
      const values = new Map([["item2", 7]]);
      const minute = { host: HOST, time_s: kept.clock.now_s(), values, events: [], changes: [], gone: [] };
      kept.keeper.write([minute], kept.waiting, []);
      expect(kept.said).toEqual([expect.stringContaining("the index of the table item is damaged; moved to ")]);
    });

    test("that of hosts, too", () => {
      using kept = new Kept({
        prepare: (file) => {
          copyDatabase(stopped.file, file);
          misname(file, "host", HOST, HOST.replace("m", "l"));
        },
        now_s: stopped.end_s + 60,
      });
      const minute = { host: "new.example.org", time_s: kept.clock.now_s(), events: [], changes: [], gone: [] };
      kept.keeper.write([{ ...minute, values: new Map([["item2", 7]]) }], kept.waiting, []);
      expect(kept.said).toEqual([expect.stringContaining("the index of the table host is damaged; moved to ")]);
    });
  });

  test("its log is overwritten: what was in it may be lost, the file is not", async () => {
    using kept = running();
    kept.minutes(3);
    const log = `${kept.file}-wal`;
    garble(
      log,
      Array.from({ length: Math.ceil(statSync(log).size / 4096) }, (_, i) => i + 1),
    );
    const { db } = (kept.keeper as unknown as { store: { db: Database } }).store;
    db.run("PRAGMA shrink_memory"); // a larger one would not be in memory as a whole
    kept.minutes(1);
    expect(kept.keeper.trouble).toBeUndefined();
    await until(isRescued(kept));
    expect(kept.stored("item1", START)).toBeGreaterThan(200);
  });

  test("what fails without a reason is looked at: damage that no minute meets is found", () => {
    using kept = running();
    garble(kept.file, [pagesIn(kept.file)]);
    const other = new Database(kept.file);
    other.run("CREATE TRIGGER full BEFORE INSERT ON bucket BEGIN SELECT RAISE(ABORT, 'no such thing'); END");
    other.close();
    kept.minutes(1);
    expect(kept.said).toEqual([expect.stringMatching(/^data\.lite: is damaged \(.+\); moved to /s)]);
    expect(kept.stored()).toBe(1);
  });

  test("again and again: the three largest are kept, and what was in the first is not lost", async () => {
    using kept = running();
    for (let i = 0; i < 6; i++) {
      kept.keeper.failed(new DamagedError("data.lite: is damaged"));
      kept.minutes(1, 50);
      expect(kept.stored("i0", kept.clock.now_s() - 60)).toBe(1);
      await until(isRescued(kept));
    }
    expect(asides(kept)).toHaveLength(3);
    const sizes = asides(kept).map((name) => statSync(`${kept.dir}/var/${name}`).size);
    expect(Math.max(...sizes)).toBe(statSync(stopped.file).size);
    expect(kept.said.filter((line) => line.includes("removed, for it is the smallest"))).toHaveLength(3);
  });

  test("stopped in the middle of it, the next start goes on", async () => {
    using kept = running();
    garble(kept.file, [pagesIn(kept.file)]);
    kept.keeper.failed(new DamagedError("data.lite: is damaged"));
    kept.minutes(1);
    kept.keeper.close();
    expect(kept.keeper.damage).toContain("it is being read");
    // The damaged one is where the first one has put it.
    using next = new Kept({ prepare: (file) => copyDatabase(kept.file, file), now_s: kept.clock.now_s() });
    await until(isRescued(next));
    expect(next.keeper.damage).toMatch(/saved .*rows/);
    expect(next.stored("item1", START)).toBeGreaterThan(200);
  });
});
