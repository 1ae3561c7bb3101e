import { Database } from "bun:sqlite";
import { describe, expect, setDefaultTimeout, spyOn, test } from "bun:test";
import * as fc from "fast-check";
import { KEYS } from "../../src/config/keys.ts";
import { bucketStart, type Tier } from "../../src/core/consolidation.ts";
import { asKept } from "../../src/core/kept-range.ts";
import { SERIES_PER_HOST_MAX } from "../../src/core/limits.ts";
import { Buckets, stretchOf } from "../../src/store/buckets.ts";
import { ClientStore } from "../../src/store/client-store.ts";
import { StoreError } from "../../src/store/database.ts";
import type { HistoryRow } from "../../src/store/history.ts";
import { HOST, read, START, stored, TIERS, tick, total, withDirectory, withStore, zap } from "./fixture.ts";

setDefaultTimeout(30_000); // days of minutes are made, on a machine that may be busy

const HOUR = 3600;
const DAY = 86_400;

const average = (rows: readonly HistoryRow[]) => rows.map(({ time_s, buckets }) => [time_s - START, buckets[0]?.avg]);

describe("one item", () => {
  test("a minute is a row at its start", () => {
    withStore((store) => {
      tick(store, START + 7.5, { a: 5 });
      tick(store, START + 61, { a: 7 });
      expect(read(store, ["a"], START, START + 120, 60)).toEqual([
        { time_s: START, buckets: [{ avg: 5, min: 5, max: 5, count: 1 }] },
        { time_s: START + 60, buckets: [{ avg: 7, min: 7, max: 7, count: 1 }] },
      ]);
    });
  });

  test("two readings in a minute are one row", () => {
    withStore((store) => {
      tick(store, START, { a: 5 });
      tick(store, START + 30, { a: 7 });
      expect(read(store, ["a"], START, START + 60, 60)).toEqual([
        { time_s: START, buckets: [{ avg: 6, min: 5, max: 7, count: 2 }] },
      ]);
    });
  });

  test("a spike of a minute is seen in every coarser row", () => {
    withStore((store) => {
      for (let i = 0; i < 300; i++) tick(store, START + i * 60, { a: i === 100 ? 1000 : 1 });
      for (const bucket_s of [60, 600, HOUR, 4 * HOUR]) {
        expect(total(read(store, ["a"], START, START + 300 * 60, bucket_s))).toMatchObject({
          max: 1000,
          min: 1,
          count: 300,
        });
      }
    });
  });

  test("a gap stays a gap", () => {
    withStore((store) => {
      for (const minute of [0, 1, 2, 60, 61]) tick(store, START + minute * 60, { a: minute });
      const to = START + 3 * HOUR;
      tick(store, to, { b: 1 });
      expect(average(read(store, ["a"], START, to, 600))).toEqual([
        [0, 1],
        [HOUR, 60.5],
      ]);
    });
  });

  test("what is no number is not stored", () => {
    withStore((store) => {
      tick(store, START, { a: Number.NaN, b: Number.POSITIVE_INFINITY, c: 1 });
      expect(read(store, ["a", "b", "c"], START, START + 60, 60)).toEqual([
        { time_s: START, buckets: [undefined, undefined, { avg: 1, min: 1, max: 1, count: 1 }] },
      ]);
      tick(store, START + 60, { a: Number.NaN });
      expect(stored(store, 60)).toEqual([START]);
    });
  });

  test("unknown hosts and items have no history", () => {
    withStore((store) => {
      tick(store, START, { a: 1 });
      expect(read(store, ["a"], START, START + 60, 60, "other")).toEqual([]);
      expect(store.history.items("other")).toEqual([]);
      expect(read(store, ["x"], START, START + 60, 60)).toEqual([]);
    });
  });
});

