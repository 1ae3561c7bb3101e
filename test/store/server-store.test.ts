import type { Database } from "bun:sqlite";
import { describe, expect, test } from "bun:test";
import { readdirSync, statSync } from "node:fs";
import * as fc from "fast-check";
import type { Event } from "../../src/core/event.ts";
import { openDatabase, StoreError } from "../../src/store/database.ts";
import { type EventQuery, SERVER_SCHEMA, ServerStore } from "../../src/store/server-store.ts";
import { eventOf, HOST, JUDGEMENT, START, withDirectory } from "./fixture.ts";

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
/** As of clients whose clocks are right. */
const dated = (...events: Event[]) => events.map((event) => ({ event, at: event.time }));
const values = (store: ServerStore, query: EventQuery = {}) => [...store.events(query)].map(({ value }) => value);

describe("events", () => {
  test("each id once, however often it is sent", () => {
    withServer((store) => {
      expect(store.addEvents(dated(eventOf(1), eventOf(2)), START, JUDGEMENT)).toHaveLength(2);
      expect(store.addEvents(dated(eventOf(2, { value: 99 }), eventOf(3), eventOf(3)), START, JUDGEMENT)).toHaveLength(
        1,
      );
      expect(values(store)).toEqual([3, 2, 1]);
    });
  });

  test("whole, as they were", () => {
    withServer((store) => {
      const all = [
        eventOf(3, { value: null }),
        eventOf(2, { text: "sda", reason: ">90% (work.conf:41)", flapping: "start" }),
        eventOf(1),
      ];
      store.addEvents(dated(...all), START, JUDGEMENT);
      expect([...store.events({})]).toEqual(all);
    });
  });

  test("newest first by time, whenever they came; of the same time the last that came", () => {
    withServer((store) => {
      store.addEvents(dated(eventOf(5), eventOf(1), eventOf(7, { time: START + 5 }), eventOf(3)), START, JUDGEMENT);
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
        dated(
          eventOf(1),
          eventOf(2, { host: "ups" }),
          eventOf(3, { item: "uptime" }),
          eventOf(4, { host: "ups", item: "uptime" }),
          eventOf(5),
        ),
        START,
        JUDGEMENT,
      );
      expect(values(store, query)).toEqual(wanted);
    });
  });

  test("many thousands, over all pages, also when they are of the same second", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 490, max: 1700 }),
        fc.integer({ min: 1, max: 2000 }),
        fc.nat(1700),
        (count, same, left) => {
          withServer((store) => {
            const time = (n: number) => START + Math.floor(n / same);
            store.addEvents(
              dated(...Array.from({ length: count }, (_, n) => eventOf(n, { time: time(n) }))),
              START,
              JUDGEMENT,
            );
            const wanted = Array.from({ length: count }, (_, n) => count - 1 - n);
            expect(values(store)).toEqual(wanted);
            expect(values(store, { count: left })).toEqual(wanted.slice(0, left));
          });
        },
      ),
      { numRuns: 10 },
    );
  });

  test("what comes while they are read is no obstacle", () => {
    withServer((store) => {
      store.addEvents(dated(...Array.from({ length: 1200 }, (_, n) => eventOf(n))), START, JUDGEMENT);
      let seen = 0;
      for (const _ of store.events({})) if (seen++ === 600) store.addEvents(dated(eventOf(5000)), START, JUDGEMENT);
      expect(seen).toBe(1200);
    });
  });

  test("old ones are forgotten", () => {
    withServer((store) => {
      // Whose clock is years off is no reason to forget at once, nor never.
      store.addEvents(dated(eventOf(1, { time: 0 }), eventOf(2, { time: START * 2 })), START + 2, JUDGEMENT);
      store.addEvents(dated(eventOf(3)), START + 3, JUDGEMENT);
      store.addEvents(dated(eventOf(4, { time: 5 })), START + 4, JUDGEMENT);
      expect(store.dropEvents(START + 2)).toBe(0);
      expect(store.dropEvents(START + 3)).toBe(2);
      expect(values(store)).toEqual([3, 4]);
      expect(store.dropEvents(START + 9)).toBe(2);
      expect(values(store)).toEqual([]);
    });
  });

  test.each([
    [3, 3],
    [900, 10],
    [3000, 30],
  ])("of %p old ones at most %p at once, the first to come first: our clock may be wrong", (count, atOnce) => {
    withServer((store) => {
      // Those that came first are not those that were stored first, where our clock went back.
      for (const late of [1, 0]) {
        const half = Array.from({ length: count }, (_, n) => eventOf(n)).filter((_, n) => n % 2 === late);
        store.addEvents(dated(...half), START + late, JUDGEMENT);
      }
      store.addEvents(dated(eventOf(9000)), START + 9, JUDGEMENT);
      expect(store.dropEvents(START + 5)).toBe(atOnce);
      const left = new Set(values(store));
      const gone = Array.from({ length: count }, (_, n) => n).filter((n) => !left.has(n));
      expect(gone).toEqual(Array.from({ length: atOnce }, (_, n) => (count === 3 ? n : 2 * n)));
    });
  });

  test("are ordered and asked for by our clock, and keep their own time", () => {
    withServer((store) => {
      const ahead = Array.from({ length: 30 }, (_, n) => eventOf(100 + n, { time: 4_000_000_000 + n }));
      store.addEvents(
        ahead.map((event) => ({ event, at: START })),
        START,
        JUDGEMENT,
      );
      store.addEvents(dated(eventOf(1), eventOf(2)), START + 2, JUDGEMENT);
      expect(values(store, { count: 2 })).toEqual([2, 1]);
      expect(values(store, { since_s: START + 1 })).toEqual([2, 1]);
      expect([...store.events({ count: 3 })][2]?.time).toBe(4_000_000_029);
    });
  });

  test("one that was confirmed outlives a power cut", () => {
    withServer((store) => {
      const { db } = store as unknown as { db: Database };
      expect(db.query("PRAGMA synchronous").get()).toEqual({ synchronous: 2 }); // FULL
    });
  });

  test("all or nothing", () => {
    withServer((store) => {
      const bad = { event: eventOf(2), at: "soon" as unknown as number };
      expect(() => store.addEvents([...dated(eventOf(1)), bad], START, JUDGEMENT)).toThrow(StoreError);
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

test("one of an older schema is migrated, and has what it had", () => {
  withDirectory((dir) => {
    const file = `${dir}/server.lite`;
    const old = openDatabase(file, SERVER_SCHEMA.slice(0, 1), "FULL");
    old.run(
      `INSERT INTO event (id, time, host, item, level, prev, value, at, received)
       VALUES ('event-1', 1, 'mars', 'cpu_load', 'sick', 'fine', 3, 1, 1)`,
    );
    old.close();
    const store = new ServerStore(file);
    expect([...store.events({})]).toEqual([
      { id: "event-1", time: 1, host: "mars", item: "cpu_load", level: "sick", prev: "fine", value: 3 },
    ]);
    store.addEvents([{ event: eventOf(2, { flapping: "start" }), at: START }], START, JUDGEMENT);
    expect([...store.events({ count: 1 })]).toMatchObject([{ flapping: "start" }]);
    store.close();
  });
});

test("nobody else may read it: messages that wait have links that act", () => {
  withDirectory((dir) => {
    const store = new ServerStore(`${dir}/server.lite`);
    store.addEvents(dated(eventOf(1)), START, JUDGEMENT);
    const modes = readdirSync(dir).map((name) => (statSync(`${dir}/${name}`).mode & 0o777).toString(8));
    expect(modes).toEqual(["600", "600", "600"]);
    store.close();
  });
});
