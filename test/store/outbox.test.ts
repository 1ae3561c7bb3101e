import { describe, expect, test } from "bun:test";
import { OUTBOX_EVENTS_MAX } from "../../src/core/limits.ts";
import { ClientStore } from "../../src/store/client-store.ts";
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

  test("has a bound: the oldest go first", () => {
    withStore((store) => {
      const all = Array.from({ length: OUTBOX_EVENTS_MAX + 10 }, (_, i) => i);
      put(store, ...all);
      expect(store.outbox.size()).toBe(OUTBOX_EVENTS_MAX);
      expect(waiting(store, 1)).toEqual([10]);
    });
  });
});