describe("several", () => {
  test("items that come and go", () => {
    withStore((store) => {
      for (let i = 0; i < 60; i++)
        tick(store, START + i * 60, i < 20 ? { a: 1 } : i < 40 ? { a: 1, b: 2 } : { b: 2, c: 3 });
      tick(store, START + HOUR, { c: 3 });
      expect(store.history.items(HOST)).toEqual(["a", "b", "c"]);
      const hour = read(store, ["c", "a", "b"], START, START + HOUR, HOUR)[0];
      expect(hour?.buckets.map((bucket) => [bucket?.avg, bucket?.count])).toEqual([
        [3, 20],
        [1, 40],
        [2, 40],
      ]);
    });
  });

  test("hosts behind one client do not mix", () => {
    withStore((store) => {
      for (let i = 0; i <= 20; i++) {
        tick(store, START + i * 60, { a: 1 });
        if (i % 2) tick(store, START + i * 60, { a: 3 }, "ups");
      }
      expect(total(read(store, ["a"], START, START + 1200, 600))).toMatchObject({ avg: 1, count: 20 });
      expect(total(read(store, ["a"], START, START + 1200, 600, "ups"))).toMatchObject({
        avg: 3,
        count: 10,
      });
    });
  });
});

test("the first minute of many hosts looks over all of them as often as that of a few", () => {
  const looks = ([1, 50] as const).map((hosts) =>
    withStore((store) => {
      using first = spyOn(Buckets.prototype, "first");
      const values = new Map([["a", 1]]);
      const ticks = Array.from({ length: hosts }, (_, i) => ({ host: `h${i}`, time_s: START, values, events: [] }));
      store.tick(ticks, START);
      return first.mock.calls.length;
    }),
  );
  expect(looks[1]).toBe(looks[0] ?? 0);
});

