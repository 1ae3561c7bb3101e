import { describe, expect, test } from "bun:test";
import * as fc from "fast-check";
import { forecast, LIMIT, type Limit, limitWord, parseLimit } from "../../src/core/forecast.ts";
import { WordError } from "../../src/core/form.ts";
import type { Stretch } from "../../src/core/past.ts";

const NOW = 1_793_491_200;
const DAY = 86_400;
/** A trend of a day says nothing beyond. */
const NOT_IN_SIGHT_S = 100 * DAY;
const FULL: Limit = { value: 100, bad: "above" };

/** Rows of ten minutes of a day, with a value for each hour that has passed since: 0 is now. */
function day(valueAt: (hours: number) => number | undefined, unit = "%", now_s = NOW): Stretch {
  const starts = Array.from({ length: 144 }, (_, i) => now_s - DAY + i * 600);
  const rows = starts.flatMap((time_s) => {
    const avg = valueAt((time_s + 300 - now_s) / 3600);
    return avg === undefined ? [] : [{ time_s, at_s: time_s + 300, avg, min: avg, max: avg, count: 10 }];
  });
  return { unit, now_s, window_s: DAY, bucket_s: 600, rows };
}
const tell = (stretch: Stretch, limit = FULL) =>
  forecast({ whole: stretch, shorter: [], last: undefined }, limit, "root_usage");
const left = (stretch: Stretch, limit = FULL) => {
  const reading = tell(stretch, limit);
  return typeof reading === "object" ? (reading?.value ?? null) : reading;
};

describe("a forecast", () => {
  test.each<[string, Stretch, Limit, number, string]>([
    ["that rises", day((h) => 97 + 1.5 * h), FULL, 2 * 3600, "96.9 % now, +1.5 %/h"],
    ["that rises slowly", day((h) => 90 + h / 24), FULL, 10 * DAY, "90 % now, +1 %/d"],
    [
      "that falls to nothing",
      day((h) => 2 ** 30 * (4 - h), "B"),
      { value: 0, bad: "below" },
      4 * 3600,
      "4.08 GiB now, -1 GiB/h",
    ],
    ["that is there", day((h) => 101 + h), FULL, 0, "101 % now, the limit is 100 %"],
    [
      "that its trend has there, though its last value is not",
      day((h) => (h > -1 ? 99.9 : 110 + h)),
      FULL,
      0,
      "99.9 % now, the limit is 100 %",
    ],
    [
      "that is below",
      day(() => 1),
      { value: 5, bad: "below" },
      0,
      "1 % now, and always beyond the limit of 5 %; for what rises to it write >5%",
    ],
    [
      "that is said to rise, but falls",
      day((h) => 2 ** 30 * (12 - h), "B"),
      { value: 2 ** 33, bad: "above" },
      0,
      "12.1 GiB now, and always beyond the limit of 8 GiB; for what falls to it write <8GiB",
    ],
    ["that has been full all day", day(() => 100), FULL, 0, "100 % now, the limit is 100 %"],
    ["that stands still", day(() => 60), FULL, NOT_IN_SIGHT_S, "not in sight: 60 % now, no clear trend"],
    ["that leads away", day((h) => 60 - h), FULL, NOT_IN_SIGHT_S, "not in sight: 60.1 % now, -24 %/d"],
    ["that is years away", day((h) => 60 + h / 10_000), FULL, NOT_IN_SIGHT_S, "not in sight: 60 % now, +0.002 %/d"],
    ["of noise", day((h) => 60 + (Math.round(h * 6 * 7919) % 7)), FULL, NOT_IN_SIGHT_S, "no clear trend"],
  ])("of a value %s", (_, stretch, limit, left_s, text) => {
    expect(left(stretch, limit)).toBeCloseTo(left_s, 3);
    expect(tell(stretch, limit)).toMatchObject({ text: expect.stringContaining(text) });
  });

  test("is exact for what goes straight, from either side, whatever is missing", () => {
    const half = fc.array(fc.boolean(), { minLength: 144, maxLength: 144 });
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 400 }),
        fc.integer({ min: 1, max: 90 }),
        half,
        fc.boolean(),
        (hours, by, there, up) => {
          const kept = new Set([0, 10, 70, 142, 143]);
          const value = (h: number) => (h - hours) * by * (up ? 1 : -1) + 100;
          const stretch = day((h) =>
            there[Math.round((h + 24) * 6)] || kept.has(Math.round((h + 24) * 6)) ? value(h) : undefined,
          );
          fc.pre(stretch.rows.length >= 5 && hours * 3600 < NOT_IN_SIGHT_S);
          expect(left(stretch, { value: 100, bad: up ? "above" : "below" })).toBeCloseTo(hours * 3600, 1);
        },
      ),
    );
  });

  test("is a time from now to never, or no data; whatever the values", () => {
    const values = fc.array(fc.double({ noNaN: true, noDefaultInfinity: true }), { minLength: 1, maxLength: 144 });
    fc.assert(
      fc.property(values, fc.double({ noNaN: true, noDefaultInfinity: true }), fc.boolean(), (ys, value, up) => {
        const stretch = day((h) => ys[Math.round((h + 24) * 6)]);
        const left_s = left(stretch, { value, bad: up ? "above" : "below" });
        if (left_s !== null) expect(left_s).toBeWithin(0, NOT_IN_SIGHT_S + 1);
      }),
    );
  });

  test("of a disk that was cleaned is that of what came since, and ends what was near", () => {
    const cleaned = (ago_h: number) => day((h) => 98 + 2 * h - (h > -ago_h ? 50 : 0));
    expect(left(cleaned(0))).toBe(3600);
    expect(left(cleaned(0.5))).toBeCloseTo(26 * 3600, -2);
    expect(left(cleaned(20))).toBeCloseTo(26 * 3600, -2);
  });

  test("is not that of a spike, nor of the last reading alone", () => {
    const spiky = day((h) => 70 + h + (Math.round(h * 6) % 9 === 0 ? 25 : 0));
    expect(left(spiky)).toBeCloseTo(30 * 3600, -2);
  });
});

