import { describe, expect, test } from "bun:test";
import * as fc from "fast-check";
import type { Event } from "../../src/core/event.ts";
import type { EventCursor } from "../../src/core/event-filter.ts";
import type { EventSearch, SearchEnd } from "../../src/store/event-search.ts";
import { ServerStore } from "../../src/store/server-store.ts";
import { eventOf, JUDGEMENT, START } from "./fixture.ts";

function withEvents<T>(events: readonly Event[], use: (store: ServerStore) => T): T {
  const store = new ServerStore(":memory:");
  add(store, events);
  try {
    return use(store);
  } finally {
    store.close();
  }
}

function add(store: ServerStore, events: readonly Event[]): void {
  const dated = events.map((event) => ({ event, at: event.time }));
  store.addEvents(dated, START, JUDGEMENT);
}

const ANY: EventSearch = { isMeant: () => true, readsWords: false, count: 1000, looks: 100_000 };

/** What a search finds, how it ended, and in how many stretches. */
function found(store: ServerStore, search: Partial<EventSearch>): SearchEnd & { values: number[]; stretches: number } {
  const rows = store.search({ ...ANY, ...search });
  const values: number[] = [];
  let stretches = 0;
  for (;;) {
    const { value, done } = rows.next();
    if (done) return { values, stretches, ...value };
    if (value) values.push(Number(value.event.value));
    else stretches++;
  }
}

const hosts = ["a", "b", "c"];
const items = ["x", "y"];
const levels = ["fine", "soso", "sick"];
const made = fc.array(
  fc.record({
    host: fc.constantFrom(...hosts),
    item: fc.constantFrom(...items),
    level: fc.constantFrom(...levels),
    time: fc.integer({ min: START, max: START + 12 }),
    text: fc.option(fc.constantFrom("nfs is slow", "NFS", "", "disk"), { nil: undefined }),
  }),
  { maxLength: 60, size: "max" },
);
const asked = fc.record({
  hosts: fc.option(fc.subarray(hosts), { nil: undefined }),
  item: fc.option(fc.constantFrom(...items), { nil: undefined }),
  level: fc.option(fc.constantFrom(...levels), { nil: undefined }),
  word: fc.option(fc.constant("nfs"), { nil: undefined }),
  from_s: fc.option(fc.integer({ min: START - 1, max: START + 13 }), { nil: undefined }),
  to_s: fc.option(fc.integer({ min: START - 1, max: START + 13 }), { nil: undefined }),
  count: fc.integer({ min: 1, max: 9 }),
  looks: fc.integer({ min: 1, max: 40 }),
});