describe("over days", () => {
  /** Minutes with gaps: runs of minutes that are measured or not, and a value for each item. */
  const life = fc.array(
    fc.record({
      minutes: fc.integer({ min: 1, max: 700 }),
      gap: fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 900 })),
      items: fc.subarray(["a", "b", "c"], { minLength: 1 }),
      seed: fc.nat(1000),
    }),
    { minLength: 1, maxLength: 5 },
  );
  type Life = typeof life extends fc.Arbitrary<infer T> ? T : never;

  /** Lives it; calls `meanwhile` now and then; returns the readings of "a" and the time after the last one. */
  function live(store: ClientStore, runs: Life, meanwhile: (now_s: number) => void = () => {}) {
    const readings: { time_s: number; value: number }[] = [];
    let now_s = START;
    for (const { minutes, gap, items, seed } of runs) {
      for (let i = 0; i < minutes; i++, now_s += 60) {
        const value = ((i * 7919 + seed * 104_729) % 1000) / 10;
        tick(store, now_s, Object.fromEntries(items.map((item) => [item, value])));
        if (items.includes("a")) readings.push({ time_s: now_s, value });
        if (i % 97 === 0) meanwhile(now_s);
      }
      now_s += gap * 60;
    }
    return { readings, now_s };
  }

  test("every tier tells the same of the same time: count, average, least and greatest", () => {
    fc.assert(
      fc.property(life, (runs) => {
        withStore((store) => {
          const { readings, now_s } = live(store, runs);
          const end = bucketStart(now_s, 4 * HOUR) + 4 * HOUR;
          tick(store, end, { other: 1 });
          // What the finest tier still has, in whole rows of the coarsest.
          for (const tier of TIERS) {
            const from_s = bucketStart(end - tier.keep_s, 4 * HOUR) + 4 * HOUR;
            const wanted = readings.filter(({ time_s }) => time_s >= from_s);
            const sum = wanted.reduce((all, { value }) => all + value, 0);
            for (const { bucket_s } of TIERS.filter((each) => each.bucket_s >= tier.bucket_s)) {
              const rows = read(store, ["a"], from_s, end, bucket_s);
              const all = total(rows);
              expect(all.count).toBe(wanted.length);
              expect(all.avg).toBeCloseTo(wanted.length ? sum / wanted.length : 0, 6);
              for (const { time_s, buckets } of rows) {
                const bucket = buckets[0];
                if (!bucket) continue;
                expect(bucket.min <= bucket.avg && bucket.avg <= bucket.max).toBe(true);
                const inside = wanted.filter((each) => bucketStart(each.time_s, bucket_s) === time_s);
                expect([bucket.count, bucket.min, bucket.max]).toEqual([
                  inside.length,
                  Math.min(...inside.map(({ value }) => value)),
                  Math.max(...inside.map(({ value }) => value)),
                ]);
              }
            }
          }
        });
      }),
      { numRuns: 8 },
    );
  }, 20_000);

  test("nothing is lost for the coarsest tier, however long the gaps are", () => {
    fc.assert(
      fc.property(life, fc.constantFrom(HOUR, 5 * HOUR, 13 * HOUR, 50 * HOUR), (runs, gap_s) => {
        withStore((store) => {
          const { readings, now_s } = live(store, runs.slice(0, 2));
          const after = now_s + gap_s;
          tick(store, after, { other: 1 });
          const from_s = bucketStart(START, 4 * HOUR);
          const to_s = bucketStart(after, 4 * HOUR);
          const rows = read(store, ["a"], from_s, to_s, 4 * HOUR);
          expect(total(rows).count).toBe(readings.filter(({ time_s }) => time_s < to_s).length);
        });
      }),
      { numRuns: 10 },
    );
  });

  test("ZAP, reload and restart at any time change no answer", () => {
    withDirectory((dir) => {
      const runs: Life = [
        { minutes: 400, gap: 100, items: ["a", "b"], seed: 1 },
        { minutes: 300, gap: 0, items: ["a"], seed: 2 },
      ];
      const plain = new ClientStore(`${dir}/plain.lite`, TIERS);
      const { now_s } = live(plain, runs);
      let busy = new ClientStore(`${dir}/busy.lite`, TIERS);
      const proxy = { tick: (...args: Parameters<ClientStore["tick"]>) => busy.tick(...args) } as ClientStore;
      let turn = 0;
      live(proxy, runs, (at_s) => {
        if (turn % 3 === 0) zap(busy, at_s);
        if (turn % 3 === 1) busy.history.setTiers([...TIERS]);
        if (turn++ % 3 === 2) {
          busy.close();
          busy = new ClientStore(`${dir}/busy.lite`, TIERS);
        }
      });
      for (const { bucket_s } of TIERS) {
        const answer = (store: ClientStore) => read(store, ["a", "b"], START, now_s, bucket_s);
        expect(answer(busy)).toEqual(answer(plain));
      }
      plain.close();
      busy.close();
    });
  });

  test("consolidating twice is consolidating once", () => {
    withStore((store) => {
      const { now_s } = live(store, [{ minutes: 600, gap: 0, items: ["a"], seed: 5 }]);
      const answers = () => TIERS.map(({ bucket_s }) => read(store, ["a"], START, now_s, bucket_s));
      const before = answers();
      for (let i = 0; i < 3; i++) store.tick([], now_s);
      expect(answers()).toEqual(before);
    });
  });

  test("each tier keeps what it promises, and not much more", () => {
    withStore((store) => {
      const { now_s } = live(store, [{ minutes: 3 * 24 * 60, gap: 0, items: ["a"], seed: 5 }]);
      for (const { bucket_s, keep_s } of TIERS) {
        const times = stored(store, bucket_s);
        const oldest = Math.max(START, bucketStart(now_s - 60 - keep_s, bucket_s));
        expect(times[0]).toBeLessThanOrEqual(oldest);
        expect(times[0] ?? 0).toBeGreaterThanOrEqual(oldest - stretchOf(bucket_s) - bucket_s); // they go as stretches
        const newest = bucket_s === 60 ? now_s - 60 : bucketStart(now_s - 60, bucket_s) - bucket_s;
        expect(times.at(-1)).toBe(newest);
        expect(times).toHaveLength((newest - (times[0] ?? 0)) / bucket_s + 1);
      }
    });
  });
});

