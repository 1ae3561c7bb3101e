import { describe, expect, test } from "bun:test";
import * as fc from "fast-check";
import { increase32, rate, type Sample, sampled } from "../../src/core/rate.ts";

const W32 = 2 ** 32;

test.each<[string, [number, number], [number, number], number | null]>([
  ["a minute", [1000, 0], [7000, 60_000], 100],
  ["nothing counted", [5, 0], [5, 60_000], 0],
  ["late: over the time that really passed", [0, 0], [600, 120_000], 5],
  ["a fraction of a second", [0, 0], [10, 500], 20],
  ["the same time", [0, 1000], [10, 1000], null],
  ["too near", [0, 0], [10, 99], null],
  ["back in time", [0, 60_000], [10, 0], null],
  ["a reset", [1_000_000, 0], [10, 60_000], null],
  ["a reset to 0", [1_000_000, 0], [0, 60_000], null],
  ["a reset in the middle of 32 bits", [W32 / 2, 0], [500, 60_000], null],
  ["a fall from the top to the middle is a reset", [W32 - 100, 0], [W32 / 2, 60_000], null],
  ["64 bits do not wrap at 32", [W32 - 100, 0], [W32 + 500, 60_000], 10],
  ["a reset of 64 bits", [W32 * 4, 0], [500, 60_000], null],
  ["no number now", [0, 0], [Number.NaN, 60_000], null],
  ["no number before", [Number.NaN, 0], [5, 60_000], null],
  ["more than a number holds", [-1.7e308, 0], [1.7e308, 60_000], null],
])("%s", (_, [before, then], [now, at_ms], wanted) => {
  expect(rate({ value: before, at_ms: then }, { value: now, at_ms })).toBe(wanted);
});

test.each<[string, number, number, number | undefined, number | null]>([
  ["as fast as before", W32 - 100, 500, 10, 10],
  ["the last of 32 bits", W32 - 1, 59, 1, 1],
  ["four times as fast", W32 - 100, 500, 2.5, 10],
  ["much faster: 64 bits that were reset by chance", W32 - 100, 500, 2.4, null],
  ["a reset of 64 bits that make 18 MB/s of it", W32 * 0.9, 4e8, 1000, null],
  ["no rate known before", W32 - 100, 500, undefined, null],
  ["nothing counted before", W32 - 100, 500, 0, null],
])("32 bits wrapped, %s", (_, before, now, perSecond, wanted) => {
  const previous: Sample = { value: before, at_ms: 0, ...(perSecond === undefined ? {} : { perSecond }) };
  expect(rate(previous, { value: now, at_ms: 60_000 })).toBe(wanted);
});

test("the last rate that is known outlives a gap", () => {
  const first = sampled(undefined, { value: 5, at_ms: 0 }, null);
  expect(first).toEqual({ value: 5, at_ms: 0 });
  const second = sampled(first, { value: 65, at_ms: 60_000 }, 1);
  expect(sampled(second, { value: 3, at_ms: 120_000 }, null)).toEqual({ value: 3, at_ms: 120_000, perSecond: 1 });
});

test.each<[string, number, number, number | null]>([
  ["grows", 10, 30, 20],
  ["stands", 10, 10, 0],
  ["wraps", W32 - 1234, 766, 2000],
  ["was reset", 1_000_000, 10, null],
  ["was reset from above the middle", W32 * 0.5, 10, null],
])("of 32 bits that %s", (_, before, now, wanted) => expect(increase32(before, now)).toBe(wanted));

test.each<[number | undefined, number | undefined, number | null]>([
  [undefined, undefined, 1],
  [3, 3, 1],
  [undefined, 1, null],
  [2, 1, null],
])("of epochs %p and %p the rate is %p", (before, now, wanted) => {
  const sample = (value: number, at_ms: number, epoch?: number): Sample =>
    epoch === undefined ? { value, at_ms } : { value, at_ms, epoch };
  expect(rate(sample(5, 0, before), sample(65, 60_000, now))).toBe(wanted);
});

test("the first sample makes none", () => {
  expect(rate(undefined, { value: 5, at_ms: 5 })).toBeNull();
});

describe("laws", () => {
  test("a counter of any kind, read at any time, reset and missed: no rate is beyond what it really did, or four times that", () => {
    const step = fc.record({
      grown: fc.integer({ min: 0, max: 6e9 }),
      elapsed_ms: fc.integer({ min: 1, max: 600_000 }),
      reset: fc.boolean(),
      missed: fc.boolean(),
    });
    const kinds = fc.constantFrom(W32, Number.MAX_SAFE_INTEGER);
    fc.assert(
      fc.property(
        kinds,
        fc.integer({ min: 0, max: W32 + 1e6 }),
        fc.array(step, { maxLength: 30 }),
        (size, start, steps) => {
          let previous: Sample | undefined;
          let [value, at_ms, fastest, grown] = [start % size, 0, 0, 0];
          for (const each of steps) {
            at_ms += each.elapsed_ms;
            grown += each.grown;
            value = each.reset ? each.grown % size : (value + each.grown) % size;
            if (each.missed) continue;
            const current = { value, at_ms };
            const perSecond = rate(previous, current);
            if (previous && at_ms > previous.at_ms)
              fastest = Math.max(fastest, (grown * 1000) / (at_ms - previous.at_ms));
            if (perSecond !== null) expect(perSecond).toBeLessThanOrEqual(fastest * 4 + 1e-6);
            previous = sampled(previous, current, perSecond);
            grown = 0;
          }
        },
      ),
      { numRuns: 3000 },
    );
  });
  const sample = fc.record({
    value: fc.oneof(fc.double(), fc.integer({ min: 0, max: 2 ** 33 }), fc.constantFrom(0, W32 - 1, W32, 2 ** 53)),
    at_ms: fc.oneof(fc.integer({ min: 0, max: 1e6 }), fc.double()),
  });
  test("never negative, never infinite, never NaN", () => {
    fc.assert(
      fc.property(fc.option(sample, { nil: undefined }), sample, (before, now) => {
        const value = rate(before, now);
        if (value !== null) expect(value >= 0 && Number.isFinite(value)).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });
  test("of a counter that runs evenly the rate is its speed, whenever it is read", () => {
    fc.assert(
      fc.property(fc.nat(1e6), fc.nat(1e6), fc.integer({ min: 100, max: 1e6 }), (speed, start, elapsed_ms) => {
        const now = { value: start + (speed * elapsed_ms) / 1000, at_ms: elapsed_ms };
        expect(rate({ value: start, at_ms: 0 }, now)).toBeCloseTo(speed, 3);
      }),
    );
  });
});