describe("a search", () => {
  test("page by page is all that a look at each event finds, newest first or oldest first", () => {
    fc.assert(
      fc.property(made, asked, fc.boolean(), (all, { word, level, ...query }, forwards) => {
        const events = all.map((each, i) => eventOf(i, { ...each, value: i }));
        const isMeant = (event: Pick<Event, "host" | "level"> & { text?: string | null }) =>
          (query.hosts?.includes(event.host) ?? true) &&
          (level ?? event.level) === event.level &&
          (word === undefined || (event.text ?? "").toLowerCase().includes(word));
        const { from_s = 0, to_s = Infinity, item } = query;
        const wanted = events
          .map((event, seq) => ({ event, seq }))
          .filter(({ event }) => isMeant(event) && (item ?? event.item) === event.item)
          .filter(({ event }) => event.time >= from_s && event.time < to_s)
          .sort((a, b) => b.event.time - a.event.time || b.seq - a.seq)
          .map(({ seq }) => seq);
        withEvents(events, (store) => {
          const pages: number[] = [];
          // From before all of them, for there may be none to begin behind.
          let cursor: EventCursor | undefined = forwards ? { at_s: 0, id: "none" } : undefined;
          for (let round = 0; round <= events.length + 1; round++) {
            const place: Partial<EventSearch> = forwards ? { after: cursor } : { before: cursor };
            const page = found(store, { ...query, isMeant, readsWords: word !== undefined, ...place });
            expect(page.values.length).toBeLessThanOrEqual(query.count);
            expect(page.looked).toBeLessThanOrEqual(query.looks);
            pages.push(...page.values);
            cursor = page.goOn;
            if (!cursor) break;
          }
          expect(cursor).toBeUndefined();
          expect(forwards ? pages.toReversed() : pages).toEqual(wanted);
        });
      }),
      { numRuns: 150 },
    );
  });

  test("goes on exactly while new events come, also where many are of one second", () => {
    const at = (n: number) => eventOf(n, { time: START + Math.floor(n / 50) });
    withEvents(
      Array.from({ length: 200 }, (_, n) => at(n)),
      (store) => {
        const first = found(store, { count: 70 });
        add(store, [eventOf(500, { time: START + 900 }), eventOf(501, { time: START + 3 })]); // the second came late
        const second = found(store, { count: 200, before: first.goOn });
        expect([...first.values, ...second.values]).toEqual(Array.from({ length: 200 }, (_, n) => 199 - n));
        expect(second.goOn).toBeUndefined();
        const newer = found(store, { after: first.goOn });
        expect(newer.values).toEqual([...first.values.slice(0, -1).toReversed(), 501, 500].sort(byTime));
      },
    );
    function byTime(a: number, b: number): number {
      const timeOf = (n: number) => (n === 500 ? 900 : n === 501 ? 3 : Math.floor(n / 50));
      return timeOf(a) - timeOf(b) || a - b;
    }
  });

  test("that finds nothing gives others their turn, ends after so many, and says where", () => {
    withEvents(
      Array.from({ length: 2600 }, (_, n) => eventOf(n)),
      (store) => {
        const none = found(store, { isMeant: () => false, looks: 2000 });
        expect(none).toMatchObject({ values: [], looked: 2000, gaveUp: true, goOn: { at_s: START + 600 } });
        expect(none.stretches).toBeGreaterThanOrEqual(4);
        const rest = found(store, { isMeant: () => false, looks: 2000, before: none.goOn });
        expect(rest).toMatchObject({ values: [], looked: 600, gaveUp: false });
        expect(rest.goOn).toBeUndefined();
      },
    );
  });

  test("a few hosts need not be looked for among all others", () => {
    withEvents(
      Array.from({ length: 1000 }, (_, n) =>
        eventOf(n, { host: n % 250 === 0 ? "rare" : n % 300 === 0 ? "odd" : "h" }),
      ),
      (store) => {
        const isMeant = ({ host }: { host: string }) => host !== "h";
        const few = found(store, { hosts: ["rare", "odd", "nobody"], isMeant });
        expect(few).toMatchObject({ values: [900, 750, 600, 500, 300, 250, 0], looked: 7 });
        const many = Array.from({ length: 40 }, (_, n) => `none${n}`);
        expect(found(store, { hosts: ["rare", ...many], isMeant })).toMatchObject({ looked: 1000 });
      },
    );
  });

  test("the place of an event that was forgotten is found by its time", () => {
    withEvents([eventOf(1), eventOf(2), eventOf(4)], (store) => {
      const gone = { at_s: START + 3, id: "forgotten-by-now" };
      expect(found(store, { before: gone }).values).toEqual([2, 1]);
      expect(found(store, { after: gone }).values).toEqual([4]);
    });
  });

  test("no sort: each way to look has an index that is in order", () => {
    withEvents([], (store) => {
      const db = Reflect.get(store, "db");
      const plan = (where: string) =>
        db.query(`EXPLAIN QUERY PLAN SELECT * FROM event WHERE ${where} ORDER BY at DESC, seq DESC LIMIT 9`).all();
      const place = "(at, seq) < (9, 9) AND at >= 0";
      for (const where of ["", " AND host = 'a'", " AND item = 'x'", " AND host = 'a' AND item = 'x'"])
        expect(JSON.stringify(plan(place + where))).not.toContain("TEMP B-TREE");
    });
  });
});