describe("other tiers", () => {
  const HOURS = 30;
  /** A history of thirty hours in one set of tiers, then `hours` more in another. */
  function changed(to: readonly Tier[], hours: number, check: (store: ClientStore, now_s: number) => void) {
    withStore((store, dir) => {
      let now_s = START;
      let each = store;
      const live = (minutes: number) => {
        for (let i = 0; i < minutes; i++, now_s += 60) tick(each, now_s, { a: (now_s / 60) % 100 });
      };
      live(HOURS * 60 + 7);
      const again = new ClientStore(`${dir}/data.lite`, TIERS); // by a reload, and by a restart
      again.history.setTiers(to);
      each = again;
      live(hours * 30);
      again.close();
      each = new ClientStore(`${dir}/data.lite`, to);
      live(hours * 30);
      check(each, now_s);
      each.close();
    });
  }
  const tiersOf = (text: string): Tier[] => {
    const parsed = KEYS.history.parse(text.split(" "));
    if ("error" in parsed) throw new Error(parsed.error);
    return parsed.value;
  };

  test.each([
    ["a coarse one more", "1m 4h, 10m 12h, 1h 2d, 4h 10d, 1d 100d"],
    ["one between", "1m 4h, 5m 10h, 10m 12h, 1h 2d, 4h 10d"],
    ["one less between", "1m 4h, 1h 2d, 4h 10d"],
    ["the coarsest is another one", "1m 4h, 10m 12h, 1h 2d, 12h 10d"],
    ["a finest that is coarser", "5m 8h, 1h 2d, 4h 10d"],
    ["all others", "2m 6h, 30m 1d, 3h 10d"],
    ["all are kept longer", "1m 40h, 10m 12d, 1h 20d, 4h 100d"],
    ["only one", "1h 10d"],
  ])("%s (%s): no reading is lost that they can hold", (_, text) => {
    for (const hours of [1, 14]) {
      changed(tiersOf(text), hours, (store, now_s) => {
        for (const wanted_s of [60, 300, 600, HOUR, 4 * HOUR, DAY]) {
          const rows = read(store, ["a"], bucketStart(START, DAY), bucketStart(now_s, DAY) + DAY, wanted_s);
          const all = total(rows);
          expect([wanted_s, all.count]).toEqual([wanted_s, (now_s - START) / 60]);
          expect([all.min, all.max]).toEqual([0, 99]);
        }
      });
    }
  });

  test("of former ones nothing is left when it is too old for all", () => {
    changed(tiersOf("5m 8h, 1h 2d"), 100, (store) => {
      expect([60, 600, 4 * HOUR].flatMap((bucket_s) => stored(store, bucket_s))).toEqual([]);
      const db = new Database(store.file, { readonly: true });
      expect(db.query("SELECT bucket FROM tier ORDER BY bucket").values().flat()).toEqual([300, HOUR]);
      db.close();
    });
  });

  test("a line that keeps less by far drops nothing for an hour, in which it can be taken back", () => {
    withStore((store) => {
      let now_s = START;
      const live = (minutes: number) => {
        for (let i = 0; i < minutes; i++, now_s += 60) tick(store, now_s, { a: 1 });
      };
      live(30 * 60);
      const rows = () => stored(store, HOUR).length;
      const before = rows();
      store.history.setTiers(tiersOf("1m 1h"));
      expect(store.history.reprieve).toStartWith(
        "the history was kept for 1w3d and is for 1h now: what is older goes in 1h;",
      );
      live(50);
      expect(rows()).toBe(before);
      store.history.setTiers(TIERS);
      expect(store.history.reprieve).toBeUndefined();
      live(120);
      expect(rows()).toBe(before + 3);
      expect(total(read(store, ["a"], START, now_s, HOUR)).count).toBe((now_s - START) / 60);
      store.history.setTiers(tiersOf("1m 1h"));
      live(50);
      store.history.setTiers(tiersOf("1m 1h")); // another reload is no other reprieve
      live(30);
      expect(rows()).toBe(0);
      expect(store.history.reprieve).toBeUndefined();
    });
  });

  test("what is kept shorter goes, and what is kept longer from now on stays", () => {
    changed(tiersOf("1m 1h, 1h 3h"), 1, (store, now_s) => {
      expect(total(read(store, ["a"], START, now_s, HOUR)).count).toBeLessThan(60 * (3 + 32 + 1));
    });
  });
});

