import { describe, expect, test } from "bun:test";
import * as fc from "fast-check";
import { delayToNext, spread } from "../../src/core/schedule.ts";

test.each([
  [0, 60_000, 0, 60_000],
  [1, 60_000, 0, 59_999],
  [30_000, 60_000, 0, 30_000],
  [45_000, 60_000, 0, 15_000],
  [45_001, 60_000, 0, 74_999], // too near: the one after
  [59_999, 60_000, 0, 60_001], // a timer that fired a little early does not fire twice
  [10_000, 60_000, 20_000, 70_000],
  [10_000, 60_000, 30_000, 20_000],
  [-1, 60_000, 0, 60_001],
])("delayToNext(%p, %p, %p) = %p", (now_ms, interval_ms, phase_ms, wanted) => {
  expect(delayToNext(now_ms, interval_ms, phase_ms)).toBe(wanted);
});

describe("for any clock", () => {
  const interval = fc.integer({ min: 1000, max: 86_400_000 });
  const now = fc.oneof(fc.integer({ min: -1e13, max: 1e13 }), fc.double({ min: -1e13, max: 1e13, noNaN: true }));

  test("neither a burst nor a stall: a quarter to five quarters of an interval", () => {
    fc.assert(
      fc.property(
        now,
        interval,
        fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        (now_ms, interval_ms, part) => {
          const delay = delayToNext(now_ms, interval_ms, part * interval_ms);
          expect(delay).toBeGreaterThanOrEqual(interval_ms / 4);
          expect(delay).toBeLessThanOrEqual(interval_ms * 1.25);
        },
      ),
      { numRuns: 1000 },
    );
  });

  test("the time that it leads to is the host's own place in the interval", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1e13 }), interval, (now_ms, interval_ms) => {
        const phase = Math.floor(spread(String(now_ms)) * interval_ms);
        expect((now_ms + delayToNext(now_ms, interval_ms, phase)) % interval_ms).toBe(phase % interval_ms);
      }),
    );
  });

  test("a day of rounds over a clock that jumps: as many as minutes, within a few", () => {
    const jumps = fc.array(fc.tuple(fc.nat(1440), fc.integer({ min: -1e9, max: 1e9 })), { maxLength: 5 });
    fc.assert(
      fc.property(jumps, (list) => {
        let wall = 1.7e12;
        let passed = 0;
        let rounds = 0;
        while (passed < 86_400_000) {
          const delay = delayToNext(wall, 60_000, 12_345);
          wall += delay;
          passed += delay;
          rounds++;
          for (const [at, jump_ms] of list) if (at === rounds) wall += jump_ms;
        }
        expect(Math.abs(rounds - 1440)).toBeLessThan(10);
      }),
    );
  });
});

describe("spread", () => {
  test("of a thousand hosts is even: no tenth of the interval has twice its share, none is empty", () => {
    for (const name of [(i: number) => `host${i}.example.org`, (i: number) => `${i}`, (i: number) => `db-${i}-a`]) {
      const tenths = Array.from({ length: 10 }, () => 0);
      for (let i = 0; i < 1000; i++)
        tenths[Math.floor(spread(name(i)) * 10)] = (tenths[Math.floor(spread(name(i)) * 10)] ?? 0) + 1;
      for (const count of tenths) {
        expect(count).toBeGreaterThan(60);
        expect(count).toBeLessThan(150);
      }
    }
  });

  test("is in [0, 1), and of the name alone", () => {
    fc.assert(
      fc.property(fc.string(), (name) => {
        const part = spread(name);
        expect(part >= 0 && part < 1 && part === spread(name)).toBe(true);
      }),
    );
  });
});
