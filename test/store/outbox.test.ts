import { Database } from "bun:sqlite";
import { describe, expect, test } from "bun:test";
import { ClientStore } from "../../src/store/client-store.ts";
import { DamagedError } from "../../src/store/database.ts";
import { eventOf, HOST, START, TIERS, withDirectory, withStore } from "./fixture.ts";

function put(store: ClientStore, ...numbers: number[]): void {
  store.tick([{ host: HOST, time_s: START, values: new Map(), events: numbers.map((n) => eventOf(n)) }], START);
}
const waiting = (store: ClientStore, count = 100) => store.outbox.first(count).map(({ value }) => value);

describe("outbox", () => {
  test("in the order in which they happened, whole", () => {
    withStore((store) => {
      put(store, 3, 1);
      put(store, 2);
      expect(waiting(store)).toEqual([3, 1, 2]);
      expect(waiting(store, 2)).toEqual([3, 1]);
      expect(store.outbox.first(1)).toEqual([eventOf(3)]);
      expect(store.outbox.size()).toBe(3);
    });
  });

  test("each id once", () => {
    withStore((store) => {
      put(store, 1, 1);
      put(store, 1);
      expect(waiting(store)).toEqual([1]);
    });
  });

  test("what is confirmed goes, in whatever order; the unknown is no error", () => {
    withStore((store) => {
      put(store, 1, 2, 3);
      store.outbox.confirm([eventOf(3).id, eventOf(1).id, "nobody", "' OR 1=1 --"]);
      expect(waiting(store)).toEqual([2]);
      store.outbox.confirm([]);
      expect(waiting(store)).toEqual([2]);
    });
  });

  test("outlives a restart", () => {
    withDirectory((dir) => {
      const before = new ClientStore(`${dir}/data.lite`, TIERS);
      put(before, 1, 2);
      before.close();
      const after = new ClientStore(`${dir}/data.lite`, TIERS);
      put(after, 3);
      expect(waiting(after)).toEqual([1, 2, 3]);
      after.close();
    });
  });

  test("of some hosts nothing is given, whatever the texts of others say", () => {
    withStore((store) => {
      const other = { host: "other", text: `"host":"${HOST}"` };
      const events = [eventOf(1), eventOf(2, other), eventOf(3), eventOf(4, { host: `${HOST}.de` })];
      store.tick([{ host: HOST, time_s: START, values: new Map(), events }], START);
      const given = (...except: string[]) => store.outbox.first(9, except).map(({ value }) => value);
      expect([given(), given(HOST), given("other", HOST), given("host")]).toEqual([
        [1, 2, 3, 4],
        [2, 4],
        [4],
        [1, 2, 3, 4],
      ]);
    });
  });

  test("is read page by page", () => {
    withStore((store) => {
      put(store, 3, 1, 4, 2, 5);
      const pages = [...store.outbox.pages(2)].map((events) => events.map(({ value }) => value));
      expect(pages).toEqual([[3, 1], [4, 2], [5]]);
    });
  });

  test("drops all that is asked for, or nothing", () => {
    withStore((store) => {
      put(store, 1, 2, 3);
      expect(store.outbox.drop([1, 9].map((n) => eventOf(n).id))).toBe(false);
      expect(waiting(store)).toEqual([1, 2, 3]);
      expect(store.outbox.drop([1, 3].map((n) => eventOf(n).id))).toBe(true);
      expect(waiting(store)).toEqual([2]);
    });
  });

  test("keeps the newest, however many are gone between them", () => {
    withStore((store) => {
      put(store, 1, 2, 3, 4, 5);
      store.outbox.confirm([3, 4].map((n) => eventOf(n).id));
      expect(store.outbox.keepNewest(3)).toBe(0);
      expect(store.outbox.keepNewest(2)).toBe(1);
      expect(waiting(store)).toEqual([2, 5]);
    });
  });

  test("an event that does not read is damage", () => {
    withStore((store) => {
      put(store, 1);
      const db = new Database(store.file);
      db.run("UPDATE outbox SET event = '{'");
      db.close(true);
      expect(() => store.outbox.first(1)).toThrow(DamagedError);
    });
  });
});