describe("ZAP", () => {
  test("says how many rows there were, and drops what is too old at once", () => {
    withStore((store) => {
      for (let i = 0; i < 300; i++) tick(store, START + i * 60, { a: i });
      const later = START + 20 * HOUR;
      const { before, after } = zap(store, later);
      expect(after).toBe(store.history.rowCount());
      expect(before).toBeGreaterThan(250);
      expect(stored(store, 60)).toEqual([]);
      expect(after).toBe(stored(store, 600).length + stored(store, HOUR).length + stored(store, 4 * HOUR).length);
      expect(zap(store, later)).toEqual({ before: after, after });
      expect(total(read(store, ["a"], START, later, HOUR)).count).toBe(300);
    });
  });

  test("that fails leaves the history as it was, and going on", () => {
    withStore((store, dir) => {
      for (let i = 0; i < 50; i++) tick(store, START + i * 60, { a: i });
      const other = new Database(`${dir}/data.lite`);
      other.run("CREATE TRIGGER full BEFORE INSERT ON stretch BEGIN SELECT RAISE(ABORT, 'disk full'); END");
      expect(() => zap(store, START + 30 * HOUR)).toThrow(StoreError);
      other.run("DROP TRIGGER full");
      other.close();
      tick(store, START + 30 * HOUR, { a: 1 });
      zap(store, START + 30 * HOUR);
      expect(total(read(store, ["a"], START, START + 28 * HOUR, 4 * HOUR)).count).toBe(50);
    });
  });
});

