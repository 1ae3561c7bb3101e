import { Database } from "bun:sqlite";
import { expect, setDefaultTimeout, test } from "bun:test";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dropSurplus, moveAside } from "../../src/store/aside.ts";
import { ClientStore } from "../../src/store/client-store.ts";
import { garble, makeDatabase, pagesIn } from "./damage.ts";
import { START, TIERS, tick, withDirectory } from "./fixture.ts";

setDefaultTimeout(30_000); // three days of minutes are made first, on a machine that may be busy

test("two of the same second have two names", () => {
  withDirectory((dir) => {
    const file = `${dir}/data.lite`;
    const names = Array.from({ length: 3 }, (_, i) => {
      writeFileSync(file, String(i));
      return moveAside(file, START + 0.7);
    });
    const first = `${file}.damaged-2026-11-01T00:00:00Z`;
    expect(names).toEqual([first, `${first}-2`, `${first}-3`]);
    expect(names.map((name) => readFileSync(name ?? "", "utf8"))).toEqual(["0", "1", "2"]);
  });
});

test("closing it writes nothing into what was moved, nor takes the new one's log away", () => {
  withDirectory((dir) => {
    const file = `${dir}/data.lite`;
    const old = new ClientStore(file, TIERS);
    tick(old, START, { a: 1 });
    garble(
      `${file}-wal`,
      Array.from({ length: pagesIn(`${file}-wal`) }, (_, i) => i + 1),
    );
    const before = [file, `${file}-wal`].map((name) => Bun.hash(readFileSync(name)));
    const aside = moveAside(file, START, () => old.close()) ?? "";
    expect([aside, `${aside}-wal`].map((name) => Bun.hash(readFileSync(name)))).toEqual(before);
    expect(readdirSync(dir)).toHaveLength(2);
    const store = new ClientStore(file, TIERS);
    tick(store, START, { a: 1 });
    Bun.gc(true); // what was not closed would be now
    expect(existsSync(`${file}-wal`)).toBe(true);
    store.close();
    expect(new Database(file).query("SELECT count(*) AS n FROM bucket").get()).toEqual({ n: 1 });
  });
});

test("what was moved is a database that SQLite opens, if it is whole", () => {
  withDirectory((dir) => {
    const { file } = makeDatabase(dir, { killed: true });
    const aside = moveAside(file, START) ?? "";
    const db = new Database(aside);
    expect(db.query("PRAGMA integrity_check").values()).toEqual([["ok"]]);
    expect(db.query("SELECT count(*) FROM outbox").values()).toEqual([[40]]);
    db.close();
  });
});

test("of damaged files the three largest stay, and those that are needed", () => {
  withDirectory((dir) => {
    const file = `${dir}/data.lite`;
    const make = (day: number, bytes: number) => {
      writeFileSync(`${file}.damaged-2026-11-0${day}T00:00:00Z`, Buffer.alloc(bytes));
      writeFileSync(`${file}.damaged-2026-11-0${day}T00:00:00Z-wal`, Buffer.alloc(9999));
    };
    for (const [day, bytes] of [50, 9, 30, 1, 40].entries()) make(day + 1, bytes);
    for (const other of ["data.lite", "data.lite.damage", "server.lite.damaged-2026-11-01T00:00:00Z"])
      writeFileSync(`${dir}/${other}`, "");
    const names = (days: number[]) => days.map((day) => `${file}.damaged-2026-11-0${day}T00:00:00Z`);
    expect(dropSurplus(file, names([4]))).toEqual(names([2]));
    expect(dropSurplus(file, [])).toEqual(names([4]));
    expect(dropSurplus(file, [])).toEqual([]);
    const left = names([1, 3, 5]).flatMap((name) => [name, `${name}-wal`]);
    expect(readdirSync(dir).filter((name) => name.startsWith("data.lite.damaged"))).toHaveLength(left.length);
    expect(readdirSync(dir)).toHaveLength(left.length + 3);
  });
});
