// A database that somebody removes, moves or replaces while the daemon has it open.

import { Database } from "bun:sqlite";
import { expect, setDefaultTimeout, test } from "bun:test";
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { ClientStore } from "../../src/store/client-store.ts";
import { eventOf, HOST, START, TIERS } from "../store/fixture.ts";
import { Kept } from "./kept.ts";

setDefaultTimeout(30_000);

const names = (kept: Kept) => readdirSync(`${kept.dir}/var`).sort();
const open = ["data.lite", "data.lite-shm", "data.lite-wal"];
const integrity = (file: string) => {
  const db = new Database(file, { readonly: true });
  try {
    return db.query("PRAGMA integrity_check").values();
  } finally {
    db.close(true);
  }
};
/** What a start finds in the file, when the daemon is gone. */
function found(kept: Kept): { events: string[]; levels: string[] } {
  kept.keeper.close();
  const store = new ClientStore(kept.file, TIERS);
  try {
    return {
      events: store.outbox.first(100).map(({ id }) => id),
      levels: store
        .levels()
        .map(({ item }) => item)
        .sort(),
    };
  } finally {
    store.close();
  }
}

test.each<[string, (kept: Kept) => void]>([
  ["removed", (kept) => rmSync(kept.file)],
  ["moved", (kept) => renameSync(kept.file, `${kept.dir}/elsewhere`)],
  [
    "removed with its log",
    (kept) => {
      for (const name of open) rmSync(`${kept.dir}/var/${name}`);
    },
  ],
  ["removed with its directory", (kept) => rmSync(`${kept.dir}/var`, { recursive: true })],
])("one that is %s is written back in the next minute, with all that it had", (_, take) => {
  using kept = new Kept();
  kept.levels = [{ host: HOST, item: "i0", level: "sick", since: START }];
  kept.minutes(3, 2, [eventOf(1)]);
  take(kept);
  kept.minutes(1);
  expect(kept.said).toEqual(["data.lite: was removed while it was in use; it is written back with all that it had"]);
  expect(kept.keeper.damage).toBe("data.lite was removed while it was in use; it is written back with all that it had");
  expect(kept.keeper.trouble).toBeUndefined();
  expect(names(kept)).toEqual(open);
  kept.minutes(2);
  expect(kept.stored()).toBe(6);
  expect(kept.said).toHaveLength(1);
  expect(found(kept)).toEqual({ events: [eventOf(1).id], levels: ["cpu_load", "i0"] });
  expect(integrity(kept.file)).toEqual([["ok"]]);
});

test.each<[string, boolean]>([
  ["beside the log of the one before", false],
  ["which has its own log", true],
])("another one that is put in its place is taken over, %s, and what it had is aside", (_, hasLog) => {
  using kept = new Kept();
  kept.levels = [{ host: HOST, item: "i0", level: "sick", since: START }];
  kept.minutes(3, 2, [eventOf(1)]);
  const other = `${kept.dir}/other.lite`;
  const store = new ClientStore(other, TIERS);
  const time_s = kept.begin_s - 600;
  store.tick([{ host: HOST, time_s, values: new Map([["i0", 77]]), events: [] }], time_s);
  if (hasLog) {
    for (const suffix of ["", "-wal"]) writeFileSync(`${kept.dir}/copy${suffix}`, readFileSync(other + suffix));
    for (const suffix of ["", "-wal"]) renameSync(`${kept.dir}/copy${suffix}`, kept.file + suffix);
    rmSync(`${kept.file}-shm`);
  }
  store.close();
  if (!hasLog) renameSync(other, kept.file);
  kept.minutes(2);
  const aside = names(kept).find((name) => name.includes(".replaced-")) ?? "";
  expect(kept.said).toEqual([
    `data.lite: was replaced while it was in use; the other file is taken over, what it had is in ${kept.dir}/var/${aside}`.replace(
      `${kept.dir}/var/`,
      "",
    ),
  ]);
  expect(kept.keeper.damage).toEndWith(` what it had is in ${aside}`);
  expect(names(kept)).toEqual([...open, aside].sort());
  expect(kept.stored("i0", time_s)).toBe(3);
  expect(integrity(`${kept.dir}/var/${aside}`)).toEqual([["ok"]]);
  // No event is lost, and no level of before comes back.
  expect(found(kept)).toEqual({ events: [eventOf(1).id], levels: ["cpu_load", "i0"] });
  expect(integrity(kept.file)).toEqual([["ok"]]);
});

test("what is put in its place and is none is moved aside, as at a start", () => {
  using kept = new Kept();
  kept.minutes(2);
  rmSync(kept.file);
  writeFileSync(kept.file, "What is this?\n".repeat(1000));
  kept.minutes(1);
  expect(kept.said[0]).toContain("was replaced while it was in use");
  expect(kept.said[1]).toContain("is damaged or no database; moved to data.lite.damaged-");
  expect(kept.stored()).toBe(1);
});

test("where it cannot be put back it is written where it is, and that is told until it can be", () => {
  using kept = new Kept();
  kept.minutes(2);
  rmSync(`${kept.dir}/var`, { recursive: true });
  writeFileSync(`${kept.dir}/var`, "a file where the directory was");
  kept.minutes(3);
  expect(kept.said).toEqual([
    expect.stringMatching(/^data\.lite: is not in its place any more, and cannot be put back: /),
  ]);
  expect(kept.keeper.damage).toContain("data.lite is not in its place any more");
  expect(kept.stored()).toBe(5);
  rmSync(`${kept.dir}/var`);
  kept.minutes(1);
  expect(existsSync(kept.file)).toBe(true);
  expect(kept.said).toHaveLength(2);
  expect(kept.stored()).toBe(6);
});