describe("clocks", () => {
  test("a year without dmon is jumped over, and loses no minute that the coarsest tier keeps", () => {
    const tiers = TIERS.map((tier) => ({ ...tier, keep_s: tier.bucket_s === 4 * HOUR ? 800 * DAY : tier.keep_s }));
    withStore((store) => {
      for (let i = 0; i < 95; i++) tick(store, START + i * 60, { a: i });
      const later = START + 365 * DAY;
      const start = performance.now();
      for (let i = 0; i < 5; i++) tick(store, later + i * 60, { a: 5 });
      expect(performance.now() - start).toBeLessThan(200);
      expect(total(read(store, ["a"], START, START + 4 * HOUR, 4 * HOUR)).count).toBe(95);
    }, tiers);
  });

  test("set back an hour: both hours are kept, in every tier, and time goes on", () => {
    withStore((store) => {
      for (let i = 0; i < 120; i++) tick(store, START + i * 60, { a: 1 });
      for (let i = 60; i < 300; i++) tick(store, START + i * 60, { a: 3 });
      for (const { bucket_s } of TIERS.filter((tier) => tier.bucket_s <= HOUR)) {
        const rows = read(store, ["a"], START + HOUR, START + 2 * HOUR, bucket_s);
        expect(total(rows)).toMatchObject({ count: 120, avg: expect.closeTo(2, 9), min: 1, max: 3 });
      }
      expect(total(read(store, ["a"], START, START + 4 * HOUR, 4 * HOUR)).count).toBe(300);
      expect(stored(store, 60)).toHaveLength(new Set(stored(store, 60)).size);
    });
  });

  /** Half a day, then minutes by a clock that is wrong, then hours by one that is right again. */
  function setFor(minutes: number, wrong_s: number, check: (store: ClientStore, end_s: number) => void) {
    withStore((store) => {
      let mono_s = 0;
      const take = (time_s: number, a: number) => {
        mono_s += 60;
        tick(store, time_s, { a }, HOST, mono_s);
      };
      for (let i = 0; i < 720; i++) take(START + i * 60, 1);
      const before = TIERS.map(({ bucket_s }) => stored(store, bucket_s));
      for (let i = 0; i < minutes; i++) take(wrong_s + i * 60, 2);
      expect(total(read(store, ["a"], wrong_s, wrong_s + minutes * 60, 60)).count).toBeGreaterThanOrEqual(
        Math.min(minutes, 240),
      );
      for (const [tier, { bucket_s, keep_s }] of TIERS.entries()) {
        const left = new Set(stored(store, bucket_s));
        const gone = before[tier]?.filter((time_s) => !left.has(time_s)) ?? [];
        const lived_s = START + (720 + minutes) * 60;
        expect(gone.every((time_s) => time_s < lived_s - keep_s)).toBe(true);
      }
      const right_s = START + (720 + minutes) * 60;
      for (let i = 0; i < 300; i++) take(right_s + i * 60, 3);
      const end_s = right_s + 300 * 60;
      for (const { bucket_s } of TIERS) {
        const from_s = bucketStart(right_s, HOUR) + HOUR;
        expect(total(read(store, ["a"], from_s, from_s + 4 * HOUR, Math.min(bucket_s, HOUR))).count).toBe(240);
      }
      check(store, end_s);
    });
  }

  test.each([
    ["ten years forward", START + 3650 * DAY, 60],
    ["ten years back", START - 3650 * DAY, 60],
    ["a day and ten years forward", START + 3651 * DAY, 1440],
    ["to 1970", 600, 60],
  ])("%s for a while: nothing is deleted for it, and time goes on", (_, wrong_s, minutes) => {
    setFor(minutes, wrong_s, (store, end_s) => {
      expect(total(read(store, ["a"], START, end_s, 4 * HOUR)).count).toBe(1020);
      const wrong = read(store, ["a"], bucketStart(wrong_s, 4 * HOUR), wrong_s + minutes * 60, 60);
      expect(total(wrong).count).toBe(wrong_s > START ? minutes : 0); // what is long ago goes, when that is known again
    });
  });

  test("a clock that is elsewhere for a week is believed", () => {
    withStore((store) => {
      for (let i = 0; i < 300; i++) tick(store, START + i * 60, { a: 1 });
      const moved_s = START + 3650 * DAY;
      for (let i = 0; i < 6 * 24; i++) tick(store, moved_s + i * HOUR, { a: 2 }, HOST, START + 300 * 60 + i * HOUR);
      expect(stored(store, 4 * HOUR)[0]).toBe(START);
      for (let i = 6 * 24; i < 8 * 24; i++)
        tick(store, moved_s + i * HOUR, { a: 2 }, HOST, START + 300 * 60 + i * HOUR);
      expect(stored(store, 4 * HOUR)[0]).toBe(moved_s);
    });
  });

  test("a host that runs a day a month keeps no more than it lived in a fortnight", () => {
    withStore((store) => {
      let mono_s = 0;
      const sizes: number[] = [];
      for (let month = 0; month < 20; month++) {
        for (let i = 0; i < 96; i++) {
          mono_s += 900;
          tick(store, START + (month * 30 * 96 + i) * 900, { a: 1 }, HOST, mono_s);
        }
        sizes.push(stored(store, 60).length);
      }
      expect(Math.max(...sizes)).toBeLessThan(9 * 96);
      expect(sizes.at(-1)).toBeLessThan(9 * 96);
    });
  });

  test("a far future that is asked for takes no time", () => {
    withStore((store) => {
      tick(store, START, { a: 1 });
      const start = performance.now();
      expect(read(store, ["a"], START, START + 100_000 * 604_800, 604_800)).toHaveLength(1);
      expect(performance.now() - start).toBeLessThan(100);
    });
  });
});

