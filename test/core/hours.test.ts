import { describe, expect, test } from "bun:test";
import * as fc from "fast-check";
import { type Hours, type Once, overlap, parseHours, parseWhen } from "../../src/core/hours.ts";

const ALL = [0, 1, 2, 3, 4, 5, 6];

describe("hours", () => {
  test.each<[string, Hours, number]>([
    ["8-18", { days: ALL, times: [[480, 1080]] }, 1],
    ["daily 22-6", { days: ALL, times: [[1320, 360]] }, 2],
    ["mon-fri 8:30-18:00 via", { days: [1, 2, 3, 4, 5], times: [[510, 1080]] }, 2],
    ["fri-mon 0-24", { days: [0, 1, 5, 6], times: [[0, 1440]] }, 2],
    ["Monday-tues 8-18", { days: [1, 2], times: [[480, 1080]] }, 2],
    ["Sat,sun", { days: [0, 6], times: [[0, 1440]] }, 1],
    [
      "mon,wed-thu 8-12,13-17 Europe/Berlin",
      {
        days: [1, 3, 4],
        times: [
          [480, 720],
          [780, 1020],
        ],
        zone: "Europe/Berlin",
      },
      3,
    ],
    ["8-18 UTC no-recovery", { days: ALL, times: [[480, 1080]], zone: "UTC" }, 2],
  ])("%j", (text, value, used) => expect(parseHours(text.split(" "))).toEqual({ value, used }));

  test.each<[string, string, number]>([
    ["", '"" is no day and no time', 0],
    ["moonday 8-18", '"moonday" is no day and no time', 0],
    ["mo 8-18", '"mo" is no day and no time', 0],
    ["mon 8", '"8" is no time of day such as 8-18 or 22:30-6', 1],
    ["mon-fri 8-25", '"8-25" is no time of day such as 8-18 or 22:30-6', 1],
    ["8:60-9", '"8:60-9" is no time of day such as 8-18 or 22:30-6', 0],
    ["24-6", '"24-6" is no time of day such as 8-18 or 22:30-6', 0],
    ["8-8", '"8-8" is no time at all; the whole day is 0-24', 0],
    ["8-12,x", '"x" is no time of day such as 8-18 or 22:30-6', 0],
  ])("%j is wrong", (text, error, at) => expect(parseHours(text.split(" "))).toEqual({ error, at }));
});

test("a list of times has an end", () => {
  expect(parseHours(["mon", `${"8-9,".repeat(1440)}8-9`])).toEqual({
    error: "1441 times of day in a list; at most 1440",
    at: 1,
  });
});

describe("when", () => {
  test.each<[string, Hours | Once, number]>([
    ["2026-11-22T22:00..2026-11-23T02:00", { from: "2026-11-22T22:00", to: "2026-11-23T02:00" }, 1],
    ["2026-11-22T22:00+4h reboot", { from: "2026-11-22T22:00", to: "2026-11-23T02:00" }, 1],
    ["2026-11-22+1d Europe/Paris", { from: "2026-11-22T00:00", to: "2026-11-23T00:00", zone: "Europe/Paris" }, 2],
    ["sun 2-4", { days: [0], times: [[120, 240]] }, 2],
  ])("%j", (text, value, used) => expect(parseWhen(text.split(" "))).toEqual({ value, used }));

  test.each<[string, string]>([
    ["2026-11-22T22:00", "does not say until when"],
    ["2026-11-22T22:00..soon", '"soon" is no time such as 2026-11-22T22:00'],
    ["2026-11-22T22:00+soon", '"soon" is no interval'],
    ["2026-11-22T22:00..2026-11-22T21:00", "ends before it begins"],
    ["2026-02-30+1d", '"2026-02-30" is no time such as'],
    ["2026-11-22T25:00+1d", "is no time such as"],
    ["2026-11-22T22:00+99999999999y", "ends after the year 9999"],
    ["9999-12-31T22:00+5d", "ends after the year 9999"],
    ["0000-01-01+1d", "is no time such as"],
    ["2026-11-22T22:00+0.5s", "0.5s (+0.5s) is no whole number of minutes"],
    ["2026-11-22T22:00+4", "4s (+4) is no whole number of minutes"],
  ])("%j is wrong", (text, error) =>
    expect(parseWhen(text.split(" "))).toEqual({ error: expect.stringContaining(error), at: 0 }),
  );
});

describe("overlap", () => {
  const when = (text: string) => {
    const parsed = parseWhen(text.split(" "));
    if ("error" in parsed) throw new Error(parsed.error);
    return parsed.value;
  };
  test.each<[string, string, boolean]>([
    ["mon-fri 8-18", "fri 17-19", true],
    ["mon-fri 8-18", "fri 18-19", false],
    ["sat 22-6", "sun 5-7", true],
    ["sat 22-6", "sat 5-7", false],
    ["2026-11-22T22:00+4h", "2026-11-23T01:00+1h", true],
    ["2026-11-22T22:00+4h", "2026-11-23T02:00+1h", false],
    ["2026-11-22T22:00+4h", "mon 1-2", true], // a Sunday evening
    ["2026-11-22T22:00+4h", "tue 1-2", false],
    ["2026-11-22+30d", "tue 1-2", true],
    ["8-18 UTC", "8-18 Europe/Berlin", false],
  ])("%j and %j: %j", (a, b, wanted) => {
    expect(overlap(when(a), when(b))).toBe(wanted);
    expect(overlap(when(b), when(a))).toBe(wanted);
  });
});

test("no text throws", () => {
  const word = fc.oneof(
    fc.string(),
    fc.stringMatching(/^[a-z0-9,:T.+-]{0,20}$/),
    fc.stringMatching(/^[0-9]{4}-(01|12)-(01|31)(T22:00)?(\+[0-9]{1,12}[smhdwy]|\.\.[0-9]{4}-12-31)$/),
    fc.constantFrom("mon-fri", "8-18"),
  );
  fc.assert(
    fc.property(fc.array(word, { maxLength: 4 }), (words) => {
      for (const parsed of [parseHours(words), parseWhen(words)]) {
        if ("error" in parsed) expect(parsed.at).toBeLessThan(Math.max(1, words.length + 1));
        else expect(parsed.used).toBeGreaterThan(0);
      }
    }),
  );
});
