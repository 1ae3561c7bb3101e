import { describe, expect, test } from "bun:test";
import * as fc from "fast-check";
import { formatAge, formatInterval, parseInterval } from "../../src/core/interval.ts";

test.each([
  // The manual's own rows.
  ["22", 22],
  ["22s", 22],
  ["dw", 8 * 86_400],
  ["7d+24h", 8 * 86_400],
  ["w-0.5h", 604_800 - 1800],
  ["hm6", 3666],
  // What follows from its grammar.
  ["1h30m", 5400],
  ["30m1h", 5400],
  ["m", 60],
  ["-m", -60],
  ["+2h", 7200],
  [".5h", 1800],
  ["1.5s", 1.5],
  ["0", 0],
  ["0s", 0],
  ["h-60m", 0],
  ["1s1s1s", 3],
  ["mmm", 180],
  ["hms", 3661],
  ["2y", 2 * 365 * 86_400],
  ["0.0004s", 0],
  ["0.1s0.2s", 0.3],
  ["007", 7],
])("parseInterval(%p) = %p s", (text, seconds) => {
  expect(parseInterval(text)).toBe(seconds);
});

test.each([
  "",
  " ",
  "x",
  "5x",
  "1h ",
  " 1h",
  "1 h",
  "+",
  "-",
  "5m-",
  "--5",
  "+-5",
  "1.",
  ".",
  "1..5",
  "1.2.3",
  "10.1.2.3",
  "1e3",
  "1,5h",
  "0x10",
  "H",
  "Infinity",
  "NaN",
  "٣m",
  "1h\n",
  "500ms", // meant as half a second, by the grammar more than eight hours
  "1h1.5ms",
  "1".repeat(65),
])("parseInterval(%p) is none", (text) => {
  expect(parseInterval(text)).toBeUndefined();
});

test.each([
  [0, "0s"],
  [0.5, "0.5s"],
  [90, "1m30s"],
  [-90, "-1m-30s"],
  [5400, "1h30m"],
  [691_200, "1w1d"],
  [31_536_000, "1y"],
  [3666, "1h1m6s"],
  [59.9996, "1m"],
  [Number.NaN, "0s"],
  [Number.POSITIVE_INFINITY, "0s"],
])("formatInterval(%p) = %p", (seconds, text) => {
  expect(formatInterval(seconds)).toBe(text);
});

test.each([
  [0, "0s"],
  [0.4, "0s"],
  [-5, "0s"],
  [59.6, "1m"],
  [65, "1m 5s"],
  [3600, "1h"],
  [3605, "1h"],
  [273_600, "3d 4h"],
  [86_400 * 400, "400d"],
  [Number.NaN, "0s"],
])("formatAge(%p) = %p", (seconds, text) => {
  expect(formatAge(seconds)).toBe(text);
});

describe("laws", () => {
  test("what is formatted reads back, to the millisecond", () => {
    const milliseconds = fc.integer({ min: -1e15, max: 1e15 });
    fc.assert(
      fc.property(milliseconds, (ms) => {
        const seconds = ms / 1000;
        expect(parseInterval(formatInterval(seconds))).toBeCloseTo(seconds, 2);
      }),
    );
  });

  test("whole seconds read back exactly", () => {
    fc.assert(
      fc.property(fc.integer({ min: -1e11, max: 1e11 }), (seconds) => {
        expect(parseInterval(formatInterval(seconds))).toBe(seconds === 0 ? 0 : seconds);
      }),
    );
  });

  test("any text gives a finite number or none", () => {
    const text = fc.oneof(fc.string(), fc.stringMatching(/^[0-9.smhdwy+-]{0,70}$/));
    fc.assert(
      fc.property(text, (each) => {
        const seconds = parseInterval(each);
        expect(seconds === undefined || Number.isFinite(seconds)).toBe(true);
      }),
    );
  });

  test("the order of terms does not matter", () => {
    const terms = fc.array(fc.tuple(fc.integer({ min: 1, max: 99 }), fc.constantFrom("s", "m", "h", "d", "w")), {
      minLength: 1,
      maxLength: 6,
    });
    fc.assert(
      fc.property(terms, (list) => {
        const text = list.map(([n, unit]) => n + unit);
        expect(parseInterval(text.toReversed().join(""))).toBe(parseInterval(text.join("")));
      }),
    );
  });

  test("any number is formatted without an exponent", () => {
    fc.assert(fc.property(fc.double(), (seconds) => expect(formatAge(seconds)).not.toMatch(/e/)));
  });
});