describe("nothing is told", () => {
  const needs = "and a trend needs 2h 24m";
  test.each<[string, Stretch, string]>([
    ["of what has no past", day(() => undefined), "root_usage had no value in the last 1d"],
    ["of one value", day((h) => (h > -0.1 ? 5 : undefined)), `too little is known of root_usage: 0s, ${needs}`],
    ["of two hours", day((h) => (h > -2 ? 5 : undefined)), `too little is known of root_usage: 1h 50m, ${needs}`],
    [
      "of few values",
      day((h) => (h < -23.9 || h > -0.1 ? 5 : undefined)),
      "too little is known of root_usage: 23h 50m, ",
    ],
    ["when it has ended", day((h) => (h < -1 ? 5 : undefined)), "root_usage has had no value for 1h"],
  ])("%s", (_, stretch, text) => {
    expect(tell(stretch)).toEqual({ value: null, text: expect.stringContaining(text) });
  });

  test("but a value of every two hours has not ended two hours after it", () => {
    const seldom = (h: number) => (Math.round((h + 24) * 6) % 12 === 1 ? 50 + h : undefined);
    expect(left(day(seldom))).toBeCloseTo(50 * 3600, 0);
    expect(left({ ...day(seldom), now_s: NOW + 4 * 3600 })).toBeCloseTo(46 * 3600, 0);
    expect(left({ ...day(seldom), now_s: NOW + 8 * 3600 })).toBeNull();
  });
});

describe("limits", () => {
  test.each<[string, string, Limit | string]>([
    ["100", "%", { value: 100, bad: "above" }],
    ["90%", "%", { value: 90, bad: "above" }],
    [">90", "%", { value: 90, bad: "above" }],
    [">=90", "%", { value: 90, bad: "above" }],
    ["0", "B", { value: 0, bad: "below" }],
    [">0", "", { value: 0, bad: "above" }],
    ["<10Gi", "B", { value: 10 * 2 ** 30, bad: "below" }],
    ["<=1h", "s", { value: 3600, bad: "below" }],
    ["-18°C", "°C", { value: -18, bad: "above" }],
    ["500ms", "ms", { value: 500, bad: "above" }],
    ["10Gi", "s", '"10Gi" is no number of s'],
    ["90X", "%", '"90X" is no number of %'],
    ["fail", "%", '"fail" is no number of %'],
    ["", "%", '"" is no number of %'],
    ["10..90", "%", "no number"],
  ])("%s in %p", (word, unit, expected) => {
    const limit = parseLimit(word, unit);
    if (typeof expected === "string")
      expect(limit).toEqual({ error: expect.stringContaining(expected), hint: expect.any(String) });
    else {
      expect(limit).toEqual(expected);
      expect(LIMIT.parse(limitWord(expected))).toEqual(expected);
    }
  });

  test.each(["90", "90%", "<10Gi", "10m", "40°C", "5V", "<-3.5dBm", "200packets/s"])(
    "%s may be one, whatever the unit",
    (word) => {
      expect(LIMIT.parse(word)).toMatchObject({ value: expect.any(Number) });
    },
  );

  test.each(["", "full", "ten", ">", "1,5", "10..90", "fail", "9 0"])("%p is none", (word) => {
    expect(() => LIMIT.parse(word)).toThrow(WordError);
  });
});