describe("a disk that is full", () => {
  test("loses that minute alone, whatever was new in it", () => {
    withStore((store) => {
      for (let i = 0; i < 30; i++) tick(store, START + i * 60, { a: 1 });
      const db = (store as unknown as { db: Database }).db;
      const pages = (db.query("PRAGMA page_count").get() as { page_count: number }).page_count;
      db.run(`PRAGMA max_page_count = ${pages}`);
      const many = Object.fromEntries(Array.from({ length: 2000 }, (_, i) => [`item_${i}_with_a_long_name`, i]));
      let failed = 0;
      for (let i = 30; i < 35; i++) {
        try {
          store.tick(
            [
              { host: "new.example.org", time_s: START + i * 60, values: new Map([["a", 1]]), events: [] },
              { host: HOST, time_s: START + i * 60, values: new Map(Object.entries(many)), events: [] },
            ],
            START + i * 60,
          );
        } catch (error) {
          expect(error).toBeInstanceOf(StoreError);
          expect((error as Error).message).toBe(`${store.file}: the disk is full`);
          failed++;
        }
      }
      expect(failed).toBe(5);
      db.run("PRAGMA max_page_count = 1000000");
      tick(store, START + 40 * 60, { a: 2 });
      tick(store, START + 40 * 60, { a: 2 }, "new.example.org");
      expect(total(read(store, ["a"], START, START + 41 * 60, 60)).count).toBe(31);
      expect(total(read(store, ["a"], START, START + 41 * 60, 60, "new.example.org")).count).toBe(1);
      expect(read(store, ["item_7_with_a_long_name"], START, START + 41 * 60, 60).some(({ buckets: [b] }) => b)).toBe(
        false,
      );
    });
  });
});

test("a wanted size that no coarse tier divides is made of a finer one that does", () => {
  const tiers = [
    { bucket_s: 60, keep_s: 86_400 },
    { bucket_s: 900, keep_s: 864_000 },
  ];
  withStore((store) => {
    for (let minute = 0; minute < 240; minute++) {
      const time_s = START + minute * 60;
      store.tick([{ host: HOST, time_s, values: new Map([["a", minute]]), events: [] }], time_s);
    }
    const now_s = START + 240 * 60;
    const rows = read(store, ["a"], START, now_s, 1200);
    expect(rows.map(({ buckets: [a] }) => [a?.min, a?.max, a?.count])).toEqual(
      Array.from({ length: 12 }, (_, i) => [i * 20, i * 20 + 19, 20]),
    );
  }, tiers);
});

test("room that nothing needs any more goes back to the file system, a little at a time", () => {
  withStore((store) => {
    const pages = () => {
      const db = new Database(store.file, { readonly: true });
      const { n } = db.query("SELECT page_count AS n FROM pragma_page_count").get() as { n: number };
      db.close();
      return n;
    };
    const many = (i: number) =>
      Object.fromEntries(Array.from({ length: 4000 }, (_, item) => [`i${item}`, Math.random() + i]));
    for (let i = 0; i < 100; i++) tick(store, START + i * 60, many(i));
    const full = pages();
    const sizes: number[] = [];
    for (let i = 0; i < 60; i++) {
      tick(store, START + 400 * HOUR + i * 60, { a: 1 });
      sizes.push(pages());
    }
    expect(sizes[0] ?? 0).toBeGreaterThan(full - 200);
    expect(sizes.at(-1)).toBeLessThan(full / 2);
    expect(read(store, ["a"], START + 400 * HOUR, START + 401 * HOUR, 60)).toHaveLength(60);
  });
});

