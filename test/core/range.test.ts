import { describe, expect, test } from "bun:test";
import * as fc from "fast-check";
import { HIST_ROWS_MAX } from "../../src/core/limits.ts";
import { parseRange, type Range, sizeFor } from "../../src/core/range.ts";
import { offsetIn, UTC } from "./zones.ts";

const NOW = Date.UTC(2026, 10, 22, 12, 34, 56) / 1000;

function rangeOf(ival: string, points?: number, offsetAt = UTC): Range {
  const range = parseRange(ival, points, NOW, offsetAt);
  if ("error" in range) throw new Error(range.error);
  return range;
}
const rows = ({ from_s, to_s, bucket_s }: Range) => (to_s - from_s) / bucket_s;

describe("the original's table", () => {
  test.each([
    ["hour", 60, 60],
    ["day", 600, 145],
    ["week", 3600, 168],
    ["month", 14_400, 186],
    ["year", 172_800, 184],
  ])("%p: rows of %p s, %p of them", (name, bucket_s, count) => {
    for (const ival of [name, name[0] ?? "", name.toUpperCase(), `${name}s`]) {
      const range = rangeOf(ival);
      expect([range.bucket_s, rows(range)]).toEqual([bucket_s, count]);
      expect(range.from_s % bucket_s).toBe(0);
      expect(range.to_s).toBeGreaterThan(NOW); // the row that is being filled is in it
      expect(range.to_s - NOW).toBeLessThanOrEqual(bucket_s);
    }
  });
});

test.each<[string, number | undefined, string, string, number]>([
  ["36h", undefined, "2026-11-21T00:20", "2026-11-22T12:40", 1200],
  ["-36h..now", undefined, "2026-11-21T00:20", "2026-11-22T12:40", 1200],
  ["-36h", undefined, "2026-11-21T00:20", "2026-11-22T12:40", 1200],
  ["yesterday", 24, "2026-11-21T00:00", "2026-11-22T00:00", 3600], // no year, whatever its first letter
  ["-36h..", undefined, "2026-11-21T00:20", "2026-11-22T12:40", 1200],
  ["-36h..-35h", undefined, "2026-11-21T00:34", "2026-11-21T01:35", 60],
  ["2026-11-01T00:00Z..2026-11-02T00:00Z", 24, "2026-11-01T00:00", "2026-11-02T00:00", 3600],
  ["2026-11-01T00:00:00+01:00..2026-11-01T00:00:00Z", 60, "2026-10-31T23:00", "2026-11-01T00:00", 60],
  ["1793491200..1793494800", 60, "2026-11-01T00:00", "2026-11-01T01:00", 60],
  ["day", 24, "2026-11-21T12:00", "2026-11-22T13:00", 3600],
  // Behind a day with a time, a time alone is the next one.
  ["2026-11-20 14:00..16:00", 120, "2026-11-20T14:00", "2026-11-20T16:00", 60],
  ["yesterday 7pm..9:30pm", 150, "2026-11-21T19:00", "2026-11-21T21:30", 60],
  ["monday 22:00..06:00", 480, "2026-11-16T22:00", "2026-11-17T06:00", 60],
  ["yesterday..10:00", 34, "2026-11-21T00:00", "2026-11-22T10:00", 3600],
  ["10:00..12:00", 120, "2026-11-22T10:00", "2026-11-22T12:00", 60],
])("%p with %p rows is from %p to %p by %p s", (ival, points, from, to, bucket_s) => {
  const minute = (time_s: number) => new Date(time_s * 1000).toISOString().slice(0, 16);
  const range = rangeOf(ival, points);
  expect([minute(range.from_s), minute(range.to_s), range.bucket_s]).toEqual([from, to, bucket_s]);
});

test.each([
  ["-10y..now", 1, 2],
  ["10y", 10, 15],
  ["100y", 5, 8],
  ["-1900y..now", 10, 15],
])("%p with %p rows has at most %p", (ival, points, most) => {
  expect(rows(rangeOf(ival, points))).toBeWithin(1, most + 1);
});

test.each([
  ["Europe/Berlin", "2026-03-28..2026-03-29", 24],
  ["Europe/Berlin", "2026-03-29..2026-03-30", 23],
  ["Europe/Berlin", "2026-10-25..2026-10-26", 25],
  ["Australia/Lord_Howe", "2026-10-04..2026-10-05", 23.5],
  ["Australia/Lord_Howe", "2026-04-05..2026-04-06", 24.5],
  ["America/New_York", "2026-03-08..2026-03-09", 23],
  ["Asia/Kolkata", "2026-03-29..2026-03-30", 24],
  ["Europe/Berlin", "2026-10-25T02:00..2026-10-25T03:00", 2], // that hour is twice
  ["Europe/Berlin", "2026-03-29T01:00..2026-03-29T04:00", 2], // and in spring one of three is not
  ["Europe/Berlin", "2026-03-29", 23],
  ["UTC", "yesterday..today", 24],
])("in %s %s is %p hours", (zone, ival, hours) => {
  const { from_s, to_s } = rangeOf(ival, undefined, offsetIn(zone));
  expect((to_s - from_s) / 3600).toBe(hours);
});

