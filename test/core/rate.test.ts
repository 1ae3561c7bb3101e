import { describe, expect, test } from "bun:test";
import * as fc from "fast-check";
import { rate } from "../../src/core/rate.ts";

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
  ["32 bits wrapped", [W32 - 100, 0], [500, 60_000], 10],
  ["the last of 32 bits", [W32 - 1, 0], [0, 1000], 1],
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

test("the first sample makes none", () => {
  expect(rate(undefined, { value: 5, at_ms: 5 })).toBeNull();
});

describe("laws", () => {
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