describe("names", () => {
  const tables = (store: ClientStore) => {
    const db = new Database(store.file, { readonly: true });
    const names = (table: string) => db.query(`SELECT name FROM ${table} ORDER BY name`).values().flat();
    const all = { hosts: names("host"), items: names("item") };
    db.close();
    return all;
  };

  test("of items and hosts that left are known until their history has run out", () => {
    withStore((store) => {
      for (let i = 0; i < 300; i++) tick(store, START + i * 60, { left: 1, stays: 1 });
      for (let i = 0; i < 300; i++) tick(store, START + i * 60, { left: 1 }, "gone.example.org");
      const after = (hours: number) => {
        for (let i = 0; i < 30; i++) tick(store, START + hours * HOUR + i * 60, { stays: 2 });
      };
      after(200);
      expect(tables(store)).toEqual({ hosts: ["gone.example.org", HOST], items: ["left", "stays"] });
      expect(total(read(store, ["left"], START, START + 5 * HOUR, 4 * HOUR)).count).toBe(300);
      after(260);
      expect(store.history.items(HOST)).toEqual(["stays"]);
      expect(tables(store)).toEqual({ hosts: [HOST], items: ["stays"] });
    });
  });

  test("that are others each minute do not fill the disk, and what stays keeps its history", () => {
    withStore((store) => {
      const minutes = 2 * Math.ceil(SERIES_PER_HOST_MAX / 500);
      for (let i = 0; i < minutes; i++) {
        const found = Object.fromEntries(Array.from({ length: 500 }, (_, n) => [`found_${i}_${n}`, n]));
        tick(store, START + i * 60, { stays: i, ...found });
      }
      expect(store.history.items(HOST).length).toBeLessThanOrEqual(SERIES_PER_HOST_MAX);
      expect(store.history.items(HOST)).toContain("stays");
      expect(total(read(store, ["stays"], START, START + minutes * 60, 600)).count).toBe(minutes);
      const last = `found_${minutes - 1}_7`;
      expect(total(read(store, [last], START, START + minutes * 60, 60))).toMatchObject({ count: 1, avg: 7 });
    });
  });

  test("that are forgotten leave their rows to nobody else", () => {
    withStore((store, dir) => {
      tick(store, START, { old: 5 });
      const other = new Database(`${dir}/data.lite`);
      other.run("DELETE FROM series");
      other.run("DELETE FROM item");
      other.close();
      const again = new ClientStore(`${dir}/data.lite`, TIERS);
      tick(again, START + 60, { young: 7 });
      expect(read(again, ["young"], START, START + 120, 60).map(({ time_s }) => time_s)).toEqual([START + 60]);
      again.close();
    });
  });
});

test("items that flicker have gaps where they were not there", () => {
  withStore((store) => {
    const names = Array.from({ length: 12 }, (_, i) => `item${i}`);
    for (let minute = 0; minute < 200; minute++) {
      const known = names.filter((_, i) => i < 8 || (minute >> (i - 8)) % 3 !== 0);
      tick(store, START + minute * 60, Object.fromEntries(known.map((name) => [name, minute])));
    }
    const rows = read(store, ["item8"], START, START + 600, 60);
    expect(rows.map(({ time_s, buckets: [a] }) => [(time_s - START) / 60, a?.avg])).toEqual(
      [1, 2, 4, 5, 7, 8].map((m) => [m, m]), // a gap stays a gap
    );
  });
});

test("a row of many finer ones gives way before it is made", () => {
  const tiers = [{ bucket_s: 60, keep_s: 400 * HOUR }];
  withStore((store) => {
    const values = Object.fromEntries(Array.from({ length: 40 }, (_, i) => [`i${i}`, i]));
    for (let minute = 0; minute < 24 * 60; minute++) tick(store, START + minute * 60, values);
    const query = { host: HOST, items: Object.keys(values), from_s: START, to_s: START + DAY, bucket_s: DAY };
    const given = [...store.history.query(query)];
    expect(given.filter((row) => row === undefined).length).toBeGreaterThan(20);
    expect(given.filter((row) => row !== undefined).map(({ buckets: [first] }) => first?.count)).toEqual([24 * 60]);
  }, tiers);
});

test("half an hour of long ago is answered by the row that it is in", () => {
  withStore((store) => {
    for (let i = 0; i < 480; i++) tick(store, START + i * 60, { a: i === 250 ? 95 : 1 });
    tick(store, START + 200 * HOUR, { a: 1 });
    tick(store, START + 200 * HOUR + 60, { a: 1 });
    const asked = { from_s: START + 250 * 60, to_s: START + 280 * 60, bucket_s: 60 };
    expect(read(store, ["a"], asked.from_s, asked.to_s, 60)).toEqual([]);
    const { range } = asKept(asked, store.history.held(HOST));
    expect(range).toEqual({ from_s: START + 4 * HOUR, to_s: START + 8 * HOUR, bucket_s: 4 * HOUR });
    expect(total(read(store, ["a"], range.from_s, range.to_s, range.bucket_s))).toMatchObject({ max: 95, count: 240 });
  });
});
