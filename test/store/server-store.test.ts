import { describe, expect, test } from "bun:test";
import * as fc from "fast-check";
import type { Event } from "../../src/core/event.ts";
import { type EventQuery, ServerStore } from "../../src/store/server-store.ts";
import { eventOf, HOST, START, withDirectory } from "./fixture.ts";

function withServer(use: (store: ServerStore, reopen: () => ServerStore) => void): void {
  withDirectory((dir) => {
    let store = new ServerStore(`${dir}/server.lite`);
    use(store, () => {
      store.close();
      store = new ServerStore(`${dir}/server.lite`);
      return store;
    });
    store.close();
  });
}
const values = (store: ServerStore, query: EventQuery = {}) => [...store.events(query)].map(({ value }) => value);

describe("events", () => {
  test("each id once, however often it is sent", () => {
    withServer((store) => {
      store.addEvents([eventOf(1), eventOf(2)], START);
      store.addEvents([eventOf(2, { value: 99 }), eventOf(3), eventOf(3)], START);
      expect(values(store)).toEqual([3, 2, 1]);
    });
  });

  test("whole, as they were", () => {
    withServer((store) => {
      const all = [eventOf(3, { value: null }), eventOf(2, { text: "sda", reason: ">90% (work.conf:41)" }), eventOf(1)];
      store.addEvents(all, START);
      expect([...store.events({})]).toEqual(all);
    });
  });

  test("newest first by time, whenever they came; of the same time the last that came", () => {
    withServer((store) => {
      store.addEvents([eventOf(5), eventOf(1), eventOf(7, { time: START + 5 }), eventOf(3)], START);
      expect(values(store)).toEqual([7, 5, 3, 1]);
    });
  });

  test.each<[string, EventQuery, number[]]>([
    ["all", {}, [5, 4, 3, 2, 1]],
    ["of a host", { host: "ups" }, [4, 2]],
    ["of an item", { item: "uptime" }, [4, 3]],
    ["of both", { host: "ups", item: "uptime" }, [4]],
    ["since", { since_s: START + 3 }, [5, 4, 3]],
    ["so many", { count: 2 }, [5, 4]],
    ["none", { count: 0 }, []],
    ["so many of a host", { host: HOST, count: 2 }, [5, 3]],
    ["of nobody", { host: "nobody" }, []],
    ["of a hostile name", { host: "' OR 1=1 --" }, []],
  ])("%s", (_, query, wanted) => {
    withServer((store) => {
      store.addEvents(
        [
          eventOf(1),
          eventOf(2, { host: "ups" }),
          eventOf(3, { item: "uptime" }),
          eventOf(4, { host: "ups", item: "uptime" }),
          eventOf(5),
        ],
        START,
      );
      expect(values(store, query)).toEqual(wanted);
    });
  });

  test("many thousands, over all pages, also when they are of the same second", () => {
    withServer((store) => {
      fc.assert(
        fc.property(
          fc.integer({ min: 490, max: 1700 }),
          fc.integer({ min: 1, max: 2000 }),
          fc.nat(1700),
          (count, same, left) => {
            store.dropEvents(Number.MAX_SAFE_INTEGER);
            const time = (n: number) => START + Math.floor(n / same);
            store.addEvents(
              Array.from({ length: count }, (_, n) => eventOf(n, { time: time(n) })),
              START,
            );
            const wanted = Array.from({ length: count }, (_, n) => count - 1 - n);
            expect(values(store)).toEqual(wanted);
            expect(values(store, { count: left })).toEqual(wanted.slice(0, left));
          },
        ),
        { numRuns: 10 },
      );
    });
  });

  test("what comes while they are read is no obstacle", () => {
    withServer((store) => {
      store.addEvents(
        Array.from({ length: 1200 }, (_, n) => eventOf(n)),
        START,
      );
      let seen = 0;
      for (const _ of store.events({})) if (seen++ === 600) store.addEvents([eventOf(5000)], START);
      expect(seen).toBe(1200);
    });
  });

  test("old ones are forgotten", () => {
    withServer((store) => {
      // Whose clock is years off is no reason to forget at once, nor never.
      store.addEvents([eventOf(1, { time: 0 }), eventOf(2, { time: START * 2 })], START + 2);
      store.addEvents([eventOf(3)], START + 3);
      store.addEvents([eventOf(4, { time: 5 })], START + 4);
      expect(store.dropEvents(START + 2)).toBe(0);
      expect(store.dropEvents(START + 3)).toBe(2);
      expect(values(store)).toEqual([3, 4]);
      expect(store.dropEvents(START + 9)).toBe(2);
      expect(values(store)).toEqual([]);
    });
  });

  test("all or nothing", () => {
    withServer((store) => {
      const bad = { ...eventOf(2), time: "soon" } as unknown as Event;
      expect(() => store.addEvents([eventOf(1), bad], START)).toThrow();
      expect(values(store)).toEqual([]);
    });
  });
});

test("of each host the last report, also after a restart", () => {
  withServer((store, reopen) => {
    const report = (host: string, received: number) => ({ host, received, about: "{}", state: `{"n":${received}}` });
    store.keepReports([report("a", 1), report("b", 2)]);
    store.keepReports([report("a", 3)]);
    expect(reopen().reports()).toEqual(expect.arrayContaining([report("a", 3), report("b", 2)]));
    const again = reopen();
    again.retainReports(new Set(["b", "c"]));
    expect(again.reports()).toEqual([report("b", 2)]);
  });
});