test("an hour that is not is no range", () => {
  const range = parseRange("2026-03-29T02:00..2026-03-29T03:00", undefined, NOW, offsetIn("Europe/Berlin"));
  expect(range).toEqual({ error: expect.stringMatching(/ends before it begins/) });
});

test.each([
  ["", undefined, /is no range; give hour, day/],
  ["sometime", undefined, /is no range/],
  ["x", undefined, /is no range/],
  ["0", undefined, /is no range/],
  ["now..-1h", undefined, /ends before it begins/],
  ["now..now", undefined, /ends before it begins/],
  ["a..b", undefined, /is no range/],
  ["..", undefined, /is no range/],
  ["..now", undefined, /is no range/],
  ["-2h..-1h..now", undefined, /is no range/],
  ["2026-13-01..now", undefined, /is no range: "2026-13-01" is no time; no calendar/],
  ["2h..now", undefined, /is no range: "2h" is no time; write -2h/],
  ["-2h..tody", undefined, /is no range: "tody" is no time; did you mean "today"/],
  ["2026-02-30", undefined, /is no range/],
  ["day", 0, /at least one row/],
  ["-100y..now", 1e6, /more than 150000 rows/],
  ["0001-01-01T00:00Z..9999-12-31", 1e6, /more than 150000 rows/],
  ["3000y", undefined, /years 1 to 9999/],
  ["now..+9000y", undefined, /years 1 to 9999/],
])("%p with %p rows is an error", (ival, points, message) => {
  expect(parseRange(ival, points, NOW, UTC)).toEqual({ error: expect.stringMatching(message) });
});

describe("laws", () => {
  test("any text is a sound range or an error", () => {
    const part = fc.constantFrom(
      "hour",
      "now",
      "-1h",
      "36h",
      "1793491200",
      "2026-11-01",
      "..",
      "+9y",
      "x",
      "-",
      "999999999w",
    );
    const text = fc.oneof(
      fc.string(),
      fc.array(part, { maxLength: 4 }).map((parts) => parts.join("")),
    );
    fc.assert(
      fc.property(text, fc.option(fc.nat(1e7), { nil: undefined }), (ival, points) => {
        const range = parseRange(ival, points, NOW, UTC);
        if ("error" in range) return;
        expect(Math.abs(range.from_s % range.bucket_s)).toBe(0);
        expect(Math.abs(range.to_s % range.bucket_s)).toBe(0);
        expect(rows(range)).toBeGreaterThan(0);
        expect(rows(range)).toBeLessThanOrEqual(HIST_ROWS_MAX);
      }),
      { numRuns: 1000 },
    );
  });

  test("about so many rows as wished: at most two and a half times off", () => {
    const span = fc.integer({ min: 3600, max: 2000 * 365 * 86_400 });
    fc.assert(
      fc.property(span, fc.integer({ min: 1, max: 500 }), (span_s, points) => {
        const range = rangeOf(`${span_s}`, points);
        const least = Math.min(points, span_s / 60) / 2.5; // no row is finer than a minute
        expect(rows(range)).toBeGreaterThanOrEqual(Math.floor(least));
        expect(rows(range)).toBeLessThanOrEqual(points * 2.5 + 2);
        expect(range.from_s).toBeLessThanOrEqual(NOW - span_s);
        expect(range.to_s).toBeGreaterThanOrEqual(NOW);
      }),
    );
  });
});

test("a size for a stretch makes at most so many rows, and a third of them at least, where a minute is not too coarse", () => {
  fc.assert(
    fc.property(fc.integer({ min: 60, max: 2000 * 365 * 86_400 }), fc.integer({ min: 1, max: 500 }), (span_s, most) => {
      const size_s = sizeFor(span_s, most);
      expect(span_s / size_s).toBeLessThanOrEqual(most);
      if (size_s > 60) expect(span_s / size_s).toBeGreaterThan(most / 3);
    }),
  );
  expect([900, 3600, 86_400, 604_800].map((span_s) => sizeFor(span_s, 150))).toEqual([60, 60, 600, 7200]);
});
